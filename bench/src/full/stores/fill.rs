use std::error::Error;
use std::path::Path;

use sqlx::postgres::PgConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Row, query, raw_sql};
use tower_pat::token::TokenDigest;

use super::Sample;

/// Of each hundred tokens one is `big`'s; the others are those of so many users, about a hundred each. A tenth is revoked, a
/// fifth has no expiry, half was used.
const SQLITE: &str = "
    PRAGMA cache_size = -400000;
    BEGIN;
    INSERT INTO pat_tokens (id, digest, owner, family, name, name_folded, hint, scopes, created_at, expires_at, revoked_at,
                            last_used_at, use_count)
    SELECT id, randomblob(32), iif(n % 100 = 0, 'big', 'user ' || abs(n * 7919 % {users})), id,
           'Token ' || n * 7919 % 1000003, 'token ' || n * 7919 % 1000003, 'acme_pat_…abcd', 'invoices:read profile:read',
           n * 1000000, iif(n % 5 = 0, NULL, n * 1000000 + 4000000000000000), iif(n % 10 = 1, n * 1000000 + 5, NULL),
           iif(n % 2 = 0, n * 7919 % 1000003 * 1000000, NULL), n % 2
    FROM (WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {records})
          SELECT n, unhex(printf('%012x7%03x8', 1700000000000 + n * 1000, n % 4096) || substr(hex(randomblob(8)), 2)) AS id
          FROM numbers);
    COMMIT;
    ANALYZE;
    PRAGMA wal_checkpoint(TRUNCATE);";
const POSTGRES: &str = "
    INSERT INTO pat_tokens (id, digest, owner, family, name, name_folded, hint, scopes, created_at, expires_at, revoked_at,
                            last_used_at, use_count)
    SELECT id, sha256(id::text::bytea), CASE WHEN n % 100 = 0 THEN 'big' ELSE 'user ' || n * 7919 % {users} END, id,
           'Token ' || n * 7919 % 1000003, 'token ' || n * 7919 % 1000003, 'acme_pat_…abcd', 'invoices:read profile:read',
           to_timestamp(n), CASE WHEN n % 5 <> 0 THEN to_timestamp(n + 4000000000) END,
           CASE WHEN n % 10 = 1 THEN to_timestamp(n + 5) END,
           CASE WHEN n % 2 = 0 THEN to_timestamp(n * 7919 % 1000003) END, n % 2
    FROM (SELECT n, (lpad(to_hex(1700000000000 + n * 1000), 12, '0') || '7' || lpad(to_hex(n % 4096), 3, '0') || '8'
                     || substr(md5(n::text), 1, 15))::uuid AS id
          FROM generate_series(1::bigint, {records}) n) numbers;
    VACUUM ANALYZE pat_tokens;
    CHECKPOINT;";
const SAMPLED: &str = "SELECT id, digest FROM pat_tokens ORDER BY random() LIMIT ";

/// Whose tokens there are about a hundred of.
pub(super) fn users(records: u64) -> u64 {
    (records / 100).max(1)
}

fn with_numbers(sql: &str, records: u64) -> String {
    sql.replace("{records}", &records.to_string()).replace("{users}", &users(records).to_string())
}

pub(super) async fn sqlite(file: &Path, records: u64, sample: usize) -> Result<Vec<Sample>, Box<dyn Error>> {
    let mut connection: SqliteConnection = SqliteConnectOptions::new().filename(file).connect().await?;
    raw_sql(AssertSqlSafe(with_numbers(SQLITE, records))).execute(&mut connection).await?;
    let rows = query(AssertSqlSafe(format!("{SAMPLED}{sample}"))).fetch_all(&mut connection).await?;
    connection.close().await?;
    let read = |row: &_| -> Result<Sample, Box<dyn Error>> {
        let row: &sqlx::sqlite::SqliteRow = row;
        Ok(Sample { id: row.try_get("id")?, digest: digest(row.try_get("digest")?)? })
    };
    rows.iter().map(read).collect()
}

pub(super) async fn postgres(url: &str, records: u64, sample: usize) -> Result<Vec<Sample>, Box<dyn Error>> {
    let mut connection = PgConnection::connect(url).await?;
    for statement in with_numbers(POSTGRES, records).split_inclusive(';') {
        raw_sql(AssertSqlSafe(statement.to_owned())).execute(&mut connection).await?;
    }
    let rows = query(AssertSqlSafe(format!("{SAMPLED}{sample}"))).fetch_all(&mut connection).await?;
    connection.close().await?;
    let read = |row: &_| -> Result<Sample, Box<dyn Error>> {
        let row: &sqlx::postgres::PgRow = row;
        let id: uuid::Uuid = row.try_get("id")?;
        Ok(Sample { id: id.as_bytes().to_vec(), digest: digest(row.try_get("digest")?)? })
    };
    rows.iter().map(read).collect()
}

fn digest(bytes: Vec<u8>) -> Result<TokenDigest, Box<dyn Error>> {
    let bytes = <[u8; 32]>::try_from(bytes).map_err(|_| "a digest has 32 bytes")?;
    Ok(TokenDigest::from_bytes(bytes))
}
