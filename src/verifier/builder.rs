use std::sync::Arc;
use std::time::Duration;

use super::circuit::Circuit;
use super::counts::Counts;
use super::gate::Gate;
use super::grants::Grants;
use super::lifetimes::Lifetimes;
use super::limits::Limits;
#[cfg(feature = "metrics")]
use super::metrics::Metrics;
use super::outages::Outages;
use super::pat::{Inner, PatVerifier};
use super::phase::Trip;
use super::watch::Watch;
use crate::cache::MokaMemory;
use crate::clock::{Clock, SystemClock};
use crate::flight::Recall;
use crate::observer::{Both, PatObserver};
use crate::record::Audience;
use crate::resolver::PatResolver;
use crate::scope::ScopeCatalog;
use crate::token::AcceptedFormats;

/// How a verifier is set up; begun by [`PatVerifier::builder`].
///
/// ```
/// use std::time::Duration;
/// # use tower_pat::resolver::{Answer, ResolveError, resolver_fn};
/// # use tower_pat::token::TokenDigest;
/// use tower_pat::{PatVerifier, TokenFormat};
///
/// # let resolver = resolver_fn(|_: TokenDigest| async { Ok::<_, ResolveError>(Answer::Unknown) });
/// let verifier = PatVerifier::builder(TokenFormat::new("acme_pat")?, resolver)
///     .with_ttl(Duration::from_secs(30))
///     .with_deadline(Duration::from_millis(500))
///     .build();
/// # Ok::<(), tower_pat::invalid::InvalidValue>(())
/// ```
#[derive(Debug)]
#[must_use = "a builder does nothing until it is built"]
pub struct PatVerifierBuilder {
    formats: AcceptedFormats,
    resolver: Arc<dyn PatResolver>,
    audience: Option<Audience>,
    catalog: Option<ScopeCatalog>,
    clock: Arc<dyn Clock>,
    lifetimes: Lifetimes,
    deadline: Duration,
    capacity_bytes: u64,
    negative_capacity: u64,
    limits: Limits,
    trip: Option<Trip>,
    stale_without_feed: bool,
    observer: Option<Arc<dyn PatObserver>>,
    #[cfg(feature = "metrics")]
    metrics_label: Option<String>,
}

impl PatVerifier {
    /// A verifier with the defaults of [`PatVerifierBuilder`].
    ///
    /// It accepts tokens of one [`TokenFormat`](crate::TokenFormat), or of several formats, also those of other issuers:
    ///
    /// ```
    /// # use tower_pat::resolver::{Answer, ResolveError, resolver_fn};
    /// # use tower_pat::token::TokenDigest;
    /// use tower_pat::token::{AcceptedFormats, OpaqueFormat};
    /// use tower_pat::{PatVerifier, TokenFormat};
    ///
    /// # let resolver = resolver_fn(|_: TokenDigest| async { Ok::<_, ResolveError>(Answer::Unknown) });
    /// let own = TokenFormat::new("acme_pat")?;
    /// let accepted = AcceptedFormats::from(own).or(OpaqueFormat::new());
    /// let verifier = PatVerifier::new(accepted, resolver);
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    #[must_use]
    pub fn new(formats: impl Into<AcceptedFormats>, resolver: Arc<dyn PatResolver>) -> Self {
        Self::builder(formats, resolver).build()
    }

    /// Begins a verifier that is set up otherwise.
    pub fn builder(formats: impl Into<AcceptedFormats>, resolver: Arc<dyn PatResolver>) -> PatVerifierBuilder {
        PatVerifierBuilder::new(formats.into(), resolver)
    }
}

impl PatVerifierBuilder {
    fn new(formats: AcceptedFormats, resolver: Arc<dyn PatResolver>) -> Self {
        Self {
            formats,
            resolver,
            audience: None,
            catalog: None,
            clock: Arc::new(SystemClock),
            lifetimes: Lifetimes::default(),
            deadline: Duration::from_secs(2),
            capacity_bytes: 64 * 1024 * 1024,
            negative_capacity: 10_000,
            limits: Limits::default(),
            trip: Some(Trip::default()),
            stale_without_feed: false,
            observer: None,
            #[cfg(feature = "metrics")]
            metrics_label: None,
        }
    }

