//! A host that says denials in its own way, and what others add to them.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use axum::middleware::map_response;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, SET_COOKIE, VARY, WWW_AUTHENTICATE};
use http::{HeaderValue, Request, Response, StatusCode};
use serde_json::{Value, json};
use tower::{Layer, service_fn};
use tower_pat::denial::Denial;
use tower_pat::guard::RequireScopeLayer;
use tower_pat::response::BodilessResponder;
use tower_pat::token::PatToken;
use tower_pat::{PatAuthLayer, PatPrincipal, PatVerifier, Scope};

use crate::support::{Ledger, Mood, format, record, render, request, send, token, with_token};

type Seen = Arc<Mutex<Vec<Denial>>>;

/// What a service says of a denial in place of the usual response.
fn own(denial: &Denial, usual: &Response<Bytes>) -> Response<Body> {
    let status = if matches!(denial, Denial::InsufficientScope(_)) { StatusCode::IM_A_TEAPOT } else { usual.status() };
    (status, Json(json!({ "error": denial.to_string() }))).into_response()
}

fn routes() -> Router {
    let admin = || RequireScopeLayer::new(Scope::from_static("admin"));
    Router::new()
        .route("/me", get(|caller: PatPrincipal| async move { caller.owner().to_string() }))
        .route("/guarded", get(|| async {}).layer(admin()))
        .route("/handler", get(|| async { Denial::TooManyRequests(Duration::from_secs(1)) }))
        .route("/changed", get(|| async { (StatusCode::GONE, Denial::MissingCredential) }))
        .merge(Router::new().route("/decorated", get(|| async {})).route_layer(admin()).layer(map_response(decorate)))
        .merge(Router::new().route("/encoded", get(|| async {})).route_layer(admin()).layer(map_response(encode)))
}

async fn decorate(mut response: Response<Body>) -> Response<Body> {
    response.headers_mut().append(SET_COOKIE, HeaderValue::from_static("a=1"));
    response.headers_mut().append(SET_COOKIE, HeaderValue::from_static("b=2"));
    response.headers_mut().append(VARY, HeaderValue::from_static("origin"));
    response.headers_mut().append(WWW_AUTHENTICATE, HeaderValue::from_static("Other"));
    response.extensions_mut().insert(42_u8);
    response
}

async fn encode(mut response: Response<Body>) -> Response<Body> {
    response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("x-secret"));
    *response.body_mut() = Body::from("encoded: insufficient-scope");
    response
}

fn bench() -> (PatAuthLayer, Arc<Ledger>, PatToken) {
    let (ledger, token) = (Ledger::new(), token());
    ledger.write(&token, record(1));
    (PatAuthLayer::new(PatVerifier::new(format(), ledger.clone())), ledger, token)
}

async fn json_of(response: Response<Body>) -> Value {
    serde_json::from_slice(&axum::body::to_bytes(response.into_body(), 1_000).await.unwrap()).unwrap()
}

#[tokio::test]
async fn closure_says_every_denial_wherever_it_was_made() {
    let (layer, ledger, token) = bench();
    let seen = Seen::default();
    let noted = Arc::clone(&seen);
    let responder = move |denial: &Denial, usual: Response<Bytes>| {
        noted.lock().unwrap().push(denial.clone());
        own(denial, &usual)
    };
    let app = routes().layer(layer.with_anonymous().with_responder(responder));
    for (request, status, text) in [
        (request("/me", &[]), 401, "An access token is required."),
        (request("/me", &[b"Bearer"]), 400, "The Authorization header is not a scheme followed by one token."),
        (request("/me", &[b"Bearer x"]), 401, "The access token is not valid."),
        (with_token("/guarded", &token), 418, "The access token lacks a scope that is required here."),
        (request("/guarded", &[]), 401, "An access token is required."),
        (with_token("/handler", &token), 429, "Too many requests were made."),
    ] {
        let response = send(app.clone(), request).await;
        assert_eq!((response.status().as_u16(), response.headers().get(WWW_AUTHENTICATE)), (status, None), "{text}");
        assert_eq!(response.headers()[CONTENT_TYPE], "application/json");
        assert_eq!(json_of(response).await, json!({ "error": text }));
    }
    ledger.set_mood(Mood::Fails);
    let response = send(app, with_token("/me", &crate::support::token())).await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(seen.lock().unwrap().len(), 7);
    assert_eq!(seen.lock().unwrap().last(), Some(&Denial::Unavailable));
}

