use std::fmt;
use std::net::IpAddr;

use crate::record::Audience;

/// What is known about a request beside its token.
///
/// [`PatAuthLayer`](crate::PatAuthLayer) makes one of what its [client address source](crate::client) says; who asks the
/// verifier directly makes it of what they know.
///
/// The time is not part of it: a look-up may take a while, and a token is judged at the instant of the decision, by the
/// verifier's own clock.
///
/// ```
/// use std::net::Ipv4Addr;
/// use tower_pat::verifier::VerifyContext;
///
/// let context = VerifyContext::default().with_client_addr(Ipv4Addr::LOCALHOST.into());
/// assert_eq!(context.client_addr(), Some(Ipv4Addr::LOCALHOST.into()));
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct VerifyContext {
    client_addr: Option<IpAddr>,
    audience: Option<Audience>,
    user_agent: Option<Box<[u8]>>,
}

impl VerifyContext {
    /// Sets the address of the client, as far as the caller trusts it: what a client may write itself, such as
    /// `X-Forwarded-For` without a proxy that replaces it, says nothing about where it is. It is written to the log with
    /// a denial.
    ///
    /// A token that is restricted to networks is not accepted where the address is not known.
    #[must_use]
    pub fn with_client_addr(mut self, addr: IpAddr) -> Self {
        self.client_addr = Some(addr);
        self
    }

    /// The address of the client, if it is known.
    #[must_use]
    pub fn client_addr(&self) -> Option<IpAddr> {
        self.client_addr
    }

    /// Sets to which service the request is made, in place of the one that the verifier speaks for
    /// ([`PatVerifierBuilder::with_audience`](super::PatVerifierBuilder::with_audience)): for a process that is several
    /// services, such as a gateway. Take it from what the request was routed by, never from what the client claims.
    ///
    /// ```
    /// use tower_pat::record::Audience;
    /// use tower_pat::verifier::VerifyContext;
    ///
    /// let invoices = Audience::parse("https://invoices.example")?;
    /// let context = VerifyContext::default().with_audience(invoices.clone());
    /// assert_eq!(context.audience(), Some(&invoices));
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    #[must_use]
    pub fn with_audience(mut self, audience: Audience) -> Self {
        self.audience = Some(audience);
        self
    }

    /// To which service the request is made, if it is another than the verifier speaks for.
    #[must_use]
    pub fn audience(&self) -> Option<&Audience> {
        self.audience.as_ref()
    }

    /// Sets what the client calls itself, for an [observer](crate::observer); nothing is decided by it. The layer does
    /// without: it reads the header `User-Agent` when the observer is told.
    ///
    /// ```
    /// use tower_pat::verifier::VerifyContext;
    ///
    /// let context = VerifyContext::default().with_user_agent("importer/2.1");
    /// assert_eq!(context.user_agent(), Some(&b"importer/2.1"[..]));
    /// ```
    #[must_use]
    pub fn with_user_agent(mut self, agent: impl AsRef<[u8]>) -> Self {
        self.user_agent = Some(agent.as_ref().into());
        self
    }

    /// What the client calls itself, if it was set: as it came, at any length.
    #[must_use]
    pub fn user_agent(&self) -> Option<&[u8]> {
        self.user_agent.as_deref()
    }
}

/// What the client calls itself is its own affair, and may hold anything.
impl fmt::Debug for VerifyContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { client_addr, audience, .. } = self;
        let mut context = f.debug_struct("VerifyContext");
        context.field("client_addr", client_addr).field("audience", audience).finish_non_exhaustive()
    }
}