    /// Which service the verifier speaks for; none by default. A token that is meant for certain services
    /// ([`PatRecord::with_audiences`](crate::record::PatRecord::with_audiences)) is accepted only if this one is among
    /// them ([RFC 7519, section 4.1.3]), so never by a verifier that speaks for none.
    ///
    /// A context may name another service for its request:
    /// [`VerifyContext::with_audience`](super::VerifyContext::with_audience).
    ///
    /// ```
    /// # use tower_pat::resolver::{Answer, ResolveError, resolver_fn};
    /// # use tower_pat::token::TokenDigest;
    /// use tower_pat::record::Audience;
    /// use tower_pat::{PatVerifier, TokenFormat};
    ///
    /// # let resolver = resolver_fn(|_: TokenDigest| async { Ok::<_, ResolveError>(Answer::Unknown) });
    /// let verifier = PatVerifier::builder(TokenFormat::new("acme_pat")?, resolver)
    ///     .with_audience(Audience::parse("https://invoices.example")?)
    ///     .build();
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    ///
    /// [RFC 7519, section 4.1.3]: https://www.rfc-editor.org/rfc/rfc7519#section-4.1.3
    pub fn with_audience(mut self, audience: Audience) -> Self {
        self.audience = Some(audience);
        self
    }

    /// Which scopes the service knows; by default whatever is stored counts as it is.
    ///
    /// What a token may do ([`PatPrincipal::scopes`](crate::PatPrincipal::scopes)) is then what the catalogue knows of its
    /// scopes, and all that they imply. It is found when the token is loaded, and nothing of it is stored: another catalogue
    /// holds for old tokens as well. A scope that the catalogue does not know allows nothing, and is logged once, as
    /// [`pat.unknown_scope`](crate#what-is-logged).
    ///
    /// Give the same to the manager, so that it makes tokens of these scopes alone. With an empty catalogue no token may
    /// do anything.
    ///
    /// ```
    /// # use tower_pat::resolver::{Answer, ResolveError, resolver_fn};
    /// # use tower_pat::token::TokenDigest;
    /// use tower_pat::scope::{Scope, ScopeCatalog};
    /// use tower_pat::{PatVerifier, TokenFormat};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let resolver = resolver_fn(|_: TokenDigest| async { Ok::<_, ResolveError>(Answer::Unknown) });
    /// let (read, write) = (Scope::from_static("invoices:read"), Scope::from_static("invoices:write"));
    /// let catalog = ScopeCatalog::builder()
    ///     .with_scope(read.clone(), "See invoices")
    ///     .with_scope(write.clone(), "Write invoices")
    ///     .with_implication(write, read)
    ///     .build()?;
    /// let verifier = PatVerifier::builder(TokenFormat::new("acme_pat")?, resolver).with_catalog(catalog).build();
    /// # Ok(()) }
    /// ```
    pub fn with_catalog(mut self, catalog: ScopeCatalog) -> Self {
        self.catalog = Some(catalog);
        self
    }

