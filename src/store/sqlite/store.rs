use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;

use super::feed::SqliteFeed;
use super::pools::Pools;
use super::{apply, bulk, events, find, list, notices, opening, owners, shared, uses};
use crate::record::{OwnerId, Reason, TokenId};
use crate::resolver::{Answer, PatResolver, ResolveError};
use crate::revocations::Revocations;
use crate::store::audit::{EventPage, EventQuery, Stamp};
use crate::store::change::Change;
use crate::store::done::Done;
use crate::store::error::{StoreError, StoreErrorKind};
use crate::store::key::IdempotencyKey;
use crate::store::port::PatStore;
use crate::store::query::{PatPage, PatQuery, Selection};
use crate::store::stored::StoredPat;
use crate::store::usage::Use;
use crate::token::TokenDigest;

/// Keeps records in a SQLite file, which may also hold the tables of the host and be open in several processes on one
/// machine.
///
/// Whoever opens one file several times in a process hears of the same changes: a revocation through one opening counts
/// at once for a verifier over another.
///
/// A change is on the disk when the call returns. A call waits up to 5 seconds for a connection and as long again for a
/// file that another process is writing to; then it fails with [`Unavailable`](crate::store::StoreErrorKind::Unavailable).
///
/// ```
/// use std::sync::Arc;
/// use tower_pat::record::{OwnerId, PatRecord, TokenId};
/// use tower_pat::store::{PatQuery, PatStore, SqliteStore};
/// use tower_pat::token::TokenDigest;
/// use uuid::Uuid;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let directory = tempfile::tempdir()?;
/// # let path = directory.path().display();
/// let store = Arc::new(SqliteStore::open(&format!("sqlite://{path}/tokens.db")).await?);
/// let record = PatRecord::new(TokenId::from_uuid(Uuid::from_u128(7)), OwnerId::parse("alice")?);
///
/// store.insert(&record, &TokenDigest::of("acme_pat_…")).await?;
/// assert!(store.list(&PatQuery::default()).await?.records().eq([&record]));
/// store.close().await;
/// # Ok(())
/// # }
/// ```
pub struct SqliteStore {
    pools: Pools,
    revocations: Arc<Revocations>,
}

impl SqliteStore {
    /// Opens the file at an address, or creates it, and brings its schema up to date.
    ///
    /// The address is `sqlite:` or `sqlite://` and a path, relative or from the root, in which `%` introduces an escape
    /// (`%20`), then perhaps `?` and parameters: `mode=rw` demands that the file is there. The file is switched to
    /// SQLite's write-ahead log, for which it needs a local file system and a directory that can be written to.
    ///
    /// # Errors
    ///
    /// - [`Address`](crate::store::StoreErrorKind::Address): the address is not of this form, or a database in memory;
    /// - [`ReadOnly`](crate::store::StoreErrorKind::ReadOnly): the file only allows reading, or the address has `mode=ro`;
    /// - [`Unusable`](crate::store::StoreErrorKind::Unusable): no file can be opened there, or it is not a SQLite file;
    /// - [`NewerSchema`](crate::store::StoreErrorKind::NewerSchema): a newer version of this crate has changed the file;
    /// - [`Unavailable`](crate::store::StoreErrorKind::Unavailable): others have it locked, or the disk is full.
    ///
    /// In none of these cases is anything that the file held changed.
    ///
    /// ```
    /// use tower_pat::store::{SqliteStore, StoreErrorKind};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let error = SqliteStore::open("sqlite::memory:").await.unwrap_err();
    /// assert_eq!(error.kind(), StoreErrorKind::Address);
    /// # }
    /// ```
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let pools = opening::open(url).await?;
        let revocations = shared::revocations(pools.file().as_ref());
        let revocations = revocations.map_err(|error| StoreError::new(StoreErrorKind::Unavailable, error))?;
        Ok(Self { pools, revocations })
    }

    /// Waits for the calls that are under way, takes the write-ahead log into the file and closes it. Every later call
    /// fails with [`Unavailable`](crate::store::StoreErrorKind::Unavailable).
    ///
    /// A store that is dropped without it loses nothing: the next opening finds the log.
    pub async fn close(&self) {
        self.pools.close().await;
    }

    /// The changes that are made to the file, also by other processes: what a follower is to follow, so that this process
    /// honours them at once. It looks at the file fifty times a second.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use tower_pat::feed::FeedFollower;
    /// use tower_pat::store::SqliteStore;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let directory = tempfile::tempdir()?;
    /// # let path = directory.path().display();
    /// let store = Arc::new(SqliteStore::open(&format!("sqlite://{path}/tokens.db")).await?);
    /// let follower = FeedFollower::builder(store.feed()).start();
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn feed(&self) -> Arc<SqliteFeed> {
        Arc::new(SqliteFeed::new(self.pools.readers.clone(), Arc::clone(&self.revocations)))
    }
}

