use super::key::IdempotencyKey;
use super::usage::Usage;
use crate::record::{Description, Metadata, PatRecord, Reason, TokenId};
use crate::token::DigestMark;

/// A record as a store gives it, with the mark by which a change to it is announced, and what no verifier needs.
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
/// assert_eq!(stored.version(), 1);
/// # Ok::<(), tower_pat::invalid::InvalidValue>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredPat {
    record: PatRecord,
    mark: DigestMark,
    version: u64,
    details: PatDetails,
    usage: Option<Usage>,
}

impl StoredPat {
    /// A record that was never changed nor used, and has no details.
    #[must_use]
    pub fn new(record: PatRecord, mark: DigestMark) -> Self {
        Self { record, mark, version: 1, details: PatDetails::default(), usage: None }
    }

    /// Sets the record.
    #[must_use]
    pub fn with_record(mut self, record: PatRecord) -> Self {
        self.record = record;
        self
    }

    /// Sets how many versions of the record there have been, this one included.
    #[must_use]
    pub fn with_version(mut self, version: u64) -> Self {
        self.version = version;
        self
    }

    /// Sets what no verifier needs.
    #[must_use]
    pub fn with_details(mut self, details: PatDetails) -> Self {
        self.details = details;
        self
    }

    /// Sets when the token was used.
    #[must_use]
    pub fn with_usage(mut self, usage: impl Into<Option<Usage>>) -> Self {
        self.usage = usage.into();
        self
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

    /// How many versions of the record there have been: 1 at first, 1 more with each change. A use is no change.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version
    }

    /// What no verifier needs.
    #[must_use]
    pub fn details(&self) -> &PatDetails {
        &self.details
    }

    /// When the token was last used; none if never, as far as that was recorded.
    #[must_use]
    pub fn usage(&self) -> Option<&Usage> {
        self.usage.as_ref()
    }

    /// The record alone.
    #[must_use]
    pub fn into_record(self) -> PatRecord {
        self.record
    }
}

/// What a store keeps about a token and no verifier needs.
///
/// ```
/// use tower_pat::record::{Description, Metadata};
/// use tower_pat::store::PatDetails;
///
/// let details = PatDetails::default()
///     .with_description(Description::parse("for the nightly build")?)
///     .with_metadata(Metadata::new([("team", "billing")])?);
/// assert_eq!(details.metadata().value("team"), Some("billing"));
/// # Ok::<(), tower_pat::invalid::InvalidValue>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PatDetails {
    description: Option<Description>,
    metadata: Metadata,
    revocation: Option<Reason>,
    successor: Option<TokenId>,
    key: Option<IdempotencyKey>,
}

impl PatDetails {
    /// Sets what a person wrote about the token.
    #[must_use]
    pub fn with_description(mut self, description: impl Into<Option<Description>>) -> Self {
        self.description = description.into();
        self
    }

    /// Sets what the host keeps about the token.
    #[must_use]
    pub fn with_metadata(mut self, metadata: Metadata) -> Self {
        self.metadata = metadata;
        self
    }

    /// Sets why the token was revoked.
    #[must_use]
    pub fn with_revocation(mut self, reason: impl Into<Option<Reason>>) -> Self {
        self.revocation = reason.into();
        self
    }

    /// Sets which token has taken the place of this one.
    #[must_use]
    pub fn with_successor(mut self, successor: impl Into<Option<TokenId>>) -> Self {
        self.successor = successor.into();
        self
    }

    /// Sets by what the call that made the token is recognised when it is made again.
    #[must_use]
    pub fn with_key(mut self, key: impl Into<Option<IdempotencyKey>>) -> Self {
        self.key = key.into();
        self
    }

    /// What a person wrote about the token.
    #[must_use]
    pub fn description(&self) -> Option<&Description> {
        self.description.as_ref()
    }

    /// What the host keeps about the token.
    #[must_use]
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// Why the token was revoked; none if it is not, or if nobody said.
    #[must_use]
    pub fn revocation(&self) -> Option<&Reason> {
        self.revocation.as_ref()
    }

    /// Which token has taken the place of this one.
    #[must_use]
    pub fn successor(&self) -> Option<TokenId> {
        self.successor
    }

    /// By what the call that made the token is recognised when it is made again.
    #[must_use]
    pub fn key(&self) -> Option<&IdempotencyKey> {
        self.key.as_ref()
    }
}
