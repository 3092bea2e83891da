//! Guards that ask for a scope on a resource, through axum's router.

use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use http::{Request, StatusCode};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::{Layer, service_fn};
use tower_pat::guard::demand::{On, Text, word};
use tower_pat::guard::{AnyToken, MethodRouterExt, Require, RequireScopeLayer};
use tower_pat::requirement::Requirement;
use tower_pat::resource::{Resource, ResourceKind, ResourceSet, ResourceTemplate};
use tower_pat::{PatAuthLayer, PatPrincipal, PatVerifier, Scope, require_scope};

use crate::support::{Ledger, format, record, scopes, send, token, with_token};

#[require_scope("repo:read", on = "repo:{owner}/{name}")]
async fn show(Path((owner, name)): Path<(String, String)>) -> String {
    format!("{owner} {name}")
}

#[require_scope("repo:read", on = "repo:{owner}/{name}", conceal)]
async fn show_private() {}

#[require_scope("repo:read", among = "repo")]
async fn list(caller: PatPrincipal) -> String {
    let all = ["repo:acme/site", "repo:acme/blog", "repo:other/site"];
    let all = all.map(|repo| Resource::parse(repo).unwrap());
    let visible = all.into_iter().filter(|repo| caller.resources().covers(repo));
    visible.map(|repo| repo.to_string()).collect::<Vec<_>>().join(" ")
}

#[require_scope("repo:read")]
async fn everywhere() {}

#[require_scope("repo:read", on = "repo:acme/site")]
async fn fixed() {}

#[require_scope(any("admin", "repo:read"), on = "repo:{owner}")]
async fn one() {}

fn service() -> Router {
    Router::new()
        .route("/repos/{owner}/{name}", get(show))
        .route("/private/{owner}/{name}", get(show_private))
        .route("/repos", get(list))
        .route("/any", get(|_: AnyToken| async {}))
        .route("/everywhere", get(everywhere))
        .route("/fixed", get(fixed))
        .route("/under/{*owner}", get(one))
        .route("/other/{name}", get(one))
        .route("/two/{owner}/{extra}", get(one))
        .nest("/orgs/{owner}", Router::new().route("/repos/{name}", get(show)))
        .nest_service("/service/{owner}", Router::new().route("/repos/{name}", get(show)))
        .nest_service("/twice/{owner}", Router::new().route("/{owner}", get(one)))
}

/// A caller who may read, limited to this.
fn caller(limits: Option<&str>) -> PatPrincipal {
    let limits = limits.map(|limits| limits.parse::<ResourceSet>().unwrap());
    PatPrincipal::new(record(1).with_scopes(scopes("repo:read")).with_resources(limits))
}

fn request(path: &str, caller: PatPrincipal) -> Request<Body> {
    let mut request = Request::get(path).body(Body::empty()).unwrap();
    request.extensions_mut().insert(caller);
    request
}

async fn status(app: &Router, path: &str, limits: Option<&str>) -> u16 {
    send(app.clone(), request(path, caller(limits))).await.status().as_u16()
}

const ACME: Option<&str> = Some("repo:acme/*");

#[tokio::test]
async fn token_passes_where_its_limits_cover_the_resource_of_the_path() {
    let app = service();
    for (path, limits, expected) in [
        ("/repos/acme/site", None, 200),
        ("/repos/acme/site", ACME, 200),
        ("/repos/acme/site", Some("repo:acme/site"), 200),
        ("/repos/acme/site", Some("repo:*"), 200),
        ("/repos/acme/site", Some("team:ops\nrepo:acme/site"), 200),
        ("/repos/acme/site", Some("repo:acme"), 403),
        ("/repos/acme/site", Some("repo:acme/sit"), 403),
        ("/repos/acme/site", Some("repo:acme/site/*"), 403),
        ("/repos/acme/site", Some("team:acme/*"), 403),
        ("/repos/acme/site", Some(""), 403),
        ("/repos/acme-evil/x", ACME, 403),
        ("/repos/acm/e", ACME, 403),
        ("/repos/ACME/site", ACME, 403),
        ("/orgs/acme/repos/site", ACME, 200),
        ("/orgs/other/repos/site", ACME, 403),
        ("/service/acme/repos/site", ACME, 200),
        ("/service/other/repos/site", ACME, 403),
        ("/fixed", ACME, 200),
        ("/fixed", Some("repo:acme/blog"), 403),
        ("/two/acme/x", Some("repo:acme"), 200),
        ("/two/x/acme", Some("repo:acme"), 403),
    ] {
        assert_eq!(status(&app, path, limits).await, expected, "{path} {limits:?}");
    }
}

