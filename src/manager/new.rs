use std::time::Duration;

use jiff::Timestamp;

use crate::record::{AudienceSet, NetworkSet, PatRecord, TokenName};
use crate::resource::ResourceSet;
use crate::scope::ScopeSet;
use crate::token::PatToken;

/// What a person asks for when they create a token.
///
/// It has no scopes, does not expire and is not restricted unless that is said.
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
    pub(super) expiry: Expiry,
    pub(super) networks: Option<NetworkSet>,
    pub(super) audiences: Option<AudienceSet>,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Expiry {
    Never,
    In(Duration),
    At(Timestamp),
}

impl NewPat {
    /// A token of this name.
    pub fn new(name: TokenName) -> Self {
        Self {
            name,
            scopes: ScopeSet::default(),
            resources: None,
            not_before: None,
            expiry: Expiry::Never,
            networks: None,
            audiences: None,
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
        self.expiry = Expiry::In(lifetime);
        self
    }

    /// Asks for a token that expires at this instant.
    pub fn with_expiry(mut self, instant: Timestamp) -> Self {
        self.expiry = Expiry::At(instant);
        self
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
