use std::fmt;

use super::accepted::Accepted;
use super::denied::Denied;

/// Hears what becomes of known tokens.
///
/// It is told by the thread that has a request in hand, before that goes on: so it must not block, wait for a lock that
/// somebody may hold for long, or panic. Who has more to do puts it into a bounded queue for a task of their own.
///
/// A token that nobody knows, or that has not the form of one, is no matter for it; and neither is what a guard denies to a
/// caller who was accepted.
///
/// ```
/// use std::sync::Arc;
/// use std::sync::atomic::{AtomicU64, Ordering};
/// # use tower_pat::record::{OwnerId, PatRecord, TokenId};
/// # use tower_pat::resolver::{Answer, ResolveError, resolver_fn};
/// # use tower_pat::token::{OsEntropy, TokenDigest};
/// use tower_pat::observer::{Accepted, PatObserver};
/// use tower_pat::verifier::VerifyContext;
/// use tower_pat::{PatVerifier, TokenFormat};
///
/// /// Counts.
/// #[derive(Debug, Default)]
/// struct Counter(AtomicU64);
///
/// impl PatObserver for Counter {
///     fn accepted(&self, accepted: &Accepted<'_>) {
///         self.0.fetch_add(accepted.count(), Ordering::Relaxed);
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let record = PatRecord::new(TokenId::from_uuid(uuid::Uuid::from_u128(7)), OwnerId::parse("alice")?);
/// # let resolver = resolver_fn(move |_: TokenDigest| {
/// #     let record = record.clone();
/// #     async { Ok::<_, ResolveError>(Answer::Known(record)) }
/// # });
/// # let format = TokenFormat::new("acme_pat")?;
/// # let token = format.generate(&OsEntropy)?;
/// let counter = Arc::new(Counter::default());
/// let verifier = PatVerifier::builder(format, resolver).with_observer(counter.clone()).build();
/// verifier.verify(token.expose_secret(), &VerifyContext::default()).await?;
/// assert_eq!(counter.0.load(Ordering::Relaxed), 1);
/// # Ok(()) }
/// ```
pub trait PatObserver: fmt::Debug + Send + Sync + 'static {
    /// A token was accepted.
    ///
    /// Not each use is told by itself: the first after a token was loaded is, then one a minute, with the
    /// [number](Accepted::count) of those since. What comes after the last one that was told can be
    /// [taken](Accepted::later).
    fn accepted(&self, accepted: &Accepted<'_>);

    /// A known token was not accepted: it is over, or not for here. Nothing is done by default.
    ///
    /// Each such request is told. Whoever has the token can cause as many as they like.
    fn denied(&self, denied: &Denied<'_>) {
        let _ = denied;
    }
}
