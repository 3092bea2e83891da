use jiff::Timestamp;

use super::audit::AuditEvent;
use super::notice::ExpiryNotice;
use super::stored::{PatDetails, StoredPat};
use crate::record::{OwnerId, PatRecord};
use crate::token::{DigestMark, TokenDigest};

/// What is written at one go, wholly or not at all: new records, new versions of records, and what is noted of it in the
/// audit.
///
/// ```
/// use tower_pat::record::{OwnerId, PatRecord, TokenId};
/// use tower_pat::store::{Change, Insertion, MemoryStore, PatStore};
/// use tower_pat::token::TokenDigest;
/// use uuid::Uuid;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let record = PatRecord::new(TokenId::from_uuid(Uuid::from_u128(7)), OwnerId::parse("alice")?);
/// let change = Change::default().with_insertion(Insertion::new(record, TokenDigest::of("acme_pat_…")));
/// MemoryStore::new().apply(&change).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Default)]
#[must_use = "it is only a wish until it is given to a store"]
pub struct Change {
    insertions: Vec<Insertion>,
    updates: Vec<Update>,
    events: Vec<AuditEvent>,
    limits: Option<OwnerLimits>,
}

impl Change {
    /// Adds a new record.
    pub fn with_insertion(mut self, insertion: Insertion) -> Self {
        self.insertions.push(insertion);
        self
    }

    /// Adds a new version of a record. Each record comes once at most.
    pub fn with_update(mut self, update: Update) -> Self {
        self.updates.push(update);
        self
    }

    /// Adds what is noted in the audit.
    pub fn with_event(mut self, event: AuditEvent) -> Self {
        self.events.push(event);
        self
    }

    /// Sets what must hold once all is written, or nothing is.
    pub fn with_limits(mut self, limits: impl Into<Option<OwnerLimits>>) -> Self {
        self.limits = limits.into();
        self
    }

    /// The new records.
    pub fn insertions(&self) -> &[Insertion] {
        &self.insertions
    }

    /// The new versions of records.
    pub fn updates(&self) -> &[Update] {
        &self.updates
    }

    /// What is noted in the audit.
    #[must_use]
    pub fn events(&self) -> &[AuditEvent] {
        &self.events
    }

    /// What must hold afterwards.
    #[must_use]
    pub fn limits(&self) -> Option<&OwnerLimits> {
        self.limits.as_ref()
    }

    /// All marks by which the change is announced: those of new digests, and those of the ones that were there.
    #[must_use]
    pub fn marks(&self) -> Vec<DigestMark> {
        let inserted = self.insertions.iter().map(|insertion| insertion.digest().mark());
        let updated = self.updates.iter().flat_map(|update| [update.mark, update.replaced_mark()]);
        let mut marks: Vec<_> = inserted.chain(updated).collect();
        marks.sort_unstable_by_key(|mark| mark.bits());
        marks.dedup();
        marks
    }

    /// The records that are written, new and old.
    pub fn records(&self) -> impl Iterator<Item = &PatRecord> {
        self.insertions.iter().map(Insertion::record).chain(self.updates.iter().map(Update::record))
    }
}

/// A new record, and the digest of its token.
///
/// ```
/// # use tower_pat::record::{OwnerId, PatRecord, TokenId};
/// # use uuid::Uuid;
/// use tower_pat::store::Insertion;
/// use tower_pat::token::TokenDigest;
///
/// # let record = PatRecord::new(TokenId::from_uuid(Uuid::from_u128(7)), OwnerId::parse("alice")?);
/// let insertion = Insertion::new(record.clone(), TokenDigest::of("acme_pat_…"));
/// assert_eq!(insertion.record(), &record);
/// # Ok::<(), tower_pat::invalid::InvalidValue>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "it is only a wish until it is given to a store"]
pub struct Insertion {
    record: PatRecord,
    digest: TokenDigest,
    details: PatDetails,
}

impl Insertion {
    /// A record without details. Whether its owner is disabled is not read from it.
    pub fn new(record: PatRecord, digest: TokenDigest) -> Self {
        Self { record, digest, details: PatDetails::default() }
    }

    /// Sets what no verifier needs.
    pub fn with_details(mut self, details: PatDetails) -> Self {
        self.details = details;
        self
    }

    /// The record.
    #[must_use]
    pub fn record(&self) -> &PatRecord {
        &self.record
    }

    /// The digest of its token.
    #[must_use]
    pub fn digest(&self) -> &TokenDigest {
        &self.digest
    }

    /// When the first notice of its expiry is due.
    pub(in crate::store) fn first_notice(&self) -> Option<Timestamp> {
        self.record.expires_at().and_then(|expiry| ExpiryNotice::first_due(self.record.created_at(), expiry))
    }

    /// What no verifier needs.
    #[must_use]
    pub fn details(&self) -> &PatDetails {
        &self.details
    }
}

