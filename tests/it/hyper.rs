//! A bare server of hyper behind the layer and a guard, without axum; its clients are sockets that are written by hand.

use std::convert::Infallible;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tower::{ServiceBuilder, service_fn};
use tower_pat::guard::RequireScopeLayer;
use tower_pat::token::PatToken;
use tower_pat::{PatAuthLayer, PatPrincipal, PatVerifier, Scope};

use crate::support::{Ledger, Mood, format, record, scopes, token};

/// A server that runs, and who is known to it.
struct Site {
    ledger: Arc<Ledger>,
    token: PatToken,
    auth: PatAuthLayer,
    listener: TcpListener,
}

impl Site {
    async fn new() -> Self {
        let (ledger, token) = (Ledger::new(), token());
        ledger.write(&token, record(1));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let auth = PatAuthLayer::new(PatVerifier::new(format(), ledger.clone()));
        Self { ledger, token, auth, listener }
    }

    /// A connection that is served by both versions of HTTP, as its client likes.
    async fn connect(&self) -> Line {
        let guard = RequireScopeLayer::new(Scope::from_static("invoices:read"));
        let service = ServiceBuilder::new().layer(self.auth.clone()).layer(guard).service(service_fn(who));
        let (stream, accepted) =
            tokio::join!(TcpStream::connect(self.listener.local_addr().unwrap()), self.listener.accept());
        let io = TokioIo::new(accepted.unwrap().0);
        tokio::spawn(async move {
            let builder = Builder::new(TokioExecutor::new());
            // An error is a client that has gone.
            let _ = builder.serve_connection(io, TowerToHyperService::new(service)).await;
        });
        Line { stream: stream.unwrap(), read: Vec::new() }
    }

    fn bearer(&self) -> String {
        bearer(&self.token)
    }
}

fn bearer(token: &PatToken) -> String {
    format!("Authorization: Bearer {}\r\n", token.expose_secret())
}

async fn who(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let owner = request.extensions().get::<PatPrincipal>().unwrap().owner().to_string();
    Ok(Response::new(Full::from(owner)))
}

fn get(headers: &str) -> String {
    format!("GET / HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n")
}

/// The client's end of a connection.
struct Line<S = TcpStream> {
    stream: S,
    read: Vec<u8>,
}

impl Line {
    async fn send(&mut self, text: &str) {
        self.stream.write_all(text.as_bytes()).await.unwrap();
    }
}

impl<S: AsyncRead + Unpin> Line<S> {
    /// What arrives up to and with the end of the headers, without the date.
    async fn head(&mut self) -> String {
        let end = loop {
            if let Some(start) = self.read.windows(4).position(|window| window == b"\r\n\r\n") {
                break start + 4;
            }
            assert_ne!(self.stream.read_buf(&mut self.read).await.unwrap(), 0, "the server has hung up");
        };
        let head = String::from_utf8(self.read.drain(..end).collect()).unwrap();
        head.split_inclusive("\r\n").filter(|line| !line.starts_with("date:")).collect()
    }

    async fn body(&mut self, length: usize) -> String {
        while self.read.len() < length {
            assert_ne!(self.stream.read_buf(&mut self.read).await.unwrap(), 0, "the server has hung up");
        }
        String::from_utf8(self.read.drain(..length).collect()).unwrap()
    }

    /// A whole response, whose length is among its headers.
    async fn response(&mut self) -> (String, String) {
        let head = self.head().await;
        let body = self.body(length(&head)).await;
        (head, body)
    }

    async fn status(&mut self) -> u16 {
        self.response().await.0[9..12].parse().unwrap()
    }
}

fn length(head: &str) -> usize {
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    length.map_or(0, |length| length.parse().unwrap())
}

#[tokio::test]
async fn miss_and_hit_pass_on_one_connection() {
    let site = Site::new().await;
    let mut line = site.connect().await;
    for _ in 0..3 {
        line.send(&get(&site.bearer())).await;
        let (head, body) = line.response().await;
        assert_eq!((head.as_str(), body.as_str()), ("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n", "alice"));
    }
    assert_eq!(site.ledger.calls(), 1);
}

#[tokio::test]
async fn denial_is_a_whole_response() {
    let site = Site::new().await;
    let mut line = site.connect().await;
    line.send(&get("")).await;
    let (head, body) = line.response().await;
    assert_eq!(
        head,
        "HTTP/1.1 401 Unauthorized\r\ncontent-type: application/problem+json\r\ncache-control: no-store\r\n\
         www-authenticate: Bearer realm=\"api\"\r\ncontent-length: 136\r\n\r\n"
    );
    assert_eq!(
        body,
        r#"{"type":"urn:problem-type:tower-pat:missing-token","title":"Access token required","status":401,"detail":"An access token is required."}"#
    );
}

#[tokio::test]
async fn every_denial_leaves_the_connection_usable() {
    let site = Site::new().await;
    let (other, gone) = (token(), token());
    site.ledger.write(&other, record(2).with_scopes(scopes("other")));
    site.ledger.write(&gone, record(3).with_revocation(jiff::Timestamp::UNIX_EPOCH));
    let mut line = site.connect().await;
    for (headers, status) in [
        (String::new(), 401),
        ("Authorization: Bearer\r\n".to_owned(), 400),
        (format!("{0}{0}", site.bearer()), 400),
        ("Authorization: Bearer x\r\n".to_owned(), 401),
        (bearer(&token()), 401),
        (bearer(&gone), 401),
        (bearer(&other), 403),
    ] {
        // The second time it is remembered.
        for _ in 0..2 {
            line.send(&get(&headers)).await;
            assert_eq!(line.status().await, status, "{headers}");
        }
        line.send(&get(&site.bearer())).await;
        assert_eq!(line.status().await, 200);
    }
    site.ledger.set_mood(Mood::Fails);
    line.send(&get(&bearer(&token()))).await;
    assert_eq!(line.status().await, 503);
    line.send(&get(&site.bearer())).await;
    assert_eq!(line.status().await, 200);
}

