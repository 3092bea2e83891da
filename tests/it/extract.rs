//! The extractors tell apart: a caller, nobody, a bad token, an outage, a missing layer.

use axum::Router;
use axum::routing::get;
use http::StatusCode;
use tower_pat::guard::RequireScopeLayer;
use tower_pat::{PatAuthLayer, PatPrincipal, PatVerifier, Scope};

use crate::support::{Ledger, Mood, format, record, render, request, send, token, with_token};

async fn greet(caller: Option<PatPrincipal>) -> String {
    caller.map_or_else(|| "nobody".to_owned(), |caller| caller.owner().to_string())
}

fn app(ledger: std::sync::Arc<Ledger>) -> Router {
    let verifier = PatVerifier::new(format(), ledger);
    Router::new()
        .route("/optional", get(greet))
        .route("/guarded", get(|| async {}).route_layer(RequireScopeLayer::new(Scope::from_static("invoices:read"))))
        .route("/required", get(|caller: PatPrincipal| async move { caller.owner().to_string() }))
        .layer(PatAuthLayer::new(verifier).with_anonymous())
}

#[tokio::test]
async fn anonymous_request_is_nobody_to_one_extractor_and_challenged_by_the_other_and_by_a_guard() {
    let app = app(Ledger::new());
    let optional = render(send(app.clone(), request("/optional", &[])).await).await;
    assert!(optional.ends_with("\n\nnobody"), "{optional}");
    for path in ["/required", "/guarded"] {
        let response = send(app.clone(), request(path, &[])).await;
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED, "{path}");
        assert_eq!(response.headers()["www-authenticate"], "Bearer realm=\"api\"");
    }
}

#[tokio::test]
async fn another_scheme_passes_as_anonymous() {
    let response = send(app(Ledger::new()), request("/optional", &[b"Basic YWxpY2U6"])).await;
    assert_eq!(response.status(), StatusCode::OK);
}

#[tokio::test]
async fn caller_is_seen_by_both_extractors() {
    let (ledger, token) = (Ledger::new(), token());
    ledger.write(&token, record(1));
    let app = app(ledger);
    for path in ["/optional", "/required"] {
        let answer = render(send(app.clone(), with_token(path, &token)).await).await;
        assert!(answer.ends_with("\n\nalice"), "{answer}");
    }
}

#[tokio::test]
async fn bad_token_is_refused_where_anonymous_callers_pass() {
    let app = app(Ledger::new());
    for authorization in [b"Bearer x".as_slice(), b"Bearer"] {
        let response = send(app.clone(), request("/optional", &[authorization])).await;
        assert!(response.status().is_client_error());
    }
    let unknown = send(app, with_token("/optional", &token())).await;
    assert_eq!(unknown.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn outage_is_an_outage_where_anonymous_callers_pass() {
    let ledger = Ledger::new();
    ledger.set_mood(Mood::Fails);
    let response = send(app(ledger), with_token("/optional", &token())).await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
}
