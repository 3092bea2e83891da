//! Several layers in one service, and principals that somebody else has put there.

use axum::Router;
use axum::body::Body;
use axum::middleware::map_request;
use axum::routing::get;
use http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use http::{Request, Response, StatusCode};
use tower_pat::guard::RequireScopeLayer;
use tower_pat::record::{PatRecord, TokenId};
use tower_pat::requirement::Requirement;
use tower_pat::token::PatToken;
use tower_pat::{PatAuthLayer, PatPrincipal, PatVerifier, Scope, TokenFormat};
use uuid::Uuid;

use super::{body, known, layer, send, who};
use crate::support::{Ledger, leak, owner, request, token, with_token};

fn record_of(name: &str) -> PatRecord {
    PatRecord::new(TokenId::from_uuid(Uuid::from_u128(9)), owner(name))
}

/// A layer over a resolver of its own, in which this token is that of `name`.
fn realm(name: &str, token: &PatToken) -> PatAuthLayer {
    let ledger = Ledger::new();
    ledger.write(token, record_of(name));
    layer(&ledger).with_realm(name).unwrap()
}

fn realm_of(response: &Response<Body>) -> &str {
    let challenge = response.headers()[WWW_AUTHENTICATE].to_str().unwrap();
    challenge.split('"').nth(1).unwrap()
}

#[tokio::test]
async fn layers_side_by_side_know_their_own_tokens_alone() {
    let make = |prefix: &str| {
        let (format, ledger) = (TokenFormat::new(prefix).unwrap(), Ledger::new());
        let token = leak::token_of(&format);
        ledger.write(&token, record_of(prefix));
        let verifier = PatVerifier::new(format, ledger.clone());
        (token, PatAuthLayer::new(verifier).with_realm(prefix).unwrap(), ledger)
    };
    let ((red_token, red, red_ledger), (blue_token, blue, blue_ledger)) = (make("red"), make("blue"));
    let routes = || Router::new().route("/", get(who));
    let app = Router::new().nest("/red", routes().layer(red)).nest("/blue", routes().layer(blue));

    for (path, token, other) in [("/red", &red_token, &blue_token), ("/blue", &blue_token, &red_token)] {
        assert_eq!(body(send(&app, with_token(path, token)).await).await, path[1..]);
        let denied = send(&app, with_token(path, other)).await;
        assert_eq!((denied.status(), realm_of(&denied)), (StatusCode::UNAUTHORIZED, &path[1..]));
    }
    assert_eq!((red_ledger.calls(), blue_ledger.calls()), (1, 1), "a token of the wrong prefix is looked up by nobody");
}

#[tokio::test]
async fn principal_of_the_inner_layer_replaces_that_of_the_outer() {
    let token = token();
    for (outer, inner) in [
        (realm("outer", &token), realm("inner", &token)),
        (realm("outer", &token).with_anonymous(), realm("inner", &token)),
        (realm("outer", &token), realm("inner", &token).with_anonymous()),
    ] {
        let app = Router::new().route("/", get(who)).layer(inner).layer(outer);
        assert_eq!(body(send(&app, with_token("/", &token)).await).await, "inner");
    }
}

#[tokio::test]
async fn caller_that_the_outer_layer_lets_pass_is_still_denied_by_a_strict_inner_one() {
    let token = token();
    let strict = Router::new().route("/strict", get(who)).layer(realm("inner", &token));
    let app = Router::new().route("/free", get(who)).merge(strict).layer(realm("outer", &token).with_anonymous());

    assert_eq!(body(send(&app, request("/free", &[])).await).await, "nobody");
    let denied = send(&app, request("/strict", &[])).await;
    assert_eq!((denied.status(), realm_of(&denied)), (StatusCode::UNAUTHORIZED, "inner"));
    assert_eq!(body(send(&app, with_token("/free", &token)).await).await, "outer");
    assert_eq!(body(send(&app, with_token("/strict", &token)).await).await, "inner");
}

#[tokio::test]
async fn token_that_only_the_outer_layer_knows_does_not_get_past_the_inner() {
    let (known_outside, other) = (token(), token());
    for inner in [realm("inner", &other), realm("inner", &other).with_anonymous()] {
        let app = Router::new().route("/", get(who)).layer(inner).layer(realm("outer", &known_outside));
        let denied = send(&app, with_token("/", &known_outside)).await;
        assert_eq!((denied.status(), realm_of(&denied)), (StatusCode::UNAUTHORIZED, "inner"));
    }
}

/// Between the two somebody takes the credential away, so that the inner layer finds none.
#[tokio::test]
async fn caller_is_anonymous_inside_whoever_it_was_outside() {
    let token = token();
    let forget = map_request(|mut request: Request<Body>| async {
        request.headers_mut().remove(AUTHORIZATION);
        request
    });
    let inner = realm("inner", &token).with_anonymous();
    let app = Router::new().route("/", get(who)).layer(inner).layer(forget).layer(realm("outer", &token));
    assert_eq!(body(send(&app, with_token("/", &token)).await).await, "nobody");
}

#[tokio::test]
async fn denial_of_a_guard_names_the_realm_of_the_layer_nearest_to_it() {
    let token = token();
    let guard = RequireScopeLayer::new(Requirement::scope(Scope::from_static("admin")));
    let layers = (realm("outer", &token), realm("inner", &token), guard);
    let app = Router::new().route("/", get(who)).layer(tower::ServiceBuilder::new().layer(layers));
    let denied = send(&app, with_token("/", &token)).await;
    assert_eq!((denied.status(), realm_of(&denied)), (StatusCode::FORBIDDEN, "inner"));
}

#[tokio::test]
async fn principal_that_others_put_there_is_not_trusted() {
    let (auth, token) = known();
    let injecting = map_request(|mut request: Request<Body>| async {
        request.extensions_mut().insert(PatPrincipal::new(record_of("mallory")));
        request
    });
    let app = Router::new().route("/", get(who)).layer(auth.clone().with_anonymous()).layer(injecting.clone());
    assert_eq!(body(send(&app, request("/", &[])).await).await, "nobody");
    assert_eq!(body(send(&app, with_token("/", &token)).await).await, "alice");

    let strict = Router::new().route("/", get(who)).layer(auth).layer(injecting);
    assert_eq!(send(&strict, request("/", &[])).await.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(body(send(&strict, with_token("/", &token)).await).await, "alice");
}
