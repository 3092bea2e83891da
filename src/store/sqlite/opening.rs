use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection, query_scalar};
use tokio::time::{sleep, timeout};

use super::pools::{BUSY_TIMEOUT, Pools, configured};
use super::{address, failure, schema};
use crate::store::error::{StoreError, StoreErrorKind};

const PAUSE: Duration = Duration::from_millis(10);

/// Opens the file at an address, or creates it.
pub(super) async fn open(url: &str) -> Result<Pools, StoreError> {
    let options = configured(address::parse(url)?);
    let connected = options.connect().await;
    let mut first = connected.map_err(|error| failure::connecting(error, options.get_filename()))?;
    let opened = prepare(&mut first, options).await;
    // It is closed last: whoever is the only one at the file when he leaves it locks it for the others.
    let closed = first.close().await;
    let pools = opened?;
    closed.map_err(failure::opening)?;
    Ok(pools)
}

async fn prepare(first: &mut SqliteConnection, options: SqliteConnectOptions) -> Result<Pools, StoreError> {
    // The schema comes first: a file with a newer one is not touched.
    schema::migrate(first).await?;
    write_ahead(first).await?;
    Pools::connect(options).await
}

/// Switches to the write-ahead log, with which readers and the writer do not wait for each other. The file remembers it.
async fn write_ahead(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    let mode = timeout(BUSY_TIMEOUT, patient_switch(connection)).await;
    match mode.map_err(|late| StoreError::new(StoreErrorKind::Unavailable, late))??.as_str() {
        "wal" => Ok(()),
        "memory" => Err(address::in_memory()),
        _ => Err(failure::unusable("its file system does not allow a write-ahead log")),
    }
}

/// SQLite does not wait by itself when several connections want this lock at the same moment, as those do that open a new
/// file together.
async fn patient_switch(connection: &mut SqliteConnection) -> Result<String, StoreError> {
    loop {
        let switch = query_scalar("PRAGMA journal_mode = WAL");
        match switch.fetch_one(&mut *connection).await {
            Err(error) if failure::is_busy(&error) => sleep(PAUSE).await,
            answer => return answer.map_err(failure::opening),
        }
    }
}

#[cfg(test)]
#[cfg(not(model))]
pub(super) mod tests {
    use sqlx::sqlite::SqlitePool;
    use sqlx::{AssertSqlSafe, Row, query, query_scalar};

    use super::open;

    /// How SQLite would do it, with nothing bound.
    pub(in crate::store::sqlite) async fn plan(sql: &str) -> String {
        let directory = tempfile::tempdir().unwrap();
        let pools = open(&format!("sqlite:{}/pat.db", directory.path().display())).await.unwrap();
        let plan = query(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}"))).fetch_all(&pools.writer).await.unwrap();
        let lines: Vec<String> = plan.iter().map(|row| row.get("detail")).collect();
        lines.join("\n")
    }

    async fn pragma(pool: &SqlitePool, sql: &'static str) -> i64 {
        query_scalar(sql).fetch_one(pool).await.unwrap()
    }

    #[tokio::test]
    async fn every_connection_is_durable_strict_and_patient() {
        let directory = tempfile::tempdir().unwrap();
        let pools = open(&format!("sqlite:{}/pat.db", directory.path().display())).await.unwrap();
        for pool in [&pools.writer, &pools.readers] {
            assert_eq!(pragma(pool, "PRAGMA synchronous").await, 2);
            assert_eq!(pragma(pool, "PRAGMA foreign_keys").await, 1);
            assert_eq!(pragma(pool, "PRAGMA busy_timeout").await, 5_000);
        }
        assert_eq!(pragma(&pools.writer, "PRAGMA query_only").await, 0);
        assert_eq!(pragma(&pools.readers, "PRAGMA query_only").await, 1);
    }
}