/// What the router decodes is what the handler would take for one name. No limits or wide ones make no difference.
#[tokio::test]
async fn value_that_is_no_single_segment_passes_for_nobody() {
    let app = service();
    for path in [
        "/repos/acme%2Fevil/site",
        "/repos/acme%2fevil/site",
        "/repos/%2F/site",
        "/repos/acme/site%2Fmain",
        "/repos/../site",
        "/repos/%2e%2e/site",
        "/repos/%2E./site",
        "/repos/./site",
        "/repos/acme/..",
        "/repos/*/site",
        "/repos/%2A/site",
        "/repos/acme%00/site",
        "/repos/acme%0A/site",
        "/repos/acme%7F/site",
        "/repos/acme%C2%85/site",
        "/repos/%FF/site",
        "/repos/acme/%C3",
        "/repos//site",
        "/under/acme/site",
        "/under/acme/",
        "/under/..",
    ] {
        for limits in [None, Some("repo:*"), ACME] {
            assert_eq!(status(&app, path, limits).await, 403, "{path} {limits:?}");
        }
    }
    for (path, limits) in [("/repos/acme/", None), ("/repos/acme/site/", ACME)] {
        assert_eq!(status(&app, path, limits).await, 404, "{path}");
    }
}

#[tokio::test]
async fn value_is_compared_to_the_letter_after_it_is_decoded_once() {
    let app = service();
    for (path, limits, expected) in [
        ("/repos/%61cme/site", ACME, 200),
        ("/repos/acme%20inc/site", Some("repo:acme inc/*"), 200),
        ("/repos/acme+inc/site", Some("repo:acme inc/*"), 403),
        ("/repos/acme%252Fevil/site", ACME, 403),
        ("/repos/acme%252Fevil/site", Some("repo:acme%2Fevil/*"), 200),
        ("/repos/%C3%A9/site", Some("repo:\u{e9}/*"), 200),
        ("/repos/e%CC%81/site", Some("repo:\u{e9}/*"), 403),
        ("/repos/acme;v=1/site", ACME, 403),
        ("/repos/acme%3F/site", Some("repo:acme?/*"), 200),
        ("/repos/acme/site?owner=other", ACME, 200),
        ("/repos/other/site?owner=acme", ACME, 403),
        ("/repos/acme:x/site", ACME, 403),
        ("/repos/%EF%BC%8F/site", Some("repo:\u{ff0f}/*"), 200),
        ("/under/acme", Some("repo:acme"), 200),
    ] {
        assert_eq!(status(&app, path, limits).await, expected, "{path} {limits:?}");
    }
}

#[tokio::test]
async fn long_values_are_held_against_the_limits_like_short_ones() {
    let app = service();
    let longest = "a".repeat(1_024 - "repo:/site".len());
    let limits = format!("repo:{longest}/*");
    assert_eq!(status(&app, &format!("/repos/{longest}/site"), Some(&limits)).await, 200);
    assert_eq!(status(&app, &format!("/repos/{longest}/site"), ACME).await, 403);
    assert_eq!(status(&app, &format!("/repos/{longest}a/site"), None).await, 403);
    assert_eq!(status(&app, &format!("/repos/{}/site", "a".repeat(30_000)), None).await, 403);
}

#[tokio::test]
async fn limited_token_passes_any_token_routes_and_no_route_that_names_no_resource() {
    let app = service();
    for limits in [ACME, Some("")] {
        assert_eq!(status(&app, "/any", limits).await, 200);
        assert_eq!(status(&app, "/everywhere", limits).await, 403);
    }
    assert_eq!(status(&app, "/everywhere", None).await, 200);
}

#[tokio::test]
async fn list_shows_what_the_token_may_see() {
    let app = service();
    for (limits, expected) in [
        (None, "repo:acme/site repo:acme/blog repo:other/site"),
        (ACME, "repo:acme/site repo:acme/blog"),
        (Some("repo:other/site\nteam:*"), "repo:other/site"),
        (Some("repo:nobody/*"), ""),
    ] {
        let response = send(app.clone(), request("/repos", caller(limits))).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.into_body().collect().await.unwrap().to_bytes(), expected);
    }
    assert_eq!(status(&app, "/repos", Some("team:*")).await, 403);
    assert_eq!(status(&app, "/repos", Some("")).await, 403);
}

/// Not even to a token without limits: the mistake is to be seen, and what the handler would do is not known.
#[tokio::test]
async fn template_whose_parameter_the_route_lacks_is_a_mistake_of_the_service() {
    let app = service();
    for limits in [None, Some("repo:*")] {
        assert_eq!(status(&app, "/other/acme", limits).await, 500);
        assert_eq!(status(&app, "/twice/acme/acme", limits).await, 500);
    }
    let admin = PatPrincipal::new(record(1).with_scopes(scopes("admin repo:read")));
    assert_eq!(send(app, request("/other/acme", admin)).await.status(), StatusCode::INTERNAL_SERVER_ERROR);
}