    /// How long a verdict on an accepted token is relied on, from the moment its look-up began; 60 seconds by default, and
    /// never past the token's expiry, from which on it is asked for anew.
    ///
    /// With zero nothing is remembered, but requests that come while a look-up is under way still share it: the bound is
    /// then the deadline.
    ///
    /// A change made through a manager on the same store counts at once, whatever stands here. This bounds how long a
    /// change made elsewhere may go unseen.
    ///
    /// A token that is used in the last part of this time is looked up anew in the background, while what is remembered
    /// still answers: a token in steady use waits for the resolver only after a change, when it was pushed out of the
    /// memory, or when those look-ups have failed or found no room. That part is a fifth, or the
    /// [deadline](Self::with_deadline) where that is longer, but not more than half, and it begins somewhat earlier for some
    /// tokens than for others. One such look-up is made at a time for a token, and the next one begins no sooner than the
    /// deadline after it, or a second where that is longer. They are limited apart from those that requests wait for, to a
    /// quarter of [as many](Self::with_max_loads). Where no Tokio runtime is at hand they are left out; where one is,
    /// it needs its timers (`enable_time`), as for every look-up.
    ///
    /// ```
    /// # use tower_pat::resolver::{Answer, ResolveError, resolver_fn};
    /// # use tower_pat::token::TokenDigest;
    /// use std::time::Duration;
    /// use tower_pat::{PatVerifier, TokenFormat};
    ///
    /// # let resolver = resolver_fn(|_: TokenDigest| async { Ok::<_, ResolveError>(Answer::Unknown) });
    /// // Tokens are also revoked by another program, on the same database: that is to count after ten seconds at the latest.
    /// let verifier = PatVerifier::builder(TokenFormat::new("acme_pat")?, resolver)
    ///     .with_ttl(Duration::from_secs(10))
    ///     .build();
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    pub fn with_ttl(mut self, ttl: Duration) -> Self {
        self.lifetimes.ttl = ttl;
        self
    }

    /// How long a verdict on a token that was not accepted is relied on; 5 seconds by default, and never past the expiry of
    /// a token that is known. It is never looked up in the background.
    ///
    /// ```
    /// # use tower_pat::resolver::{Answer, ResolveError, resolver_fn};
    /// # use tower_pat::token::TokenDigest;
    /// use std::time::Duration;
    /// use tower_pat::{PatVerifier, TokenFormat};
    ///
    /// # let resolver = resolver_fn(|_: TokenDigest| async { Ok::<_, ResolveError>(Answer::Unknown) });
    /// // New tokens come to the replica that is read here a moment late: whoever was too early is let in a second later.
    /// let verifier = PatVerifier::builder(TokenFormat::new("acme_pat")?, resolver)
    ///     .with_negative_ttl(Duration::from_secs(1))
    ///     .build();
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    pub fn with_negative_ttl(mut self, ttl: Duration) -> Self {
        self.lifetimes.negative_ttl = ttl;
        self
    }

    /// Looks no token up in the background: the resolver is asked only while a request waits for it. For a resolver that
    /// counts or charges for what it is asked.
    ///
    /// ```
    /// # use tower_pat::resolver::{Answer, ResolveError, resolver_fn};
    /// # use tower_pat::token::TokenDigest;
    /// use tower_pat::{PatVerifier, TokenFormat};
    ///
    /// # let resolver = resolver_fn(|_: TokenDigest| async { Ok::<_, ResolveError>(Answer::Unknown) });
    /// let verifier = PatVerifier::builder(TokenFormat::new("acme_pat")?, resolver).without_refresh().build();
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    pub fn without_refresh(mut self) -> Self {
        self.lifetimes.refresh = false;
        self
    }

    /// How long beyond the [ttl](Self::with_ttl) a token is still accepted while it cannot be checked: the resolver fails,
    /// does not answer in time or is left alone. Zero by default: such requests get
    /// [`Denial::Unavailable`](crate::denial::Denial::Unavailable). That too many look-ups wait is no reason, since clients
    /// can bring it about.
    ///
    /// **It adds to the bound**: a change made elsewhere may go unseen for the ttl and this time, from the moment the
    /// look-up began. A change made through a manager on the same store counts at once all the same.
    ///
    /// Only a token that was accepted when it was last looked up is served so, never past its expiry, and only from
    /// networks and for services that its record allows; others are denied as ever. While the resolver is
    /// [left alone](Self::with_circuit) nobody waits for it first. Logged as [`pat.stale`](crate#what-is-logged).
    ///
    /// ```
    /// # use tower_pat::resolver::{Answer, ResolveError, resolver_fn};
    /// # use tower_pat::token::TokenDigest;
    /// use std::time::Duration;
    /// use tower_pat::{PatVerifier, TokenFormat};
    ///
    /// # let resolver = resolver_fn(|_: TokenDigest| async { Ok::<_, ResolveError>(Answer::Unknown) });
    /// // What is revoked elsewhere is refused after 15 minutes at the latest, and after one if nothing fails.
    /// let verifier = PatVerifier::builder(TokenFormat::new("acme_pat")?, resolver)
    ///     .with_ttl(Duration::from_mins(1))
    ///     .with_serve_stale_for(Duration::from_mins(14))
    ///     .build();
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    pub fn with_serve_stale_for(mut self, duration: Duration) -> Self {
        self.lifetimes.stale = duration;
        self
    }

