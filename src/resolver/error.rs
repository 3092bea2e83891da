use std::error::Error;

use crate::invalid::InvalidValue;

/// The resolver could not find out what a token is worth. The request gets 503, whatever the cause.
///
/// It is not for a token that does not exist: that is a certain answer, [`Answer::Unknown`](super::Answer::Unknown).
///
/// ```
/// use std::error::Error;
/// use tower_pat::resolver::ResolveError;
///
/// let error = ResolveError::unavailable(std::io::Error::other("connection refused"));
/// assert_eq!(error.to_string(), "the token cannot be looked up");
/// assert_eq!(error.source().expect("a source").to_string(), "connection refused");
/// ```
#[derive(Debug, thiserror::Error)]
#[error("the token cannot be looked up")]
pub struct ResolveError {
    source: Box<dyn Error + Send + Sync>,
}

impl ResolveError {
    /// Wraps the cause, which goes to the log and never to the client. It must not contain the digest.
    ///
    /// ```
    /// use tower_pat::record::PatRecord;
    /// use tower_pat::resolver::{Answer, ResolveError};
    /// use tower_pat::token::TokenDigest;
    ///
    /// # async fn select(digest: &TokenDigest) -> Result<Option<PatRecord>, std::io::Error> { Ok(None) }
    /// async fn resolve(digest: &TokenDigest) -> Result<Answer, ResolveError> {
    ///     // No row is an answer; no connection is none.
    ///     let row = select(digest).await.map_err(ResolveError::unavailable)?;
    ///     Ok(Answer::from(row))
    /// }
    /// ```
    pub fn unavailable(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { source: source.into() }
    }
}

/// What is stored cannot be read, so that nothing certain can be said of the token.
impl From<InvalidValue> for ResolveError {
    fn from(error: InvalidValue) -> Self {
        Self::unavailable(error)
    }
}
