use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;

use super::check::{Check, Loading};
use super::context::VerifyContext;
use super::judge::{judge, refuse};
use super::outages::Outages;
use crate::cache::MokaMemory;
use crate::clock::{Clock, Moment};
use crate::denial::{Denial, InvalidToken};
use crate::flight::{Outage, Pilot, Recall, Verdict};
use crate::principal::PatPrincipal;
use crate::record::{Audience, PatStatus};
use crate::resolver::{Answer, PatResolver};
use crate::revocations::Revocations;
use crate::token::AcceptedFormats;

/// Checks presented tokens against a resolver, behind a cache.
///
/// Cloning it gives another handle to the same cache.
///
/// ```
/// # use tower_pat::resolver::{Answer, ResolveError, resolver_fn};
/// # use tower_pat::token::TokenDigest;
/// use tower_pat::{PatAuthLayer, PatVerifier, TokenFormat};
///
/// # let resolver = resolver_fn(|_: TokenDigest| async { Ok::<_, ResolveError>(Answer::Unknown) });
/// let verifier = PatVerifier::new(TokenFormat::new("acme_pat")?, resolver);
/// let layer = PatAuthLayer::new(verifier);
/// # Ok::<(), tower_pat::invalid::InvalidValue>(())
/// ```
#[derive(Debug, Clone)]
pub struct PatVerifier(Arc<Inner>);

#[derive(Debug)]
pub(super) struct Inner {
    pub(super) formats: AcceptedFormats,
    pub(super) audience: Option<Audience>,
    pub(super) resolver: Arc<dyn PatResolver>,
    pub(super) recall: Recall<MokaMemory>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) ttl: Duration,
    pub(super) negative_ttl: Duration,
    pub(super) deadline: Duration,
    pub(super) outages: Outages,
}

impl PatVerifier {
    pub(super) fn from_inner(inner: Inner) -> Self {
        Self(Arc::new(inner))
    }

    /// Checks a presented token, by the rules of [this module](crate::verifier#rules).
    ///
    /// # Errors
    ///
    /// With [`Denial::InvalidToken`] when the token is certainly not to be accepted ([RFC 6750, section 3.1]), with
    /// [`Denial::NetworkNotAllowed`] when it is, but not from where the client is, with [`Denial::Unavailable`] when that
    /// cannot be found out.
    ///
    /// # Panics
    ///
    /// Outside a Tokio runtime, or in one whose timers are not enabled, when the resolver must be asked.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future ends the wait; a call to the resolver goes on, for others who wait and for the cache.
    ///
    /// ```
    /// use tower_pat::denial::Denial;
    /// use tower_pat::record::{OwnerId, PatRecord, TokenId};
    /// use tower_pat::resolver::{Answer, ResolveError, resolver_fn};
    /// use tower_pat::token::{OsEntropy, TokenDigest};
    /// use tower_pat::verifier::VerifyContext;
    /// use tower_pat::{PatVerifier, TokenFormat};
    /// use uuid::Uuid;
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let record = PatRecord::new(TokenId::from_uuid(Uuid::from_u128(7)), OwnerId::parse("alice")?)
    ///     .with_networks("192.0.2.0/24".parse::<tower_pat::record::NetworkSet>()?);
    /// let resolver = resolver_fn(move |_: TokenDigest| {
    ///     let record = record.clone();
    ///     async { Ok::<_, ResolveError>(Answer::Known(record)) }
    /// });
    /// let format = TokenFormat::new("acme_pat")?;
    /// let token = format.generate(&OsEntropy)?;
    /// let verifier = PatVerifier::new(format, resolver);
    ///
    /// let inside = VerifyContext::default().with_client_addr("192.0.2.7".parse()?);
    /// assert!(verifier.verify(token.expose_secret(), &inside).await.is_ok());
    /// let unknown = VerifyContext::default();
    /// assert_eq!(verifier.verify(token.expose_secret(), &unknown).await, Err(Denial::NetworkNotAllowed));
    /// # Ok(()) }
    /// ```
    ///
    /// [RFC 6750, section 3.1]: https://www.rfc-editor.org/rfc/rfc6750#section-3.1
    pub async fn verify(&self, token: impl AsRef<[u8]>, context: &VerifyContext) -> Result<PatPrincipal, Denial> {
        match self.check(token.as_ref(), context) {
            Check::Decided(decision) => decision,
            Check::Undecided(loading) => self.clone().load(loading, context.clone()).await,
        }
    }

