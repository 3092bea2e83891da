use async_trait::async_trait;
use jiff::Timestamp;

use super::error::StoreError;
use crate::record::{OwnerId, PatRecord, TokenId};
use crate::resolver::PatResolver;
use crate::token::{DigestMark, TokenDigest};

/// Keeps records, and resolves the tokens they belong to.
///
/// A change is made through [`PatManager`](crate::PatManager), which announces it once it is committed: a store by
/// itself announces nothing.
///
/// Every change also writes the mark of the token's digest to a change log, in the same transaction. A store that no
/// other process can read needs no log.
///
/// Instants are kept to the microsecond; what is finer is cut off.
///
/// # Cancel safety
///
/// A call whose future is dropped may or may not have made its change, wholly or not at all.
///
/// ```
/// use tower_pat::record::{OwnerId, PatRecord};
/// use tower_pat::store::{PatStore, StoreError};
///
/// /// How many tokens somebody has that can still be used, wherever they are kept.
/// async fn usable(store: &dyn PatStore, owner: &OwnerId, now: jiff::Timestamp) -> Result<usize, StoreError> {
///     use tower_pat::record::PatStatus;
///
///     let is_active = |record: &&PatRecord| record.status_at(now) == PatStatus::Active;
///     Ok(store.list(owner).await?.iter().filter(is_active).count())
/// }
/// ```
#[async_trait]
pub trait PatStore: PatResolver {
    /// Keeps a new record and the digest of its token.
    ///
    /// # Errors
    ///
    /// [`Duplicate`](super::StoreErrorKind::Duplicate) when the identifier or the digest is there already; else as the
    /// store's medium has it.
    async fn insert(&self, record: &PatRecord, digest: &TokenDigest) -> Result<(), StoreError>;

    /// The record with this identifier.
    ///
    /// # Errors
    ///
    /// When the store cannot answer.
    async fn find(&self, id: TokenId) -> Result<Option<StoredPat>, StoreError>;

    /// All records of an owner, the newest first, revoked and expired ones too.
    ///
    /// # Errors
    ///
    /// When the store cannot answer.
    async fn list(&self, owner: &OwnerId) -> Result<Vec<PatRecord>, StoreError>;

    /// Revokes a record as of an instant. A record that is revoked already keeps its instant, and one that is not there
    /// stays so; both are no errors.
    ///
    /// # Errors
    ///
    /// When the store cannot do it, or cannot tell whether it has.
    async fn revoke(&self, id: TokenId, at: Timestamp) -> Result<(), StoreError>;

    /// Whether the store holds no record at all.
    ///
    /// # Errors
    ///
    /// When the store cannot answer.
    async fn is_empty(&self) -> Result<bool, StoreError>;
}

/// A record as a store gives it, with the mark by which a change to it is announced.
///
/// ```
/// use tower_pat::record::{OwnerId, PatRecord, TokenId};
/// use tower_pat::store::StoredPat;
/// use tower_pat::token::TokenDigest;
/// use uuid::Uuid;
///
/// let record = PatRecord::new(TokenId::from_uuid(Uuid::from_u128(7)), OwnerId::parse("alice")?);
/// let stored = StoredPat::new(record.clone(), TokenDigest::of("acme_pat_…").mark());
/// assert_eq!(stored.record(), &record);
/// # Ok::<(), tower_pat::invalid::InvalidValue>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredPat {
    record: PatRecord,
    mark: DigestMark,
}

impl StoredPat {
    /// Puts together a record and the mark of its token's digest.
    #[must_use]
    pub fn new(record: PatRecord, mark: DigestMark) -> Self {
        Self { record, mark }
    }

    /// The record.
    #[must_use]
    pub fn record(&self) -> &PatRecord {
        &self.record
    }

    /// By what changes to the record are announced.
    #[must_use]
    pub fn mark(&self) -> DigestMark {
        self.mark
    }
}