    /// Serves [stale](Self::with_serve_stale_for) verdicts also where a [feed](crate::feed) tells of changes that are made
    /// elsewhere, and could not be read either. Without this the promise of the feed goes before: what is served stale is
    /// no older than it allows.
    ///
    /// **It gives up that promise in an outage**: a token that is revoked elsewhere is then accepted for as long as is
    /// served stale.
    ///
    /// ```
    /// # use tower_pat::resolver::{Answer, ResolveError, resolver_fn};
    /// # use tower_pat::token::TokenDigest;
    /// use std::time::Duration;
    /// use tower_pat::{PatVerifier, TokenFormat};
    ///
    /// # let resolver = resolver_fn(|_: TokenDigest| async { Ok::<_, ResolveError>(Answer::Unknown) });
    /// let verifier = PatVerifier::builder(TokenFormat::new("acme_pat")?, resolver)
    ///     .with_serve_stale_for(Duration::from_mins(14))
    ///     .with_insecure_stale_despite_feed()
    ///     .build();
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    pub fn with_insecure_stale_despite_feed(mut self) -> Self {
        self.stale_without_feed = true;
        self
    }

    /// How long the resolver may take, and a request wait for it; 2 seconds by default. Past it, those who wait are told
    /// that the token cannot be checked ([`Denial::Unavailable`](crate::denial::Denial::Unavailable)).
    ///
    /// ```
    /// # use tower_pat::resolver::{Answer, ResolveError, resolver_fn};
    /// # use tower_pat::token::TokenDigest;
    /// use std::time::Duration;
    /// use tower_pat::{PatVerifier, TokenFormat};
    ///
    /// # let resolver = resolver_fn(|_: TokenDigest| async { Ok::<_, ResolveError>(Answer::Unknown) });
    /// // The proxy in front gives up after a second: the answer, or that there is none, is to be there before.
    /// let verifier = PatVerifier::builder(TokenFormat::new("acme_pat")?, resolver)
    ///     .with_deadline(Duration::from_millis(800))
    ///     .build();
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    pub fn with_deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// How many bytes the verdicts on known tokens may take, all together and with their tables; 64 MiB by default, with
    /// zero nothing is kept.
    ///
    /// That is room for about 68,000 tokens with a name, an owner and three scopes. A token whose record is long counts for
    /// as much as it takes, and one that takes more than all there is is looked up on each request. When the room is full,
    /// those stay that are asked for more often than others. The bytes are estimated, and are those that the process asks
    /// its allocator for: with the margins of that, resident memory grows by about a fifth more. A record of which the
    /// resolver itself keeps a copy is counted by half, for the two share their texts.
    ///
    /// ```
    /// # use tower_pat::resolver::{Answer, ResolveError, resolver_fn};
    /// # use tower_pat::token::TokenDigest;
    /// use tower_pat::{PatVerifier, TokenFormat};
    ///
    /// # let resolver = resolver_fn(|_: TokenDigest| async { Ok::<_, ResolveError>(Answer::Unknown) });
    /// let verifier = PatVerifier::builder(TokenFormat::new("acme_pat")?, resolver)
    ///     .with_capacity_bytes(256 * 1024 * 1024)
    ///     .build();
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    pub fn with_capacity_bytes(mut self, bytes: u64) -> Self {
        self.capacity_bytes = bytes;
        self
    }

