use std::fmt::Write;
use std::ops::{Deref, DerefMut};

use sha2::{Digest, Sha256};
use sqlx::postgres::{PgArguments, PgConnection, Postgres};
use sqlx::query::Query;
use sqlx::{AssertSqlSafe, raw_sql};

use super::connections::{Connections, Lease};
use super::failure;
use super::names::Names;
use crate::record::OwnerId;
use crate::store::error::{StoreError, StoreErrorKind};

/// What is asked for beside its rows is asked for in it; it is given up unless [`end`](Self::end) commits it.
///
/// Isolation is "read committed", with locks: on rows that are written, and for each owner whose tokens are. So what is
/// counted for an owner's limits is all that others have committed, and an owner is not disabled past a token that is made
/// at the same time. A serializable transaction would have to be made anew whenever two of them meet in an index.
pub(super) struct Transaction<'c> {
    lease: Lease,
    names: &'c Names,
}

impl<'c> Transaction<'c> {
    /// Begins a change, and waits for others that write tokens of these owners.
    pub(super) async fn of<'a>(
        connections: &'c Connections,
        owners: impl IntoIterator<Item = &'a OwnerId>,
    ) -> Result<Self, StoreError> {
        let mut locks: Vec<i64> = owners.into_iter().map(|owner| lock(&connections.names.channel(), owner)).collect();
        // In one order, so that no two wait for each other.
        locks.sort_unstable();
        locks.dedup();
        let mut sql = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE".to_owned();
        for lock in locks {
            write!(sql, "; SELECT pg_advisory_xact_lock({lock})").expect("a string takes all");
        }
        Self::begin(connections, sql).await
    }

    /// Begins to read as of one instant.
    pub(super) async fn snapshot(connections: &'c Connections) -> Result<Self, StoreError> {
        Self::begin(connections, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY".to_owned()).await
    }

    async fn begin(connections: &'c Connections, sql: String) -> Result<Self, StoreError> {
        let mut lease = connections.lease().await?;
        raw_sql(AssertSqlSafe(sql)).execute(&mut *lease).await.map_err(failure::writing)?;
        Ok(Self { lease, names: &connections.names })
    }

    /// A statement with the names of the tables put in.
    pub(super) fn query<'q>(&self, template: &str) -> Query<'q, Postgres, PgArguments> {
        sqlx::query(self.names.fill(template))
    }

    pub(super) fn names(&self) -> &'c Names {
        self.names
    }

    /// Commits what has succeeded, gives up what has not, and passes on which of both it was.
    pub(super) async fn end<T>(self, outcome: Result<T, StoreError>) -> Result<T, StoreError> {
        match &outcome {
            Ok(_) => self.commit().await?,
            Err(error) => self.roll_back(error.kind()).await,
        }
        outcome
    }

    /// The server sets no end to its wait for a standby; the call does, and then what became of it is not known.
    async fn commit(mut self) -> Result<(), StoreError> {
        raw_sql("COMMIT").execute(&mut *self.lease).await.map_err(failure::committing)?;
        self.lease.end();
        Ok(())
    }

    /// Whoever was refused as a mere reader may be at a server that is no longer the one to write to.
    async fn roll_back(mut self, kind: StoreErrorKind) {
        let is_sound = !matches!(kind, StoreErrorKind::Unavailable | StoreErrorKind::ReadOnly);
        if is_sound && raw_sql("ROLLBACK").execute(&mut *self.lease).await.is_ok() {
            self.lease.end();
        }
    }
}

impl Deref for Transaction<'_> {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.lease
    }
}

impl DerefMut for Transaction<'_> {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.lease
    }
}

/// The number of an owner's lock. Two who share one by chance wait for each other now and then.
fn lock(channel: &str, owner: &OwnerId) -> i64 {
    let hash: [u8; 32] =
        Sha256::new().chain_update(channel).chain_update([0]).chain_update(owner.as_str()).finalize().into();
    let (first, _) = hash.split_first_chunk().expect("32 are more than 8");
    i64::from_be_bytes(*first)
}
