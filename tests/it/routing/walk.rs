//! The walk finds what a table does not show: here are holes that are planted for it.

use std::convert::Infallible;
use std::future::ready;

use axum::body::Body;
use axum::extract::{Path, Request};
use axum::handler::Handler;
use axum::middleware::{Next, from_fn, map_response};
use axum::response::{IntoResponse, Response};
use axum::routing::any as any_of_axum;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http::{HeaderValue, Method, StatusCode};
use tower::layer::layer_fn;
use tower::service_fn;
use tower_pat::denial::{Denial, InsufficientScope};
use tower_pat::guard::demand::{All, Any, Concealed, Demand, On, Text, word};
use tower_pat::guard::{AnyToken, Public, Require};
use tower_pat::requirement::{Access, Requirement};
use tower_pat::resource::{ResourceKind, ResourceTemplate};
use tower_pat::routing::{GuardedMethodRouter, GuardedRouter, any, get};
use tower_pat::scope::ScopeCatalog;
use tower_pat::testing::walk::{Walk, WalkError, WalkErrorKind};
use tower_pat::{PatPrincipal, Scope};

use super::{Read, mine, open, read};
use crate::support::{record, scopes};

fn service() -> axum::routing::MethodRouter {
    any_of_axum(|| async { "service" })
}

fn scope(text: &'static str) -> Requirement {
    Requirement::scope(Scope::from_static(text))
}

fn catalog() -> ScopeCatalog {
    let scope = Scope::from_static;
    let builder = ["read", "write", "admin", "files"].into_iter();
    let builder = builder.fold(ScopeCatalog::builder(), |builder, text| builder.with_scope(scope(text), ""));
    let builder = builder.with_implication(scope("write"), scope("read"));
    builder.with_implication(scope("admin"), scope("write")).build().unwrap()
}

/// A router with some of everything.
fn whole() -> GuardedRouter {
    let repo = || ResourceTemplate::from_static("repo:{owner}/{name}");
    let either = Requirement::any([scope("admin"), Requirement::all([scope("write"), scope("files")])]);
    let mixed = Requirement::any([scope("write").on(repo()), scope("read").among(ResourceKind::from_static("repo"))]);
    let repos = GuardedRouter::new()
        .route("/", get(mine).post(read))
        .route_service("/raw/{*path}", scope("read").on(repo()).concealed(), service())
        .route_service("/mixed", mixed, service())
        .nest_service("/files", either, service())
        .fallback(Access::AnyToken, || async { StatusCode::NOT_FOUND });
    GuardedRouter::new()
        .route("/health", get(open).head(mine))
        .route("/fails", get(|_: AnyToken| async { StatusCode::INTERNAL_SERVER_ERROR }))
        .route("/all", any(read).post(open))
        .route("/number/{id}", get(|_: Require<Read>, _: Path<u8>| async {}).fallback("admin", || async {}))
        .route_service("/nobody", Requirement::any::<Scope>([]), service())
        .nest("/repos/{owner}/{name}", repos)
        .fallback(Access::Public, || async { StatusCode::NOT_FOUND })
}

#[tokio::test]
async fn sound_routes_have_no_surprises() {
    for router in [whole(), whole().with_catalog(catalog())] {
        let report = Walk::new(router).run().await.unwrap();
        assert_eq!((report.routes(), report.unreached()), (15, &[][..]));
        assert!(report.requests() > 400, "{}", report.requests());
    }
}

#[tokio::test]
async fn parameters_and_headers_are_the_ones_that_are_set() {
    let check = |_: Public, Path(id): Path<String>, headers: http::HeaderMap| async move {
        assert_eq!((id.as_str(), headers["host"].as_bytes()), ("a/ü", b"api.example".as_slice()));
    };
    let walk = Walk::new(GuardedRouter::new().route("/{id}", get(check)));
    let host = HeaderValue::from_static("api.example");
    walk.with_param("id", "a/ü").with_header(http::header::HOST, host).run().await.unwrap();
}

/// The surprises of a walk, which must have some.
async fn surprises(router: GuardedRouter) -> String {
    let error: WalkError = Walk::new(router).run().await.unwrap_err();
    assert_eq!(error.kind(), WalkErrorKind::Surprised);
    assert_eq!(error.surprises().len(), error.to_string().lines().count() - 1);
    error.to_string()
}

async fn hello(_: Request, _: Next) -> &'static str {
    "hello"
}

