//! The denial: why a request gets no principal, or no passage.
//!
//! Here is only *why*. What HTTP makes of it, status and headers, the [layer](crate::layer) says.

use std::time::Duration;

use crate::requirement::Requirement;
use crate::resource::ResourceSet;
use crate::scope::ScopeSet;

/// Why a request gets no principal, or no passage.
///
/// Its `Display` form is what the client is told: constant text, in which nothing of the request comes back.
///
/// ```
/// use tower_pat::denial::{Denial, InvalidToken};
///
/// let denial = Denial::InvalidToken(InvalidToken::Expired);
/// assert_eq!(denial.to_string(), "The access token has expired.");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Denial {
    /// The request carries no token.
    ///
    /// ```
    /// use axum::response::IntoResponse;
    /// use tower_pat::denial::Denial;
    ///
    /// assert_eq!(Denial::MissingCredential.into_response().status(), 401);
    /// ```
    #[error("An access token is required.")]
    MissingCredential,
    /// The request carries something from which no single token can be read.
    ///
    /// ```
    /// use axum::response::IntoResponse;
    /// use tower_pat::denial::{Denial, InvalidRequest};
    ///
    /// let denial = Denial::InvalidRequest(InvalidRequest::SeveralCredentials);
    /// assert_eq!(denial.into_response().status(), 400);
    /// ```
    #[error("{0}")]
    InvalidRequest(InvalidRequest),
    /// The token is not accepted.
    ///
    /// ```
    /// use axum::response::IntoResponse;
    /// use tower_pat::denial::{Denial, InvalidToken};
    ///
    /// assert_eq!(Denial::InvalidToken(InvalidToken::Expired).into_response().status(), 401);
    /// ```
    #[error("{0}")]
    InvalidToken(InvalidToken),
    /// The token is good, but not for the network that the request comes from, or it is not known where that is.
    ///
    /// ```
    /// use axum::response::IntoResponse;
    /// use tower_pat::denial::Denial;
    ///
    /// assert_eq!(Denial::NetworkNotAllowed.into_response().status(), 403);
    /// ```
    #[error("The access token is not allowed from this network.")]
    NetworkNotAllowed,
    /// The token is good, but does not allow this.
    ///
    /// ```
    /// use axum::response::IntoResponse;
    /// use http::header::WWW_AUTHENTICATE;
    /// use tower_pat::denial::{Denial, InsufficientScope};
    /// use tower_pat::{Scope, ScopeSet};
    ///
    /// let lacking = InsufficientScope::new(Scope::from_static("admin").into(), ScopeSet::default());
    /// let response = Denial::from(lacking).into_response();
    /// assert_eq!(response.status(), 403);
    /// let challenge = response.headers()[WWW_AUTHENTICATE].to_str().expect("text");
    /// assert!(challenge.ends_with(r#"scope="admin""#));
    /// ```
    #[error("{0}")]
    InsufficientScope(InsufficientScope),
    /// The caller has asked too often, and may ask again after this time.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use axum::response::IntoResponse;
    /// use http::header::RETRY_AFTER;
    /// use tower_pat::denial::Denial;
    ///
    /// let response = Denial::TooManyRequests(Duration::from_millis(1_500)).into_response();
    /// assert_eq!((response.status().as_u16(), &response.headers()[RETRY_AFTER]), (429, &"2".parse().expect("a number")));
    /// ```
    #[error("Too many requests were made.")]
    TooManyRequests(Duration),
    /// Whether the token is good cannot be found out just now: the resolver fails, does not answer in time or is left alone
    /// for a while, or too many look-ups wait.
    ///
    /// ```
    /// use axum::response::IntoResponse;
    /// use tower_pat::denial::Denial;
    ///
    /// assert_eq!(Denial::Unavailable.into_response().status(), 503);
    /// ```
    #[error("The access token cannot be checked at the moment.")]
    Unavailable,
    /// An extractor or a guard stands where no layer has looked for a token: a mistake in the service.
    ///
    /// ```
    /// use axum::response::IntoResponse;
    /// use tower_pat::denial::Denial;
    ///
    /// assert_eq!(Denial::MissingLayer.into_response().status(), 500);
    /// ```
    #[error("The service is not set up correctly.")]
    MissingLayer,
    /// A guard asks for a scope on a resource that is named by a parameter which the path of the route does not have: a
    /// mistake in the service.
    ///
    /// ```
    /// use axum::response::IntoResponse;
    /// use tower_pat::denial::Denial;
    ///
    /// assert_eq!(Denial::MissingParameter.into_response().status(), 500);
    /// ```
    #[error("The service is not set up correctly.")]
    MissingParameter,
}

