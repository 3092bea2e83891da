use std::fmt;
use std::net::IpAddr;

use http::{Extensions, HeaderMap};

/// Says from which address a request comes.
///
/// ```
/// use std::net::IpAddr;
///
/// use http::{Extensions, HeaderMap};
/// use tower_pat::client::ClientAddrSource;
///
/// /// What another layer of the service found out.
/// #[derive(Clone, Copy)]
/// struct Origin(IpAddr);
///
/// #[derive(Debug)]
/// struct FromOrigin;
///
/// impl ClientAddrSource for FromOrigin {
///     fn client_addr(&self, _headers: &HeaderMap, extensions: &Extensions) -> Option<IpAddr> {
///         extensions.get().map(|Origin(addr)| *addr)
///     }
/// }
/// ```
pub trait ClientAddrSource: fmt::Debug + Send + Sync + 'static {
    /// The address, or none if it is not known for certain. It is called for each request, so it must not wait.
    ///
    /// A token that is limited to networks is refused to a client without an address.
    fn client_addr(&self, headers: &HeaderMap, extensions: &Extensions) -> Option<IpAddr>;
}
