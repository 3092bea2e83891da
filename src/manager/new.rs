use std::time::Duration;

use jiff::Timestamp;

use crate::policy::Lifetime;
use crate::record::{AudienceSet, Description, Metadata, NetworkSet, OwnerId, PatRecord, TokenName};
use crate::resource::ResourceSet;
use crate::scope::ScopeSet;
use crate::store::{IdempotencyKey, PatDetails};
use crate::token::PatToken;

/// What a person asks for when they create a token.
///
/// It has no scopes, lives as long as the [policy](crate::policy::Policy) has it, and is not restricted unless that is said.
///
/// ```
/// use std::time::Duration;
/// use tower_pat::manager::NewPat;
/// use tower_pat::record::TokenName;
///
/// let wanted = NewPat::new(TokenName::parse("nightly build")?)
///     .with_scopes("invoices:read".parse()?)
///     .with_lifetime(Duration::from_hours(24 * 30));
/// # Ok::<(), tower_pat::invalid::InvalidValue>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "it is only a wish until it is given to a manager"]
pub struct NewPat {
    pub(super) name: TokenName,
    pub(super) scopes: ScopeSet,
    pub(super) resources: Option<ResourceSet>,
    pub(super) not_before: Option<Timestamp>,
    pub(super) lifetime: Lifetime,
    pub(super) networks: Option<NetworkSet>,
    pub(super) audiences: Option<AudienceSet>,
    pub(super) description: Option<Description>,
    pub(super) metadata: Metadata,
    pub(super) owner: Option<OwnerId>,
    pub(super) key: Option<IdempotencyKey>,
}

impl NewPat {
    /// A token of this name.
    pub fn new(name: TokenName) -> Self {
        Self {
            name,
            scopes: ScopeSet::default(),
            resources: None,
            not_before: None,
            lifetime: Lifetime::Usual,
            networks: None,
            audiences: None,
            description: None,
            metadata: Metadata::default(),
            owner: None,
            key: None,
        }
    }

    /// Asks for these scopes.
    pub fn with_scopes(mut self, scopes: ScopeSet) -> Self {
        self.scopes = scopes;
        self
    }

    /// Asks for a token that may be used on these resources alone; on everything if none, on nothing if the set is empty.
    ///
    /// ```
    /// # use tower_pat::manager::NewPat;
    /// # use tower_pat::record::TokenName;
    /// # let wanted = NewPat::new(TokenName::parse("nightly build")?);
    /// use tower_pat::resource::ResourceSet;
    ///
    /// let acme: ResourceSet = "repo:acme/*".parse()?;
    /// let wanted = wanted.with_resources(acme);
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    pub fn with_resources(mut self, resources: impl Into<Option<ResourceSet>>) -> Self {
        self.resources = resources.into();
        self
    }

    /// Asks for a token that is accepted from this instant on, which is before it expires; from the beginning if none.
    ///
    /// ```
    /// # use tower_pat::manager::NewPat;
    /// # use tower_pat::record::TokenName;
    /// # let wanted = NewPat::new(TokenName::parse("nightly build")?);
    /// let start: jiff::Timestamp = "2030-01-01T00:00:00Z".parse()?;
    /// let wanted = wanted.with_not_before(start);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn with_not_before(mut self, instant: impl Into<Option<Timestamp>>) -> Self {
        self.not_before = instant.into();
        self
    }

    /// Asks for a token that expires this long after it is made.
    pub fn with_lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetime = Lifetime::For(lifetime);
        self
    }

    /// Asks for a token that expires at this instant.
    pub fn with_expiry(mut self, instant: Timestamp) -> Self {
        self.lifetime = Lifetime::Until(instant);
        self
    }

    /// Asks for a token that never expires, where the policy allows that.
    ///
    /// ```
    /// # use tower_pat::manager::NewPat;
    /// # use tower_pat::record::TokenName;
    /// let wanted = NewPat::new(TokenName::parse("nightly build")?).without_expiry();
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    pub fn without_expiry(mut self) -> Self {
        self.lifetime = Lifetime::Endless;
        self
    }

    /// Writes something about the token.
    pub fn with_description(mut self, description: impl Into<Option<Description>>) -> Self {
        self.description = description.into();
        self
    }

    /// Keeps something about the token for the host.
    pub fn with_metadata(mut self, metadata: Metadata) -> Self {
        self.metadata = metadata;
        self
    }

    /// Asks for a token of this owner. An administrator or the system must say whose it is to be; an owner need not.
    ///
    /// ```
    /// # use tower_pat::manager::NewPat;
    /// # use tower_pat::record::{OwnerId, TokenName};
    /// let wanted = NewPat::new(TokenName::parse("nightly build")?).with_owner(OwnerId::parse("alice")?);
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    pub fn with_owner(mut self, owner: impl Into<Option<OwnerId>>) -> Self {
        self.owner = owner.into();
        self
    }

    /// Sets by what the call is recognised when it is made again, since the answer was lost. A key is its owner's: another
    /// owner may use the same. It counts for 24 hours after the record was made or made again.
    ///
    /// ```
    /// # use tower_pat::manager::NewPat;
    /// # use tower_pat::record::TokenName;
    /// use tower_pat::store::IdempotencyKey;
    ///
    /// # let wanted = NewPat::new(TokenName::parse("nightly build")?);
    /// let wanted = wanted.with_idempotency_key(IdempotencyKey::parse("7c4a8d09-ca37-62af-61e5-9520943dc264")?);
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    pub fn with_idempotency_key(mut self, key: impl Into<Option<IdempotencyKey>>) -> Self {
        self.key = key.into();
        self
    }

    pub(super) fn details(&self) -> PatDetails {
        PatDetails::default()
            .with_description(self.description.clone())
            .with_metadata(self.metadata.clone())
            .with_key(self.key)
    }

    /// Asks for a token that is accepted from these networks alone; from any if none, from nowhere if the set is empty.
    ///
    /// ```
    /// # use tower_pat::manager::NewPat;
    /// # use tower_pat::record::{NetworkSet, TokenName};
    /// # let wanted = NewPat::new(TokenName::parse("nightly build")?);
    /// let office: NetworkSet = "192.0.2.0/24".parse()?;
    /// let wanted = wanted.with_networks(office);
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    pub fn with_networks(mut self, networks: impl Into<Option<NetworkSet>>) -> Self {
        self.networks = networks.into();
        self
    }

    /// Asks for a token that is accepted by these services alone; by any if none, by no service if the set is empty.
    ///
    /// ```
    /// # use tower_pat::manager::NewPat;
    /// # use tower_pat::record::{AudienceSet, TokenName};
    /// # let wanted = NewPat::new(TokenName::parse("nightly build")?);
    /// let invoices: AudienceSet = "https://invoices.example".parse()?;
    /// let wanted = wanted.with_audiences(invoices);
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    pub fn with_audiences(mut self, audiences: impl Into<Option<AudienceSet>>) -> Self {
        self.audiences = audiences.into();
        self
    }
}

/// A token that was just made: its record, and, this once, the token itself.
///
/// ```no_run
/// # fn example(created: tower_pat::manager::CreatedPat) {
/// println!("Keep this, it is shown once: {}", created.token().expose_secret());
/// # }
/// ```
#[derive(Debug)]
pub struct CreatedPat {
    pub(super) record: PatRecord,
    pub(super) token: PatToken,
}

impl CreatedPat {
    /// The record.
    #[must_use]
    pub fn record(&self) -> &PatRecord {
        &self.record
    }

    /// The token. Nothing can show it again.
    #[must_use]
    pub fn token(&self) -> &PatToken {
        &self.token
    }
}
