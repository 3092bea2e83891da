use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;

use super::answer::Answer;
use super::error::ResolveError;
use super::port::PatResolver;
use crate::revocations::Revocations;
use crate::token::TokenDigest;

/// A resolver made of a closure.
///
/// The closure is given the digest of a token and answers with what it knows. A change that the service makes to its own
/// tokens is announced by [`Revocations::raise`] on [`PatResolver::revocations`]; without that it is seen once the
/// cached verdict is no longer fresh.
///
/// ```
/// use tower_pat::resolver::{Answer, ResolveError, resolver_fn};
/// use tower_pat::token::TokenDigest;
///
/// let nobody = resolver_fn(|_: TokenDigest| async { Ok::<_, ResolveError>(Answer::Unknown) });
/// ```
#[must_use]
pub fn resolver_fn<F, Fut>(function: F) -> Arc<ResolverFn<F>>
where
    F: Fn(TokenDigest) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<Answer, ResolveError>> + Send,
{
    Arc::new(ResolverFn { function, revocations: Arc::default() })
}

/// The resolver that [`resolver_fn`] makes.
///
/// ```
/// use tower_pat::PatResolver;
/// use tower_pat::resolver::{Answer, ResolveError, resolver_fn};
/// use tower_pat::token::TokenDigest;
///
/// let resolver = resolver_fn(|_: TokenDigest| async { Ok::<_, ResolveError>(Answer::Unknown) });
/// // After a change to the token with this digest has been committed:
/// let digest = TokenDigest::of("…");
/// resolver.revocations().raise(digest.mark());
/// ```
pub struct ResolverFn<F> {
    function: F,
    revocations: Arc<Revocations>,
}

#[async_trait]
impl<F, Fut> PatResolver for ResolverFn<F>
where
    F: Fn(TokenDigest) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<Answer, ResolveError>> + Send,
{
    async fn resolve(&self, digest: &TokenDigest) -> Result<Answer, ResolveError> {
        (self.function)(*digest).await
    }

    fn revocations(&self) -> &Arc<Revocations> {
        &self.revocations
    }
}

impl<F> fmt::Debug for ResolverFn<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResolverFn").finish_non_exhaustive()
    }
}
