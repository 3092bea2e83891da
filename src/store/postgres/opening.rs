use std::io;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{ConnectOptions, Connection, Error, query_as, query_scalar};
use tokio::time::timeout;

use super::connections::{ACQUIRE_TIMEOUT, Connections};
use super::names::Names;
use super::schema::Identity;
use super::{failure, schema};
use crate::store::error::StoreError;

/// How long the schema may take: others may be bringing it up to date.
const MIGRATION_TIMEOUT: Duration = Duration::from_mins(10);
/// What of the server is relied on, such as transaction identifiers that do not wrap.
const OLDEST_VERSION: i32 = 13;

/// How a store is opened.
pub(super) struct Plan {
    pub(super) options: PgConnectOptions,
    pub(super) names: Names,
    pub(super) max_connections: u32,
    pub(super) statement_timeout: Duration,
    pub(super) migrates: bool,
}

/// Opens a store, and tells which change log it has.
pub(super) async fn open(plan: Plan) -> Result<(Connections, Identity), StoreError> {
    let mut first = within(ACQUIRE_TIMEOUT, first(&plan)).await?;
    if plan.migrates {
        within(MIGRATION_TIMEOUT, schema::migrate(&mut first, &plan.names)).await?;
    }
    let identity = within(ACQUIRE_TIMEOUT, schema::check(&mut first, &plan.names, plan.migrates)).await?;
    let _ = timeout(ACQUIRE_TIMEOUT, first.close()).await;
    let Plan { options, names, max_connections, statement_timeout, .. } = plan;
    Ok((Connections::new(options, max_connections, statement_timeout, names), identity))
}

/// Sets a new connection to what is relied on.
pub(super) async fn settle(connection: &mut PgConnection, statement_timeout: Duration) -> Result<(), Error> {
    // The first column is what is asked, the others are what is set.
    let is_standby: bool = query_scalar(
        "SELECT pg_is_in_recovery(), set_config('statement_timeout', $1, false), \
         set_config('idle_in_transaction_session_timeout', $1, false), \
         set_config('search_path', 'pg_catalog', false), \
         set_config('synchronous_commit', CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on' \
         ELSE current_setting('synchronous_commit') END, false)",
    )
    .bind(statement_timeout.as_millis().max(1).to_string())
    .fetch_one(connection)
    .await?;
    // What was revoked may still be good there.
    let refused = || Error::Io(io::Error::other("the server is a standby, which may lag behind"));
    if is_standby { Err(refused()) } else { Ok(()) }
}

async fn first(plan: &Plan) -> Result<PgConnection, StoreError> {
    let mut first = plan.options.connect().await.map_err(failure::connecting)?;
    settle(&mut first, plan.statement_timeout).await.map_err(failure::connecting)?;
    let asked =
        query_as("SELECT current_setting('server_version_num')::int / 10000, current_setting('server_encoding')");
    let (version, encoding): (i32, String) = asked.fetch_one(&mut first).await.map_err(failure::connecting)?;
    if version < OLDEST_VERSION {
        return Err(failure::unusable("the server is older than PostgreSQL 13"));
    }
    if encoding != "UTF8" {
        return Err(failure::unusable("the encoding of the database is not UTF8"));
    }
    Ok(first)
}

async fn within<T>(time: Duration, step: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
    timeout(time, step).await.unwrap_or_else(|_| Err(failure::late()))
}