#[async_trait]
impl PatResolver for SqliteStore {
    async fn resolve(&self, digest: &TokenDigest) -> Result<Answer, ResolveError> {
        Ok(find::resolved(&self.pools, digest).await?.into())
    }

    fn revocations(&self) -> &Arc<Revocations> {
        &self.revocations
    }
}

#[async_trait]
impl PatStore for SqliteStore {
    async fn find(&self, id: TokenId) -> Result<Option<StoredPat>, StoreError> {
        find::by_id(&self.pools, id).await
    }

    async fn find_by_digest(&self, digest: &TokenDigest) -> Result<Option<StoredPat>, StoreError> {
        find::by_digest(&self.pools, digest).await
    }

    async fn find_by_key(&self, owner: &OwnerId, key: &IdempotencyKey) -> Result<Option<StoredPat>, StoreError> {
        find::by_key(&self.pools, owner, key).await
    }

    async fn list(&self, query: &PatQuery) -> Result<PatPage, StoreError> {
        list::page(&self.pools, query).await
    }

    async fn apply(&self, change: &Change) -> Result<(), StoreError> {
        apply::apply(&self.pools, change).await
    }

    async fn revoke_some(
        &self,
        selection: &Selection,
        reason: Option<&Reason>,
        stamp: &Stamp,
    ) -> Result<Done, StoreError> {
        bulk::revoke(&self.pools, selection, reason, stamp).await
    }

    async fn set_owner_disabled(&self, owner: &OwnerId, disabled: bool, stamp: &Stamp) -> Result<Done, StoreError> {
        owners::set_disabled(&self.pools, owner, disabled, stamp).await
    }

    async fn owner_disabled_at(&self, owner: &OwnerId) -> Result<Option<Timestamp>, StoreError> {
        owners::disabled_at(&self.pools, owner).await
    }

    async fn events(&self, query: &EventQuery) -> Result<EventPage, StoreError> {
        events::page(&self.pools, query).await
    }

    async fn record_uses(&self, uses: &[Use]) -> Result<(), StoreError> {
        uses::add(&self.pools, uses).await
    }

    async fn prune(&self, over_before: Timestamp, at_most: u32, stamp: &Stamp) -> Result<Done, StoreError> {
        bulk::prune(&self.pools, over_before, at_most, stamp).await
    }

    async fn claim_expiring(&self, at_most: u32, stamp: &Stamp) -> Result<Done, StoreError> {
        notices::claim(&self.pools, at_most, stamp).await
    }

    async fn is_empty(&self) -> Result<bool, StoreError> {
        find::is_none(&self.pools).await
    }
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStore").finish_non_exhaustive()
    }
}

#[cfg(test)]
#[cfg(not(model))]
mod tests {
    use std::error::Error;

    use sqlx::query;
    use uuid::Uuid;

    use super::SqliteStore;
    use crate::record::{OwnerId, PatRecord, TokenId};
    use crate::resolver::{Answer, PatResolver};
    use crate::scope::Scope;
    use crate::store::{PatStore, StoreErrorKind};
    use crate::token::TokenDigest;

    fn record(number: u128) -> PatRecord {
        PatRecord::new(TokenId::from_uuid(Uuid::from_u128(number)), OwnerId::parse("alice").unwrap())
    }

    /// Room for nothing more: the least that a file may have is what it has.
    async fn fill(store: &SqliteStore) {
        query("PRAGMA max_page_count = 1").execute(&store.pools.writer).await.unwrap();
    }

    #[tokio::test]
    async fn full_disk_is_an_outage_and_nothing_is_lost() {
        let directory = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&format!("sqlite:{}/pat.db", directory.path().display())).await.unwrap();
        let (one, two) = (TokenDigest::from_bytes([1; 32]), TokenDigest::from_bytes([2; 32]));
        store.insert(&record(1), &one).await.unwrap();
        let scopes = (0..1_000).map(|number| Scope::parse(&format!("{number:0>128}")).unwrap()).collect();
        let large = record(2).with_scopes(scopes);
        for _ in 0..3 {
            // The connection is another each time, for SQLite has ended the transaction.
            fill(&store).await;
            let refused = store.insert(&large, &two).await.unwrap_err();
            assert_eq!(refused.kind(), StoreErrorKind::Unavailable, "{refused:?}");
            assert!(refused.source().unwrap().to_string().contains("full"), "{refused:?}");
            assert_eq!(store.resolve(&one).await.unwrap(), Answer::Known(record(1)));
            assert_eq!(store.resolve(&two).await.unwrap(), Answer::Unknown);
        }
        store.insert(&large, &two).await.unwrap();
        assert_eq!(store.resolve(&two).await.unwrap(), Answer::Known(large));
    }
}