    /// Of how many unknown tokens a verdict is kept, apart from the known ones; 10,000 by default.
    ///
    /// ```
    /// # use tower_pat::resolver::{Answer, ResolveError, resolver_fn};
    /// # use tower_pat::token::TokenDigest;
    /// use std::time::Duration;
    /// use tower_pat::{PatVerifier, TokenFormat};
    ///
    /// # let resolver = resolver_fn(|_: TokenDigest| async { Ok::<_, ResolveError>(Answer::Unknown) });
    /// // Somebody tries the same 50,000 made-up tokens again and again: each is looked up once a minute.
    /// let verifier = PatVerifier::builder(TokenFormat::new("acme_pat")?, resolver)
    ///     .with_negative_capacity(50_000)
    ///     .with_negative_ttl(Duration::from_mins(1))
    ///     .build();
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    pub fn with_negative_capacity(mut self, tokens: u64) -> Self {
        self.negative_capacity = tokens;
        self
    }

    /// How many look-ups the verifier makes at once; 64 by default, one at least. A request that asks for a token which is
    /// being looked up joins, and needs none of its own. A quarter as many, one at least, may be under way in the
    /// [background](Self::with_ttl) beside them.
    ///
    /// The others wait in one line for each client, and the lines are served in turn: whoever tries made-up tokens, as many
    /// as they like, has one look-up for each that a client elsewhere has. A client is an IPv4 address, or 64 bits of an
    /// IPv6 address. The addresses come from the [context](super::VerifyContext::with_client_addr), which the layer fills
    /// from [its source](crate::PatAuthLayer::with_client_addr): **without a source all clients are one**, and a flood
    /// by one of them keeps out the good tokens of others that are not remembered.
    ///
    /// ```
    /// # use tower_pat::resolver::{Answer, ResolveError, resolver_fn};
    /// # use tower_pat::token::TokenDigest;
    /// use std::time::Duration;
    /// use tower_pat::client::SocketPeer;
    /// use tower_pat::{PatAuthLayer, PatVerifier, TokenFormat};
    ///
    /// # let resolver = resolver_fn(|_: TokenDigest| async { Ok::<_, ResolveError>(Answer::Unknown) });
    /// let verifier = PatVerifier::builder(TokenFormat::new("acme_pat")?, resolver)
    ///     .with_max_loads(16)
    ///     .with_max_wait(Duration::from_millis(200))
    ///     .build();
    /// let layer = PatAuthLayer::new(verifier).with_client_addr(SocketPeer);
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    pub fn with_max_loads(mut self, loads: usize) -> Self {
        self.limits.max_loads = loads.max(1);
        self
    }

    /// How many look-ups may wait for their turn, of one client and of all together; 64 and 1,024 by default. Who finds no
    /// room is told at once that the token cannot be checked
    /// ([`Denial::Unavailable`](crate::denial::Denial::Unavailable)). When all places are taken, a client with a
    /// shorter line gets the last place of the longest one.
    ///
    /// ```
    /// # use tower_pat::resolver::{Answer, ResolveError, resolver_fn};
    /// # use tower_pat::token::TokenDigest;
    /// use tower_pat::{PatVerifier, TokenFormat};
    ///
    /// # let resolver = resolver_fn(|_: TokenDigest| async { Ok::<_, ResolveError>(Answer::Unknown) });
    /// // All clients come through one gateway and have its address: that address may take all the places.
    /// let verifier = PatVerifier::builder(TokenFormat::new("acme_pat")?, resolver)
    ///     .with_max_waiting(1_024, 1_024)
    ///     .build();
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    pub fn with_max_waiting(mut self, of_one_client: usize, of_all: usize) -> Self {
        (self.limits.waiting_of_one_client, self.limits.waiting) = (of_one_client, of_all);
        self
    }

    /// How long a look-up may wait for its turn, which is then refused as above; 500 milliseconds by default, and never
    /// more than half the [deadline](Self::with_deadline).
    ///
    /// ```
    /// # use tower_pat::resolver::{Answer, ResolveError, resolver_fn};
    /// # use tower_pat::token::TokenDigest;
    /// use std::time::Duration;
    /// use tower_pat::{PatVerifier, TokenFormat};
    ///
    /// # let resolver = resolver_fn(|_: TokenDigest| async { Ok::<_, ResolveError>(Answer::Unknown) });
    /// // Clients try again by themselves: they are rather told at once than late.
    /// let verifier = PatVerifier::builder(TokenFormat::new("acme_pat")?, resolver)
    ///     .with_max_wait(Duration::from_millis(50))
    ///     .build();
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    pub fn with_max_wait(mut self, wait: Duration) -> Self {
        self.limits.patience = wait;
        self
    }

