use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;

use super::answer::Answer;
use super::error::ResolveError;
use crate::revocations::Revocations;
use crate::token::TokenDigest;

/// Answers what a token is worth.
///
/// The verifier calls it when its cache has no verdict it can rely on: once for all requests that wait for the same
/// token, in a task of its own, so that a client that hangs up does not end the call. It must not block its thread: no
/// deadline ends that, and on a runtime with one thread everybody waits for it.
///
/// ```
/// use std::sync::Arc;
/// use tower_pat::PatResolver;
/// use tower_pat::resolver::{Answer, ResolveError};
/// use tower_pat::revocations::Revocations;
/// use tower_pat::token::TokenDigest;
///
/// /// A service that has not handed out any token yet.
/// #[derive(Debug, Default)]
/// struct Nobody {
///     revocations: Arc<Revocations>,
/// }
///
/// #[async_trait::async_trait]
/// impl PatResolver for Nobody {
///     async fn resolve(&self, _digest: &TokenDigest) -> Result<Answer, ResolveError> {
///         Ok(Answer::Unknown)
///     }
///
///     fn revocations(&self) -> &Arc<Revocations> {
///         &self.revocations
///     }
/// }
/// ```
#[async_trait]
pub trait PatResolver: fmt::Debug + Send + Sync + 'static {
    /// Says what is known of the token with this digest.
    ///
    /// The answer must be as new as the call: a change that was committed before the call began must show in it.
    ///
    /// # Errors
    ///
    /// When it cannot be found out. Never for a token that does not exist: that is [`Answer::Unknown`].
    async fn resolve(&self, digest: &TokenDigest) -> Result<Answer, ResolveError>;

    /// The table in which changes to this resolver's tokens are announced: always the same one.
    fn revocations(&self) -> &Arc<Revocations>;
}