/// What is wrong with a request from which no single token can be read ([RFC 6750, section 3.1]).
///
/// ```
/// use tower_pat::denial::InvalidRequest;
///
/// for (invalid, told) in [
///     (InvalidRequest::SeveralCredentials, "The request carries more than one credential."),
///     (InvalidRequest::MalformedCredential, "The Authorization header is not a scheme followed by one token."),
///     (
///         InvalidRequest::MalformedBasic,
///         "The Basic credentials are not the base64 form of a user name, a colon and a password.",
///     ),
///     (InvalidRequest::MalformedHeader, "The header that carries the access token is not one word."),
///     (InvalidRequest::MalformedQuery, "The query parameter that carries the access token is not one word."),
/// ] {
///     assert_eq!(invalid.to_string(), told);
/// }
/// ```
///
/// [RFC 6750, section 3.1]: https://www.rfc-editor.org/rfc/rfc6750#section-3.1
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidRequest {
    /// Two credentials, even equal ones.
    #[error("The request carries more than one credential.")]
    SeveralCredentials,
    /// An `Authorization` that begins with something else than a scheme, or a scheme that is followed by no token, by several words, or by
    /// something else than spaces and one word.
    #[error("The Authorization header is not a scheme followed by one token.")]
    MalformedCredential,
    /// Credentials of the scheme `Basic` that are not base64, hold no colon, or hold control characters ([RFC 7617]).
    ///
    /// [RFC 7617]: https://www.rfc-editor.org/rfc/rfc7617
    #[error("The Basic credentials are not the base64 form of a user name, a colon and a password.")]
    MalformedBasic,
    /// A header of its own that is not one word.
    #[error("The header that carries the access token is not one word.")]
    MalformedHeader,
    /// A query parameter that is empty or not one word.
    #[error("The query parameter that carries the access token is not one word.")]
    MalformedQuery,
}

/// What a token lacks: the route's requirement, and what the token holds.
///
/// Where the scopes are enough, it is the resource that the token is not allowed on.
///
/// ```
/// use tower_pat::Scope;
/// use tower_pat::denial::{Denial, InsufficientScope};
/// use tower_pat::requirement::Requirement;
///
/// let required = Requirement::scope(Scope::from_static("invoices:write"));
/// let lacking = InsufficientScope::new(required.clone(), "invoices:read".parse()?);
/// assert_eq!(lacking.required(), &required);
/// assert_eq!(lacking.held().to_string(), "invoices:read");
///
/// let denial = Denial::from(lacking);
/// assert_eq!(denial.to_string(), "The access token lacks a scope that is required here.");
/// # Ok::<(), tower_pat::invalid::InvalidValue>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.explanation())]
pub struct InsufficientScope {
    required: Requirement,
    held: ScopeSet,
    limits: Option<ResourceSet>,
}

const LACKS_SCOPE: &str = "The access token lacks a scope that is required here.";
const LACKS_RESOURCE: &str = "The access token is not allowed on this resource.";
const IS_LIMITED: &str = "The access token is limited to some resources, and this is not among them.";

impl InsufficientScope {
    /// Scopes that do not meet a requirement.
    #[must_use]
    pub fn new(required: Requirement, held: ScopeSet) -> Self {
        Self { required, held, limits: None }
    }

