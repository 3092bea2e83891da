use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sqlx::postgres::PgConnection;
use sqlx::{Error, query_scalar};

use super::failure;

/// What tells a cluster from all others, but for copies of its files.
const CLUSTER: &str = "SELECT system_identifier::text FROM pg_control_system()";
/// The timeline is another one after a failover, and after a restoration to a point in time.
const TIMELINE: &str = "left(pg_walfile_name(pg_current_wal_lsn()), 8)";

const TIMELINE_ALONE: &str = "SELECT left(pg_walfile_name(pg_current_wal_lsn()), 8)";

/// A connection, and the server that it leads to.
#[derive(Debug, Clone)]
pub(super) struct Seat {
    /// No two connections have the same.
    pub(super) number: u64,
    /// The identifier of the cluster, where the server tells it.
    pub(super) server: Arc<str>,
    /// How to ask for the timeline, where the server tells it.
    pub(super) timeline: &'static str,
}

impl Seat {
    pub(super) async fn of(connection: &mut PgConnection) -> Result<Self, Error> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let server = cluster(connection).await?.into();
        let told = told(query_scalar(TIMELINE_ALONE).fetch_one(connection).await)?;
        let timeline = told.map_or("''", |_: String| TIMELINE);
        Ok(Self { number: NUMBER.fetch_add(1, Ordering::Relaxed), server, timeline })
    }
}

/// The identifier of the cluster, or nothing where the server does not tell it.
pub(super) async fn cluster(connection: &mut PgConnection) -> Result<String, Error> {
    Ok(told(query_scalar(CLUSTER).fetch_one(connection).await)?.unwrap_or_default())
}

/// A server of another make may not tell, nor one that keeps it from this role. Any other error may be gone the next time, and
/// what is then told would be another server.
fn told(answer: Result<String, Error>) -> Result<Option<String>, Error> {
    match answer {
        Err(error) if failure::is_untold(&error) => Ok(None),
        answer => answer.map(Some),
    }
}
