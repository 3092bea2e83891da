//! Which requests a layer sees is decided by how axum's router has it.

use axum::Router;
use axum::routing::{get, post};
use http::{Method, StatusCode};
use tower::Layer;
use tower_pat::PatAuthLayer;
use tower_pat::token::PatToken;

use super::{known, who};
use crate::support::{request, send, with_token};

/// The statuses of a request without a token and of the same with one.
async fn statuses(app: &Router, token: &PatToken, method: &Method, path: &str) -> (u16, u16) {
    let mut statuses = [0; 2];
    for (status, mut request) in statuses.iter_mut().zip([request(path, &[]), with_token(path, token)]) {
        *request.method_mut() = method.clone();
        *status = send(app.clone(), request).await.status().as_u16();
    }
    statuses.into()
}

type Row = (&'static str, fn(PatAuthLayer) -> Router, &'static [(&'static str, (u16, u16))]);

fn inner() -> Router {
    Router::new().route("/in", get(who))
}

async fn teapot() -> StatusCode {
    StatusCode::IM_A_TEAPOT
}

const SEEN: (u16, u16) = (401, 200);

const ROWS: &[Row] = &[
    ("layer", |auth| inner().layer(auth), &[("GET /in", SEEN), ("POST /in", (401, 405)), ("GET /none", (401, 404))]),
    (
        "layer, then more",
        |auth| inner().layer(auth).route("/after", get(who)).route("/open", get(teapot)).fallback(teapot),
        &[("GET /in", SEEN), ("GET /after", (500, 500)), ("GET /open", (418, 418)), ("GET /none", (418, 418))],
    ),
    (
        "layer after the fallbacks",
        |auth| inner().fallback(teapot).method_not_allowed_fallback(teapot).layer(auth),
        &[("GET /in", SEEN), ("POST /in", (401, 418)), ("GET /none", (401, 418))],
    ),
    (
        "route_layer",
        |auth| inner().route_layer(auth),
        &[("GET /in", SEEN), ("POST /in", (401, 405)), ("GET /none", (404, 404))],
    ),
    (
        "route_layer after the fallbacks",
        |auth| inner().fallback(teapot).method_not_allowed_fallback(teapot).route_layer(auth),
        &[("GET /in", SEEN), ("POST /in", (401, 418)), ("GET /none", (418, 418))],
    ),
    (
        "nest of a layered router",
        |auth| Router::new().nest("/api", inner().layer(auth)),
        &[
            ("GET /api/in", SEEN),
            ("POST /api/in", (401, 405)),
            ("GET /api/none", (404, 404)),
            ("GET /none", (404, 404)),
        ],
    ),
    (
        "nest of a layered router with a fallback",
        |auth| Router::new().nest("/api", inner().fallback(teapot).layer(auth)),
        &[("GET /api/in", SEEN), ("GET /api/none", (401, 418)), ("GET /none", (404, 404))],
    ),
    (
        "nest of a route_layered router",
        |auth| Router::new().nest("/api", inner().route_layer(auth)),
        &[
            ("GET /api/in", SEEN),
            ("POST /api/in", (401, 405)),
            ("GET /api/none", (404, 404)),
            ("GET /none", (404, 404)),
        ],
    ),
    (
        "nest_service of a layered router",
        |auth| Router::new().nest_service("/api", inner().layer(auth)),
        &[
            ("GET /api/in", SEEN),
            ("POST /api/in", (401, 405)),
            ("GET /api/none", (401, 404)),
            ("GET /none", (404, 404)),
        ],
    ),
    (
        "layer around a nest",
        |auth| Router::new().nest("/api", inner()).layer(auth),
        &[("GET /api/in", SEEN), ("GET /api/none", (401, 404)), ("GET /none", (401, 404))],
    ),
    (
        "merge of a layered router",
        |auth| Router::new().route("/out", get(teapot)).merge(inner().layer(auth)),
        &[("GET /in", SEEN), ("GET /out", (418, 418)), ("GET /none", (401, 404))],
    ),
    (
        "merge into a layered router",
        |auth| inner().layer(auth).merge(Router::new().route("/out", get(teapot))),
        &[("GET /in", SEEN), ("GET /out", (418, 418)), ("GET /none", (404, 404))],
    ),
    (
        "merge of a route_layered router",
        |auth| Router::new().route("/out", get(teapot)).merge(inner().route_layer(auth)),
        &[("GET /in", SEEN), ("GET /out", (418, 418)), ("GET /none", (404, 404))],
    ),
    (
        "layer of a method router",
        |auth| Router::new().route("/in", get(who).layer(auth)),
        &[("GET /in", SEEN), ("POST /in", (401, 405)), ("GET /none", (404, 404))],
    ),
    (
        "layer of a method router, then more",
        |auth| Router::new().route("/in", get(who).layer(auth).merge(post(teapot))),
        &[("GET /in", SEEN), ("POST /in", (418, 418))],
    ),
    (
        "a service around the finished router",
        |auth| Router::new().fallback_service(auth.layer(inner())),
        &[("GET /in", SEEN), ("POST /in", (401, 405)), ("GET /none", (401, 404))],
    ),
];

#[tokio::test]
async fn layer_sees_the_requests_that_its_place_in_the_router_gives_it() {
    let (auth, token) = known();
    let mut wrong = Vec::new();
    for (place, build, requests) in ROWS {
        let app = build(auth.clone());
        for (request, expected) in *requests {
            let (method, path) = request.split_once(' ').unwrap();
            let found = statuses(&app, &token, &method.parse().unwrap(), path).await;
            if found != *expected {
                wrong.push(format!("{place}: {request}: {found:?}, not {expected:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
