//! A host that says denials in its own way, and what others add to them.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use axum::middleware::map_response;
use axum::response::IntoResponse;
use axum::routing::{any, get};
use axum::{Json, Router};
use bytes::Bytes;
use http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, LOCATION, SET_COOKIE, VARY, WWW_AUTHENTICATE,
};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use serde_json::{Value, json};
use tower::{Layer, service_fn};
use tower_pat::credential::{CredentialSource, CredentialSources};
use tower_pat::denial::{Denial, InsufficientScope};
use tower_pat::guard::RequireScopeLayer;
use tower_pat::response::BodilessResponder;
use tower_pat::token::PatToken;
use tower_pat::{PatAuthLayer, PatPrincipal, PatVerifier, Scope, ScopeSet};

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
        .route("/changed", any(|| async { (StatusCode::GONE, Denial::MissingCredential) }))
        .merge(Router::new().route("/decorated", get(|| async {})).route_layer(admin()).layer(map_response(decorate)))
        .merge(Router::new().route("/rewritten", get(|| async {})).route_layer(admin()).layer(map_response(rewrite)))
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

async fn rewrite(mut response: Response<Body>) -> Response<Body> {
    response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from_static("15"));
    *response.body_mut() = Body::from("{\"host\":\"made\"}");
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
        let own = "Bearer realm=\"api\", error=\"insufficient_scope\"";
        let concealed = response.status() == StatusCode::NOT_FOUND;
        assert!(
            matches!(challenges[..], [] if concealed) || challenges[0].starts_with(own) && challenges[1..] == ["Other"]
        );
        assert_eq!(response.extensions().get::<u8>(), Some(&42));
        let length: usize = headers[CONTENT_LENGTH].to_str().unwrap().parse().unwrap();
        let shown = render(response).await;
        assert_eq!(shown.split_once("\n\n").unwrap().1.len(), length, "{shown}");
    }
}

#[tokio::test]
async fn response_that_others_have_changed_stays_theirs_but_for_its_challenge() {
    let (layer, _, token) = bench();
    let app = routes().layer(layer.with_realm("Acme").unwrap());
    let changed = send(app.clone(), with_token("/changed", &token)).await;
    assert_eq!(
        (changed.status(), &changed.headers()[WWW_AUTHENTICATE]),
        (StatusCode::GONE, &HeaderValue::from_static("Bearer realm=\"Acme\""))
    );
    // Of the same status and type it is the same response, which the layer says anew.
    let rewritten = render(send(app, with_token("/rewritten", &token)).await).await;
    assert!(rewritten.contains("insufficient-scope") && !rewritten.contains("made"), "{rewritten}");
}

/// What compresses responses inside the layer has made no other response of it.
#[tokio::test]
async fn encoded_denial_is_said_anew_in_the_manner_of_the_layer() {
    let (layer, _, token) = bench();
    let own = layer.clone().with_responder(|denial: &Denial, usual: Response<Bytes>| own(denial, &usual));
    let said = send(routes().layer(own), with_token("/encoded", &token)).await;
    assert_eq!((said.status(), said.headers().get(CONTENT_ENCODING)), (StatusCode::IM_A_TEAPOT, None));
    for layer in [layer.clone(), layer.clone().with_undisclosed_scopes(), layer.with_concealment()] {
        let response = send(routes().layer(layer), with_token("/encoded", &token)).await;
        assert_eq!(response.headers().get(CONTENT_ENCODING), None);
        assert!(!render(response).await.contains("encoded"));
    }
}

