use std::ops::{Deref, DerefMut};
use std::time::Duration;

use sqlx::Connection;
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgArguments, PgConnectOptions, PgConnection, PgPool, PgPoolOptions, PgRow, Postgres};
use sqlx::query::Query;
use tokio::time::timeout;

use super::failure;
use super::names::Names;
use super::opening::settle;
use crate::store::error::StoreError;

/// How long a call waits for a connection.
pub(super) const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
/// How much longer than the server itself may take is waited for it.
const GRACE: Duration = Duration::from_secs(1);
/// A connection that has been idle for so long is looked at before it is used.
const IDLE: Duration = Duration::from_secs(1);

/// The connections of an open store.
pub(super) struct Connections {
    pool: PgPool,
    pub(super) names: Names,
    statement_timeout: Duration,
}

impl Connections {
    /// Connects when a connection is needed.
    pub(super) fn new(options: PgConnectOptions, most: u32, statement_timeout: Duration, names: Names) -> Self {
        let pool = PgPoolOptions::new()
            .max_connections(most)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            // To ask before each call would double the time it takes.
            .test_before_acquire(false)
            .before_acquire(|connection, idle| {
                Box::pin(async move { Ok(idle.idle_for < IDLE || connection.ping().await.is_ok()) })
            })
            .after_connect(move |connection, _| Box::pin(settle(connection, statement_timeout)))
            .connect_lazy_with(options);
        Self { pool, names, statement_timeout }
    }

    /// How a connection is made.
    pub(super) fn options(&self) -> PgConnectOptions {
        PgConnectOptions::clone(&self.pool.connect_options())
    }

    pub(super) fn statement_timeout(&self) -> Duration {
        self.statement_timeout
    }

    /// Drives a call to its end or, when the server is silent, to the end of its time.
    pub(super) async fn in_time<T>(&self, call: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
        let longest = ACQUIRE_TIMEOUT + self.statement_timeout + GRACE;
        timeout(longest, call).await.unwrap_or_else(|_| Err(failure::late()))
    }

    /// A connection for a call.
    pub(super) async fn lease(&self) -> Result<Lease, StoreError> {
        let acquired = self.pool.acquire().await;
        Ok(Lease(Some(acquired.map_err(failure::connecting)?)))
    }

    /// A statement with the names of the tables put in.
    pub(super) fn query<'q>(&self, template: &str) -> Query<'q, Postgres, PgArguments> {
        sqlx::query(self.names.fill(template))
    }

    /// The one row that is asked for.
    pub(super) async fn row(&self, asked: Query<'_, Postgres, PgArguments>) -> Result<Option<PgRow>, StoreError> {
        let mut lease = self.lease().await?;
        let row = asked.fetch_optional(&mut *lease).await.map_err(failure::reading)?;
        lease.end();
        Ok(row)
    }

    /// All rows that are asked for.
    pub(super) async fn rows(&self, asked: Query<'_, Postgres, PgArguments>) -> Result<Vec<PgRow>, StoreError> {
        let mut lease = self.lease().await?;
        let rows = asked.fetch_all(&mut *lease).await.map_err(failure::reading)?;
        lease.end();
        Ok(rows)
    }

    /// Ends all connections, those that are in use when their call has come to its end.
    pub(super) async fn close(&self) {
        // A server that is silent would be waited for.
        let _ = timeout(ACQUIRE_TIMEOUT, self.pool.close()).await;
    }
}

/// A connection while a call uses it. Unless the call has come to its end the connection is thrown away: its server may be
/// silent, and the pool would wait for it, and its transaction may still be open.
pub(super) struct Lease(Option<PoolConnection<Postgres>>);

impl Lease {
    /// Gives the connection back to the pool, which asks the server for a sign of life before it takes it, and would wait
    /// for one for ever. By itself the pool does the same when a connection is dropped, but for the end of the wait.
    pub(super) fn end(mut self) {
        if let Some(mut connection) = self.0.take() {
            tokio::spawn(timeout(GRACE, connection.return_to_pool()));
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Some(connection) = self.0.take() {
            drop(connection.detach());
        }
    }
}

impl Deref for Lease {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        self.0.as_ref().expect("it is there until it is dropped")
    }
}

impl DerefMut for Lease {
    fn deref_mut(&mut self) -> &mut PgConnection {
        self.0.as_mut().expect("it is there until it is dropped")
    }
}