/// A new version of a record: all of it, but for its use, its identifier and its owner, which stay.
///
/// ```
/// # use tower_pat::record::{OwnerId, PatRecord, TokenId};
/// # use tower_pat::token::TokenDigest;
/// # use uuid::Uuid;
/// use tower_pat::store::{StoredPat, Update};
///
/// # let record = PatRecord::new(TokenId::from_uuid(Uuid::from_u128(7)), OwnerId::parse("alice")?);
/// let stored = StoredPat::new(record.clone(), TokenDigest::of("acme_pat_…").mark());
/// let update = Update::of(&stored).with_record(record.with_pause(jiff::Timestamp::UNIX_EPOCH));
/// assert_eq!(update.version(), stored.version());
/// # Ok::<(), tower_pat::invalid::InvalidValue>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "it is only a wish until it is given to a store"]
pub struct Update {
    version: u64,
    mark: DigestMark,
    record: PatRecord,
    details: PatDetails,
    digest: Option<TokenDigest>,
    unused: bool,
    expiry_since: Option<Timestamp>,
}

impl Update {
    /// A version like the one that was found, upon which it is made: if there is another by then, that is a conflict.
    pub fn of(found: &StoredPat) -> Self {
        Self {
            version: found.version(),
            mark: found.mark(),
            record: found.record().clone(),
            details: found.details().clone(),
            digest: None,
            unused: false,
            expiry_since: None,
        }
    }

    /// Sets the record. Whether its owner is disabled is not read from it.
    pub fn with_record(mut self, record: PatRecord) -> Self {
        self.record = record;
        self
    }

    /// Sets what no verifier needs.
    pub fn with_details(mut self, details: PatDetails) -> Self {
        self.details = details;
        self
    }

    /// Sets the digest of another token, which takes the place of the one that was there.
    pub fn with_digest(mut self, digest: TokenDigest) -> Self {
        self.digest = Some(digest);
        self
    }

    /// Sets that it is a conflict if a use of the token has been recorded.
    pub fn with_unused(mut self, unused: bool) -> Self {
        self.unused = unused;
        self
    }

    /// Sets that the record has another expiry, since this instant: notices of it start anew.
    pub fn with_new_expiry(mut self, since: Timestamp) -> Self {
        self.expiry_since = Some(since);
        self
    }

    /// The version that the record must have.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The record.
    #[must_use]
    pub fn record(&self) -> &PatRecord {
        &self.record
    }

    /// What no verifier needs.
    #[must_use]
    pub fn details(&self) -> &PatDetails {
        &self.details
    }

    /// The digest of another token; none if the token stays.
    #[must_use]
    pub fn digest(&self) -> Option<&TokenDigest> {
        self.digest.as_ref()
    }

    /// Whether a recorded use is a conflict.
    #[must_use]
    pub fn is_unused(&self) -> bool {
        self.unused
    }

    /// Since when the record has another expiry; none if notices go on as they were.
    #[must_use]
    pub fn expiry_since(&self) -> Option<Timestamp> {
        self.expiry_since
    }

    /// When the first notice is due of an expiry that is new.
    pub(in crate::store) fn first_notice(&self) -> Option<Timestamp> {
        self.record.expires_at().and_then(|expiry| ExpiryNotice::first_due(self.expiry_since, expiry))
    }

    fn replaced_mark(&self) -> DigestMark {
        self.digest.map_or(self.mark, |digest| digest.mark())
    }
}

/// What must hold for an owner's tokens once a change is written. Those that were revoked, replaced or have expired do not
/// count.
///
/// ```
/// use jiff::Timestamp;
/// use tower_pat::record::OwnerId;
/// use tower_pat::store::OwnerLimits;
///
/// let limits = OwnerLimits::new(OwnerId::parse("alice")?, Timestamp::UNIX_EPOCH).with_most(10).with_unique_names(true);
/// assert_eq!(limits.most(), Some(10));
/// # Ok::<(), tower_pat::invalid::InvalidValue>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "it is only a wish until it is given to a store"]
pub struct OwnerLimits {
    owner: OwnerId,
    at: Timestamp,
    most: Option<u32>,
    unique_names: bool,
}

impl OwnerLimits {
    /// No limits yet for an owner's tokens at an instant.
    pub fn new(owner: OwnerId, at: Timestamp) -> Self {
        Self { owner, at, most: None, unique_names: false }
    }

    /// Sets how many tokens there may be.
    pub fn with_most(mut self, tokens: impl Into<Option<u32>>) -> Self {
        self.most = tokens.into();
        self
    }

    /// Sets that no other token may have the name of one that is written, upper and lower case being the same.
    pub fn with_unique_names(mut self, unique: bool) -> Self {
        self.unique_names = unique;
        self
    }

    /// Whose tokens.
    #[must_use]
    pub fn owner(&self) -> &OwnerId {
        &self.owner
    }

    /// At which instant.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// How many tokens at most.
    #[must_use]
    pub fn most(&self) -> Option<u32> {
        self.most
    }

    /// Whether names are unique.
    #[must_use]
    pub fn has_unique_names(&self) -> bool {
        self.unique_names
    }

    /// Whether a record counts.
    #[must_use]
    pub fn counts(&self, record: &PatRecord) -> bool {
        let is_over = record.revoked_at().is_some()
            || record.is_replaced()
            || record.expires_at().is_some_and(|expiry| self.at >= expiry);
        record.owner() == &self.owner && !is_over
    }
}
