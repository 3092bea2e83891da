use std::net::{IpAddr, SocketAddr};

#[cfg(feature = "axum")]
use axum::extract::connect_info::{ConnectInfo, MockConnectInfo};
use http::{Extensions, HeaderMap};

use super::port::ClientAddrSource;

/// The other end of the connection: for a service that no proxy stands before.
///
/// The address is read from the request's extensions, where the server must put it. With axum, serve the router by
/// `into_make_service_with_connect_info`; a plain `axum::serve(listener, app)` leaves nothing there, and no client has
/// an address then. In a test of a router, axum's `MockConnectInfo` does as well.
///
/// ```no_run
/// # #[cfg(feature = "axum")] {
/// use std::net::SocketAddr;
///
/// # async fn serve(app: axum::Router) -> std::io::Result<()> {
/// let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
/// axum::serve(listener, app.into_make_service_with_connect_info::<SocketAddr>()).await
/// # } }
/// ```
///
/// A Unix socket has no such address; a service behind one needs [a source of its own](super::client_addr_fn).
///
/// Without axum, insert a [`SocketAddr`] into each request of a connection:
///
/// ```
/// use std::net::SocketAddr;
/// use http::Request;
/// use tower_pat::client::{ClientAddrSource, SocketPeer};
///
/// // `let (stream, peer) = listener.accept().await?;`
/// let peer = SocketAddr::from(([203, 0, 113, 7], 40312));
/// let mut request = Request::new(());
/// request.extensions_mut().insert(peer);
/// assert_eq!(SocketPeer.client_addr(request.headers(), request.extensions()), Some(peer.ip()));
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct SocketPeer;

impl ClientAddrSource for SocketPeer {
    fn client_addr(&self, _headers: &HeaderMap, extensions: &Extensions) -> Option<IpAddr> {
        // A socket that takes both versions gives IPv4 peers as mapped addresses.
        socket_addr(extensions).map(|addr| addr.ip().to_canonical())
    }
}

#[cfg(feature = "axum")]
fn socket_addr(extensions: &Extensions) -> Option<SocketAddr> {
    let real = || extensions.get().map(|ConnectInfo(addr)| *addr);
    let inserted = || extensions.get::<SocketAddr>().copied();
    let mocked = || extensions.get().map(|MockConnectInfo(addr)| *addr);
    real().or_else(inserted).or_else(mocked)
}

#[cfg(not(feature = "axum"))]
fn socket_addr(extensions: &Extensions) -> Option<SocketAddr> {
    extensions.get().copied()
}

#[cfg(test)]
#[cfg(not(model))]
mod tests {
    use std::net::{IpAddr, SocketAddr};

    use http::{Extensions, HeaderMap};

    use super::SocketPeer;
    use crate::client::ClientAddrSource;

    fn read(extensions: &Extensions) -> Option<IpAddr> {
        SocketPeer.client_addr(&HeaderMap::new(), extensions)
    }

    #[test]
    fn peer_is_unknown_where_the_server_does_not_say_it() {
        assert_eq!(read(&Extensions::new()), None);
    }

    #[test]
    fn peer_of_version_4_is_the_same_on_a_socket_of_version_6() {
        let mut extensions = Extensions::new();
        extensions.insert("[::ffff:192.0.2.7]:80".parse::<SocketAddr>().unwrap());
        assert_eq!(read(&extensions), Some([192, 0, 2, 7].into()));
    }

    #[cfg(feature = "axum")]
    #[test]
    fn connection_goes_before_what_was_inserted_and_that_before_a_mock() {
        use axum::extract::connect_info::{ConnectInfo, MockConnectInfo};

        let addr = |last| SocketAddr::from(([192, 0, 2, last], 80));
        let mut extensions = Extensions::new();
        extensions.insert(MockConnectInfo(addr(3)));
        assert_eq!(read(&extensions), Some(addr(3).ip()));
        extensions.insert(addr(2));
        assert_eq!(read(&extensions), Some(addr(2).ip()));
        extensions.insert(ConnectInfo(addr(1)));
        assert_eq!(read(&extensions), Some(addr(1).ip()));
    }
}
