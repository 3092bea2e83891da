//! From which address a request comes, whatever its headers claim.

use std::net::{IpAddr, SocketAddr};

use http::{Extensions, HeaderMap, HeaderName, HeaderValue};
use proptest::prelude::{Just, Strategy, any, prop, prop_assert_eq, prop_oneof, proptest};
use tower_pat::client::{ClientAddrSource, SocketPeer, TrustedProxies, client_addr_fn};

const PROXY: &str = "10.0.0.1";
const NETWORKS: [&str; 2] = ["10.0.0.0/24", "2001:db8:1::/48"];
const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const X_REAL_IP: HeaderName = HeaderName::from_static("x-real-ip");

/// What is tried, the lines of the header, the address that is found.
type Case = (&'static str, &'static [&'static [u8]], Option<&'static str>);

fn forwarded() -> TrustedProxies {
    TrustedProxies::forwarded(NETWORKS).unwrap()
}

fn x_forwarded_for() -> TrustedProxies {
    TrustedProxies::x_forwarded_for(NETWORKS).unwrap()
}

fn x_real_ip() -> TrustedProxies {
    TrustedProxies::single_valued(X_REAL_IP, NETWORKS).unwrap()
}

fn addr(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn connected(peer: &str) -> Extensions {
    let mut extensions = Extensions::new();
    extensions.insert(SocketAddr::from((addr(peer), 40312)));
    extensions
}

fn headers(name: &HeaderName, lines: &[&[u8]]) -> HeaderMap {
    lines.iter().map(|line| (name.clone(), HeaderValue::from_bytes(line).unwrap())).collect()
}

/// Whom a proxy says it was asked by, in these lines.
fn client(source: &TrustedProxies, name: &HeaderName, lines: &[&[u8]]) -> Option<IpAddr> {
    source.client_addr(&headers(name, lines), &connected(PROXY))
}

/// Each client here is 203.0.113.7 or `2001:db8::7` and would like to be 6.6.6.6.
#[test]
fn client_behind_proxies_cannot_choose_its_address_in_x_forwarded_for() {
    let cases: &[Case] = &[
        ("honest", &[b"203.0.113.7"], Some("203.0.113.7")),
        ("two proxies", &[b"203.0.113.7, 10.0.0.2"], Some("203.0.113.7")),
        ("it wrote the header itself", &[b"6.6.6.6, 203.0.113.7"], Some("203.0.113.7")),
        ("in a line of its own", &[b"6.6.6.6", b"203.0.113.7"], Some("203.0.113.7")),
        ("in a line that is not ASCII", &[b"6.6.6.6", b"\xff, 203.0.113.7"], Some("203.0.113.7")),
        ("it claims to be a proxy", &[b"6.6.6.6, 10.0.0.9, 203.0.113.7, 10.0.0.2"], Some("203.0.113.7")),
        (
            "proxies over several lines",
            &[b"6.6.6.6", b"203.0.113.7", b"10.0.0.2", b"10.0.0.3, 10.0.0.4"],
            Some("203.0.113.7"),
        ),
        ("proxies of both versions", &[b"203.0.113.7, [2001:db8:1::2]:443, ::ffff:10.0.0.2"], Some("203.0.113.7")),
        ("with a port", &[b"203.0.113.7:40312"], Some("203.0.113.7")),
        ("version 6", &[b"6.6.6.6, 2001:db8::7"], Some("2001:db8::7")),
        ("version 6 with a port", &[b"6.6.6.6, [2001:db8::7]:40312"], Some("2001:db8::7")),
        ("version 4 written as 6", &[b"::ffff:203.0.113.7"], Some("203.0.113.7")),
        ("empty elements", &[b"6.6.6.6, 203.0.113.7, ,", b""], Some("203.0.113.7")),
        ("unknown", &[b"6.6.6.6, unknown"], None),
        ("unknown behind a proxy", &[b"6.6.6.6, unknown, 10.0.0.2"], None),
        ("hidden", &[b"6.6.6.6, _hidden, 10.0.0.2"], None),
        ("a host name", &[b"6.6.6.6, localhost"], None),
        ("a zone", &[b"6.6.6.6, fe80::1%eth0"], None),
        ("a zone in brackets", &[b"6.6.6.6, [fe80::1%1]:80"], None),
        ("a network", &[b"6.6.6.6, 203.0.113.7/32"], None),
        ("a bad port", &[b"6.6.6.6, 203.0.113.7:x"], None),
        ("leading zeros", &[b"6.6.6.6, 203.0.113.07"], None),
        ("bytes", &[b"6.6.6.6, \xff"], None),
        ("separated by spaces", &[b"6.6.6.6 203.0.113.7"], None),
        ("only proxies", &[b"10.0.0.3, 10.0.0.2"], None),
        ("an empty line", &[b""], None),
        ("no line", &[], None),
    ];
    for (what, lines, expected) in cases {
        assert_eq!(client(&x_forwarded_for(), &X_FORWARDED_FOR, lines), expected.map(addr), "{what}");
    }
}

#[test]
fn client_behind_proxies_cannot_choose_its_address_in_forwarded() {
    let cases: &[Case] = &[
        ("honest", &[b"for=203.0.113.7;proto=https"], Some("203.0.113.7")),
        ("version 6", &[b"for=\"[2001:db8::7]:40312\""], Some("2001:db8::7")),
        ("two proxies", &[b"for=203.0.113.7, for=10.0.0.2;by=10.0.0.1"], Some("203.0.113.7")),
        ("it wrote the header itself", &[b"for=6.6.6.6, for=203.0.113.7"], Some("203.0.113.7")),
        ("in a line of its own", &[b"for=6.6.6.6", b"for=203.0.113.7"], Some("203.0.113.7")),
        ("malformed, in a line of its own", &[b"for=6.6.6.6;\"", b"for=203.0.113.7"], Some("203.0.113.7")),
        ("it claims to be a proxy", &[b"for=6.6.6.6, for=10.0.0.9, for=203.0.113.7"], Some("203.0.113.7")),
        ("in the host that a proxy notes", &[b"for=203.0.113.7;host=\"a, for=6.6.6.6\""], Some("203.0.113.7")),
        ("with an escape", &[b"for=203.0.113.7;host=\"a\\\", for=6.6.6.6;x=\\\"\""], Some("203.0.113.7")),
        ("before the proxy's name of it", &[b"by=_6.6.6.6;for=203.0.113.7"], Some("203.0.113.7")),
        ("it opens a quotation", &[b"x=\", for=203.0.113.7"], None),
        ("and has the host close it", &[b"x=\", for=203.0.113.7;host=\", for=6.6.6.6;y=\\\"\""], None),
        ("and lets the proxy close it", &[b"for=6.6.6.6;x=\", for=\"[2001:db8::7]\""], None),
        ("an escape at its end", &[b"for=6.6.6.6;x=\"\\, for=\"[2001:db8::7]\""], None),
        ("unknown", &[b"for=6.6.6.6, for=unknown, for=10.0.0.2"], None),
        ("hidden", &[b"for=6.6.6.6, for=_hidden, for=10.0.0.2"], None),
        ("hidden, in quotes", &[b"for=6.6.6.6, for=\"_hidden\""], None),
        ("a zone", &[b"for=6.6.6.6, for=\"[fe80::1%1]\""], None),
        ("a proxy does not say for whom", &[b"for=6.6.6.6, by=10.0.0.2"], None),
        ("for twice", &[b"for=6.6.6.6;for=203.0.113.7"], None),
        ("for twice, with a proxy", &[b"for=10.0.0.2;for=6.6.6.6"], None),
        ("an address without a name", &[b"for=6.6.6.6, 203.0.113.7"], None),
        ("bytes", &[b"for=6.6.6.6, for=\xff"], None),
        ("only proxies", &[b"for=10.0.0.3, for=10.0.0.2"], None),
        ("no line", &[], None),
    ];
    for (what, lines, expected) in cases {
        assert_eq!(client(&forwarded(), &http::header::FORWARDED, lines), expected.map(addr), "{what}");
    }
}

#[test]
fn client_behind_a_proxy_cannot_choose_its_address_in_a_single_value() {
    let cases: &[Case] = &[
        ("version 4", &[b"203.0.113.7"], Some("203.0.113.7")),
        ("version 6", &[b"2001:db8::7"], Some("2001:db8::7")),
        ("version 4 written as 6", &[b"::ffff:203.0.113.7"], Some("203.0.113.7")),
        ("two lines", &[b"6.6.6.6", b"203.0.113.7"], None),
        ("two lines that are equal", &[b"203.0.113.7", b"203.0.113.7"], None),
        ("a list", &[b"6.6.6.6, 203.0.113.7"], None),
        ("another proxy", &[b"10.0.0.2"], None),
        ("unknown", &[b"unknown"], None),
        ("an empty line", &[b""], None),
        ("no line", &[], None),
    ];
    for (what, lines, expected) in cases {
        assert_eq!(client(&x_real_ip(), &X_REAL_IP, lines), expected.map(addr), "{what}");
    }
}

/// If whichever header is there counted, a client would send the one that its proxy does not know.
#[test]
fn header_that_the_host_did_not_name_does_not_count() {
    for (source, name) in [
        (forwarded(), X_FORWARDED_FOR),
        (forwarded(), X_REAL_IP),
        (x_real_ip(), X_FORWARDED_FOR),
        (x_forwarded_for(), X_REAL_IP),
    ] {
        assert_eq!(client(&source, &name, &[b"6.6.6.6"]), None, "{name}");
    }
    let mut both = headers(&X_FORWARDED_FOR, &[b"203.0.113.7"]);
    both.insert(http::header::FORWARDED, HeaderValue::from_static("for=6.6.6.6"));
    both.insert(X_REAL_IP, HeaderValue::from_static("6.6.6.6"));
    assert_eq!(x_forwarded_for().client_addr(&both, &connected(PROXY)), Some(addr("203.0.113.7")));
}

#[test]
fn without_the_address_of_a_peer_no_header_counts() {
    let claims = headers(&X_FORWARDED_FOR, &[b"6.6.6.6"]);
    assert_eq!(x_forwarded_for().client_addr(&claims, &Extensions::new()), None);
}

#[test]
fn proxy_that_connects_over_a_socket_of_both_versions_is_trusted() {
    let claims = headers(&X_FORWARDED_FOR, &[b"203.0.113.7"]);
    let mapped = connected("::ffff:10.0.0.1");
    assert_eq!(x_forwarded_for().client_addr(&claims, &mapped), Some(addr("203.0.113.7")));
}

#[test]
fn with_no_proxies_at_all_the_peer_is_the_client() {
    let source = TrustedProxies::x_forwarded_for(Vec::<String>::new()).unwrap();
    assert_eq!(client(&source, &X_FORWARDED_FOR, &[b"6.6.6.6"]), Some(addr(PROXY)));
}

#[test]
fn closure_is_given_the_headers_and_the_extensions() {
    let source = client_addr_fn(|headers: &HeaderMap, extensions: &Extensions| {
        headers.get(X_REAL_IP)?;
        SocketPeer.client_addr(headers, extensions)
    });
    assert_eq!(source.client_addr(&HeaderMap::new(), &connected(PROXY)), None);
    assert_eq!(source.client_addr(&headers(&X_REAL_IP, &[b""]), &connected(PROXY)), Some(addr(PROXY)));
}

/// axum leaves the peer in the extensions only if it is served so.
#[cfg(feature = "axum")]
#[tokio::test]
async fn peer_of_a_real_connection_is_found_if_the_server_hands_it_on() {
    use axum::{Router, extract::Request, routing::get};

    let said = |request: Request| async move {
        let found = SocketPeer.client_addr(request.headers(), request.extensions());
        found.map_or_else(|| "unknown".to_owned(), |addr| addr.to_string())
    };
    let app: Router = Router::new().route("/", get(said));
    let (with, without) = (listener().await, listener().await);
    let (with_addr, without_addr) = (with.local_addr().unwrap(), without.local_addr().unwrap());
    let service = app.clone().into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(axum::serve(with, service).into_future());
    tokio::spawn(axum::serve(without, app).into_future());

    assert_eq!(body_from(with_addr).await, "127.0.0.1");
    assert_eq!(body_from(without_addr).await, "unknown");
}

#[cfg(feature = "axum")]
async fn listener() -> tokio::net::TcpListener {
    tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap()
}

#[cfg(feature = "axum")]
async fn body_from(addr: SocketAddr) -> String {
    use std::io::{Read, Write};

    let ask = move || {
        let mut stream = std::net::TcpStream::connect(addr).unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.split_once("\r\n\r\n").unwrap().1.to_owned()
    };
    tokio::task::spawn_blocking(ask).await.unwrap()
}

/// Lines of any bytes, and lines of the words that matter in any order.
fn lines() -> impl Strategy<Value = Vec<Vec<u8>>> {
    let words = prop_oneof![
        Just("for="),
        Just("For="),
        Just("by="),
        Just("host="),
        Just("\""),
        Just("\\"),
        Just(","),
        Just(";"),
        Just(" "),
        Just("6.6.6.6"),
        Just("10.0.0.2"),
        Just("[2001:db8::7]"),
        Just("2001:db8:1::2"),
        Just(":80"),
        Just("unknown"),
        Just("_hidden"),
        Just("%1"),
        Just("é"),
    ];
    let words = prop::collection::vec(words, 0..20).prop_map(|words| words.concat().into_bytes());
    prop::collection::vec(prop_oneof![words, prop::collection::vec(any::<u8>(), 0..60)], 0..4)
}

fn valid(lines: &[Vec<u8>]) -> Vec<&[u8]> {
    lines.iter().map(Vec::as_slice).filter(|line| HeaderValue::from_bytes(line).is_ok()).collect()
}

fn sources() -> [(TrustedProxies, HeaderName); 3] {
    [(forwarded(), http::header::FORWARDED), (x_forwarded_for(), X_FORWARDED_FOR), (x_real_ip(), X_REAL_IP)]
}

proptest! {
    #[test]
    fn peer_that_is_no_proxy_is_the_client_whatever_it_sends(peer: IpAddr, lines in lines()) {
        let [v4, v6] = NETWORKS.map(|network| addr(network.split_once('/').unwrap().0));
        let is_proxy = match (peer.to_canonical(), v4, v6) {
            (IpAddr::V4(peer), IpAddr::V4(net), _) => peer.octets()[..3] == net.octets()[..3],
            (IpAddr::V6(peer), _, IpAddr::V6(net)) => peer.segments()[..3] == net.segments()[..3],
            _ => unreachable!("one network of each version"),
        };
        if is_proxy {
            return Ok(());
        }
        let mut extensions = Extensions::new();
        extensions.insert(SocketAddr::from((peer, 1)));
        for (source, name) in sources() {
            let found = source.client_addr(&headers(&name, &valid(&lines)), &extensions);
            prop_assert_eq!(found, Some(peer.to_canonical()));
        }
    }

    /// No bytes make it panic, and none that come before what the proxy appends change the answer: in a line of its own
    /// it is the client, and in the same line it is the client or nobody.
    #[test]
    fn what_a_client_sends_never_changes_what_the_proxy_says(lines in lines()) {
        let said = Some(addr("203.0.113.7"));
        for (source, name, word) in [
            (forwarded(), http::header::FORWARDED, &b"for=203.0.113.7;host=\"a\""[..]),
            (x_forwarded_for(), X_FORWARDED_FOR, b"203.0.113.7"),
        ] {
            let mut sent = valid(&lines);
            sent.push(word);
            prop_assert_eq!(client(&source, &name, &sent), said);
            sent.pop();
            for claim in sent.iter().copied() {
                let line = [claim, b", ", word].concat();
                if HeaderValue::from_bytes(&line).is_ok() {
                    let found = client(&source, &name, &[&line]);
                    proptest::prop_assert!(found.is_none() || found == said, "{:?} from {:?}", found, line);
                }
            }
        }
    }
}