#[tokio::test]
async fn layer_that_answers_everybody_is_found() {
    for router in [
        GuardedRouter::new().route("/{id}", get(read)).layer(from_fn(hello)),
        GuardedRouter::new().route("/{id}", get(read)).route_layer(from_fn(hello)),
        GuardedRouter::new().route("/{id}", get(read).layer(from_fn(hello))),
        GuardedRouter::new().route("/{id}", get(read.layer(from_fn(hello)))),
        GuardedRouter::new().nest("/{id}", GuardedRouter::new().route("/", get(read).route_layer(from_fn(hello)))),
    ] {
        let found = surprises(router).await;
        assert!(found.contains("[GET /{id}; read] GET /1 with no token: expected 401"), "{found}");
        assert!(found.contains("HEAD /1 with a token without scopes: expected 403"), "{found}");
    }
}

#[tokio::test]
async fn fallbacks_and_services_behind_such_a_layer_are_found() {
    for (router, expected) in [
        (GuardedRouter::new().fallback("read", || async {}), "GET /elsewhere with no token"),
        (GuardedRouter::new().fallback_service("read", service()), "GET /elsewhere with no token"),
        (GuardedRouter::new().nest_service("/files", "read", service()), "GET /files/ with no token"),
        (GuardedRouter::new().nest_service("/files", "read", service()), "GET /files/elsewhere with no token"),
        (GuardedRouter::new().route_service("/file", "read", service()), "WALK /file with a token without scopes"),
        (GuardedRouter::new().route("/", get(open).fallback("read", || async {})), "POST / with no token"),
        (GuardedRouter::new().nest("/in", GuardedRouter::new().fallback("read", || async {})), "TRACE /in/elsewhere"),
    ] {
        let found = surprises(router.layer(from_fn(hello))).await;
        assert!(found.contains(expected), "{found}");
    }
}

/// States `D`, and asks what this asks: a layer of the host is in the place of the handler.
fn states<D: Demand>(asks: fn(Request) -> BoxFuture<'static, Response>) -> GuardedMethodRouter {
    let stated = |_: Require<D>| async {};
    get(stated.layer(layer_fn(move |_| service_fn(move |request| asks(request).map(Ok::<_, Infallible>)))))
}

fn nothing(_: Request) -> BoxFuture<'static, Response> {
    ready("anything".into_response()).boxed()
}

fn the_usual(request: Request) -> BoxFuture<'static, Response> {
    Handler::<_, ()>::call(read, request, ())
}

/// Looks for a scope, and at nothing else.
fn one_scope(wanted: &'static str, request: &Request) -> BoxFuture<'static, Response> {
    let Some(caller) = request.extensions().get::<PatPrincipal>() else {
        return ready(Denial::MissingCredential.into_response()).boxed();
    };
    if caller.scopes().contains(wanted) {
        return ready(().into_response()).boxed();
    }
    let lacking = InsufficientScope::new(scope(wanted), caller.scopes().clone());
    ready(Denial::from(lacking).into_response()).boxed()
}

#[tokio::test]
async fn handler_that_does_not_ask_what_it_states_is_found() {
    let found = surprises(GuardedRouter::new().route("/", states::<Read>(nothing))).await;
    assert!(found.contains("GET / with no token: expected 401"), "{found}");
    assert!(found.contains("GET / with a token without scopes: expected 403"), "{found}");
}

#[tokio::test]
async fn handler_that_asks_for_more_than_it_states_is_found() {
    for handler in [
        get(|_: Public, _: Require<Read>| async {}),
        get(|_: Public, _: PatPrincipal| async {}),
        get(|AnyToken(caller): AnyToken| async move {
            let read = scope("read");
            let lacking = || InsufficientScope::new(read.clone(), caller.scopes().clone());
            if caller.allows(&read, None) { Ok(()) } else { Err(Denial::from(lacking())) }
        }),
    ] {
        let found = surprises(GuardedRouter::new().route("/", handler)).await;
        assert!(found.contains("expected no denial, got 40"), "{found}");
    }
}

/// As a service does that looks at the caller by itself: it may be right today.
#[tokio::test]
async fn answer_that_looks_like_a_denial_is_found() {
    async fn alike(_: Request, _: Next) -> impl IntoResponse {
        (StatusCode::UNAUTHORIZED, [("www-authenticate", "Bearer realm=\"api\"")])
    }
    let found = surprises(GuardedRouter::new().route("/", get(mine)).layer(from_fn(alike))).await;
    let expected = "GET / with no token: expected 401 and a Bearer challenge, from a guard, got 401 Unauthorized, not";
    assert!(found.contains(expected), "{found}");
}

/// The same of who lacks a scope: a layer that denies everybody stands in for no guard.
#[tokio::test]
async fn answer_that_looks_like_a_want_of_scope_is_found() {
    async fn alike(_: Request, _: Next) -> impl IntoResponse {
        (StatusCode::FORBIDDEN, [("www-authenticate", "Bearer error=\"insufficient_scope\"")])
    }
    async fn nothing_here(_: Request, _: Next) -> StatusCode {
        StatusCode::NOT_FOUND
    }
    let found = surprises(GuardedRouter::new().route("/", get(read)).layer(from_fn(alike))).await;
    let expected =
        "GET / with a token without scopes: expected 403 for want of a scope, from a guard, got 403 Forbidden, not";
    assert!(found.contains(expected), "{found}");
    let hidden = get(|_: Require<Concealed<Read>>| async {});
    let found = surprises(GuardedRouter::new().route("/", hidden).layer(from_fn(nothing_here))).await;
    assert!(found.contains("GET / with a token without scopes: expected 404, from a guard"), "{found}");
}

type OnTeam = On<Read, Text<11, { word("team:{team}", 0) }>>;
type Either = Any<(OnRepo, (OnTeam, ()))>;

fn denies_who_holds(limits: usize, request: Request) -> BoxFuture<'static, Response> {
    let caller = request.extensions().get::<PatPrincipal>();
    let held = caller.and_then(|caller| caller.resources().patterns().map(|patterns| patterns.iter().count()));
    if held == Some(limits) {
        let lacking = InsufficientScope::new(scope("read"), scopes(""));
        return ready(Denial::from(lacking).into_response()).boxed();
    }
    Handler::<_, ()>::call(|_: Require<Either>| async {}, request, ())
}

