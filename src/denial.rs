//! The denial: why a request gets no principal, or no passage.
//!
//! Here is only *why*. What HTTP makes of it, status and headers, the [layer](crate::layer) says.

use crate::requirement::Requirement;

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
    #[error("An access token is required.")]
    MissingCredential,
    /// The request carries something from which no single token can be read.
    #[error("{0}")]
    InvalidRequest(InvalidRequest),
    /// The token is not accepted.
    #[error("{0}")]
    InvalidToken(InvalidToken),
    /// The token is good, but does not allow this.
    #[error("The access token lacks a scope that is required here.")]
    InsufficientScope(Requirement),
    /// Whether the token is good cannot be found out just now.
    #[error("The access token cannot be checked at the moment.")]
    Unavailable,
    /// An extractor or a guard stands where no layer has looked for a token: a mistake in the service.
    #[error("The service is not set up correctly.")]
    MissingLayer,
}

/// What is wrong with a request from which no single token can be read ([RFC 6750, section 3.1]).
///
/// ```
/// use tower_pat::denial::InvalidRequest;
///
/// assert_eq!(InvalidRequest::SeveralCredentials.to_string(), "The request carries more than one credential.");
/// ```
///
/// [RFC 6750, section 3.1]: https://www.rfc-editor.org/rfc/rfc6750#section-3.1
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidRequest {
    /// Two credentials, even equal ones.
    #[error("The request carries more than one credential.")]
    SeveralCredentials,
    /// A scheme that is followed by no token, by several words, or by something else than spaces and one word.
    #[error("The Authorization header is not a scheme followed by one token.")]
    MalformedCredential,
}

/// Why a token is not accepted.
///
/// That a token *was* good is told only to somebody who presented the genuine token; one that is malformed and one that
/// is unknown look alike from outside.
///
/// ```
/// use tower_pat::denial::InvalidToken;
///
/// assert_eq!(InvalidToken::Malformed.to_string(), InvalidToken::Unknown.to_string());
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
    /// It was revoked.
    #[error("The access token has been revoked.")]
    Revoked,
}
