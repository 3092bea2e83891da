use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Error, query, query_as, query_scalar, raw_sql};
use uuid::Uuid;

use super::migration::PostgresMigration;
use super::names::Names;
use super::{failure, seat};
use crate::store::error::{StoreError, StoreErrorKind};

/// What tells a change log from all others that may be open in one process. A copy of a database has its generation too, until
/// it is given another one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Identity {
    generation: Uuid,
    cluster: String,
    database: i64,
    names: Names,
}

/// Brings the schema up to date, wholly or not at all.
pub(super) async fn migrate(connection: &mut PgConnection, names: &Names) -> Result<(), StoreError> {
    // Whoever finds it as it should be needs neither the lock nor the right to change anything.
    if present(connection, names).await.map_err(failure::reading)? >= PostgresMigration::newest() {
        return Ok(());
    }
    locked(connection, names).await.map_err(failure::migrating)
}

/// Looks whether the schema is the one that is known here and, for somebody who writes, whether they may; tells which
/// change log it is.
pub(super) async fn check(connection: &mut PgConnection, names: &Names, writes: bool) -> Result<Identity, StoreError> {
    let present = present(connection, names).await.map_err(failure::reading)?;
    match present {
        0 => return Err(failure::unusable("its tables are not there: the migrations have not been applied")),
        older if older < PostgresMigration::newest() => {
            return Err(failure::unusable("its schema is older than this version needs: apply the migrations"));
        }
        newer if newer > PostgresMigration::newest() => return Err(StoreErrorKind::NewerSchema.into()),
        _ => {}
    }
    if writes && !may_write(connection, names).await.map_err(failure::reading)? {
        return Err(StoreError::new(
            StoreErrorKind::ReadOnly,
            "its role may not write; to verify alone needs no migrating",
        ));
    }
    identity(connection, names).await.map_err(failure::reading)
}

async fn identity(connection: &mut PgConnection, names: &Names) -> Result<Identity, Error> {
    let cluster = seat::cluster(connection).await?;
    let asked = "SELECT log.generation, own.oid::bigint FROM {pat_}change_log AS log, pg_database AS own \
                 WHERE own.datname = current_database()";
    let (generation, database) = query_as(names.fill(asked)).fetch_one(connection).await?;
    Ok(Identity { generation, cluster, database, names: names.clone() })
}

/// The number of the last migration that was applied; 0 if none was.
async fn present(connection: &mut PgConnection, names: &Names) -> Result<u32, Error> {
    let table = names.fill("{pat_}migrations");
    let asked = query_scalar("SELECT to_regclass($1) IS NOT NULL").bind(table.as_str());
    if !asked.fetch_one(&mut *connection).await? {
        return Ok(0);
    }
    let asked = query_scalar(names.fill("SELECT max(number) FROM {pat_}migrations"));
    let number: Option<i32> = asked.fetch_one(connection).await?;
    Ok(number.and_then(|number| u32::try_from(number).ok()).unwrap_or(0))
}

async fn locked(connection: &mut PgConnection, names: &Names) -> Result<(), Error> {
    // What the tables are waited for is bounded, what is done to them is not.
    raw_sql("BEGIN; SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '60s'").execute(&mut *connection).await?;
    let lock = query("SELECT pg_advisory_xact_lock(hashtextextended('tower-pat migrations ' || $1, 0))");
    lock.bind(names.channel()).execute(&mut *connection).await?;
    make_schema(connection, names).await?;
    let present = present(connection, names).await?;
    for migration in PostgresMigration::all(names).iter().filter(|migration| migration.number() > present) {
        raw_sql(AssertSqlSafe(migration.sql())).execute(&mut *connection).await?;
    }
    raw_sql("COMMIT").execute(connection).await?;
    Ok(())
}

/// To make one that is there needs a right that not everybody has, even with `IF NOT EXISTS`.
async fn make_schema(connection: &mut PgConnection, names: &Names) -> Result<(), Error> {
    let asked = query_scalar("SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = $1)").bind(names.schema());
    if !asked.fetch_one(&mut *connection).await? {
        raw_sql(AssertSqlSafe(format!("CREATE SCHEMA \"{}\"", names.schema()))).execute(connection).await?;
    }
    Ok(())
}

async fn may_write(connection: &mut PgConnection, names: &Names) -> Result<bool, Error> {
    const TABLES: [(&str, &str); 4] = [
        ("tokens", "SELECT INSERT UPDATE DELETE"),
        ("owners", "SELECT INSERT DELETE"),
        ("changes", "SELECT INSERT"),
        ("events", "SELECT INSERT"),
    ];
    let rights = TABLES.iter().flat_map(|(table, rights)| rights.split(' ').map(move |right| (table, right)));
    let (tables, rights): (Vec<String>, Vec<&str>) =
        rights.map(|(table, right)| (names.fill(&format!("{{pat_}}{table}")).as_str().to_owned(), right)).unzip();
    let asked = "SELECT current_setting('transaction_read_only') = 'off' AND bool_and(has_table_privilege(t, r)) \
                 FROM unnest($1::text[], $2::text[]) AS needed (t, r)";
    query_scalar(asked).bind(tables).bind(rights).fetch_one(connection).await
}