    /// After how many failures in a row the resolver is left alone, and for how long at first; five and one second by
    /// default, at least one failure. An error, a panic and a passed deadline are failures; that a token is unknown is an
    /// answer, and ends the row.
    ///
    /// Meanwhile remembered tokens are served, and all others are told at once that they cannot be checked. After the pause
    /// one look-up is made: if it fails too the pause doubles, up to 30 seconds, and an answer ends it. Look-ups in the
    /// [background](Self::with_ttl) count like all others, and may be that one.
    ///
    /// A resolver must therefore never fail for what a client may choose, such as for a token that it cannot read: that is
    /// [`Answer::Unknown`](crate::resolver::Answer::Unknown).
    ///
    /// ```
    /// # use tower_pat::resolver::{Answer, ResolveError, resolver_fn};
    /// # use tower_pat::token::TokenDigest;
    /// use std::time::Duration;
    /// use tower_pat::{PatVerifier, TokenFormat};
    ///
    /// # let resolver = resolver_fn(|_: TokenDigest| async { Ok::<_, ResolveError>(Answer::Unknown) });
    /// // Who meets a database that hangs waits for the deadline: after three of them nobody does, for two seconds at first.
    /// let verifier = PatVerifier::builder(TokenFormat::new("acme_pat")?, resolver)
    ///     .with_circuit(3, Duration::from_secs(2))
    ///     .build();
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    pub fn with_circuit(mut self, failures: u32, pause: Duration) -> Self {
        self.trip = Some(Trip { failures: failures.max(1), pause });
        self
    }

    /// Asks the resolver for each token, however often it has failed.
    ///
    /// ```
    /// # use tower_pat::resolver::{Answer, ResolveError, resolver_fn};
    /// # use tower_pat::token::TokenDigest;
    /// use tower_pat::{PatVerifier, TokenFormat};
    ///
    /// # let resolver = resolver_fn(|_: TokenDigest| async { Ok::<_, ResolveError>(Answer::Unknown) });
    /// // The resolver asks a service by a client that has a circuit breaker of its own.
    /// let verifier = PatVerifier::builder(TokenFormat::new("acme_pat")?, resolver)
    ///     .without_circuit()
    ///     .build();
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    pub fn without_circuit(mut self) -> Self {
        self.trip = None;
        self
    }

    /// Adds who is told which known tokens are used, and which are presented in vain; nobody by default. See
    /// [`crate::observer`]. Several are told in the order in which they were added; of those who take
    /// [later uses](crate::observer::Accepted::later), each use is taken by one.
    ///
    /// A use of a remembered token then costs one addition more, and neither an allocation nor a lock; once a minute a token
    /// the observer is called.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use tower_pat::resolver::{Answer, ResolveError, resolver_fn};
    /// # use tower_pat::token::TokenDigest;
    /// use tower_pat::observer::{Accepted, PatObserver};
    /// use tower_pat::{PatVerifier, TokenFormat};
    ///
    /// #[derive(Debug)]
    /// struct Print;
    ///
    /// impl PatObserver for Print {
    ///     fn accepted(&self, accepted: &Accepted<'_>) {
    ///         println!("{} is in use", accepted.principal().token_id());
    ///     }
    /// }
    ///
    /// # let resolver = resolver_fn(|_: TokenDigest| async { Ok::<_, ResolveError>(Answer::Unknown) });
    /// let verifier =
    ///     PatVerifier::builder(TokenFormat::new("acme_pat")?, resolver).with_observer(Arc::new(Print)).build();
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    pub fn with_observer(mut self, observer: Arc<dyn PatObserver>) -> Self {
        self.observer = Some(match self.observer {
            Some(first) => Arc::new(Both(first, observer)),
            None => observer,
        });
        self
    }

