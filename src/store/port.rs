use async_trait::async_trait;
use jiff::Timestamp;

use super::audit::{EventPage, EventQuery, Stamp};
use super::change::{Change, Insertion};
use super::done::Done;
use super::error::StoreError;
use super::key::IdempotencyKey;
use super::query::{PatPage, PatQuery, Selection};
use super::stored::StoredPat;
use super::usage::Use;
use crate::record::{OwnerId, PatRecord, Reason, TokenId};
use crate::resolver::PatResolver;
use crate::token::TokenDigest;

/// How many records one call of [`PatStore::revoke_some`] revokes at most, so that no transaction is long.
pub const BULK: usize = 500;

/// Of how many tokens the marks are told one by one when their owner is disabled or enabled. When there are more,
/// [`PatStore::set_owner_disabled`] tells of [all](super::Touched::All).
pub const MARKS: usize = 1_000;

/// Keeps records, and resolves the tokens they belong to.
///
/// A store keeps, finds and commits, and decides nothing: what may be done is the business of
/// [`PatManager`](crate::PatManager), through which changes are made and which announces them once they are committed. A
/// store by itself announces nothing, and gives records that are revoked or expired like any other.
///
/// Each call that changes something is one transaction. In it the store also writes the marks of all digests that it
/// touches to a change log, from which other processes learn; a store that no other process can read needs no log.
///
/// Instants are kept to the microsecond; what is finer is cut off. Owners and identifiers are compared to the letter, names
/// as [folded](crate::record::TokenName::folded).
///
/// Whether an owner is disabled is kept once, for the owner: it shows in every record of theirs that is found, listed or
/// resolved, whenever the record was written.
///
/// The suite `testing::store_contract` holds a store against all that is promised here.
///
/// # Cancel safety
///
/// A call whose future is dropped may or may not have made its change, wholly or not at all.
///
/// # Errors
///
/// [`Unavailable`](super::StoreErrorKind::Unavailable) when the store does not answer now and may do so later. What a method
/// names beside that has changed nothing.
///
/// ```
/// use tower_pat::record::{OwnerId, PatStatus};
/// use tower_pat::store::{PatQuery, PatStore, StoreError};
///
/// /// The newest tokens of somebody that can still be used, wherever they are kept.
/// async fn usable(store: &dyn PatStore, owner: OwnerId, now: jiff::Timestamp) -> Result<usize, StoreError> {
///     let query = PatQuery::default().with_owner(owner).with_states([PatStatus::Active], now);
///     Ok(store.list(&query).await?.items().len())
/// }
/// ```
#[async_trait]
pub trait PatStore: PatResolver {
    /// The record with this identifier.
    ///
    /// # Errors
    ///
    /// When the store cannot answer.
    async fn find(&self, id: TokenId) -> Result<Option<StoredPat>, StoreError>;

    /// The record of the token with this digest.
    ///
    /// # Errors
    ///
    /// When the store cannot answer.
    async fn find_by_digest(&self, digest: &TokenDigest) -> Result<Option<StoredPat>, StoreError>;

    /// The record of an owner that was written with this key.
    ///
    /// # Errors
    ///
    /// When the store cannot answer.
    async fn find_by_key(&self, owner: &OwnerId, key: &IdempotencyKey) -> Result<Option<StoredPat>, StoreError>;

    /// A page of the records that are asked for. Whoever follows the cursors sees each record that was there all the time
    /// exactly once.
    ///
    /// # Errors
    ///
    /// When the store cannot answer.
    async fn list(&self, query: &PatQuery) -> Result<PatPage, StoreError>;

    /// Writes a change, wholly or not at all.
    ///
    /// # Errors
    ///
    /// - [`Conflict`](super::StoreErrorKind::Conflict): a record that is updated is not there, has another version or
    ///   another owner, or has been used and must not;
    /// - [`Duplicate`](super::StoreErrorKind::Duplicate): the identifier, the digest, or for its owner the key of a record is
    ///   there already;
    /// - [`LimitReached`](super::StoreErrorKind::LimitReached) or [`NameTaken`](super::StoreErrorKind::NameTaken): the limits
    ///   would not hold. Changes that are made at the same time do not pass them together either.
    async fn apply(&self, change: &Change) -> Result<(), StoreError>;

