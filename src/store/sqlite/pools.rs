use std::path::PathBuf;
use std::time::Duration;

use sqlx::sqlite::{Sqlite, SqliteConnectOptions, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection, Transaction};

use super::failure;
use crate::store::error::StoreError;

/// Takes the write lock at once, and waits for it.
pub(super) const BEGIN: &str = "BEGIN IMMEDIATE";
/// How long a call waits for a lock that another connection has.
pub(super) const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a call waits for a connection that another call has.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
const READERS: u32 = 4;

/// The connections of an open store.
pub(super) struct Pools {
    pub(super) writer: SqlitePool,
    pub(super) readers: SqlitePool,
}

impl Pools {
    /// Connects to a file that is there. It is never created again: a file that somebody removed is an outage, and an
    /// empty one in its place would make every token unknown.
    pub(super) async fn connect(options: SqliteConnectOptions) -> Result<Self, StoreError> {
        let options = options.create_if_missing(false);
        let reading = options.clone().pragma("query_only", "ON");
        let writer = of(1).connect_with(options).await.map_err(failure::opening)?;
        let readers = of(READERS).connect_with(reading).await.map_err(failure::opening)?;
        Ok(Self { writer, readers })
    }

    /// Begins a change, which is given up unless it is committed.
    pub(super) async fn begin(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        self.writer.begin_with(BEGIN).await.map_err(failure::calling)
    }

    pub(super) fn file(&self) -> PathBuf {
        self.writer.connect_options().get_filename().to_owned()
    }

    /// Ends all connections. The writer is the last, so that it takes the log into the file.
    pub(super) async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

/// What each connection is set to.
pub(super) fn configured(options: SqliteConnectOptions) -> SqliteConnectOptions {
    options
        // Connections that share a cache keep each other from reading while one of them writes.
        .shared_cache(false)
        .busy_timeout(BUSY_TIMEOUT)
        .foreign_keys(true)
        // A revocation that was confirmed must outlast a power cut.
        .synchronous(SqliteSynchronous::Full)
}

fn of(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        // To open a file again and again helps nobody.
        .idle_timeout(None)
        .max_lifetime(None)
        // To ask the thread of a connection whether it is there takes as long as a look-up. sqlx asks when a connection is given
        // back, and gives up one that does not answer.
        .test_before_acquire(false)
        // SQLite ends a transaction by itself when the disk is full; sqlx still counts it as open then, and would refuse
        // every later one on that connection.
        .before_acquire(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
}
