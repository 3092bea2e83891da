use std::fmt;
use std::net::IpAddr;

use http::{Extensions, HeaderMap};

use super::port::ClientAddrSource;

/// A source made of a closure.
///
/// The closure is given the headers and the extensions of a request. A header is only to be believed if a proxy in
/// front sets it and nobody can go round the proxy; [`TrustedProxies`](super::TrustedProxies) checks that.
///
/// ```
/// use http::{Extensions, HeaderMap};
/// use tower_pat::client::{ClientAddrSource, client_addr_fn};
///
/// # #[derive(Clone)] struct Tunnel { far_end: std::net::IpAddr }
/// let source = client_addr_fn(|_: &HeaderMap, extensions: &Extensions| Some(extensions.get::<Tunnel>()?.far_end));
/// assert_eq!(source.client_addr(&HeaderMap::new(), &Extensions::new()), None);
/// ```
#[must_use]
pub fn client_addr_fn<F>(function: F) -> ClientAddrFn<F>
where
    F: Fn(&HeaderMap, &Extensions) -> Option<IpAddr> + Send + Sync + 'static,
{
    ClientAddrFn { function }
}

/// The source that [`client_addr_fn`] makes.
///
/// ```
/// use http::{Extensions, HeaderMap};
/// use tower_pat::client::{ClientAddrFn, client_addr_fn};
///
/// let nowhere: ClientAddrFn<_> = client_addr_fn(|_: &HeaderMap, _: &Extensions| None);
/// ```
#[derive(Clone)]
pub struct ClientAddrFn<F> {
    function: F,
}

impl<F> ClientAddrSource for ClientAddrFn<F>
where
    F: Fn(&HeaderMap, &Extensions) -> Option<IpAddr> + Send + Sync + 'static,
{
    fn client_addr(&self, headers: &HeaderMap, extensions: &Extensions) -> Option<IpAddr> {
        (self.function)(headers, extensions)
    }
}

impl<F> fmt::Debug for ClientAddrFn<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientAddrFn").finish_non_exhaustive()
    }
}
