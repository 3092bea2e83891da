//! `#[require_scope]` and the guards behind it, through axum routers.
#![expect(clippy::unused_async, reason = "a handler is async even if it awaits nothing")]

use std::convert::Infallible;
use std::fmt::Display;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::body::Body;
use axum::extract::{Path, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use bytes::Bytes;
use http::header::{CONTENT_TYPE, WWW_AUTHENTICATE};
use http::{HeaderValue, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tower::{Layer, service_fn};
use tower_pat::guard::{Require, RequireScopeLayer, demand};
use tower_pat::record::{OwnerId, PatRecord, TokenId};
use tower_pat::requirement::Requirement;
use tower_pat::scope::Scopes;
use tower_pat::{PatPrincipal, Scope, require_scope};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::support;

#[derive(Serialize, Deserialize, ToSchema)]
struct Invoice {
    number: u64,
}

fn caller_with(scopes: &str) -> PatPrincipal {
    let owner = OwnerId::parse("alice").expect("an owner");
    let record = PatRecord::new(TokenId::from_uuid(Uuid::from_u128(7)), owner);
    PatPrincipal::new(record.with_scopes(scopes.parse().expect("scopes")))
}

fn request<B>(scopes: &str, body: B) -> Request<B> {
    let mut request = Request::post("/").body(body).expect("a request");
    request.extensions_mut().insert(caller_with(scopes));
    request
}

fn json_request(scopes: &str, json: &'static str) -> Request<Body> {
    let mut request = request(scopes, json.into());
    let json = HeaderValue::from_static("application/json");
    request.headers_mut().insert(CONTENT_TYPE, json);
    request
}

async fn send(router: &Router, request: Request<Body>) -> Response<Body> {
    support::send(router.clone(), request).await
}

async fn status(router: &Router, scopes: &str) -> StatusCode {
    send(router, request(scopes, Body::empty())).await.status()
}

async fn text(response: Response<Body>) -> String {
    let body = response.into_body().collect().await.expect("a whole body");
    String::from_utf8(body.to_bytes().into()).expect("text")
}

/// What a challenge says in its `scope` parameter.
fn named_scopes<B>(response: &Response<B>) -> &str {
    let challenge = response.headers()[WWW_AUTHENTICATE].to_str().expect("ASCII");
    assert!(challenge.contains(r#"error="insufficient_scope""#), "{challenge}");
    let (_, scopes) = challenge.split_once(r#"scope=""#).expect("scopes");
    scopes.strip_suffix('"').expect("scopes at the end")
}

/// Passes with each of `enough`, and denies each of `too_little` with a challenge that names `named`.
async fn assert_asks(router: &Router, enough: &[&str], too_little: &[&str], named: &str) {
    for scopes in enough {
        assert_eq!(status(router, scopes).await, StatusCode::OK, "{scopes:?}");
    }
    for scopes in too_little {
        let response = send(router, request(scopes, Body::empty())).await;
        assert_eq!(response.status(), StatusCode::FORBIDDEN, "{scopes:?}");
        assert_eq!(named_scopes(&response), named);
    }
}

fn routed<H: axum::handler::Handler<T, ()>, T: 'static>(handler: H) -> Router {
    Router::new().route("/", post(handler))
}

#[tokio::test]
async fn one_scope_is_asked_for() {
    #[require_scope("invoices:read")]
    async fn list() -> &'static str {
        "no invoices"
    }
    let enough = ["invoices:read", "a invoices:read z"];
    let too_little = ["", "invoices", "invoices:read2", "invoices:write"];
    assert_asks(&routed(list), &enough, &too_little, "invoices:read").await;
}

#[tokio::test]
async fn all_of_several_scopes_are_asked_for() {
    #[require_scope(all("a", "b", "c"))]
    async fn handler() {}
    assert_asks(&routed(handler), &["a b c", "a b c d"], &["", "a b", "b c"], "a b c").await;
}

#[tokio::test]
async fn any_of_several_scopes_is_asked_for() {
    #[require_scope(any("a", "b"))]
    async fn handler() {}
    assert_asks(&routed(handler), &["a", "b", "a b"], &["", "c"], "a").await;
}

#[tokio::test]
async fn nested_requirements_are_asked_for() {
    #[require_scope(any(all("a", "b"), all("c", any("d", "e"))))]
    async fn handler() {}
    let enough = ["a b", "c d", "c e"];
    assert_asks(&routed(handler), &enough, &["", "a c", "d e", "b c"], "a b").await;
}

#[tokio::test]
async fn long_lists_are_asked_for() {
    #[require_scope(all("a", "b", "c", "d", "e", "f", any("g", "h", "i", "j", "k", "l", "m", "n")))]
    async fn handler() {}
    let too_little = ["a b c d e f", "a b c d e n"];
    assert_asks(&routed(handler), &["a b c d e f n"], &too_little, "a b c d e f g").await;
}

/// A route that asks for a scope, which comes through a declarative macro, and the scope.
macro_rules! asking_for {
    ($scope:literal) => {{
        #[require_scope($scope)]
        async fn handler() {}
        (routed(handler), $scope)
    }};
}

#[tokio::test]
async fn scopes_of_every_length_are_asked_for_to_the_letter() {
    for (router, scope) in [
        asking_for!("*"),
        asking_for!("0123456789abcde"),
        asking_for!("0123456789abcdef"),
        asking_for!("0123456789abcdefg"),
        asking_for!(
            "00-10-20-30-40-50-60-70-80-90-a0-b0-c0-d0-e0-f0-01-11-21-31-41-51-61-71-81-91-a1-b1-c1-d1-e1-f1-02-12-22-32-42-52-62-72-82-92-a"
        ),
        asking_for!(
            "00-10-20-30-40-50-60-70-80-90-a0-b0-c0-d0-e0-f0-01-11-21-31-41-51-61-71-81-91-a1-b1-c1-d1-e1-f1-02-12-22-32-42-52-62-72-82-92-a!"
        ),
    ] {
        let shorter = &scope[1..];
        assert_asks(&router, &[scope], &["", shorter], scope).await;
    }
}

#[tokio::test]
async fn associated_functions_are_guarded() {
    struct Invoices<T>(T);
    impl<T: Default + Display + Send + 'static> Invoices<T> {
        #[require_scope("a")]
        async fn count() -> String {
            Self(T::default()).0.to_string()
        }
    }
    assert_asks(&routed(Invoices::<u8>::count), &["a"], &["b"], "a").await;
}

#[tokio::test]
async fn generic_handlers_are_guarded() {
    #[require_scope("a")]
    async fn first<T, const N: usize>(State(state): State<T>) -> String
    where
        T: Display + Clone + Send + Sync + 'static,
    {
        format!("{N} {state}")
    }
    let router = Router::new().route("/", post(first::<u64, 3>)).with_state(4);
    assert_eq!(text(send(&router, request("a", Body::empty())).await).await, "3 4");
    assert_asks(&router, &["a"], &["b"], "a").await;
}

#[require_scope("invoices:write")]
async fn add(caller: PatPrincipal, Json(invoice): Json<Invoice>) -> String {
    format!("{} of {}", invoice.number, caller.owner())
}

#[tokio::test]
async fn other_extractors_and_the_body_reach_the_handler() {
    let request = json_request("invoices:write", r#"{"number": 4}"#);
    let response = send(&routed(add), request).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(text(response).await, "4 of alice");
}

#[tokio::test]
async fn missing_scope_is_told_before_what_other_extractors_say() {
    let router = routed(add);
    let wrong_type = |scopes| request(scopes, Body::from("{}"));
    let wrong_json = |scopes| json_request(scopes, "{}");
    for (denied, allowed, refusal) in [
        (wrong_type("a"), wrong_type("invoices:write"), StatusCode::UNSUPPORTED_MEDIA_TYPE),
        (wrong_json("a"), wrong_json("invoices:write"), StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        assert_eq!(send(&router, denied).await.status(), StatusCode::FORBIDDEN);
        assert_eq!(send(&router, allowed).await.status(), refusal);
    }
}

#[tokio::test]
async fn missing_scope_is_told_before_a_malformed_path() {
    #[require_scope("a")]
    async fn show(Path(id): Path<u64>, _: Bytes) -> String {
        id.to_string()
    }
    let router = Router::new().route("/{id}", post(show));
    for (scopes, expected) in [("b", StatusCode::FORBIDDEN), ("a", StatusCode::BAD_REQUEST)] {
        let mut request = request(scopes, Body::empty());
        *request.uri_mut() = "/seven".parse().unwrap();
        assert_eq!(send(&router, request).await.status(), expected);
    }
}

/// A body, and whether it was read.
fn watched_body() -> (Body, Arc<AtomicBool>) {
    let read = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&read);
    let body = Full::from("text").map_frame(move |frame| {
        flag.store(true, Ordering::Relaxed);
        frame
    });
    (Body::new(body), read)
}

#[tokio::test]
async fn body_of_a_denied_request_is_not_read() {
    #[require_scope("a")]
    async fn length(body: Bytes) -> String {
        body.len().to_string()
    }
    let layered = routed(|body: Bytes| async move { body.len().to_string() });
    let layered = layered.route_layer(RequireScopeLayer::new(Scope::from_static("a")));

    for router in [routed(length), layered] {
        for (scopes, passes) in [("a", true), ("b", false)] {
            let (body, read) = watched_body();
            let response = send(&router, request(scopes, body)).await;
            assert_eq!(response.status() == StatusCode::OK, passes);
            assert_eq!(read.load(Ordering::Relaxed), passes);
        }
    }
}

#[tokio::test]
async fn request_that_passed_no_layer_gets_500_without_a_challenge() {
    #[require_scope("a")]
    async fn handler() {}
    let layered = routed(|| async {}).route_layer(RequireScopeLayer::new(Scope::from_static("a")));

    for router in [routed(handler), layered] {
        let response = send(&router, Request::post("/").body(Body::empty()).unwrap()).await;
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert!(!response.headers().contains_key(WWW_AUTHENTICATE));
    }
}

#[derive(Scopes)]
enum Api {
    /// Read invoices.
    #[scope("invoices:read")]
    Read,
    #[scope("invoices:write", implies = Read)]
    Write,
}

#[tokio::test]
async fn variants_of_a_catalogue_are_asked_for() {
    #[require_scope(any(all(Api::Read, Api::Write), "admin"))]
    async fn handler() {}
    #[require_scope("invoices:write", catalog = Api)]
    async fn named() {}
    async fn by_hand(_: Require<demand!(Api::Write)>) {}

    let enough = ["invoices:read invoices:write", "admin"];
    assert_asks(&routed(handler), &enough, &["invoices:read", "invoices:write"], "invoices:read invoices:write").await;
    // What a scope implies is the verifier's business: a guard compares to the letter.
    for router in [routed(named), routed(by_hand)] {
        assert_asks(&router, &["invoices:write"], &["invoices:read", "invoices:write2", ""], "invoices:write").await;
    }
}

#[tokio::test]
async fn guard_stands_above_debug_handler() {
    #[require_scope("a")]
    #[axum::debug_handler]
    async fn free(_: String) {}

    assert_asks(&routed(free), &["a"], &["b"], "a").await;
}

mod documented {
    use axum::Json;
    use axum::extract::{Path, Query};
    use tower_pat::require_scope;

    use super::Invoice;

    /// The operation of a handler with these attributes above it.
    macro_rules! operation {
        ($module:ident, $(#[$attribute:meta])+) => {
            pub(super) mod $module {
                use super::*;

                /// Changes an invoice.
                $(#[$attribute])+
                pub(crate) async fn change(Path(id): Path<u64>, _: Query<()>, Json(invoice): Json<Invoice>) -> String {
                    format!("{id} {}", invoice.number)
                }
            }
        };
    }

    operation!(plain, #[utoipa::path(put, path = "/{id}", responses((status = 200, body = String)))]);
    operation!(
        above,
        #[require_scope(any("admin", all("invoices:read", "invoices:write")))]
        #[utoipa::path(put, path = "/{id}", responses((status = 200, body = String)))]
    );
    operation!(
        on_a_resource,
        #[require_scope(all("admin", super::super::Api::Read), on = "invoice:{id}", conceal)]
        #[utoipa::path(put, path = "/{id}", responses((status = 200, body = String)))]
    );
    operation!(
        below,
        #[utoipa::path(put, path = "/{id}", responses((status = 200, body = String)))]
        #[require_scope(any("admin", all("invoices:read", "invoices:write")))]
    );
}

fn operation<P: utoipa::Path>() -> Value {
    serde_json::to_value(P::operation()).expect("an operation as JSON")
}

#[test]
fn openapi_operation_is_that_of_the_handler_without_the_guard() {
    let plain = operation::<documented::plain::__path_change>();
    assert_eq!(plain["description"].as_str().or(plain["summary"].as_str()), Some("Changes an invoice."));
    assert!(plain["requestBody"].is_object());
    assert_eq!(plain["parameters"].as_array().map(Vec::len), Some(1));
    assert_eq!(operation::<documented::above::__path_change>(), plain);
    assert_eq!(operation::<documented::below::__path_change>(), plain);
    assert_eq!(operation::<documented::on_a_resource::__path_change>(), plain);
}

#[tokio::test]
async fn guard_stands_above_and_below_the_openapi_attribute() {
    let add = |scopes| {
        let mut request = json_request(scopes, r#"{"number": 4}"#);
        *request.uri_mut() = "/3".parse().unwrap();
        request
    };
    let open = Router::new().route("/{id}", post(documented::plain::change));
    assert_eq!(text(send(&open, add("")).await).await, "3 4");
    for router in [
        Router::new().route("/{id}", post(documented::above::change)),
        Router::new().route("/{id}", post(documented::below::change)),
    ] {
        let denied = send(&router, add("invoices:read")).await;
        assert_eq!(denied.status(), StatusCode::FORBIDDEN);
        assert_eq!(named_scopes(&denied), "admin");
        assert_eq!(text(send(&router, add("admin")).await).await, "3 4");
    }
    let concealed = Router::new().route("/{id}", post(documented::on_a_resource::change));
    assert_eq!(send(&concealed, add("admin")).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(text(send(&concealed, add("admin invoices:read")).await).await, "3 4");
}

#[tokio::test]
async fn route_layer_guards_its_routes_and_leaves_unknown_paths_alone() {
    let requirement = Requirement::any([Scope::from_static("a"), Scope::from_static("b")]);
    let router = Router::new()
        .route("/", post(|| async {}))
        .route("/{id}", get(|_: Path<u64>| async {}))
        .route_layer(RequireScopeLayer::new(requirement));
    assert_asks(&router, &["a", "b"], &["", "c"], "a").await;

    let mut unknown = request("c", Body::empty());
    *unknown.uri_mut() = "/no/such/path".parse().unwrap();
    assert_eq!(send(&router, unknown).await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn layer_guards_a_service_with_other_bodies() {
    let echo =
        service_fn(|request: Request<Full<Bytes>>| async { Ok::<_, Infallible>(Response::new(request.into_body())) });
    let guarded = RequireScopeLayer::new(Scope::from_static("a")).layer(echo);

    let passed = support::send(guarded.clone(), request("a", Full::from("text"))).await;
    assert_eq!(passed.into_body().collect().await.unwrap().to_bytes(), "text");

    let denied = support::send(guarded, request("b", Full::from("text"))).await;
    assert_eq!(denied.status(), StatusCode::FORBIDDEN);
    assert_eq!(named_scopes(&denied), "a");
    let body = denied.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(serde_json::from_slice::<Value>(&body).unwrap()["status"], 403);
}

/// Some of what is said is the compiler's own, word for word: that of the version the crate is built with. Another one is
/// refused, unless it is said that its words are not to be compared, for then nobody sees that an open route compiles.
///
/// The compiler writes the name of a type in full if another crate has the like, so the words are those of one set of features.
#[cfg(all(feature = "openapi", feature = "postgres", feature = "sqlite", feature = "testing"))]
#[test]
fn misuse_does_not_compile_and_says_why() {
    const OTHER_COMPILER: &str = "PAT_TEST_OTHER_COMPILER";
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/pass/*.rs");
    let version = std::process::Command::new("rustc").arg("--version").output().unwrap().stdout;
    let version = String::from_utf8(version).unwrap();
    if version.starts_with("rustc 1.95.") {
        return cases.compile_fail("tests/ui/fail/*.rs");
    }
    let skipped = std::env::var_os(OTHER_COMPILER).is_some();
    assert!(skipped, "{version}is not 1.95; set {OTHER_COMPILER} to leave out what must not compile");
}