    /// Sets the value of the label `verifier` that all [metrics](crate#what-is-measured) of this verifier have; none by
    /// default. For a process with several verifiers: those without a label, or with the same one, are counted together.
    ///
    /// ```
    /// # use tower_pat::resolver::{Answer, ResolveError, resolver_fn};
    /// # use tower_pat::token::TokenDigest;
    /// use tower_pat::{PatVerifier, TokenFormat};
    ///
    /// # let resolver = resolver_fn(|_: TokenDigest| async { Ok::<_, ResolveError>(Answer::Unknown) });
    /// let verifier = PatVerifier::builder(TokenFormat::new("acme_pat")?, resolver)
    ///     .with_metrics_label("internal-api")
    ///     .build();
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    #[cfg(feature = "metrics")]
    pub fn with_metrics_label(mut self, verifier: impl Into<String>) -> Self {
        self.metrics_label = Some(verifier.into());
        self
    }

    /// Where the verifier reads the time; from the operating system by default.
    ///
    /// ```
    /// # #[cfg(feature = "testing")] mod example {
    /// # use tower_pat::resolver::{Answer, ResolveError, resolver_fn};
    /// use std::time::Duration;
    /// use tower_pat::testing::ManualClock;
    /// use tower_pat::token::{OsEntropy, TokenDigest};
    /// use tower_pat::verifier::VerifyContext;
    /// use tower_pat::{PatVerifier, TokenFormat};
    ///
    /// # #[tokio::main(flavor = "current_thread")] pub async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let resolver = resolver_fn(|_: TokenDigest| async { Ok::<_, ResolveError>(Answer::Unknown) });
    /// // A test turns the clock by hand, and waits for nothing.
    /// let clock = ManualClock::new("2030-01-01T12:00:00Z".parse()?);
    /// let format = TokenFormat::new("acme_pat")?;
    /// let token = format.generate(&OsEntropy)?;
    /// let verifier = PatVerifier::builder(format, resolver).with_clock(clock.clone()).build();
    ///
    /// for _ in 0..3 {
    ///     assert!(verifier.verify(token.expose_secret(), &VerifyContext::default()).await.is_err());
    ///     clock.advance(Duration::from_secs(3));
    /// }
    /// // The first answer was relied on for five seconds.
    /// assert_eq!(verifier.statistics().loads(), 2);
    /// # Ok(()) } }
    /// # #[cfg(feature = "testing")] example::main().expect("an example that runs");
    /// ```
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// The verifier.
    #[must_use]
    pub fn build(self) -> PatVerifier {
        let revocations = Arc::clone(self.resolver.revocations());
        let memory = MokaMemory::new(self.capacity_bytes, self.negative_capacity);
        let limits = self.limits.within(self.deadline);
        // A load that nobody drives is given up in the end, long after one that is driven has met its deadline.
        let lease = self.deadline.saturating_mul(2);
        #[cfg(feature = "metrics")]
        let counts = Arc::new(Counts::new(Metrics::new(self.metrics_label)));
        #[cfg(not(feature = "metrics"))]
        let counts = Arc::new(Counts::new());
        PatVerifier::from_inner(Inner {
            gate: Gate::new(limits, lease, Arc::clone(&self.clock)),
            refreshes: Gate::new(limits.of_refreshes(), lease, Arc::clone(&self.clock)),
            circuit: Circuit::new(self.trip, lease, Arc::clone(&self.clock), Arc::clone(&counts)),
            limits,
            recall: Recall::new(revocations, memory, self.deadline).with_stale_without_feed(self.stale_without_feed),
            formats: self.formats,
            resolver: self.resolver,
            audience: self.audience,
            clock: self.clock,
            lifetimes: self.lifetimes,
            deadline: self.deadline,
            grants: Grants::new(self.catalog),
            outages: Outages::default(),
            watch: self.observer.map(Watch::new),
            counts,
        })
    }
}
