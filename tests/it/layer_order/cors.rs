//! A browser asks before it sends a token to another origin, and asks without one (Fetch standard, section 3.3.5).

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use http::header::{ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_ORIGIN, AUTHORIZATION, ORIGIN};
use http::{HeaderValue, Method, Request, StatusCode};
use tower_http::cors::CorsLayer;

use super::{known, send, who};
use crate::support::{request, with_token};

const APP: HeaderValue = HeaderValue::from_static("https://app.example");

fn cors() -> CorsLayer {
    CorsLayer::new().allow_origin(APP).allow_methods([Method::GET]).allow_headers([AUTHORIZATION])
}

fn preflight() -> Request<Body> {
    let preflight = Request::options("/").header(ORIGIN, APP).header("access-control-request-method", "GET");
    preflight.header("access-control-request-headers", "authorization").body(Body::empty()).unwrap()
}

fn from_app(mut request: Request<Body>) -> Request<Body> {
    request.headers_mut().insert(ORIGIN, APP);
    request
}

#[tokio::test]
async fn cors_outside_answers_preflights_and_lets_browsers_read_denials() {
    let (auth, token) = known();
    let app = Router::new().route("/", get(who)).layer(auth).layer(cors());

    let allowed = send(&app, preflight()).await;
    assert_eq!(allowed.status(), StatusCode::OK);
    assert_eq!(allowed.headers()[ACCESS_CONTROL_ALLOW_ORIGIN], APP);
    assert_eq!(allowed.headers()[ACCESS_CONTROL_ALLOW_HEADERS], "authorization");

    for (request, status) in [
        (request("/", &[]), StatusCode::UNAUTHORIZED),
        (request("/", &[b"Bearer"]), StatusCode::BAD_REQUEST),
        (with_token("/", &token), StatusCode::OK),
    ] {
        let response = send(&app, from_app(request)).await;
        assert_eq!(response.status(), status);
        assert_eq!(response.headers()[ACCESS_CONTROL_ALLOW_ORIGIN], APP);
    }
}

/// The wrong way round: no browser gets past its preflight, nor reads why.
#[tokio::test]
async fn cors_inside_is_never_asked_about_a_request_without_a_token() {
    let (auth, token) = known();
    let app = Router::new().route("/", get(who)).layer(cors()).layer(auth);
    for request in [preflight(), from_app(request("/", &[]))] {
        let denied = send(&app, request).await;
        assert_eq!(denied.status(), StatusCode::UNAUTHORIZED);
        assert!(!denied.headers().contains_key(ACCESS_CONTROL_ALLOW_ORIGIN));
    }
    let passed = send(&app, from_app(with_token("/", &token))).await;
    assert_eq!(passed.headers()[ACCESS_CONTROL_ALLOW_ORIGIN], APP);
}
