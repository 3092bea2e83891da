use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;

use super::agent::legible;
use super::check::{Check, Loading};
use super::circuit::Circuit;
use super::context::VerifyContext;
use super::counts::Counts;
use super::course::Course;
use super::departure::Departure;
use super::event::Event;
use super::gate::Gate;
use super::grants::Grants;
use super::judge::{Judgement, judge, log};
use super::lifetimes::Lifetimes;
use super::limits::Limits;
use super::outages::Outages;
use super::statistics::Statistics;
use super::watch::Watch;
use crate::cache::MokaMemory;
use crate::clock::{Clock, Moment};
use crate::denial::{Denial, InvalidToken};
use crate::flight::{Hit, Outage, Recall, Verdict};
use crate::principal::PatPrincipal;
use crate::record::Audience;
use crate::resolver::PatResolver;
use crate::revocations::Revocations;
use crate::scope::ScopeCatalog;
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
pub struct PatVerifier(pub(super) Arc<Inner>);

#[derive(Debug)]
pub(super) struct Inner {
    pub(super) formats: AcceptedFormats,
    pub(super) audience: Option<Audience>,
    pub(super) resolver: Arc<dyn PatResolver>,
    pub(super) recall: Recall<MokaMemory>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) lifetimes: Lifetimes,
    pub(super) deadline: Duration,
    pub(super) grants: Grants,
    pub(super) outages: Outages,
    pub(super) counts: Arc<Counts>,
    pub(super) limits: Limits,
    pub(super) gate: Arc<Gate>,
    /// The permits of loads in the background.
    pub(super) refreshes: Arc<Gate>,
    pub(super) circuit: Arc<Circuit>,
    pub(super) watch: Option<Watch>,
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
        match self.check(token.as_ref(), context, || context.user_agent()) {
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

    /// The scopes that the verifier knows, if it was told.
    ///
    /// ```
    /// # use tower_pat::resolver::{Answer, ResolveError, resolver_fn};
    /// # use tower_pat::token::TokenDigest;
    /// # use tower_pat::{PatVerifier, TokenFormat};
    /// # let resolver = resolver_fn(|_: TokenDigest| async { Ok::<_, ResolveError>(Answer::Unknown) });
    /// let verifier = PatVerifier::new(TokenFormat::new("acme_pat")?, resolver);
    /// assert_eq!(verifier.catalog(), None);
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    #[must_use]
    pub fn catalog(&self) -> Option<&ScopeCatalog> {
        self.0.grants.catalog()
    }

    /// How many tokens were verified so far, how many of them by what is remembered, how often the resolver was asked, and
    /// more.
    ///
    /// It has the cache catch up and adds up the numbers of all threads, which is no work for every request. With the
    /// feature `metrics`, the recorder is told of all that it was not told yet.
    ///
    /// ```
    /// # use tower_pat::resolver::{Answer, ResolveError, resolver_fn};
    /// # use tower_pat::token::TokenDigest;
    /// # use tower_pat::{PatVerifier, TokenFormat};
    /// # let resolver = resolver_fn(|_: TokenDigest| async { Ok::<_, ResolveError>(Answer::Unknown) });
    /// let verifier = PatVerifier::new(TokenFormat::new("acme_pat")?, resolver);
    /// let statistics = verifier.statistics();
    /// println!("{} of {} from memory", statistics.hits(), statistics.verifications());
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    #[must_use]
    pub fn statistics(&self) -> Statistics {
        let memory = self.0.recall.memory();
        memory.catch_up();
        #[cfg(feature = "metrics")]
        {
            self.0.counts.tell_the_rest();
            self.0.tell_of_what_left();
        }
        Statistics::new(&self.0.counts, memory.evictions(), memory.entries(), self.0.forgotten())
    }

    /// Says at once what can be said at once. What the client calls itself is asked for if an observer is to be told.
    #[inline]
    pub(crate) fn check<'a>(
        &self,
        token: &[u8],
        context: &VerifyContext,
        agent: impl FnOnce() -> Option<&'a [u8]>,
    ) -> Check {
        let Some(digest) = self.0.formats.digest(token) else {
            self.0.counts.add(Event::RefusedUnseen);
            let denial = Denial::InvalidToken(InvalidToken::Malformed);
            log(&denial, context);
            return Check::Decided(Err(denial));
        };
        let now = self.0.clock.now();
        let agent = || agent().and_then(|agent| legible(agent, token));
        match self.0.recall.look_up(&digest, now, |verdict| self.judge(verdict, now, context)) {
            Ok(Hit { decision, refresh }) => {
                self.0.counts.add(Event::Hit);
                if let Some(epoch) = refresh {
                    self.0.refresh(digest, epoch);
                }
                Check::Decided(self.told(decision, now, context, agent))
            }
            Err(epoch) => {
                self.0.counts.add(Event::Miss);
                let agent = self.0.watch.as_ref().and_then(|_| agent());
                Check::Undecided(Loading { digest, epoch, agent })
            }
        }
    }

    /// Asks the resolver, or waits for the answer that others asked for, until the deadline.
    pub(crate) fn load(
        self,
        loading: Loading,
        context: VerifyContext,
    ) -> impl Future<Output = Result<PatPrincipal, Denial>> + Send + 'static {
        // Not only when it is polled: who never does has left too.
        let course = Course::new(Arc::clone(&self.0.counts));
        async move {
            let decision = self.find_out(loading, &context, &course).await;
            if decision == Err(Denial::Unavailable) {
                self.0.counts.add(Event::Unavailable);
            }
            decision
        }
    }

    async fn find_out(
        &self,
        loading: Loading,
        context: &VerifyContext,
        course: &Course,
    ) -> Result<PatPrincipal, Denial> {
        if let Some(decision) = self.make_do_at_once(&loading, context) {
            course.comes_to(Event::HeldBack);
            return decision;
        }
        let inner = &self.0;
        let now = || inner.clock.now();
        course.comes_to(Event::Joined);
        let departure = Departure::new(inner, course, context, now());
        let depart = |pilot| departure.clone().depart(pilot);
        // The load has this deadline too, but whoever made it may have stopped driving its runtime.
        let load = timeout(inner.deadline, inner.recall.load(loading.digest, loading.epoch, now, depart));
        match load.await {
            Ok(Ok(verdict)) => {
                let now = now();
                self.told(self.judge(&verdict, now, context), now, context, || loading.agent)
            }
            Ok(Err(outage)) => self.make_do(&loading, outage, context),
            Err(_) => {
                inner.outages.waited_in_vain(inner.deadline, now());
                self.make_do(&loading, Outage::Failed, context)
            }
        }
    }

    #[inline]
    pub(super) fn judge(&self, verdict: &Verdict, now: Moment, context: &VerifyContext) -> Judgement {
        judge(verdict, now, context, self.0.audience.as_ref())
    }

    /// Tells the observer and the log of a decision. It is not part of judging, which is done where the memory is read: they
    /// may take their time.
    #[inline]
    pub(super) fn told(
        &self,
        judgement: Judgement,
        now: Moment,
        context: &VerifyContext,
        agent: impl FnOnce() -> Option<Box<str>>,
    ) -> Result<PatPrincipal, Denial> {
        match (judgement, &self.0.watch) {
            (Ok(principal), None) => Ok(principal),
            (Ok(principal), Some(watch)) => {
                watch.accepted(&principal, now, context, agent);
                Ok(principal)
            }
            (Err(refusal), watch) => {
                log(&refusal.denial, context);
                if let Some(watch) = watch {
                    watch.denied(&refusal, now, context, agent);
                }
                Err(refusal.denial)
            }
        }
    }
}

impl Inner {
    /// How many uses the observer was never told of.
    pub(super) fn forgotten(&self) -> u64 {
        self.watch.as_ref().map_or(0, Watch::forgotten)
    }
}
