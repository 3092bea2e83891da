use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;

use super::kept::Kept;
use crate::record::{OwnerId, Reason, TokenId};
use crate::resolver::{Answer, PatResolver, ResolveError};
use crate::revocations::Revocations;
use crate::store::audit::{EventPage, EventQuery, Stamp};
use crate::store::change::Change;
use crate::store::done::Done;
use crate::store::error::StoreError;
use crate::store::key::IdempotencyKey;
use crate::store::port::PatStore;
use crate::store::query::{PatPage, PatQuery, Selection};
use crate::store::stored::StoredPat;
use crate::store::usage::Use;
use crate::sync::{Mutex, lock};
use crate::token::TokenDigest;

/// Keeps records in memory: for tests and demonstrations. They are gone with the process.
///
/// It has no change log, because no other process could read it.
///
/// ```
/// use tower_pat::record::{OwnerId, PatRecord, TokenId};
/// use tower_pat::resolver::{Answer, PatResolver};
/// use tower_pat::store::{MemoryStore, PatStore};
/// use tower_pat::token::TokenDigest;
/// use uuid::Uuid;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let store = MemoryStore::new();
/// let record = PatRecord::new(TokenId::from_uuid(Uuid::from_u128(7)), OwnerId::parse("alice")?);
/// let digest = TokenDigest::of("acme_pat_…");
///
/// store.insert(&record, &digest).await?;
/// assert_eq!(store.resolve(&digest).await?, Answer::Known(record));
/// # Ok(())
/// # }
/// ```
#[derive(Default)]
pub struct MemoryStore {
    kept: Mutex<Kept>,
    revocations: Arc<Revocations>,
}

impl MemoryStore {
    /// A store without records.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

#[async_trait]
impl PatResolver for MemoryStore {
    async fn resolve(&self, digest: &TokenDigest) -> Result<Answer, ResolveError> {
        Ok(lock(&self.kept).by_digest(digest).map(StoredPat::into_record).into())
    }

    fn revocations(&self) -> &Arc<Revocations> {
        &self.revocations
    }
}

#[async_trait]
impl PatStore for MemoryStore {
    async fn find(&self, id: TokenId) -> Result<Option<StoredPat>, StoreError> {
        Ok(lock(&self.kept).by_id(id))
    }

    async fn find_by_digest(&self, digest: &TokenDigest) -> Result<Option<StoredPat>, StoreError> {
        Ok(lock(&self.kept).by_digest(digest))
    }

    async fn find_by_key(&self, owner: &OwnerId, key: &IdempotencyKey) -> Result<Option<StoredPat>, StoreError> {
        Ok(lock(&self.kept).by_key(owner, key))
    }

    async fn list(&self, query: &PatQuery) -> Result<PatPage, StoreError> {
        Ok(lock(&self.kept).list(query))
    }

    async fn apply(&self, change: &Change) -> Result<(), StoreError> {
        Ok(lock(&self.kept).apply(change)?)
    }

    async fn revoke_some(
        &self,
        selection: &Selection,
        reason: Option<&Reason>,
        stamp: &Stamp,
    ) -> Result<Done, StoreError> {
        Ok(lock(&self.kept).revoke_some(selection, reason, stamp))
    }

    async fn set_owner_disabled(&self, owner: &OwnerId, disabled: bool, stamp: &Stamp) -> Result<Done, StoreError> {
        Ok(lock(&self.kept).set_owner_disabled(owner, disabled, stamp))
    }

    async fn owner_disabled_at(&self, owner: &OwnerId) -> Result<Option<Timestamp>, StoreError> {
        Ok(lock(&self.kept).owner_disabled_at(owner))
    }

    async fn events(&self, query: &EventQuery) -> Result<EventPage, StoreError> {
        Ok(lock(&self.kept).events(query))
    }

    async fn record_uses(&self, uses: &[Use]) -> Result<(), StoreError> {
        lock(&self.kept).record_uses(uses);
        Ok(())
    }

    async fn prune(&self, over_before: Timestamp, at_most: u32, stamp: &Stamp) -> Result<Done, StoreError> {
        Ok(lock(&self.kept).prune(over_before, at_most, stamp))
    }

    async fn claim_expiring(&self, at_most: u32, stamp: &Stamp) -> Result<Done, StoreError> {
        Ok(lock(&self.kept).claim_expiring(at_most, stamp))
    }

    async fn is_empty(&self) -> Result<bool, StoreError> {
        Ok(lock(&self.kept).is_empty())
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore").finish_non_exhaustive()
    }
}
