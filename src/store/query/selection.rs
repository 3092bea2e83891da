use jiff::Timestamp;

use crate::record::{FamilyId, OwnerId, PatRecord, TokenId};
use crate::token::TokenDigest;

/// Which records a change at one go is meant for: all, unless something is said. What is said must hold together.
///
/// ```
/// use tower_pat::record::OwnerId;
/// use tower_pat::store::Selection;
///
/// let incident: jiff::Timestamp = "2030-01-01T00:00:00Z".parse()?;
/// let leaked = Selection::all().with_owner(OwnerId::parse("alice")?).with_created_before(incident);
/// assert!(leaked.token().is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "it is only a choice until it is given to a store"]
pub struct Selection {
    token: Option<TokenId>,
    digest: Option<TokenDigest>,
    owner: Option<OwnerId>,
    family: Option<FamilyId>,
    created_before: Option<Timestamp>,
}

impl Selection {
    /// All there are.
    pub fn all() -> Self {
        Self { token: None, digest: None, owner: None, family: None, created_before: None }
    }

    /// One token. If another has replaced it, that one is not meant: see [`with_family`](Self::with_family).
    pub fn with_token(mut self, token: impl Into<Option<TokenId>>) -> Self {
        self.token = token.into();
        self
    }

    /// The token with this digest, also where its record cannot be read.
    pub fn with_digest(mut self, digest: impl Into<Option<TokenDigest>>) -> Self {
        self.digest = digest.into();
        self
    }

    /// Those of an owner.
    pub fn with_owner(mut self, owner: impl Into<Option<OwnerId>>) -> Self {
        self.owner = owner.into();
        self
    }

    /// A token and those that have replaced it.
    pub fn with_family(mut self, family: impl Into<Option<FamilyId>>) -> Self {
        self.family = family.into();
        self
    }

    /// Those that were made before an instant or of which it is not known when, and all of their families: who has a token can
    /// replace it by a new one. What has been [pruned](crate::PatManager::prune) brings nobody in any more.
    pub fn with_created_before(mut self, instant: impl Into<Option<Timestamp>>) -> Self {
        self.created_before = instant.into();
        self
    }

    /// Which token.
    #[must_use]
    pub fn token(&self) -> Option<TokenId> {
        self.token
    }

    /// With which digest.
    #[must_use]
    pub fn digest(&self) -> Option<&TokenDigest> {
        self.digest.as_ref()
    }

    /// Whose.
    #[must_use]
    pub fn owner(&self) -> Option<&OwnerId> {
        self.owner.as_ref()
    }

    /// Of which family.
    #[must_use]
    pub fn family(&self) -> Option<FamilyId> {
        self.family
    }

    /// Made before when.
    #[must_use]
    pub fn created_before(&self) -> Option<Timestamp> {
        self.created_before
    }

    /// Whether a record that is kept under a digest is among them, if one of its family
    /// [was made early enough](Self::is_early).
    #[must_use]
    pub fn holds(&self, record: &PatRecord, digest: &TokenDigest) -> bool {
        self.token.is_none_or(|token| record.id() == token)
            && self.digest.is_none_or(|wanted| wanted == *digest)
            && self.owner.as_ref().is_none_or(|owner| record.owner() == owner)
            && self.family.is_none_or(|family| record.family() == family)
    }

    /// Whether a record was made before the instant that is said, so that all of its family may be among them.
    #[must_use]
    pub fn is_early(&self, record: &PatRecord) -> bool {
        self.created_before.is_none_or(|end| record.created_at().is_none_or(|created| created < end))
    }
}
