use std::sync::Arc;

use async_trait::async_trait;

use super::answer::Answer;
use super::error::ResolveError;
use super::port::PatResolver;
use crate::clock::{Clock, SystemClock};
use crate::revocations::Revocations;
use crate::telemetry::{Chain, OUTAGE, Throttle};
use crate::token::TokenDigest;

/// Asks several resolvers in order: for tokens that are kept in more than one place.
///
/// - The first that *knows* the token answers, and no further one is asked. Its record counts, also a revoked or an
///   expired one: a token that was revoked in one place cannot come to life in another. This holds also when an earlier
///   resolver failed: a certain answer is worth more than a missing one. Where one token may be known to two of them, put
///   first the one whose word counts, and mind that while it fails the word of the other does.
/// - If none knows the token and at least one could not answer, nothing is certain: the result is an error, the first
///   one, and never [`Answer::Unknown`]. A resolver that fails does not keep the later ones from being asked; each failure
///   is logged.
/// - If all answer that there is no such token, there is none. Of no resolvers at all this is true as well.
///
/// They are asked one after the other and share the deadline of the verifier, so that one that hangs uses up the time of
/// those behind it: a resolver that may hang sets a limit of its own.
///
/// ```
/// use std::sync::Arc;
/// use tower_pat::resolver::{Answer, PatResolver, ResolveError, first_of, resolver_fn};
/// use tower_pat::token::{TokenDigest, TokenFormat};
/// use tower_pat::PatVerifier;
///
/// let new = resolver_fn(|_: TokenDigest| async { Ok::<_, ResolveError>(Answer::Unknown) });
/// let old = resolver_fn(|_: TokenDigest| async { Ok::<_, ResolveError>(Answer::Unknown) });
///
/// let both: [Arc<dyn PatResolver>; 2] = [new, old];
/// let verifier = PatVerifier::new(TokenFormat::new("acme_pat")?, first_of(both));
/// # Ok::<(), tower_pat::invalid::InvalidValue>(())
/// ```
#[must_use]
pub fn first_of(resolvers: impl IntoIterator<Item = Arc<dyn PatResolver>>) -> Arc<FirstOf> {
    let parts: Box<[_]> = resolvers.into_iter().map(Part::new).collect();
    let revocations = Revocations::following(parts.iter().map(|part| part.resolver.revocations()));
    Arc::new(FirstOf { parts, revocations })
}

/// The resolver that [`first_of`] makes.
///
/// Its table of [`Revocations`] follows those of its parts: a change that is announced to a part, such as by a manager
/// over that store, holds for the verifiers over the chain as well, before the announcement returns. Announce a change to
/// the part whose token it is; what is announced to the chain is heard by the verifiers over the chain alone.
///
/// ```
/// use tower_pat::PatResolver;
/// use tower_pat::resolver::{Answer, first_of};
/// use tower_pat::token::TokenDigest;
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let nobody = first_of([]);
/// assert_eq!(nobody.resolve(&TokenDigest::of("…")).await?, Answer::Unknown);
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct FirstOf {
    parts: Box<[Part]>,
    revocations: Arc<Revocations>,
}

#[derive(Debug)]
struct Part {
    resolver: Arc<dyn PatResolver>,
    failures: Throttle,
}

impl Part {
    fn new(resolver: Arc<dyn PatResolver>) -> Self {
        Self { resolver, failures: Throttle::default() }
    }

    /// As loud as the failure of a resolver that stands alone: a later one that knows the token would hide it.
    fn failed(&self, position: usize, error: &ResolveError) {
        if let Some(suppressed) = self.failures.admit(SystemClock.now()) {
            tracing::warn!(name: OUTAGE, position, error = %Chain(error), suppressed, "one of several token resolvers failed");
        }
    }
}

#[async_trait]
impl PatResolver for FirstOf {
    async fn resolve(&self, digest: &TokenDigest) -> Result<Answer, ResolveError> {
        let mut failure = None;
        for (position, part) in self.parts.iter().enumerate() {
            match part.resolver.resolve(digest).await {
                Ok(Answer::Known(record)) => return Ok(Answer::Known(record)),
                Ok(Answer::Unknown) => {}
                Err(error) => {
                    part.failed(position, &error);
                    failure.get_or_insert(error);
                }
            }
        }
        failure.map_or(Ok(Answer::Unknown), Err)
    }

    fn revocations(&self) -> &Arc<Revocations> {
        &self.revocations
    }
}

#[cfg(test)]
#[cfg(not(model))]
mod tests {
    use std::error::Error;
    use std::sync::Arc;

    use uuid::Uuid;

    use super::first_of;
    use crate::record::{OwnerId, PatRecord, TokenId};
    use crate::resolver::{Answer, PatResolver, ResolveError, resolver_fn};
    use crate::token::TokenDigest;

    #[derive(Debug, Clone, Copy)]
    enum Says {
        Known,
        Unknown,
        Fails,
    }

    fn record(position: usize) -> PatRecord {
        let id = TokenId::from_uuid(Uuid::from_u128(position as u128));
        PatRecord::new(id, OwnerId::parse("alice").unwrap())
    }

    fn part(position: usize, says: Says) -> Arc<dyn PatResolver> {
        resolver_fn(move |_| async move {
            match says {
                Says::Known => Ok(Answer::Known(record(position))),
                Says::Unknown => Ok(Answer::Unknown),
                Says::Fails => Err(ResolveError::unavailable(format!("part {position} is down"))),
            }
        })
    }

    /// The answer of such a chain, or the cause of its failure.
    async fn ask(says: &[Says]) -> Result<Answer, String> {
        let parts = says.iter().enumerate().map(|(position, &says)| part(position, says));
        let answer = first_of(parts).resolve(&TokenDigest::of("…")).await;
        answer.map_err(|error| error.source().expect("a cause").to_string())
    }

    #[tokio::test]
    async fn first_that_knows_answers_else_the_first_failure_counts_else_there_is_no_such_token() {
        use Says::{Fails, Known, Unknown};
        let known = |position| Ok(Answer::Known(record(position)));
        let failed = |position| Err(format!("part {position} is down"));
        let table: [(&[Says], _); 16] = [
            (&[], Ok(Answer::Unknown)),
            (&[Known], known(0)),
            (&[Unknown], Ok(Answer::Unknown)),
            (&[Fails], failed(0)),
            (&[Known, Known], known(0)),
            (&[Known, Unknown], known(0)),
            (&[Known, Fails], known(0)),
            (&[Unknown, Known], known(1)),
            (&[Unknown, Unknown], Ok(Answer::Unknown)),
            (&[Unknown, Fails], failed(1)),
            (&[Fails, Known], known(1)),
            (&[Fails, Unknown], failed(0)),
            (&[Fails, Fails], failed(0)),
            (&[Unknown, Fails, Known], known(2)),
            (&[Fails, Fails, Known], known(2)),
            (&[Fails, Unknown, Fails], failed(0)),
        ];
        for (says, expected) in table {
            assert_eq!(ask(says).await, expected, "{says:?}");
        }
    }
}
