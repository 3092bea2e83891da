use std::sync::Arc;
use std::time::Duration;

use super::outages::Outages;
use super::pat::{Inner, PatVerifier};
use crate::cache::MokaMemory;
use crate::clock::{Clock, SystemClock};
use crate::flight::Recall;
use crate::record::Audience;
use crate::resolver::PatResolver;
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
    clock: Arc<dyn Clock>,
    ttl: Duration,
    negative_ttl: Duration,
    deadline: Duration,
    capacity: u64,
    negative_capacity: u64,
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
            clock: Arc::new(SystemClock),
            ttl: Duration::from_mins(1),
            negative_ttl: Duration::from_secs(5),
            deadline: Duration::from_secs(2),
            capacity: 100_000,
            negative_capacity: 10_000,
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

    /// How long a verdict on an accepted token is relied on, from the moment its look-up began; 60 seconds by default.
    ///
    /// With zero nothing is remembered, but requests that come while a look-up is under way still share it: the bound is
    /// then the deadline.
    ///
    /// A change made through a manager on the same store counts at once, whatever stands here. This bounds how long a
    /// change made elsewhere may go unseen.
    pub fn with_ttl(mut self, ttl: Duration) -> Self {
        self.ttl = ttl;
        self
    }

    /// How long a verdict on a token that was not accepted is relied on; 5 seconds by default.
    pub fn with_negative_ttl(mut self, ttl: Duration) -> Self {
        self.negative_ttl = ttl;
        self
    }

    /// How long the resolver may take, and a request wait for it; 2 seconds by default. Past it, those who wait are told
    /// that the token cannot be checked ([`Denial::Unavailable`](crate::denial::Denial::Unavailable)).
    pub fn with_deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Of how many known tokens a verdict is kept; 100,000 by default.
    pub fn with_capacity(mut self, tokens: u64) -> Self {
        self.capacity = tokens;
        self
    }

    /// Of how many unknown tokens a verdict is kept, apart from the known ones; 10,000 by default.
    pub fn with_negative_capacity(mut self, tokens: u64) -> Self {
        self.negative_capacity = tokens;
        self
    }

    /// Where the verifier reads the time; from the operating system by default.
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// The verifier.
    #[must_use]
    pub fn build(self) -> PatVerifier {
        let revocations = Arc::clone(self.resolver.revocations());
        let memory = MokaMemory::new(self.capacity, self.negative_capacity);
        PatVerifier::from_inner(Inner {
            recall: Recall::new(revocations, memory, self.deadline),
            formats: self.formats,
            resolver: self.resolver,
            audience: self.audience,
            clock: self.clock,
            ttl: self.ttl,
            negative_ttl: self.negative_ttl,
            deadline: self.deadline,
            outages: Outages::default(),
        })
    }
}
