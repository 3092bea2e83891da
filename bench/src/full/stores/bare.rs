use std::path::Path;
use std::time::Duration;

use sqlx::postgres::{PgPool, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions};
use sqlx::{Row, query};
use uuid::Uuid;

/// What a hand-written service does to look at a token: one row by its primary key, the columns that it must check. The
/// pools are set as those of the stores.
pub(super) enum Bare {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

const WAIT: Duration = Duration::from_secs(5);

impl Bare {
    pub(super) async fn on_file(file: &Path) -> Result<Self, sqlx::Error> {
        let options = SqliteConnectOptions::new().filename(file).busy_timeout(WAIT).pragma("query_only", "ON");
        let pool = SqlitePoolOptions::new().max_connections(4).acquire_timeout(WAIT).idle_timeout(None);
        let pool = pool.max_lifetime(None).test_before_acquire(false);
        Ok(Self::Sqlite(pool.connect_with(options).await?))
    }

    pub(super) async fn on_server(url: &str) -> Result<Self, sqlx::Error> {
        let pool = PgPoolOptions::new().max_connections(10).acquire_timeout(WAIT).test_before_acquire(false);
        Ok(Self::Postgres(pool.connect(url).await?))
    }

    pub(super) async fn select(&self, id: &[u8]) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(pool) => {
                let sql = "SELECT owner, scopes, expires_at, revoked_at FROM pat_tokens WHERE id = ?";
                let row = query(sql).bind(id).fetch_one(pool).await?;
                read::<_, i64>(&row)
            }
            Self::Postgres(pool) => {
                let sql = "SELECT owner, scopes, (extract(epoch FROM expires_at))::float8 AS expires_at, \
                           (extract(epoch FROM revoked_at))::float8 AS revoked_at FROM pat_tokens WHERE id = $1";
                let id = Uuid::from_slice(id).map_err(|error| sqlx::Error::Decode(error.into()))?;
                let row = query(sql).bind(id).fetch_one(pool).await?;
                read::<_, f64>(&row)
            }
        }
    }

    /// The same columns of the newest 50 of an owner.
    pub(super) async fn rows(&self, owner: &str) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(pool) => {
                // `+`: or SQLite would plan for each owner anew.
                let sql = "SELECT owner, scopes, expires_at, revoked_at FROM pat_tokens WHERE owner = +? \
                           ORDER BY created_at DESC, id DESC LIMIT 50";
                query(sql).bind(owner).fetch_all(pool).await?.iter().try_for_each(read::<_, i64>)
            }
            Self::Postgres(pool) => {
                let sql = "SELECT owner, scopes, (extract(epoch FROM expires_at))::float8 AS expires_at, \
                           (extract(epoch FROM revoked_at))::float8 AS revoked_at FROM pat_tokens WHERE owner = $1 \
                           ORDER BY created_at DESC, id DESC LIMIT 50";
                query(sql).bind(owner).fetch_all(pool).await?.iter().try_for_each(read::<_, f64>)
            }
        }
    }
}

fn read<'r, R: Row, I>(row: &'r R) -> Result<(), sqlx::Error>
where
    &'r str: sqlx::ColumnIndex<R>,
    String: sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,
    Option<I>: sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,
{
    let (owner, scopes): (String, String) = (row.try_get("owner")?, row.try_get("scopes")?);
    let ends: [Option<I>; 2] = [row.try_get("expires_at")?, row.try_get("revoked_at")?];
    std::hint::black_box((owner, scopes, ends.len()));
    Ok(())
}