    /// Sets what the token is limited to, for the log. A client is not told.
    ///
    /// ```
    /// use tower_pat::Scope;
    /// use tower_pat::denial::InsufficientScope;
    /// use tower_pat::resource::ResourceSet;
    ///
    /// let limits: ResourceSet = "repo:acme/*".parse()?;
    /// let lacking = InsufficientScope::new(Scope::from_static("repo:read").into(), "repo:read".parse()?)
    ///     .with_limits(limits.clone());
    /// assert_eq!(lacking.limits(), Some(&limits));
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    #[must_use]
    pub fn with_limits(mut self, limits: impl Into<Option<ResourceSet>>) -> Self {
        self.limits = limits.into();
        self
    }

    /// What the route asks for.
    #[must_use]
    pub fn required(&self) -> &Requirement {
        &self.required
    }

    /// Whether a scope is missing. If not, the token is not allowed on the resource.
    ///
    /// ```
    /// use tower_pat::Scope;
    /// use tower_pat::denial::InsufficientScope;
    ///
    /// let lacking = InsufficientScope::new(Scope::from_static("repo:read").into(), "repo:read".parse()?);
    /// assert!(!lacking.lacks_scope());
    /// assert_eq!(
    ///     lacking.to_string(),
    ///     "The access token is limited to some resources, and this is not among them."
    /// );
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    #[must_use]
    pub fn lacks_scope(&self) -> bool {
        !self.required.is_met_by_scopes(&self.held)
    }

    /// What the token may do.
    #[must_use]
    pub fn held(&self) -> &ScopeSet {
        &self.held
    }

    /// What the token is limited to; none if to nothing, or if nobody said.
    #[must_use]
    pub fn limits(&self) -> Option<&ResourceSet> {
        self.limits.as_ref()
    }

    fn explanation(&self) -> &'static str {
        match (self.lacks_scope(), self.required.names_resources()) {
            (true, _) => LACKS_SCOPE,
            (false, true) => LACKS_RESOURCE,
            (false, false) => IS_LIMITED,
        }
    }
}

impl From<InsufficientScope> for Denial {
    fn from(lacking: InsufficientScope) -> Self {
        Self::InsufficientScope(lacking)
    }
}

/// Why a token is not accepted.
///
/// That a token *was* good is told only to somebody who presented the genuine token; one that is malformed and one that
/// is unknown look alike from outside.
///
/// ```
/// use tower_pat::denial::InvalidToken;
///
/// for (invalid, told) in [
///     (InvalidToken::Malformed, "The access token is not valid."),
///     (InvalidToken::Unknown, "The access token is not valid."),
///     (InvalidToken::Expired, "The access token has expired."),
///     (InvalidToken::NotYetValid, "The access token is not valid yet."),
///     (InvalidToken::Paused, "The access token is paused."),
///     (InvalidToken::OwnerDisabled, "The owner of the access token is disabled."),
///     (InvalidToken::OtherAudience, "The access token is meant for another service."),
///     (InvalidToken::Rotated, "The access token has been replaced by a new one."),
///     (InvalidToken::Revoked, "The access token has been revoked."),
/// ] {
///     assert_eq!(invalid.to_string(), told);
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidToken {
    /// It has not the shape, the prefix or the checksum of this service's tokens.
    #[error("The access token is not valid.")]
    Malformed,
    /// Nobody knows it.
    #[error("The access token is not valid.")]
    Unknown,
    /// Its time is over.
    #[error("The access token has expired.")]
    Expired,
    /// Its time has not come.
    #[error("The access token is not valid yet.")]
    NotYetValid,
    /// It is paused, and may be resumed.
    #[error("The access token is paused.")]
    Paused,
    /// The user it belongs to is disabled.
    #[error("The owner of the access token is disabled.")]
    OwnerDisabled,
    /// It is meant for other services than this one.
    #[error("The access token is meant for another service.")]
    OtherAudience,
    /// Another has taken its place, and the time in which both were accepted is over.
    #[error("The access token has been replaced by a new one.")]
    Rotated,
    /// It was revoked.
    #[error("The access token has been revoked.")]
    Revoked,
}