/// Whatever is done to a denial inside, a layer that hides scopes hides them.
#[tokio::test]
async fn what_is_hidden_stays_hidden_whatever_others_make_of_the_denial() {
    let (layer, _, token) = bench();
    let touch = map_response(|mut response: Response<Body>| async move {
        let headers = response.headers_mut();
        let challenge = headers[WWW_AUTHENTICATE].to_str().unwrap().replace("\"api\"", "\"mine\"");
        headers.insert(WWW_AUTHENTICATE, challenge.try_into().unwrap());
        headers.insert(ALLOW, HeaderValue::from_static("GET"));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("public"));
        response
    });
    let app = routes().layer(touch);
    let discreet =
        render(send(app.clone().layer(layer.clone().with_undisclosed_scopes()), with_token("/guarded", &token)).await)
            .await;
    assert!(discreet.starts_with("403") && !discreet.contains("_scopes") && !discreet.contains("admin"), "{discreet}");
    assert_eq!(discreet.matches("www-authenticate").count(), 1, "{discreet}");
    let concealed = send(app.layer(layer.with_concealment()), with_token("/guarded", &token)).await;
    let headers = concealed.headers();
    assert_eq!((headers.get(WWW_AUTHENTICATE), headers.get(ALLOW)), (None, None));
    assert_eq!(
        (&headers[CACHE_CONTROL], &headers[CONTENT_TYPE]),
        (&HeaderValue::from_static("no-store"), &HeaderValue::from_static("application/problem+json"))
    );
    let concealed = render(concealed).await;
    assert!(concealed.starts_with("404") && !concealed.contains("scope"), "{concealed}");
}

/// Something inside makes a redirection of the denial, which says what for.
#[tokio::test]
async fn what_others_say_of_a_hidden_denial_goes_with_it() {
    let (layer, _, token) = bench();
    let redirect = map_response(|mut response: Response<Body>| async move {
        *response.status_mut() = StatusCode::SEE_OTHER;
        response.headers_mut().insert(LOCATION, HeaderValue::from_static("/upgrade?scope=admin"));
        response.headers_mut().insert("access-control-allow-origin", HeaderValue::from_static("*"));
        response
    });
    let app = routes().layer(redirect);
    for layer in [layer.clone().with_undisclosed_scopes(), layer.with_concealment()] {
        let response = send(app.clone().layer(layer), with_token("/guarded", &token)).await;
        assert!(response.status().is_client_error());
        assert!(response.headers().contains_key("access-control-allow-origin"));
        let shown = render(response).await;
        assert!(!shown.contains("admin") && !shown.contains("location"), "{shown}");
    }
}

/// It tells nothing of scopes.
#[tokio::test]
async fn what_others_make_of_another_denial_stays_where_scopes_are_hidden() {
    let (layer, _, token) = bench();
    let redirect = map_response(|mut response: Response<Body>| async move {
        *response.status_mut() = StatusCode::SEE_OTHER;
        response.headers_mut().insert(LOCATION, HeaderValue::from_static("/slower"));
        response
    });
    let busy = || async { Denial::TooManyRequests(std::time::Duration::from_secs(1)) };
    let app = Router::new().route("/", get(busy)).layer(redirect);
    for layer in [layer.clone().with_undisclosed_scopes(), layer.with_concealment()] {
        let response = send(app.clone().layer(layer), with_token("/", &token)).await;
        assert_eq!((response.status(), response.headers().get(LOCATION).is_some()), (StatusCode::SEE_OTHER, true));
    }
}

#[tokio::test]
async fn concealed_looks_like_what_is_not_there() {
    let (layer, _, token) = bench();
    let layers = [layer.clone(), layer.clone().with_informational_headers(), layer.with_undisclosed_scopes()];
    for layer in layers {
        let layer = layer.with_concealment();
        let hidden = render(send(routes().layer(layer.clone()), with_token("/guarded", &token)).await).await;
        let (_, document) = hidden.split_once("\n\n").unwrap();
        let document = document.to_owned();
        let headers = [("content-type", "application/problem+json"), ("cache-control", "no-store")];
        let nothing = move || async move { (StatusCode::NOT_FOUND, headers, document) };
        let app = routes().fallback(nothing).layer(layer);
        assert_eq!(render(send(app, with_token("/nothing", &token)).await).await, hidden);
    }
}

