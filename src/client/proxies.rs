use std::iter;
use std::net::IpAddr;

use http::header::FORWARDED;
use http::{Extensions, HeaderMap, HeaderName, HeaderValue};

use super::forwarded;
use super::networks::Networks;
use super::node::bare_node;
use super::peer::SocketPeer;
use super::port::ClientAddrSource;
use crate::invalid::InvalidValue;

/// The client as proxies of the service name it, in one header.
///
/// The header counts only when the peer of the socket, as [`SocketPeer`] finds it, is one of the proxies. How it is
/// read is said [above](super). Name the proxies as narrowly as you can: an address in their networks is a proxy and
/// never a client, and who sends from there can claim any address.
///
/// Each constructor takes networks such as `10.0.0.0/24` or `2001:db8:1::/48`, and single addresses. With none at all
/// the peer is always the client.
///
/// # Errors
///
/// Of the constructors: when a network is neither, or has bits set behind its prefix, as `10.0.0.1/24` has.
///
/// ```
/// use tower_pat::client::TrustedProxies;
/// use tower_pat::invalid::InvalidValueKind;
///
/// assert!(TrustedProxies::forwarded(["10.0.0.0/24", "2001:db8:1::7"]).is_ok());
///
/// let error = TrustedProxies::forwarded(["10.0.0.1/24"]).unwrap_err();
/// assert_eq!(error.kind(), InvalidValueKind::ProxyNetwork);
/// ```
#[derive(Debug, Clone)]
pub struct TrustedProxies {
    networks: Networks,
    trail: Trail,
}

/// Where proxies write by whom they were asked.
#[derive(Debug, Clone)]
enum Trail {
    /// `Forwarded`, to which each proxy appends.
    Forwarded,
    /// A list of addresses, to which each proxy appends.
    List(HeaderName),
    /// One address.
    Single(HeaderName),
}

impl TrustedProxies {
    /// Proxies that append to `Forwarded` ([RFC 7239]).
    ///
    /// # Errors
    ///
    /// See [above](Self#errors).
    ///
    /// ```
    /// use tower_pat::client::TrustedProxies;
    ///
    /// let source = TrustedProxies::forwarded(["10.0.0.0/24"])?;
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    ///
    /// [RFC 7239]: https://www.rfc-editor.org/rfc/rfc7239#section-4
    pub fn forwarded<I>(networks: I) -> Result<Self, InvalidValue>
    where
        I: IntoIterator<Item: AsRef<str>>,
    {
        Self::new(networks, Trail::Forwarded)
    }

    /// Proxies that append to `X-Forwarded-For`.
    ///
    /// # Errors
    ///
    /// See [above](Self#errors).
    ///
    /// ```
    /// use tower_pat::client::TrustedProxies;
    ///
    /// let source = TrustedProxies::x_forwarded_for(["10.0.0.0/24"])?;
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    pub fn x_forwarded_for<I>(networks: I) -> Result<Self, InvalidValue>
    where
        I: IntoIterator<Item: AsRef<str>>,
    {
        Self::new(networks, Trail::List(HeaderName::from_static("x-forwarded-for")))
    }

    /// Proxies that write the client's address into a header of their own, in place of what was there: `X-Real-IP`,
    /// `CF-Connecting-IP`, `Fly-Client-IP` and the like.
    ///
    /// A proxy that only passes such a header on, or adds a second line, lets clients claim any address. Two lines are
    /// seen, and then there is no address; a header that is passed on cannot be.
    ///
    /// # Errors
    ///
    /// See [above](Self#errors).
    ///
    /// ```
    /// use http::HeaderName;
    /// use tower_pat::client::TrustedProxies;
    ///
    /// let source = TrustedProxies::single_valued(HeaderName::from_static("x-real-ip"), ["10.0.0.0/24"])?;
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    pub fn single_valued<I>(header: HeaderName, networks: I) -> Result<Self, InvalidValue>
    where
        I: IntoIterator<Item: AsRef<str>>,
    {
        Self::new(networks, Trail::Single(header))
    }

    fn new<I>(networks: I, trail: Trail) -> Result<Self, InvalidValue>
    where
        I: IntoIterator<Item: AsRef<str>>,
    {
        Networks::parse(networks).map(|networks| Self { networks, trail })
    }

    /// The first node that is no trusted proxy, if it is known.
    fn first_stranger(&self, mut nodes: impl Iterator<Item = Option<IpAddr>>) -> Option<IpAddr> {
        nodes.find(|node| node.is_none_or(|addr| !self.networks.contain(addr)))?
    }
}

impl ClientAddrSource for TrustedProxies {
    fn client_addr(&self, headers: &HeaderMap, extensions: &Extensions) -> Option<IpAddr> {
        let peer = SocketPeer.client_addr(headers, extensions)?;
        if !self.networks.contain(peer) {
            return Some(peer);
        }
        let backwards = |name: &HeaderName| headers.get_all(name).iter().rev().map(HeaderValue::as_bytes);
        match &self.trail {
            Trail::Forwarded => self.first_stranger(backwards(&FORWARDED).flat_map(elements)),
            Trail::List(name) => self.first_stranger(backwards(name).flat_map(list)),
            Trail::Single(name) => self.first_stranger(iter::once(only(backwards(name)))),
        }
    }
}

/// The nodes of one line of `Forwarded`, the last first.
fn elements(line: &[u8]) -> impl Iterator<Item = Option<IpAddr>> {
    forwarded::nodes(line).into_iter().rev()
}

/// The nodes of one line of addresses, the last first. Empty elements do not count (RFC 9110, section 5.6.1.2).
fn list(line: &[u8]) -> impl Iterator<Item = Option<IpAddr>> {
    let elements = line.rsplit(|&byte| byte == b',').map(<[u8]>::trim_ascii);
    elements.filter(|element| !element.is_empty()).map(bare_node)
}

/// The node of the only line.
fn only<'a>(mut lines: impl Iterator<Item = &'a [u8]>) -> Option<IpAddr> {
    let line = lines.next()?;
    if lines.next().is_some() {
        return None;
    }
    bare_node(line.trim_ascii())
}
