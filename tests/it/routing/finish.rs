//! Routes that ask for what they cannot check are refused.

use tower_pat::guard::RequireScopeLayer;
use tower_pat::requirement::{Access, Requirement};
use tower_pat::resource::ResourceTemplate;
use tower_pat::routing::{GuardedRouter, InvalidRoute, InvalidRouteKind, get};
use tower_pat::{PatAuthLayer, PatPrincipal, PatVerifier, Scope};

use super::{Site, auth, open, read};
use crate::support::{Ledger, format};

fn on(template: &'static str) -> Requirement {
    Requirement::scope(Scope::from_static("read")).on(ResourceTemplate::from_static(template))
}

fn service() -> axum::routing::MethodRouter {
    axum::routing::any(|| async {})
}

fn refused(router: GuardedRouter) -> Vec<(String, InvalidRouteKind, String)> {
    let (auth, []) = auth([]);
    let Err(invalid) = router.finish(auth) else { return Vec::new() };
    let rows = invalid.iter().map(|route| (route.entry().to_string(), route.kind(), route.name().to_owned()));
    rows.collect()
}

#[test]
fn parameters_are_looked_for_in_the_whole_path() {
    let needs = || GuardedRouter::new().route_service("/{name}", on("repo:{owner}/{name}"), service());
    assert_eq!(refused(GuardedRouter::new().nest("/repos/{owner}", needs())), []);
    let missing = ("any /repos/{name}".to_owned(), InvalidRouteKind::MissingParameter, "owner".to_owned());
    assert_eq!(refused(GuardedRouter::new().nest("/repos", needs())), [missing]);
    let repeated = ("any /{name}/{name}".to_owned(), InvalidRouteKind::RepeatedParameter, "name".to_owned());
    let refusals = refused(GuardedRouter::new().nest("/{name}", needs()));
    assert!(refusals.contains(&repeated), "{refusals:?}");
}

#[test]
fn parameter_in_doubled_braces_is_none() {
    let router = GuardedRouter::new().route_service("/{{name}}", on("repo:{name}"), service());
    assert_eq!(refused(router).len(), 1);
}

#[test]
fn every_mistake_is_told_at_once() {
    let (auth, []) = auth([]);
    let router: GuardedRouter = GuardedRouter::new()
        .with_catalog("read".parse().unwrap())
        .route("/fine", get(open).post(read))
        .route_service("/tree/{*path}", on("repo:{path}"), service())
        .route_service("/{id}/{id}", on("repo:{id}"), service())
        .nest_service("/files", Requirement::any([on("repo:{owner}"), on("repo:{owner}/{name}")]), service())
        .fallback(Requirement::all(["read", "write", "admin"].map(Scope::from_static)), || async {});
    let invalid = router.finish(auth).unwrap_err();
    insta::assert_snapshot!(invalid, @"
    the routes cannot be guarded:
    - the verifier has not the catalogue of the router: give it the same, `.with_catalog(…)`
    - any /files/{*} asks for `any(read on repo:{owner}, read on repo:{owner}/{name})`, but its path has no parameter `{name}`
    - any /files/{*} asks for `any(read on repo:{owner}, read on repo:{owner}/{name})`, but its path has no parameter `{owner}`
    - any /tree/{*path} asks for `read on repo:{path}`, but in its path `{*path}` is a wildcard, which may hold several segments
    - any /{*} asks for `all(read, write, admin)`, but the catalogue has no scope `admin`
    - any /{*} asks for `all(read, write, admin)`, but the catalogue has no scope `write`
    - any /{id}/{id} asks for `read on repo:{id}`, but its path has the parameter `{id}` twice
    ");
}

/// What scopes imply would not count, and nobody would know.
#[test]
fn verifier_with_another_catalogue_than_the_router_is_refused() {
    let finish = |router: Option<&str>, verifier: Option<&str>| {
        let mut routes: GuardedRouter = GuardedRouter::new().route("/", get(read));
        if let Some(catalog) = router {
            routes = routes.with_catalog(catalog.parse().unwrap());
        }
        let mut builder = PatVerifier::builder(format(), Ledger::new());
        if let Some(catalog) = verifier {
            builder = builder.with_catalog(catalog.parse().unwrap());
        }
        routes.finish(PatAuthLayer::new(builder.build())).map(drop)
    };
    for (router, verifier, differ) in [
        (None, None, false),
        (Some("read write"), Some("write read"), false),
        (None, Some("read"), false),
        (Some("read"), None, true),
        (Some("read"), Some("read write"), true),
        (Some("read"), Some(""), true),
    ] {
        let refused = finish(router, verifier).is_err_and(|invalid| invalid.catalogs_differ());
        assert_eq!(refused, differ, "{router:?} {verifier:?}");
    }
    let invalid = finish(None, Some("write")).unwrap_err();
    assert_eq!(invalid.iter().map(InvalidRoute::name).collect::<Vec<_>>(), ["read"]);
}

#[tokio::test]
async fn routes_that_can_check_what_they_ask_for_are_not_refused() {
    let router = GuardedRouter::new()
        .route_service("/repos/{owner}/{name}/{*path}", on("repo:{owner}/{name}"), service())
        .nest_service("/teams/{team}", on("team:{team}"), service())
        .nest("/in/{owner}", GuardedRouter::new().fallback(on("repo:{owner}"), || async {}));
    Site::of(router)
        .assert(&[
            ("GET /repos/a/b/c/d", [401, 403, 200]),
            ("GET /teams/a", [401, 403, 200]),
            ("GET /teams/a/", [401, 403, 200]),
            ("GET /teams/a/b/c", [401, 403, 200]),
            ("GET /in/a", [401, 403, 200]),
            ("GET /in/a/b", [401, 403, 200]),
        ])
        .await;
}

#[test]
fn catalogue_is_handed_on_by_nested_and_merged_routers() {
    let inner = || GuardedRouter::new().with_catalog("write".parse().unwrap()).route("/a", get(read));
    for router in [GuardedRouter::new().nest("/in", inner()), GuardedRouter::new().merge(inner())] {
        assert_eq!(refused(router.clone()).len(), 1);
        assert_eq!(refused(router.with_catalog("read".parse().unwrap())), []);
    }
}

#[test]
fn catalogue_stays_where_a_state_is_given() {
    let router: GuardedRouter<u8> = GuardedRouter::new().with_catalog("write".parse().unwrap());
    assert_eq!(refused(router.with_state(1).route("/a", get(read))).len(), 1);
}

#[test]
fn scopes_in_every_part_of_a_requirement_must_be_known() {
    let either = Requirement::any([Scope::from_static("read"), Scope::from_static("root")]);
    let router = GuardedRouter::new().with_catalog("read".parse().unwrap()).fallback(either, || async {});
    assert_eq!(refused(router).len(), 1);
    let none = GuardedRouter::new().with_catalog("read".parse().unwrap()).fallback(Access::AnyToken, || async {});
    assert_eq!(refused(none), []);
}

/// What is put beside a guarded route by a layer is the host's own.
#[tokio::test]
async fn layers_of_the_host_see_the_caller() {
    let who = |caller: Option<PatPrincipal>| async move {
        caller.map_or_else(String::new, |caller| caller.owner().to_string())
    };
    let router = GuardedRouter::new().fallback(Access::Public, who).layer(RequireScopeLayer::new("read"));
    let site = Site::of(router);
    assert_eq!(site.told(&http::Method::GET, "/").await, "alice");
    site.assert(&[("GET /", [401, 403, 200])]).await;
}