#[tokio::test]
async fn responder_of_the_host_answers_head_as_well() {
    let (layer, _, token) = bench();
    let responder = |denial: &Denial, usual: Response<Bytes>| own(denial, &usual);
    let layer = layer.with_responder(responder);
    for app in [routes().layer(layer.clone()), Router::new().fallback_service(layer.layer(routes()))] {
        let mut request = with_token("/guarded", &token);
        *request.method_mut() = Method::HEAD;
        let response = send(app, request).await;
        assert_eq!(
            (response.status(), &response.headers()[CONTENT_TYPE]),
            (StatusCode::IM_A_TEAPOT, &HeaderValue::from_static("application/json"))
        );
    }
}

#[tokio::test]
async fn client_is_told_of_one_token_and_of_what_a_handler_asks_for() {
    let (inner, ledger, token) = bench();
    ledger.write(&token, record(1));
    let admin = || InsufficientScope::new(Scope::from_static("admin").into(), ScopeSet::default());
    let expiry = "2090-01-01T00:00:00Z".parse::<jiff::Timestamp>().unwrap();
    let outer = Ledger::new();
    outer.write(&token, record(2).with_scopes("outer".parse().unwrap()).with_expiry(expiry));
    let outer = PatAuthLayer::new(PatVerifier::new(format(), outer)).with_informational_headers();
    let app = Router::new().route("/", get(move || async move { Denial::from(admin()) })).merge(routes());
    let app = app.layer(inner.with_informational_headers()).layer(outer);
    for (path, accepted) in [("/", "admin"), ("/me", "")] {
        let response = send(app.clone(), with_token(path, &token)).await;
        let headers = response.headers();
        assert_eq!(
            (&headers["x-oauth-scopes"], &headers["x-accepted-oauth-scopes"]),
            (&HeaderValue::from_static("invoices:read"), &accepted.parse().unwrap())
        );
        assert_eq!(headers.get("x-token-expires-at"), None);
    }
}

/// Somebody between the layers makes a public page of the denial.
#[tokio::test]
async fn success_that_was_a_denial_is_private_like_any_other() {
    let (layer, _, token) = bench();
    let page = map_response(|_: Response<Body>| async { "a page" });
    let kept = map_response(|response: Response<Body>| async move {
        let mut page = "a page".into_response();
        *page.extensions_mut() = response.into_parts().0.extensions;
        page
    });
    let outer = layer.clone().with_sources(CredentialSources::gitlab()).with_informational_headers();
    let strict = layer.with_sources(CredentialSources::from(CredentialSource::raw()));
    for app in [
        routes().layer(strict.clone()).layer(page).layer(outer.clone()),
        routes().layer(strict).layer(kept).layer(outer),
    ] {
        let response = send(app, with_token("/me", &token)).await;
        let headers = response.headers();
        assert_eq!(
            (response.status(), &headers[CACHE_CONTROL], &headers["x-oauth-scopes"]),
            (StatusCode::OK, &HeaderValue::from_static("private"), &HeaderValue::from_static("invoices:read"))
        );
    }
}

/// A layer that tells clients about their tokens says nothing of what a layer inside has denied.
#[tokio::test]
async fn layer_around_takes_no_denial_for_a_success() {
    let (layer, _, token) = bench();
    let around = layer.clone().with_informational_headers().with_anonymous();
    for (request, path_of) in
        [(with_token("/guarded", &token), layer.clone().with_concealment()), (request("/me", &[]), layer)]
    {
        let response = send(routes().layer(path_of).layer(around.clone()), request).await;
        assert!(response.status().is_client_error());
        let told = response.headers().keys().filter(|name| name.as_str().starts_with("x-"));
        assert_eq!(told.count(), 0, "{:?}", response.headers());
    }
}

#[tokio::test]
async fn changed_denial_has_the_form_of_grpc_for_a_client_of_grpc() {
    let (layer, _, token) = bench();
    let mut request = with_token("/changed", &token);
    *request.method_mut() = Method::POST;
    request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
    let response = send(routes().layer(layer), request).await;
    assert_eq!(
        (response.status(), &response.headers()["grpc-status"]),
        (StatusCode::OK, &HeaderValue::from_static("16"))
    );
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
