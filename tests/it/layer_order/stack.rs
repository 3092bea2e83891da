//! Layers of others around this one and in it: what their bodies and errors ask for.

use std::future::pending;
use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::error_handling::{HandleError, HandleErrorLayer};
use axum::routing::get;
use axum::{BoxError, Router};
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use tower::timeout::TimeoutLayer as FailingTimeoutLayer;
use tower::{Layer, Service, ServiceBuilder, service_fn};
use tower_http::map_response_body::MapResponseBodyLayer;
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;
use tower_pat::PatPrincipal;
use tower_pat::token::PatToken;

use super::{body, known, layer, send, who};
use crate::support::{Ledger, Mood, request, token, with_token};

const PATIENCE: Duration = Duration::from_millis(100);

async fn check<S, B>(service: S, token: &PatToken)
where
    S: Service<Request<Body>, Response = Response<B>> + Clone,
    S::Error: std::fmt::Debug,
    B: HttpBody<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    for (request, status) in [(request("/", &[]), StatusCode::UNAUTHORIZED), (with_token("/", token), StatusCode::OK)] {
        assert_eq!(crate::support::send(service.clone(), request).await.status(), status);
    }
}

#[tokio::test]
async fn layer_with_a_body_of_its_own_stands_outside() {
    let (auth, token) = known();
    let router = Router::new().route("/", get(who));
    check(ServiceBuilder::new().layer(TraceLayer::new_for_http()).layer(auth).service(router), &token).await;
}

/// A denial is made of bytes, and the body of `Trace` is not: without the middle layer this does not compile.
#[tokio::test]
async fn layer_with_a_body_of_its_own_stands_inside_if_the_body_is_mapped_back() {
    let (auth, token) = known();
    let router = Router::new().route("/", get(who));
    let stack = (auth, MapResponseBodyLayer::new(Body::new), TraceLayer::new_for_http());
    check(ServiceBuilder::new().layer(stack).service(router), &token).await;
}

/// `Router::layer` maps each body to axum's.
#[tokio::test]
async fn in_a_router_either_order_will_do() {
    let (auth, token) = known();
    let trace = TraceLayer::new_for_http;
    let router = Router::new().route("/", get(who));
    check(router.clone().layer(auth.clone()).layer(trace()), &token).await;
    check(router.layer(trace()).layer(auth), &token).await;
}

#[tokio::test(start_paused = true)]
async fn timeout_outside_counts_the_look_up_of_the_token() {
    let (ledger, token) = (Ledger::new(), token());
    ledger.set_mood(Mood::Hangs);
    let timeout = TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, PATIENCE);
    let router = Router::new().route("/", get(who));

    let outside = router.clone().layer(layer(&ledger)).layer(timeout);
    assert_eq!(send(&outside, with_token("/", &token)).await.status(), StatusCode::GATEWAY_TIMEOUT);
    let inside = router.layer(timeout).layer(layer(&ledger));
    assert_eq!(send(&inside, with_token("/", &token)).await.status(), StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test(start_paused = true)]
async fn timeout_on_either_side_ends_a_slow_handler() {
    let (auth, token) = known();
    let timeout = TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, PATIENCE);
    let slow = Router::new().route("/", get(|_: PatPrincipal| pending::<()>()));
    for app in [slow.clone().layer(auth.clone()).layer(timeout), slow.layer(timeout).layer(auth)] {
        assert_eq!(send(&app, with_token("/", &token)).await.status(), StatusCode::GATEWAY_TIMEOUT);
        assert_eq!(send(&app, request("/", &[])).await.status(), StatusCode::UNAUTHORIZED);
    }
}

async fn too_slow(_: BoxError) -> StatusCode {
    StatusCode::GATEWAY_TIMEOUT
}

/// tower's timeout fails instead of answering, and an error goes through this layer unchanged to whoever handles it.
#[tokio::test(start_paused = true)]
async fn error_from_inside_or_outside_is_handled_around_both() {
    let (auth, token) = known();
    let slow = || Router::new().route("/", get(|_: PatPrincipal| pending::<()>())).route("/who", get(who));
    let timeout = FailingTimeoutLayer::new(PATIENCE);
    let outside =
        slow().layer(ServiceBuilder::new().layer((HandleErrorLayer::new(too_slow), timeout.clone(), auth.clone())));
    let inside = slow().layer(ServiceBuilder::new().layer((HandleErrorLayer::new(too_slow), auth, timeout)));
    for app in [outside, inside] {
        assert_eq!(send(&app, with_token("/", &token)).await.status(), StatusCode::GATEWAY_TIMEOUT);
        assert_eq!(send(&app, request("/", &[])).await.status(), StatusCode::UNAUTHORIZED);
        assert_eq!(body(send(&app, with_token("/who", &token)).await).await, "alice");
    }
}

#[tokio::test]
async fn service_that_fails_is_a_route_once_its_error_is_handled() {
    let (auth, token) = known();
    let failing = service_fn(|_: Request<Body>| async { Err::<Response<Body>, _>(BoxError::from("broken")) });
    let service = HandleError::new(auth.layer(failing), too_slow);
    let app = Router::new().route_service("/", service);
    assert_eq!(send(&app, with_token("/", &token)).await.status(), StatusCode::GATEWAY_TIMEOUT);
    assert_eq!(send(&app, request("/", &[])).await.status(), StatusCode::UNAUTHORIZED);
}