    /// The table in which changes to the tokens of its resolver are announced.
    ///
    /// A manager announces its own changes. A host that changes tokens by other means does it here, after the commit:
    ///
    /// ```
    /// # use tower_pat::resolver::{Answer, ResolveError, resolver_fn};
    /// # use tower_pat::token::TokenDigest;
    /// # use tower_pat::{PatVerifier, TokenFormat};
    /// # let resolver = resolver_fn(|_: TokenDigest| async { Ok::<_, ResolveError>(Answer::Unknown) });
    /// # let verifier = PatVerifier::new(TokenFormat::new("acme_pat")?, resolver);
    /// # let digest = TokenDigest::of("…");
    /// verifier.revocations().raise(digest.mark());
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    #[must_use]
    pub fn revocations(&self) -> &Arc<Revocations> {
        self.0.resolver.revocations()
    }

    /// Says at once what can be said at once.
    pub(crate) fn check(&self, token: &[u8], context: &VerifyContext) -> Check {
        let Some(digest) = self.0.formats.digest(token) else {
            return Check::Decided(Err(refuse(InvalidToken::Malformed, context)));
        };
        let now = self.0.clock.now();
        match self.0.recall.look_up(&digest, now) {
            Ok(verdict) => Check::Decided(self.judge(&verdict, now, context)),
            Err(epoch) => Check::Undecided(Loading { digest, epoch }),
        }
    }

    /// Asks the resolver, or waits for the answer that others asked for, until the deadline.
    pub(crate) async fn load(self, loading: Loading, context: VerifyContext) -> Result<PatPrincipal, Denial> {
        let inner = &self.0;
        let depart = |pilot| drop(tokio::spawn(Arc::clone(inner).fly(pilot)));
        let now = || inner.clock.now();
        // The load has this deadline too, but whoever made it may have stopped driving its runtime.
        let load = timeout(inner.deadline, inner.recall.load(loading.digest, loading.epoch, now, depart));
        match load.await {
            Ok(Ok(verdict)) => self.judge(&verdict, now(), &context),
            Ok(Err(Outage)) => Err(Denial::Unavailable),
            Err(_) => {
                inner.outages.waited_in_vain(inner.deadline, now());
                Err(Denial::Unavailable)
            }
        }
    }

    fn judge(&self, verdict: &Verdict, now: Moment, context: &VerifyContext) -> Result<PatPrincipal, Denial> {
        judge(verdict, now, context, self.0.audience.as_ref())
    }
}

impl Inner {
    /// Makes one load. It is a task of its own, so that a client that hangs up neither ends nor repeats it.
    async fn fly(self: Arc<Self>, pilot: Pilot) {
        let started = self.clock.now();
        let digest = pilot.digest();
        match timeout(self.deadline, self.resolver.resolve(&digest)).await {
            Ok(Ok(answer)) => self.settle(pilot, answer, started),
            Ok(Err(error)) => self.outages.failed(&error, self.clock.now()),
            Err(_) => self.outages.overdue(self.deadline, self.clock.now()),
        }
    }

    /// Freshness counts from the start of the load: what changed since then may not be in the answer.
    fn settle(&self, pilot: Pilot, answer: Answer, started: Moment) {
        let principal = match answer {
            Answer::Known(record) => Some(PatPrincipal::new(record)),
            Answer::Unknown => None,
        };
        let accepted = principal.as_ref().is_some_and(|principal| is_active(principal, started));
        let ttl = if accepted { self.ttl } else { self.negative_ttl };
        let fresh_until = started.monotonic().saturating_add(ttl);
        self.recall.settle(pilot, principal, fresh_until);
    }
}

fn is_active(principal: &PatPrincipal, now: Moment) -> bool {
    principal.record().status_at(now.wall()) == PatStatus::Active
}
