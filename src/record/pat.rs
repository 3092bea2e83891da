use jiff::Timestamp;
use serde::Serialize;

use super::id::TokenId;
use super::name::TokenName;
use super::owner::OwnerId;
use crate::scope::ScopeSet;
use crate::token::TokenHint;

/// What is known about a token. It holds neither the token nor its digest.
///
/// A new record allows nothing: scopes are added by name, and a token without them passes only where any valid token
/// does.
///
/// ```
/// use jiff::Timestamp;
/// use tower_pat::record::{OwnerId, PatRecord, PatStatus, TokenId};
/// use uuid::Uuid;
///
/// let expiry: Timestamp = "2030-01-01T00:00:00Z".parse()?;
/// let record = PatRecord::new(TokenId::from_uuid(Uuid::from_u128(7)), OwnerId::parse("alice")?)
///     .with_scopes("invoices:read".parse()?)
///     .with_expiry(expiry);
///
/// assert_eq!(record.status_at("2029-12-31T23:59:59Z".parse()?), PatStatus::Active);
/// assert_eq!(record.status_at(expiry), PatStatus::Expired);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatRecord {
    id: TokenId,
    owner: OwnerId,
    name: Option<TokenName>,
    hint: Option<TokenHint>,
    scopes: ScopeSet,
    created_at: Option<Timestamp>,
    expires_at: Option<Timestamp>,
    revoked_at: Option<Timestamp>,
}

impl PatRecord {
    /// A record of a token that belongs to `owner`, has no scopes, does not expire and is not revoked.
    #[must_use]
    pub fn new(id: TokenId, owner: OwnerId) -> Self {
        Self {
            id,
            owner,
            name: None,
            hint: None,
            scopes: ScopeSet::default(),
            created_at: None,
            expires_at: None,
            revoked_at: None,
        }
    }

    /// Sets what its owner calls the token.
    #[must_use]
    pub fn with_name(mut self, name: impl Into<Option<TokenName>>) -> Self {
        self.name = name.into();
        self
    }

    /// Sets by what people recognise the token.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<Option<TokenHint>>) -> Self {
        self.hint = hint.into();
        self
    }

    /// Sets what the token may do.
    #[must_use]
    pub fn with_scopes(mut self, scopes: ScopeSet) -> Self {
        self.scopes = scopes;
        self
    }

    /// Sets when the token was made.
    #[must_use]
    pub fn with_creation(mut self, instant: impl Into<Option<Timestamp>>) -> Self {
        self.created_at = instant.into();
        self
    }

    /// Sets the first instant at which the token is no longer accepted. None means that it never expires.
    #[must_use]
    pub fn with_expiry(mut self, instant: impl Into<Option<Timestamp>>) -> Self {
        self.expires_at = instant.into();
        self
    }

    /// Sets when the token was revoked: from then on, whatever the clock says, it is not accepted. None means that it
    /// is not revoked.
    #[must_use]
    pub fn with_revocation(mut self, instant: impl Into<Option<Timestamp>>) -> Self {
        self.revoked_at = instant.into();
        self
    }

    /// The identifier of the record.
    #[must_use]
    pub fn id(&self) -> TokenId {
        self.id
    }

    /// The user the token belongs to.
    #[must_use]
    pub fn owner(&self) -> &OwnerId {
        &self.owner
    }

    /// What its owner calls the token.
    #[must_use]
    pub fn name(&self) -> Option<&TokenName> {
        self.name.as_ref()
    }

    /// By what people recognise the token.
    #[must_use]
    pub fn hint(&self) -> Option<&TokenHint> {
        self.hint.as_ref()
    }

    /// What the token may do.
    #[must_use]
    pub fn scopes(&self) -> &ScopeSet {
        &self.scopes
    }

    /// When the token was made.
    #[must_use]
    pub fn created_at(&self) -> Option<Timestamp> {
        self.created_at
    }

    /// The first instant at which the token is no longer accepted; none if it never expires.
    #[must_use]
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.expires_at
    }

    /// When the token was revoked; none if it is not.
    #[must_use]
    pub fn revoked_at(&self) -> Option<Timestamp> {
        self.revoked_at
    }

    /// What the token is worth at an instant. A revocation goes before everything else and does not look at the clock;
    /// a token is expired *at* its expiry, not only after it.
    #[must_use]
    pub fn status_at(&self, now: Timestamp) -> PatStatus {
        if self.revoked_at.is_some() {
            return PatStatus::Revoked;
        }
        match self.expires_at {
            Some(expiry) if now >= expiry => PatStatus::Expired,
            _ => PatStatus::Active,
        }
    }
}

/// What a token is worth at an instant. In serde it is one lower-case word.
///
/// ```
/// use tower_pat::record::PatStatus;
///
/// assert_eq!(serde_json::to_string(&PatStatus::Revoked)?, r#""revoked""#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PatStatus {
    /// It is accepted.
    Active,
    /// Its time is over.
    Expired,
    /// It was revoked.
    Revoked,
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use uuid::Uuid;

    use super::{PatRecord, PatStatus};
    use crate::record::{OwnerId, TokenId};

    fn record() -> PatRecord {
        PatRecord::new(TokenId::from_uuid(Uuid::nil()), OwnerId::parse("alice").unwrap())
    }

    #[test]
    fn token_is_expired_at_its_very_expiry() {
        let expiry = Timestamp::from_second(1_000).unwrap();
        let record = record().with_expiry(expiry);
        let nanosecond = jiff::SignedDuration::from_nanos(1);
        assert_eq!(record.status_at(expiry - nanosecond), PatStatus::Active);
        assert_eq!(record.status_at(expiry), PatStatus::Expired);
        assert_eq!(record.status_at(Timestamp::MAX), PatStatus::Expired);
    }

    #[test]
    fn token_without_expiry_lasts() {
        assert_eq!(record().status_at(Timestamp::MAX), PatStatus::Active);
    }

    #[test]
    fn revocation_counts_whatever_the_clock_says() {
        let revoked = record().with_revocation(Timestamp::MAX).with_expiry(Timestamp::MIN);
        assert_eq!(revoked.status_at(Timestamp::MIN), PatStatus::Revoked);
    }
}
