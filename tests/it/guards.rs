//! The guards that are not `#[require_scope]`: extractors, and the layer around the methods of one path.

use axum::Router;
use axum::routing::{MethodRouter, any, get};
use bytes::Bytes;
use http::{Method, StatusCode};
use tower_pat::guard::{AnyToken, MethodRouterExt, Public, RequireScopeLayer};
use tower_pat::requirement::{Access, Requirement};
use tower_pat::token::PatToken;
use tower_pat::{PatAuthLayer, PatVerifier, Scope};

use crate::support::{Ledger, format, record, request, scopes, send, token, with_token};

/// A layer that lets requests without a token pass, and two tokens: one may read, the other do nothing.
fn hall() -> (PatAuthLayer, [PatToken; 2]) {
    let (ledger, reader, idler) = (Ledger::new(), token(), token());
    ledger.write(&reader, record(1));
    ledger.write(&idler, record(2).with_scopes(scopes("")));
    (PatAuthLayer::new(PatVerifier::new(format(), ledger)).with_anonymous(), [reader, idler])
}

/// The statuses of a method without a token, and with each of these.
async fn statuses(app: &Router, method: &Method, tokens: &[PatToken]) -> Vec<u16> {
    let with = tokens.iter().map(|token| with_token("/", token));
    let mut statuses = Vec::new();
    for mut request in [request("/", &[])].into_iter().chain(with) {
        *request.method_mut() = method.clone();
        statuses.push(send(app.clone(), request).await.status().as_u16());
    }
    statuses
}

#[tokio::test]
async fn any_token_will_do_for_one_extractor_and_none_is_needed_for_the_other() {
    let (auth, tokens) = hall();
    let who = |AnyToken(caller): AnyToken, _: Bytes| async move { caller.owner().to_string() };
    let app = Router::new().route("/", get(who).post(|_: Public| async {})).layer(auth);
    assert_eq!(statuses(&app, &Method::GET, &tokens).await, [401, 200, 200]);
    assert_eq!(statuses(&app, &Method::POST, &tokens).await, [200, 200, 200]);
    let unknown = send(app, with_token("/", &token())).await;
    assert_eq!(unknown.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn any_token_asks_for_the_layer_and_public_does_not() {
    let app = Router::new().route("/", get(|_: AnyToken| async {}).post(|_: Public| async {}));
    assert_eq!(statuses(&app, &Method::GET, &[]).await, [500]);
    assert_eq!(statuses(&app, &Method::POST, &[]).await, [200]);
}

#[tokio::test]
async fn a_layer_asks_for_what_its_access_says() {
    let (auth, tokens) = hall();
    for (access, expected) in [
        (Access::Public, [200, 200, 200]),
        (Access::AnyToken, [401, 200, 200]),
        (Scope::from_static("invoices:read").into(), [401, 200, 403]),
        (Requirement::any::<Scope>([]).into(), [401, 403, 403]),
    ] {
        let app = Router::new().route("/", get(|| async {})).layer(RequireScopeLayer::new(access)).layer(auth.clone());
        assert_eq!(statuses(&app, &Method::GET, &tokens).await, expected);
    }
}

/// Rows of a method and the statuses without a token, with the right one, and with one that may do nothing.
async fn assert_asks(routes: MethodRouter, rows: &[(Method, [u16; 3])]) {
    let (auth, tokens) = hall();
    let app = Router::new().route("/", routes).layer(auth);
    for (method, expected) in rows {
        assert_eq!(statuses(&app, method, &tokens).await, expected, "{method}");
    }
}

#[tokio::test]
async fn methods_of_a_path_are_guarded_and_others_keep_their_405() {
    let routes = get(|| async {}).put(|| async {}).require_scope("invoices:read").post(|| async {});
    let guarded = [401, 200, 403];
    let rows = [
        (Method::GET, guarded),
        (Method::HEAD, guarded),
        (Method::PUT, guarded),
        (Method::POST, [200; 3]),
        (Method::PATCH, [405; 3]),
    ];
    assert_asks(routes, &rows).await;
}

/// axum's `route_layer` leaves them open.
#[tokio::test]
async fn fallback_of_a_path_is_guarded_too() {
    let guarded = [401, 200, 403];
    let rows = [(Method::GET, guarded), (Method::POST, guarded), (Method::PATCH, guarded)];
    for routes in [
        any(|| async {}),
        any(|| async {}).get(|| async {}),
        get(|| async {}).fallback(|| async {}),
        get(|| async {}).fallback_service(any(|| async {})),
        get(|| async {}).merge(any(|| async {})),
        any(|| async {}).layer(RequireScopeLayer::new(Access::Public)),
    ] {
        assert_asks(routes.require_scope("invoices:read"), &rows).await;
    }
    let stateful: MethodRouter<u8> = get(|_: axum::extract::State<u8>| async {}).fallback(|| async {});
    assert_asks(stateful.require_scope("invoices:read").with_state(1), &rows).await;
}

#[test]
#[should_panic(expected = "before any routes")]
fn nothing_is_not_guarded() {
    let _: MethodRouter = MethodRouter::new().require_scope("invoices:read");
}

#[test]
#[should_panic(expected = "a scope is 1 to 128 printable ASCII characters")]
fn text_that_is_no_scope_is_refused_at_set_up() {
    let _: MethodRouter = get(|| async {}).require_scope("invoices read");
}