    /// Revokes records that are not revoked yet, as of the instant of the stamp, whatever their version: [`BULK`] of those
    /// selected at most, and tells their marks and events; none when none is left. Each gets a new version and an event
    /// [`Revoked`](super::AuditKind::Revoked) with the reason.
    ///
    /// A record that cannot be read can still be revoked, where the store is able to.
    ///
    /// # Errors
    ///
    /// When the store cannot do it, or cannot tell whether it has.
    async fn revoke_some(
        &self,
        selection: &Selection,
        reason: Option<&Reason>,
        stamp: &Stamp,
    ) -> Result<Done, StoreError>;

    /// Disables an owner as of the instant of the stamp, or enables them again, and tells what must be announced: the marks
    /// of their tokens that are neither revoked nor expired, or all, if these are more than [`MARKS`]. It is noted by one
    /// event. Who is disabled already keeps the instant; then nothing is written and nothing told, as when somebody
    /// enabled is to be enabled.
    ///
    /// # Errors
    ///
    /// When the store cannot do it, or cannot tell whether it has.
    async fn set_owner_disabled(&self, owner: &OwnerId, disabled: bool, stamp: &Stamp) -> Result<Done, StoreError>;

    /// Since when an owner is disabled; none if they are not.
    ///
    /// # Errors
    ///
    /// When the store cannot answer.
    async fn owner_disabled_at(&self, owner: &OwnerId) -> Result<Option<Timestamp>, StoreError>;

    /// A page of the audit.
    ///
    /// # Errors
    ///
    /// When the store cannot answer.
    async fn events(&self, query: &EventQuery) -> Result<EventPage, StoreError>;

    /// Adds uses to what is kept of them: the counts together, and of all uses the latest. Tokens that are not there are
    /// passed over. No record gets a new version, and nothing is logged or noted.
    ///
    /// # Errors
    ///
    /// When the store cannot do it, or cannot tell whether it has.
    async fn record_uses(&self, uses: &[Use]) -> Result<(), StoreError>;

    /// Removes records that were over before an instant, and before that of the stamp: revoked, replaced or expired. So many
    /// at most. Each gets an event [`Pruned`](super::AuditKind::Pruned), which is told; no mark is. The audit stays.
    ///
    /// # Errors
    ///
    /// When the store cannot do it, or cannot tell whether it has.
    async fn prune(&self, over_before: Timestamp, at_most: u32, stamp: &Stamp) -> Result<Done, StoreError>;

    /// Claims tokens of which it is time, at the instant of the stamp, to tell that they expire soon, so that nobody else does:
    /// those whose notice is due and that are neither revoked nor replaced nor expired. So many at most; none when none is
    /// left. Each gets an event [`ExpiringSoon`](super::AuditKind::ExpiringSoon) with [which notice](super::ExpiryNotice::at)
    /// it is. No record gets a new version, and no mark is told.
    ///
    /// The first notice of a record is due when [`ExpiryNotice::first_due`](super::ExpiryNotice::first_due) says so: of a new one
    /// since its creation, of an update that has [another expiry](super::Update::with_new_expiry) since then. After one the
    /// [next](super::ExpiryNotice::next_due) is due.
    ///
    /// # Errors
    ///
    /// When the store cannot do it, or cannot tell whether it has.
    async fn claim_expiring(&self, at_most: u32, stamp: &Stamp) -> Result<Done, StoreError>;

    /// Whether the store holds no record at all.
    ///
    /// # Errors
    ///
    /// When the store cannot answer.
    async fn is_empty(&self) -> Result<bool, StoreError>;

    /// Keeps a new record and the digest of its token, with nothing noted: what [`apply`](Self::apply) does with such a
    /// change.
    ///
    /// # Errors
    ///
    /// [`Duplicate`](super::StoreErrorKind::Duplicate) when the identifier or the digest is there already.
    async fn insert(&self, record: &PatRecord, digest: &TokenDigest) -> Result<(), StoreError> {
        self.apply(&Change::default().with_insertion(Insertion::new(record.clone(), *digest))).await
    }
}