fn on(template: &'static str) -> Requirement {
    Requirement::scope(Scope::from_static("repo:read")).on(ResourceTemplate::from_static(template))
}

fn handler() -> MethodRouter {
    get(|| async {})
}

#[tokio::test]
async fn layers_read_the_path_like_extractors() {
    let layer = || RequireScopeLayer::new(on("repo:{owner}/{name}"));
    let path = "/repos/{owner}/{name}";
    let routes = [
        Router::new().route(path, handler()).route_layer(layer()),
        Router::new().route(path, handler()).layer(layer()),
        Router::new().route(path, handler().layer(layer())),
        Router::new().route(path, handler().require_scope(on("repo:{owner}/{name}"))),
    ];
    for app in routes {
        assert_eq!(status(&app, "/repos/acme/site", None).await, 200);
        assert_eq!(status(&app, "/repos/acme/site", ACME).await, 200);
        assert_eq!(status(&app, "/repos/other/site", ACME).await, 403);
        assert_eq!(status(&app, "/repos/acme%2Fevil/site", ACME).await, 403);
        assert_eq!(status(&app, "/repos/%FF/site", None).await, 403);
    }
    let wrong = Router::new().route("/repos/{owner}", handler()).layer(layer());
    assert_eq!(status(&wrong, "/repos/acme", None).await, 500);
}

#[tokio::test]
async fn layer_that_no_router_stands_around_knows_no_parameters() {
    let inner = service_fn(|_: Request<Body>| async { Ok::<_, std::io::Error>(http::Response::new(Body::empty())) });
    for (requirement, expected) in
        [(on("repo:{owner}"), StatusCode::INTERNAL_SERVER_ERROR), (on("repo:acme/site"), StatusCode::OK)]
    {
        let guarded = RequireScopeLayer::new(requirement).layer(inner);
        let response = tower::Service::call(&mut { guarded }, request("/repos/acme", caller(ACME))).await.unwrap();
        assert_eq!(response.status(), expected);
    }
}