/// RFC 9110, section 9.3.2: the length is that of the answer to `GET`.
#[tokio::test]
async fn head_is_answered_like_get_without_the_body() {
    let site = Site::new().await;
    let (mut line, other) = (site.connect().await, token());
    site.ledger.write(&other, record(2).with_scopes(scopes("other")));
    let malformed = "Authorization: Bearer\r\n".to_owned();
    for headers in [String::new(), malformed, bearer(&token()), bearer(&other), site.bearer()] {
        line.send(&get(&headers)).await;
        let (expected, body) = line.response().await;
        assert_eq!(body.len(), length(&expected));
        line.send(&get(&headers).replacen("GET", "HEAD", 1)).await;
        // What follows at once is the next response: there was no body between.
        line.send(&get(&site.bearer())).await;
        assert_eq!(head_sorted(&line.head().await), head_sorted(&expected));
        assert_eq!(line.status().await, 200);
    }
}

fn head_sorted(head: &str) -> Vec<&str> {
    let mut lines: Vec<_> = head.lines().collect();
    lines.sort_unstable();
    lines
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_their_order() {
    let site = Site::new().await;
    let mut line = site.connect().await;
    let (good, bad) = (get(&site.bearer()), get("Authorization: Bearer x\r\n"));
    line.send(&[good.as_str(), &bad, &get(""), &good, &bad, &good].concat()).await;
    for status in [200, 401, 401, 200, 401, 200] {
        assert_eq!(line.status().await, status);
    }
}

/// The body is there already; hyper reads what little there is and keeps the connection.
#[tokio::test]
async fn small_body_of_a_denied_request_is_passed_over() {
    let site = Site::new().await;
    let mut line = site.connect().await;
    for _ in 0..3 {
        line.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 11\r\n\r\nsecret=body").await;
        assert_eq!(line.status().await, 401);
        line.send(&get(&site.bearer())).await;
        assert_eq!(line.status().await, 200);
    }
}

/// Else whoever chooses a body chooses a request, on a connection that a proxy shares among its clients.
#[tokio::test]
async fn body_of_a_denied_request_is_never_taken_for_a_request() {
    let site = Site::new().await;
    let hidden = get(&site.bearer());
    let (length, next) = (hidden.len(), get("Authorization: Bearer\r\n"));
    for body in [
        format!("Content-Length: {length}\r\n\r\n{hidden}"),
        format!("Transfer-Encoding: chunked\r\n\r\n{length:x}\r\n{hidden}\r\n0\r\n\r\n"),
    ] {
        let mut line = site.connect().await;
        line.send(&format!("POST / HTTP/1.1\r\nHost: localhost\r\n{body}{next}")).await;
        assert_eq!(line.status().await, 401);
        assert_eq!(line.status().await, 400);
    }
}

/// The client has not sent the body and would never be done: it is answered first, and told that this was the last.
#[tokio::test]
async fn large_body_of_a_denied_request_is_not_waited_for() {
    let site = Site::new().await;
    let mut line = site.connect().await;
    line.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000000\r\n\r\nsecret").await;
    assert_eq!(line.status().await, 401);
    assert_eq!(line.stream.read_buf(&mut line.read).await.unwrap(), 0, "the connection is closed");
}

/// Whoever sends it all the same is answered while it does.
#[tokio::test]
async fn large_body_that_is_sent_all_the_same_does_not_hide_the_denial() {
    let site = Site::new().await;
    let mut line = site.connect().await;
    line.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 8000000\r\n\r\n").await;
    let (read, mut write) = line.stream.into_split();
    // The server may hang up before the end.
    let writing = tokio::spawn(async move { _ = write.write_all(&vec![b'x'; 8_000_000]).await });
    let mut line = Line { stream: read, read: line.read };
    assert_eq!(line.status().await, 401);
    writing.await.unwrap();
}

/// RFC 9110, section 10.1.1: who waits to be told to send a body is told that it is not wanted.
#[tokio::test]
async fn body_that_waits_to_be_asked_for_is_not_asked_for() {
    let site = Site::new().await;
    let mut line = site.connect().await;
    line.send("POST / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n").await;
    assert_eq!(line.status().await, 401);
}

#[tokio::test]
async fn client_that_hangs_up_while_it_waits_leaves_the_look_up_to_others() {
    let site = Site::new().await;
    site.ledger.hold();
    let mut gone = site.connect().await;
    gone.send(&get(&site.bearer())).await;
    while site.ledger.calls() == 0 {
        tokio::task::yield_now().await;
    }
    drop(gone);
    let mut line = site.connect().await;
    line.send(&get(&site.bearer())).await;
    site.ledger.release(1);
    assert_eq!(line.status().await, 200);
    assert_eq!(site.ledger.calls(), 1);
}

#[tokio::test]
async fn second_version_of_http_is_served_alike() {
    let site = Site::new().await;
    let line = site.connect().await;
    let io = TokioIo::new(line.stream);
    let (mut sender, connection) = hyper::client::conn::http2::handshake(TokioExecutor::new(), io).await.unwrap();
    tokio::spawn(connection);
    let authorization = format!("Bearer {}", site.token.expose_secret());
    for (authorization, status) in [(authorization.as_str(), 200), ("Bearer x", 401), ("", 401), (&authorization, 200)]
    {
        let request = Request::get("http://localhost/").header("authorization", authorization);
        let response = sender.send_request(request.body(Full::<Bytes>::default()).unwrap()).await.unwrap();
        assert_eq!(response.status(), status);
    }
}
