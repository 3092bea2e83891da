use std::time::Duration;

use jiff::Timestamp;

use crate::record::{PatRecord, TokenName};
use crate::scope::ScopeSet;
use crate::token::PatToken;

/// What a person asks for when they create a token.
///
/// It has no scopes and does not expire unless that is said.
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
    pub(super) expiry: Expiry,
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
        Self { name, scopes: ScopeSet::default(), expiry: Expiry::Never }
    }

    /// Asks for these scopes.
    pub fn with_scopes(mut self, scopes: ScopeSet) -> Self {
        self.scopes = scopes;
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