#[tokio::test]
async fn resource_that_is_not_allowed_is_said_as_such() {
    let response = send(service(), request("/repos/other/site", caller(ACME))).await;
    let challenge = response.headers()["www-authenticate"].to_str().unwrap().to_owned();
    assert!(challenge.contains(r#"error="insufficient_scope""#) && challenge.contains(r#"scope="repo:read""#));
    let body: Value = serde_json::from_slice(&response.into_body().collect().await.unwrap().to_bytes()).unwrap();
    assert_eq!(body["title"], "Resource not allowed");
    assert_eq!(body["detail"], "The access token is not allowed on this resource.");
    assert_eq!(body["required_scopes"]["on"], "repo:{owner}/{name}");
    assert!(!body.to_string().contains("other"), "nothing of the request is echoed: {body}");
}

#[tokio::test]
async fn limited_token_is_told_that_it_is_of_no_use_where_no_resource_is_named() {
    let response = send(service(), request("/everywhere", caller(ACME))).await;
    let body: Value = serde_json::from_slice(&response.into_body().collect().await.unwrap().to_bytes()).unwrap();
    assert_eq!(body["detail"], "The access token is limited to some resources, and this is not among them.");
}

/// With a layer that tells clients about scopes, which must not give it away either.
#[tokio::test]
async fn concealed_route_looks_as_if_there_were_nothing() {
    let (ledger, limited, idler) = (Ledger::new(), token(), token());
    let acme: ResourceSet = "repo:acme/*".parse().unwrap();
    ledger.write(&limited, record(1).with_scopes(scopes("repo:read")).with_resources(acme));
    ledger.write(&idler, record(2).with_scopes(scopes("")));
    let auth = PatAuthLayer::new(PatVerifier::new(format(), ledger)).with_informational_headers();
    let app = service().layer(auth);
    assert_eq!(send(app.clone(), with_token("/private/acme/site", &limited)).await.status(), StatusCode::OK);
    for (path, token) in [("/private/other/site", &limited), ("/private/acme/site", &idler)] {
        let response = send(app.clone(), with_token(path, token)).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
        assert!(!response.headers().contains_key("www-authenticate"));
        let head = format!("{:?}", response.headers());
        let body = response.into_body().collect().await.unwrap().to_bytes();
        assert!(!String::from_utf8_lossy(&body).contains("repo"), "{body:?}");
        assert!(!head.replace(r#""x-oauth-scopes": "repo:read""#, "").contains("repo:read"), "{head}");
    }
    assert_eq!(send(app.clone(), with_token("/repos/other/site", &limited)).await.status(), StatusCode::FORBIDDEN);
}

#[test]
fn kind_that_is_listed_may_be_written_as_a_value() {
    let among = Requirement::scope(Scope::from_static("repo:read")).among(ResourceKind::from_static("repo"));
    assert!(caller(ACME).allows(&among, None));
    assert!(!caller(Some("team:*")).allows(&among, None));
}

/// A part of a requirement that names no resource is not made reachable by one beside it that does.
#[tokio::test]
async fn limited_token_does_not_meet_a_part_that_names_no_resource_beside_one_that_does() {
    let read = || Requirement::scope(Scope::from_static("repo:read"));
    let elsewhere = Requirement::scope(Scope::from_static("admin")).on(ResourceTemplate::from_static("repo:{owner}"));
    let either = Requirement::any([elsewhere, read()]);
    let both = Requirement::all([read().on(ResourceTemplate::from_static("repo:{owner}")), read()]);
    for requirement in [either, both] {
        let app = Router::new().route("/{owner}", get(async || {}).require_scope(requirement));
        assert_eq!(status(&app, "/acme", None).await, 200);
        assert_eq!(status(&app, "/acme", Some("repo:acme")).await, 403);
    }
}

#[tokio::test]
async fn every_template_of_a_type_is_looked_for_in_the_path() {
    type Read = Text<9, { word("repo:read", 0) }>;
    type Inside = On<Read, Text<14, { word("repo:{missing}", 0) }>>;
    type Outside = On<Inside, Text<12, { word("repo:{owner}", 0) }>>;
    let app = Router::new().route("/{owner}", get(|_: Require<Outside>| async {}));
    assert_eq!(status(&app, "/acme", None).await, 500);
}

#[tokio::test]
async fn what_others_add_to_the_response_of_a_concealed_route_does_not_give_it_away() {
    let (ledger, idler) = (Ledger::new(), token());
    ledger.write(&idler, record(1).with_scopes(scopes("")));
    let added = [("allow", "GET"), ("www-authenticate", "Basic realm=\"repos\"")];
    let add = axum::middleware::map_response(move |response: Response| async move { (AppendHeaders(added), response) });
    let app = service().layer(add).layer(PatAuthLayer::new(PatVerifier::new(format(), ledger)));
    let response = send(app, with_token("/private/acme/site", &idler)).await;
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
    for (name, _) in added {
        assert!(!response.headers().contains_key(name), "{name}");
    }
}

#[test]
fn a_list_is_not_allowed_on_a_resource_outside_the_limits() {
    let list = || Requirement::scope(Scope::from_static("repo:read")).among(ResourceKind::from_static("repo"));
    for outside in ["repo:other/secret", "team:ops"] {
        let outside = Resource::parse(outside).unwrap();
        assert!(!caller(ACME).resources().covers(&outside));
        assert!(!caller(ACME).allows(&list(), &outside), "{outside}");
    }
    let on = list().on(ResourceTemplate::from_static("repo:{owner}/{name}"));
    assert!(!caller(ACME).allows(&on, &Resource::parse("repo:other/secret").unwrap()), "{on}");
}

/// A layer of the host that has a page of its own for each 404 makes a new response.
#[tokio::test]
async fn concealed_route_is_not_given_away_by_informational_headers_where_the_host_has_its_own_404() {
    let (ledger, idler) = (Ledger::new(), token());
    ledger.write(&idler, record(1).with_scopes(scopes("")));
    let page = axum::middleware::map_response(async |response: Response| match response.status() {
        StatusCode::NOT_FOUND => (StatusCode::NOT_FOUND, "nothing").into_response(),
        _ => response,
    });
    let auth = PatAuthLayer::new(PatVerifier::new(format(), ledger)).with_informational_headers();
    let app = service().layer(page).layer(auth);
    let hidden = send(app.clone(), with_token("/private/acme/site", &idler)).await;
    let nothing = send(app, with_token("/nothing", &idler)).await;
    assert_eq!(hidden.headers()["x-accepted-oauth-scopes"], nothing.headers()["x-accepted-oauth-scopes"]);
}

/// A guard further out has let the caller pass, and says so for what is there and what is not.
#[tokio::test]
async fn concealed_route_behind_another_guard_looks_as_if_there_were_nothing_too() {
    let (ledger, reader) = (Ledger::new(), token());
    ledger.write(&reader, record(1).with_scopes(scopes("entry")));
    let auth = PatAuthLayer::new(PatVerifier::new(format(), ledger)).with_informational_headers();
    let app = service().layer(RequireScopeLayer::new("entry")).layer(auth);
    let hidden = send(app.clone(), with_token("/private/acme/site", &reader)).await;
    let nothing = send(app, with_token("/nothing", &reader)).await;
    assert_eq!((hidden.status(), nothing.status()), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND));
    let accepted = "x-accepted-oauth-scopes";
    assert_eq!(
        (&hidden.headers()[accepted], &nothing.headers()[accepted]),
        (&"entry".parse().unwrap(), &"entry".parse().unwrap())
    );
}
