//! The layer as a Tower service: readiness, bodies, principals of others.

use std::future::poll_fn;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::task::Poll;

use axum::body::Body;
use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use tower::{Layer, Service, ServiceExt, service_fn};
use tower_pat::client::SocketPeer;
use tower_pat::credential::CredentialSources;
use tower_pat::layer::PatAuth;
use tower_pat::token::PatToken;
use tower_pat::{PatAuthLayer, PatPrincipal, PatVerifier};
use tower_test::mock;
use tracing::instrument::WithSubscriber;
use tracing::subscriber::NoSubscriber;
use tracing::{Dispatch, Level};
use tracing_subscriber::layer::SubscriberExt;

use crate::support::leak::Watch;
use crate::support::{Ledger, format, owner, record, request, send, token, with_token};

type Mock = mock::Mock<Request<Body>, Response<Body>>;

fn layer(ledger: &Arc<Ledger>) -> PatAuthLayer {
    PatAuthLayer::new(PatVerifier::new(format(), ledger.clone()))
}

fn known() -> (Arc<Ledger>, PatToken) {
    let (ledger, token) = (Ledger::new(), token());
    ledger.write(&token, record(1));
    (ledger, token)
}

/// A mock panics when it is called without having been ready, and a clone of it has never been ready.
async fn call_once_ready(
    service: &mut PatAuth<Mock>,
    handle: &mut mock::Handle<Request<Body>, Response<Body>>,
    token: &PatToken,
) {
    handle.allow(1);
    poll_fn(|cx| service.poll_ready(cx)).await.unwrap();
    let mut response = tokio::spawn(service.call(with_token("/", token)));
    let (seen, respond) = tokio::select! {
        called = handle.next_request() => called.unwrap(),
        ended = &mut response => panic!("not called: {ended:?}"),
    };
    assert_eq!(seen.extensions().get::<PatPrincipal>().unwrap().owner(), &owner("alice"));
    respond.send_response(Response::new(Body::empty()));
    assert_eq!(response.await.unwrap().unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn instance_that_was_polled_ready_is_called_on_miss_and_on_hit() {
    let (ledger, token) = known();
    let (mock, mut handle) = mock::pair();
    handle.allow(0);
    let mut service = layer(&ledger).layer(mock);
    call_once_ready(&mut service, &mut handle, &token).await;
    assert_eq!(ledger.calls(), 1);
    call_once_ready(&mut service, &mut handle, &token).await;
    call_once_ready(&mut service, &mut handle, &token).await;
    assert_eq!(ledger.calls(), 1);
}

#[tokio::test]
async fn layer_is_not_ready_while_the_inner_service_is_not() {
    let (ledger, _) = known();
    let (mock, mut handle) = mock::pair::<Request<Body>, Response<Body>>();
    handle.allow(0);
    let mut service = layer(&ledger).layer(mock);
    assert!(poll_fn(|cx| Poll::Ready(service.poll_ready(cx))).await.is_pending());
    handle.allow(1);
    assert!(poll_fn(|cx| Poll::Ready(service.poll_ready(cx))).await.is_ready());
}

#[tokio::test]
async fn denied_request_does_not_reach_the_inner_service() {
    let (ledger, _) = known();
    let (mock, mut handle) = mock::pair::<Request<Body>, Response<Body>>();
    handle.allow(1);
    let mut service = layer(&ledger).layer(mock);
    for denied in [request("/", &[]), request("/", &[b"Bearer x"]), with_token("/", &token())] {
        let response = send(&mut service, denied).await;
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    }
    drop(service);
    assert!(handle.next_request().await.is_none());
}

#[tokio::test]
async fn error_of_the_inner_service_is_passed_on() {
    let (ledger, token) = known();
    let failing = service_fn(|_: Request<Body>| async { Err::<Response<Body>, _>("broken") });
    let service = layer(&ledger).layer(failing);
    assert_eq!(service.oneshot(with_token("/", &token)).await.unwrap_err(), "broken");
}

/// Neither body is axum's: the layer stands on `http` alone.
#[tokio::test]
async fn layer_is_generic_over_bodies() {
    let (ledger, token) = known();
    let echo = service_fn(|request: Request<&'static str>| async move {
        Ok::<_, std::convert::Infallible>(Response::new(Full::new(Bytes::from(request.into_body()))))
    });
    let service = layer(&ledger).layer(echo);
    let bearer = format!("Bearer {}", token.expose_secret());
    for (authorization, status) in [(bearer.as_str(), StatusCode::OK), ("Bearer x", StatusCode::UNAUTHORIZED)] {
        let request = Request::builder().header(AUTHORIZATION, authorization).body("body").unwrap();
        assert_eq!(send(service.clone(), request).await.status(), status);
    }
}

#[tokio::test]
async fn credential_is_marked_sensitive_and_the_principal_stands_in_the_extensions() {
    let (ledger, token) = known();
    let service = layer(&ledger).layer(service_fn(|request: Request<Body>| async move {
        assert!(request.headers()[AUTHORIZATION].is_sensitive());
        assert!(request.extensions().get::<PatPrincipal>().is_some());
        Ok::<_, std::convert::Infallible>(Response::new(Body::empty()))
    }));
    for _ in 0..2 {
        send(service.clone(), with_token("/", &token)).await;
    }
}

/// The token in its own header, and what stands in `Authorization` for somebody else.
#[tokio::test]
async fn token_in_a_header_of_its_own_is_marked_sensitive_too() {
    let (ledger, token) = known();
    let layer = layer(&ledger).with_sources(CredentialSources::gitlab());
    let service = layer.layer(service_fn(|request: Request<Body>| async move {
        assert!(request.headers()["private-token"].is_sensitive() && request.headers()[AUTHORIZATION].is_sensitive());
        Ok::<_, std::convert::Infallible>(Response::new(Body::empty()))
    }));
    let mut request = request("/", &[b"Negotiate abc"]);
    request.headers_mut().insert("private-token", token.expose_secret().parse().unwrap());
    assert_eq!(send(service, request).await.status(), StatusCode::OK);
}

/// A place in memory where a log is written.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(line)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn address_that_the_host_knows_is_logged_with_a_denial() {
    let (ledger, _) = known();
    let (log, service) = (
        Log::default(),
        layer(&ledger).with_client_addr(SocketPeer).layer(service_fn(|_| async { Err::<Response<Body>, _>("called") })),
    );
    // With one subscriber alone, a thread without it that comes first would settle that nobody listens.
    let _second = Dispatch::new(NoSubscriber::new());
    let writer = log.clone();
    let subscriber =
        tracing_subscriber::fmt().with_max_level(Level::DEBUG).with_writer(move || writer.clone()).finish().with(Watch);
    let mut denied = with_token("/", &token());
    denied.extensions_mut().insert(SocketAddr::from(([192, 0, 2, 7], 1)));

    let response = send(service, denied).with_subscriber(subscriber).await;
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("a token was refused reason=Unknown client=Some(192.0.2.7)"), "{log}");
}
