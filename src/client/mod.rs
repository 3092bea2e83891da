//! The client: from which address a request comes.
//!
//! Nothing in a request says it that could be believed without more: the socket has the address of whoever connected,
//! which behind a reverse proxy is the proxy, and a header is what anybody writes into it. So the host says where its
//! requests come from, with one [`ClientAddrSource`]:
//!
//! | the service | source |
//! |---|---|
//! | takes connections from its clients | [`SocketPeer`] |
//! | stands behind proxies that append to `Forwarded` | [`TrustedProxies::forwarded`] |
//! | stands behind proxies that append to `X-Forwarded-For` | [`TrustedProxies::x_forwarded_for`] |
//! | stands behind a proxy that sets a header such as `X-Real-IP` or `CF-Connecting-IP` | [`TrustedProxies::single_valued`] |
//! | knows better | [`client_addr_fn`], or a type of its own |
//!
//! ```
//! use http::HeaderMap;
//! use tower_pat::client::{ClientAddrSource, TrustedProxies};
//!
//! let source = TrustedProxies::x_forwarded_for(["10.0.0.0/24"])?;
//!
//! // The server puts the peer of the connection here.
//! let mut extensions = http::Extensions::new();
//! extensions.insert(std::net::SocketAddr::from(([10, 0, 0, 1], 40312)));
//!
//! // The client wrote 198.51.100.1, the proxy appended whom it was asked by.
//! let mut headers = HeaderMap::new();
//! headers.insert("x-forwarded-for", "198.51.100.1, 203.0.113.7".parse()?);
//! assert_eq!(source.client_addr(&headers, &extensions), Some([203, 0, 113, 7].into()));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Every source of this module begins with the peer of the connection. In axum, it is known to a router that is served by
//! `into_make_service_with_connect_info::<SocketAddr>()`, and to no other.
//!
//! # How a header is read
//!
//! 1. Without the address of the socket's peer nothing is known: no address.
//! 2. If the peer is not in a network of the trusted proxies, it is the client itself. Whatever its headers say is
//!    ignored.
//! 3. All lines of the one named header are one list ([RFC 9110, section 5.3]). It is walked from its end, where the
//!    nearest proxy has written, and trusted proxies are skipped. The first address that is not a trusted proxy is the
//!    client; what stands further left was written by the client, or by somebody it chose, and is not looked at.
//! 4. Where the walk meets something that is no address — `unknown`, an obfuscated `_name`, a zone, a malformed line —
//!    or comes to the end and has found proxies alone, there is no address. The peer is not taken in its stead: the
//!    address of a proxy is often one from which much is allowed.
//!
//! Only one header counts, the one that the host names: if whichever is there counted, a client would choose. An IPv4
//! address that is written as IPv6 (`::ffff:192.0.2.7`) is the IPv4 address, in a socket, a header and a network.
//!
//! [RFC 9110, section 5.3]: https://www.rfc-editor.org/rfc/rfc9110#section-5.3

mod forwarded;
mod function;
mod networks;
mod node;
mod peer;
mod port;
mod proxies;

pub use function::{ClientAddrFn, client_addr_fn};
pub use peer::SocketPeer;
pub use port::ClientAddrSource;
pub use proxies::TrustedProxies;
