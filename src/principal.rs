//! The principal: who is calling, and what they may do.

use std::sync::Arc;

use jiff::Timestamp;

use crate::record::{OwnerId, PatRecord, TokenId, TokenName};
use crate::requirement::Requirement;
use crate::scope::ScopeSet;

/// Who is calling, and what they may do: what handlers see of an accepted token.
///
/// [`PatAuthLayer`](crate::PatAuthLayer) puts it into the extensions of the request. An axum handler takes it as an
/// argument; any other service finds it with `request.extensions().get::<PatPrincipal>()`. It is one reference count:
/// cloning it is cheap.
///
/// ```
/// use tower_pat::PatPrincipal;
///
/// async fn greet(caller: PatPrincipal) -> String {
///     format!("Hello {}, you may {}", caller.owner(), caller.scopes())
/// }
/// # let _: axum::Router = axum::Router::new().route("/", axum::routing::get(greet));
/// ```
///
/// A test of a handler makes one from a record:
///
/// ```
/// use tower_pat::record::{OwnerId, PatRecord, TokenId, TokenName};
/// use tower_pat::requirement::Requirement;
/// use tower_pat::{PatPrincipal, Scope};
/// use uuid::Uuid;
///
/// let id = TokenId::from_uuid(Uuid::from_u128(7));
/// let record = PatRecord::new(id, OwnerId::parse("alice")?)
///     .with_name(TokenName::parse("nightly build")?)
///     .with_scopes("invoices:read".parse()?);
/// let caller = PatPrincipal::new(record);
///
/// assert!(caller.allows(&Requirement::scope(Scope::from_static("invoices:read"))));
/// assert!(!caller.allows(&Requirement::scope(Scope::from_static("invoices:write"))));
/// assert_eq!(caller.token_id(), id);
/// assert_eq!(caller.name().expect("a name").as_str(), "nightly build");
/// assert_eq!(caller.expires_at(), None);
/// assert_eq!(caller.record().revoked_at(), None);
/// # Ok::<(), tower_pat::invalid::InvalidValue>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatPrincipal(Arc<PatRecord>);

impl PatPrincipal {
    /// The principal of a record. Whether the record is valid is not looked at: that is the verifier's part.
    #[must_use]
    pub fn new(record: PatRecord) -> Self {
        Self(Arc::new(record))
    }

    /// The user on whose behalf the caller acts.
    #[must_use]
    pub fn owner(&self) -> &OwnerId {
        self.0.owner()
    }

    /// The identifier of the token's record.
    #[must_use]
    pub fn token_id(&self) -> TokenId {
        self.0.id()
    }

    /// What its owner calls the token.
    #[must_use]
    pub fn name(&self) -> Option<&TokenName> {
        self.0.name()
    }

    /// What the token may do.
    #[must_use]
    pub fn scopes(&self) -> &ScopeSet {
        self.0.scopes()
    }

    /// The first instant at which the token is no longer accepted; none if it never expires.
    #[must_use]
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.0.expires_at()
    }

    /// The whole record.
    #[must_use]
    pub fn record(&self) -> &PatRecord {
        &self.0
    }

    /// Whether the token may do what is asked for.
    #[must_use]
    pub fn allows(&self, requirement: &Requirement) -> bool {
        requirement.is_met_by(self.scopes())
    }
}
