use std::net::IpAddr;

/// What is known about a request beside its token.
///
/// A host that knows more of a request than its headers say, such as the address of the client, puts a context into the
/// extensions of the request; [`PatAuthLayer`](crate::PatAuthLayer) takes it from there.
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
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct VerifyContext {
    client_addr: Option<IpAddr>,
}

impl VerifyContext {
    /// Sets the address of the client, as far as the caller trusts it. It is written to the log with a denial.
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
}