/// Of two resources, a token may be limited to either and to both.
#[tokio::test]
async fn guard_that_denies_who_is_limited_to_one_of_two_or_to_both_is_found() {
    let one = states::<Either>(|request| denies_who_holds(1, request));
    let found = surprises(GuardedRouter::new().route("/{owner}/{team}", one)).await;
    assert!(found.contains("limited to `repo:1`: expected no denial"), "{found}");
    let both = states::<Either>(|request| denies_who_holds(2, request));
    let found = surprises(GuardedRouter::new().route("/{owner}/{team}", both)).await;
    assert!(found.contains("limited to `repo:1`, `team:1`: expected no denial"), "{found}");
}

/// It lets in who has every scope, and not who has just the one that is asked for.
#[tokio::test]
async fn guard_that_asks_for_more_than_its_scope_is_found() {
    let greedy = states::<Read>(|request| {
        let enough = request.extensions().get::<PatPrincipal>();
        let enough =
            enough.is_some_and(|caller| caller.scopes().contains("read") && !caller.scopes().contains("write"));
        if enough { one_scope("write", &request) } else { the_usual(request) }
    });
    let found = surprises(
        GuardedRouter::new()
            .route("/", greedy)
            .route("/w", states::<Text<5, { word("write", 0) }>>(|request| one_scope("write", &request))),
    )
    .await;
    assert!(found.contains("GET / with a token with `read`: expected no denial, got 403"), "{found}");
}

#[tokio::test]
async fn any_token_route_that_denies_limited_tokens_is_found() {
    let strict = get(|AnyToken(caller): AnyToken| async move {
        let read = scope("read");
        if caller.resources().patterns().is_none() {
            Ok(())
        } else {
            Err(Denial::from(InsufficientScope::new(read, caller.scopes().clone())))
        }
    });
    let found = surprises(GuardedRouter::new().route("/", strict)).await;
    assert!(found.contains("limited to no resource: expected no denial"), "{found}");
}

/// A header of the host's test stays out of `Authorization`.
#[tokio::test]
async fn authorization_is_the_walks_own() {
    let walk = Walk::new(GuardedRouter::new().route("/", get(read)));
    let header = HeaderValue::from_static("Bearer something");
    walk.with_header(http::header::AUTHORIZATION, header).run().await.unwrap();
}

#[tokio::test]
async fn denial_that_is_changed_on_its_way_is_found() {
    let forgives = map_response(|mut response: Response| async move {
        *response.status_mut() = StatusCode::OK;
        response
    });
    let found = surprises(GuardedRouter::new().route("/", get(read)).layer(forgives)).await;
    assert!(found.contains("got 200 OK, denied: An access token is required."), "{found}");
}

#[tokio::test]
async fn one_method_that_is_left_open_is_found() {
    async fn open_head(request: Request, next: Next) -> Response {
        match *request.method() {
            Method::HEAD => Response::new(Body::empty()),
            _ => next.run(request).await,
        }
    }
    let found = surprises(GuardedRouter::new().route("/", get(read).post(mine)).layer(from_fn(open_head))).await;
    assert!(found.contains("HEAD / with no token"), "{found}");
    assert!(!found.contains("POST /") && !found.contains(" GET / with"), "{found}");
}

#[tokio::test]
async fn method_that_is_not_in_the_table_is_found() {
    async fn options(request: Request, next: Next) -> Response {
        match *request.method() {
            Method::OPTIONS => Response::new(Body::empty()),
            _ => next.run(request).await,
        }
    }
    let found = surprises(GuardedRouter::new().route("/", get(open)).layer(from_fn(options))).await;
    assert!(found.contains("OPTIONS / with no token: expected 405, or 401 from a guard, got 200 OK"), "{found}");
    assert_eq!(found.lines().count(), 3, "{found}");
}

