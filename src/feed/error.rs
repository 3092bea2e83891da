use std::error::Error;

/// A feed could not be read.
///
/// The message is for the operator; it holds no token and no digest. [`source`](Error::source) gives the cause.
///
/// ```
/// use std::error::Error;
/// use tower_pat::feed::FeedError;
///
/// let error = FeedError::new(std::io::Error::other("connection refused"));
/// assert_eq!(error.to_string(), "the feed of changes cannot be read");
/// assert_eq!(error.source().expect("a source").to_string(), "connection refused");
/// ```
#[derive(Debug, thiserror::Error)]
#[error("the feed of changes cannot be read")]
pub struct FeedError {
    source: Box<dyn Error + Send + Sync>,
}

impl FeedError {
    /// Wraps the cause.
    pub fn new(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { source: source.into() }
    }
}
