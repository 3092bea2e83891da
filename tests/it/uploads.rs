//! A body is not looked at before the scope: neither its type nor what is in it, however large.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Request};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::{post, put};
use axum::{Json, Router};
use http_body_util::BodyExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tower_pat::token::PatToken;
use tower_pat::{PatAuthLayer, PatVerifier, require_scope};

use crate::support::{Ledger, format, record, scopes, token};

const GIGABYTE: usize = 1 << 30;

#[require_scope("invoices:write")]
async fn create(Json(_): Json<u64>) {}

#[require_scope("invoices:write")]
async fn upload(body: Bytes) -> String {
    body.len().to_string()
}

struct Host {
    addr: SocketAddr,
    writer: PatToken,
    reader: PatToken,
    /// How many bytes of bodies the service has taken from the connection.
    taken: Arc<AtomicUsize>,
}

impl Host {
    async fn new() -> Self {
        let (ledger, writer, reader) = (Ledger::new(), token(), token());
        ledger.write(&writer, record(1).with_scopes(scopes("invoices:write")));
        ledger.write(&reader, record(2).with_scopes(scopes("invoices:read")));
        let taken = Arc::new(AtomicUsize::new(0));
        let counter = taken.clone();
        let app = Router::new()
            .route("/json", post(create))
            .route("/bytes", put(upload))
            .layer(DefaultBodyLimit::disable())
            .layer(PatAuthLayer::new(PatVerifier::new(format(), ledger)))
            .layer(from_fn(move |request, next| count(counter.clone(), request, next)));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        drop(tokio::spawn(async move { axum::serve(listener, app).await }));
        Self { addr, writer, reader, taken }
    }

    /// The head of a request with a body of this type and length, and a connection to send it on.
    async fn begin(&self, line: &str, token: Option<&PatToken>, kind: &str, len: usize) -> TcpStream {
        let bearer = token.map(|token| format!("Authorization: Bearer {}\r\n", token.expose_secret()));
        let head = format!(
            "{line} HTTP/1.1\r\nHost: api.acme.example\r\n{}Content-Type: {kind}\r\nContent-Length: {len}\r\n\r\n",
            bearer.unwrap_or_default()
        );
        let mut connection = TcpStream::connect(self.addr).await.unwrap();
        connection.write_all(head.as_bytes()).await.unwrap();
        connection
    }

    async fn status(&self, line: &str, token: Option<&PatToken>, kind: &str, body: &str) -> u16 {
        let mut connection = self.begin(line, token, kind, body.len()).await;
        connection.write_all(body.as_bytes()).await.unwrap();
        status(&mut connection).await
    }
}

async fn count(taken: Arc<AtomicUsize>, request: Request, next: Next) -> Response {
    let counted = request.map(|body| {
        Body::new(body.map_frame(move |frame| {
            taken.fetch_add(frame.data_ref().map_or(0, Bytes::len), Ordering::Relaxed);
            frame
        }))
    });
    next.run(counted).await
}

/// The status of the response, whose head comes in one piece.
async fn status(connection: &mut TcpStream) -> u16 {
    let mut answer = vec![0; 4_096];
    let read = connection.read(&mut answer).await.unwrap();
    let answer = String::from_utf8_lossy(&answer[..read]);
    answer.strip_prefix("HTTP/1.1 ").unwrap()[..3].parse().unwrap()
}

#[tokio::test]
async fn who_lacks_the_scope_is_told_so_and_not_what_is_wrong_with_the_body() {
    let host = Host::new().await;
    let (json, text) = ("application/json", "text/plain");
    for (kind, body, refused) in [(text, "7", 415), (json, "\"seven\"", 422), (json, "7x", 400), (json, "7", 200)] {
        assert_eq!(host.status("POST /json", Some(&host.writer), kind, body).await, refused, "{kind} {body}");
        let read = host.taken.load(Ordering::Relaxed);
        assert_eq!(host.status("POST /json", Some(&host.reader), kind, body).await, 403, "{kind} {body}");
        assert_eq!(host.status("POST /json", None, kind, body).await, 401, "{kind} {body}");
        assert_eq!(host.taken.load(Ordering::Relaxed), read, "nothing of a denied body is read");
    }
    assert!(host.taken.load(Ordering::Relaxed) > 0, "the counter counts");
}

#[tokio::test]
async fn upload_of_a_gigabyte_without_the_scope_is_not_read() {
    let host = Host::new().await;
    let kind = "application/octet-stream";
    for (token, denied) in [(Some(&host.reader), 403), (None, 401)] {
        let connection = host.begin("PUT /bytes", token, kind, GIGABYTE).await;
        let (mut answer, mut upload) = connection.into_split();
        let sending = tokio::spawn(async move {
            let (piece, mut sent) = (vec![b'x'; 1 << 16], 0);
            while sent < GIGABYTE && upload.write_all(&piece).await.is_ok() {
                sent += piece.len();
            }
            sent
        });
        let mut head = [0; 12];
        answer.read_exact(&mut head).await.unwrap();
        assert_eq!(head, *format!("HTTP/1.1 {denied}").as_bytes());
        // What the connection's buffers hold is sent before the server hangs up, and nothing more.
        let sent = sending.await.unwrap();
        assert!(sent < GIGABYTE / 16, "{sent} bytes were sent");
        assert_eq!(host.taken.load(Ordering::Relaxed), 0);
    }
    let body = "x".repeat(1 << 20);
    assert_eq!(host.status("PUT /bytes", Some(&host.writer), kind, &body).await, 200);
    assert_eq!(host.taken.load(Ordering::Relaxed), 1 << 20);
}