/// A layer that takes everybody for an administrator.
#[tokio::test]
async fn caller_who_is_made_more_than_they_are_is_found() {
    async fn sudo(mut request: Request, next: Next) -> Response {
        request.extensions_mut().insert(PatPrincipal::new(record(1).with_scopes(scopes("read write"))));
        next.run(request).await
    }
    let found = surprises(GuardedRouter::new().route("/", get(read)).layer(from_fn(sudo))).await;
    assert!(found.contains("with no token") && found.contains("with a token without scopes"), "{found}");
}

#[tokio::test]
async fn each_part_of_a_list_is_missing_in_turn() {
    type Both = All<(Read, (Text<5, { word("write", 0) }>, ()))>;
    let half = states::<Both>(|request| one_scope("write", &request));
    let found = surprises(GuardedRouter::new().route("/", half)).await;
    assert!(found.contains("GET / with a token with `write`: expected 403"), "{found}");
    assert!(!found.contains("with a token with `read`: "), "{found}");
}

type OnRepo = On<Read, Text<12, { word("repo:{owner}", 0) }>>;

#[tokio::test]
async fn guard_that_does_not_look_at_the_resource_is_found() {
    Walk::new(GuardedRouter::new().route("/{owner}", get(|_: Require<OnRepo>| async {}))).run().await.unwrap();
    let blind = states::<OnRepo>(|request| one_scope("read", &request));
    let found = surprises(GuardedRouter::new().route("/{owner}", blind)).await;
    for limits in ["no resource", "`elsewhere:*`", "`repo:1-evil`", "`repo:1/*`"] {
        assert!(found.contains(&format!("limited to {limits}: expected 403")), "{limits}: {found}");
    }
    assert!(!found.contains("`repo:1`:"), "{found}");
}

#[tokio::test]
async fn guard_that_denies_everybody_who_is_limited_is_found() {
    let found = surprises(GuardedRouter::new().route("/{owner}", states::<OnRepo>(the_usual))).await;
    assert!(found.contains("limited to `repo:1`: expected no denial, got 403"), "{found}");
    assert!(!found.contains("expected 403"), "{found}");
}

#[tokio::test]
async fn concealment_that_is_forgotten_is_found() {
    type Hidden = Concealed<Read>;
    Walk::new(GuardedRouter::new().route("/", get(|_: Require<Hidden>| async {}))).run().await.unwrap();
    let found = surprises(GuardedRouter::new().route("/", states::<Hidden>(the_usual))).await;
    assert!(found.contains("expected 404, from a guard that conceals the route, got 403"), "{found}");
}

/// With the catalogue, who may write may read; a token that lacks `read` must lack `write` too.
#[tokio::test]
async fn implications_of_the_catalogue_count() {
    let router = || GuardedRouter::new().route("/r", get(read)).fallback("write", || async {});
    Walk::new(router().with_catalog(catalog())).run().await.unwrap();
    Walk::new(router()).run().await.unwrap();
}

#[tokio::test]
async fn routes_that_cannot_be_finished_are_not_walked() {
    let router = GuardedRouter::new().with_catalog("write".parse().unwrap()).route("/", get(read));
    let error = Walk::new(router).run().await.unwrap_err();
    assert_eq!(error.kind(), WalkErrorKind::InvalidRoutes);
    assert!(error.to_string().contains("the catalogue has no scope `read`"), "{error}");
    assert_eq!(format!("{error:?}"), error.to_string());
}

#[tokio::test]
async fn requirement_with_more_ways_than_are_walked_is_a_surprise() {
    let pairs = (0..10).map(|pair| {
        let scope = |side| Requirement::scope(Scope::parse(&format!("{pair}{side}")).unwrap());
        Requirement::any([scope('a'), scope('b')])
    });
    let found = surprises(GuardedRouter::new().fallback(Requirement::all(pairs), || async {})).await;
    assert!(found.contains("in more ways than are walked"), "{found}");
}

#[tokio::test]
async fn fallback_that_nothing_leads_to_is_named() {
    let all = service_fn(|_: Request| async { Ok::<_, Infallible>(Response::new(Body::empty())) });
    let router = GuardedRouter::new()
        .route_service("/{*path}", Access::Public, all)
        .route_service("/", Access::Public, all)
        .fallback("read", || async {});
    let report = Walk::new(router).run().await.unwrap();
    let unreached: Vec<_> = report.unreached().iter().map(ToString::to_string).collect();
    assert_eq!(unreached, ["any /{*}"]);
}

#[tokio::test]
async fn no_surprise_shows_a_token() {
    let found = surprises(GuardedRouter::new().route("/", states::<Read>(nothing))).await;
    assert!(!found.contains("walk_pat_"), "{found}");
}