#[tokio::test]
async fn what_others_have_added_stays_and_the_length_is_that_of_what_is_sent() {
    let (layer, _, token) = bench();
    for layer in [layer.clone(), layer.clone().with_undisclosed_scopes(), layer.with_concealment()] {
        let response = send(routes().layer(layer), with_token("/decorated", &token)).await;
        let headers = response.headers();
        assert_eq!(headers.get_all(SET_COOKIE).iter().collect::<Vec<_>>(), ["a=1", "b=2"]);
        assert_eq!(headers[VARY], "origin");
        let challenges: Vec<_> =
            headers.get_all(WWW_AUTHENTICATE).iter().map(|value| value.to_str().unwrap()).collect();
        let (last, own) = challenges.split_last().unwrap();
        assert_eq!((*last, own.len()), ("Other", usize::from(response.status() == StatusCode::FORBIDDEN)));
        assert!(own.iter().all(|challenge| challenge.starts_with("Bearer realm=\"api\", error=")), "{own:?}");
        assert_eq!(response.extensions().get::<u8>(), Some(&42));
        let length: usize = headers[CONTENT_LENGTH].to_str().unwrap().parse().unwrap();
        let shown = render(response).await;
        assert_eq!(shown.split_once("\n\n").unwrap().1.len(), length, "{shown}");
    }
}

#[tokio::test]
async fn response_that_others_have_changed_stays_theirs_unless_it_would_tell_what_is_concealed() {
    let (layer, _, token) = bench();
    let app = routes().layer(layer.clone().with_realm("Acme").unwrap());
    let encoded = send(app.clone(), with_token("/encoded", &token)).await;
    assert_eq!(
        (encoded.status(), &encoded.headers()[CONTENT_ENCODING]),
        (StatusCode::FORBIDDEN, &HeaderValue::from_static("x-secret"))
    );
    assert!(encoded.headers()[WWW_AUTHENTICATE].to_str().unwrap().starts_with("Bearer realm=\"Acme\""));
    assert!(render(encoded).await.ends_with("encoded: insufficient-scope"));
    let changed = send(app, with_token("/changed", &token)).await;
    assert_eq!(
        (changed.status(), &changed.headers()[WWW_AUTHENTICATE]),
        (StatusCode::GONE, &HeaderValue::from_static("Bearer realm=\"Acme\""))
    );

    let concealed = send(routes().layer(layer.with_concealment()), with_token("/encoded", &token)).await;
    assert_eq!(concealed.status(), StatusCode::NOT_FOUND);
    assert_eq!(concealed.headers().get(CONTENT_ENCODING), None);
    let shown = render(concealed).await;
    assert!(!shown.contains("scope") && !shown.contains("encoded"), "{shown}");
}

/// The layer inside has said the denial; the one around it is another service's and does not say it again.
#[tokio::test]
async fn denial_is_said_once_by_the_layer_nearest_to_it() {
    let (layer, _, token) = bench();
    let inner = layer.clone().with_realm("inner").unwrap();
    let outer = layer.with_concealment().with_realm("outer").unwrap();
    let response = send(routes().layer(inner).layer(outer), with_token("/guarded", &token)).await;
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
    assert!(response.headers()[WWW_AUTHENTICATE].to_str().unwrap().starts_with("Bearer realm=\"inner\""));
}

/// A body that can be made from nothing alone.
#[tokio::test]
async fn bodiless_responder_describes_no_body() {
    let (layer, _, token) = bench();
    let inner = service_fn(|_: Request<Body>| async {
        Ok::<_, std::convert::Infallible>(Response::new(http_body_util::Empty::<Bytes>::new()))
    });
    let guard = RequireScopeLayer::new(Scope::from_static("admin")).with_responder(BodilessResponder);
    let service = layer.with_responder(BodilessResponder).layer(guard.layer(inner));
    for (request, status) in
        [(request("/", &[]), StatusCode::UNAUTHORIZED), (with_token("/", &token), StatusCode::FORBIDDEN)]
    {
        let response = send(service.clone(), request).await;
        assert_eq!(response.status(), status);
        assert!(response.headers().contains_key(WWW_AUTHENTICATE));
        assert!(!response.headers().contains_key(CONTENT_TYPE) && !response.headers().contains_key(CONTENT_LENGTH));
    }
}
