use std::cmp::Reverse;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;

use super::error::{StoreError, StoreErrorKind};
use super::port::{PatStore, StoredPat};
use crate::instant::whole_microseconds;
use crate::record::{OwnerId, PatRecord, TokenId};
use crate::resolver::{Answer, PatResolver, ResolveError};
use crate::revocations::Revocations;
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
        Ok(lock(&self.kept).by_digest(digest).cloned().into())
    }

    fn revocations(&self) -> &Arc<Revocations> {
        &self.revocations
    }
}

#[async_trait]
impl PatStore for MemoryStore {
    async fn insert(&self, record: &PatRecord, digest: &TokenDigest) -> Result<(), StoreError> {
        lock(&self.kept).insert(to_microsecond(record), digest)
    }

    async fn find(&self, id: TokenId) -> Result<Option<StoredPat>, StoreError> {
        Ok(lock(&self.kept).pats.get(&id).cloned())
    }

    async fn list(&self, owner: &OwnerId) -> Result<Vec<PatRecord>, StoreError> {
        Ok(lock(&self.kept).of(owner))
    }

    async fn revoke(&self, id: TokenId, at: Timestamp) -> Result<(), StoreError> {
        lock(&self.kept).revoke(id, at);
        Ok(())
    }

    async fn is_empty(&self) -> Result<bool, StoreError> {
        Ok(lock(&self.kept).pats.is_empty())
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore").finish_non_exhaustive()
    }
}

#[derive(Default)]
struct Kept {
    pats: HashMap<TokenId, StoredPat>,
    ids: HashMap<TokenDigest, TokenId>,
}

impl Kept {
    fn insert(&mut self, record: PatRecord, digest: &TokenDigest) -> Result<(), StoreError> {
        let id = record.id();
        if self.pats.contains_key(&id) || self.ids.contains_key(digest) {
            return Err(StoreErrorKind::Duplicate.into());
        }
        self.ids.insert(*digest, id);
        self.pats.insert(id, StoredPat::new(record, digest.mark()));
        Ok(())
    }

    fn by_digest(&self, digest: &TokenDigest) -> Option<&PatRecord> {
        let id = self.ids.get(digest)?;
        self.pats.get(id).map(StoredPat::record)
    }

    fn of(&self, owner: &OwnerId) -> Vec<PatRecord> {
        let records = self.pats.values().map(StoredPat::record);
        let mut listed: Vec<_> = records.filter(|record| record.owner() == owner).cloned().collect();
        listed.sort_unstable_by_key(|record| Reverse((record.created_at(), record.id())));
        listed
    }

    fn revoke(&mut self, id: TokenId, at: Timestamp) {
        let Some(pat) = self.pats.get_mut(&id) else {
            return;
        };
        if pat.record().revoked_at().is_none() {
            let revoked = pat.record().clone().with_revocation(whole_microseconds(at));
            *pat = StoredPat::new(revoked, pat.mark());
        }
    }
}

/// As precise as a database keeps it, so that what a test sees here holds there too.
fn to_microsecond(record: &PatRecord) -> PatRecord {
    let whole = |instant: Option<Timestamp>| instant.map(whole_microseconds);
    let copy = record.clone();
    copy.with_creation(whole(record.created_at()))
        .with_not_before(whole(record.not_before()))
        .with_expiry(whole(record.expires_at()))
        .with_pause(whole(record.paused_at()))
        .with_owner_disabled(whole(record.owner_disabled_at()))
        .with_revocation(whole(record.revoked_at()))
}
