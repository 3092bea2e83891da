//! The security of an OpenAPI document is what the table says.

use axum::extract::Path;
use serde_json::{Value, json};
use tower_pat::guard::demand::{All, Any, Text, word};
use tower_pat::guard::{AnyToken, Public, Require};
use tower_pat::requirement::{Access, Requirement};
use tower_pat::resource::ResourceTemplate;
use tower_pat::routing::{GuardedRouter, any, get};
use tower_pat::scope::ScopeCatalog;
use tower_pat::{Scope, ScopeSet};
use utoipa::OpenApi;
use utoipa::openapi::OpenApi as Document;

use super::Read;

type Write = Text<5, { word("write", 0) }>;
type Admin = Text<5, { word("admin", 0) }>;
type Change = Any<(Admin, (All<(Read, (Write, ()))>, ()))>;

#[utoipa::path(get, path = "/health", responses((status = 200)))]
async fn health(_: Public) {}

#[utoipa::path(get, path = "/me", responses((status = 200)))]
async fn me(_: AnyToken) {}

#[utoipa::path(get, path = "", responses((status = 200)))]
async fn list(_: Require<Read>) {}

#[utoipa::path(put, path = "", responses((status = 200)), security(("old" = ["x"])))]
async fn change(_: Require<Change>) {}

#[utoipa::path(get, path = "/{name}/raw/{path}", responses((status = 200)))]
async fn raw(_: Require<Read>, _: Path<(String, String, String)>) {}

#[derive(OpenApi)]
#[openapi(paths(list, change, raw))]
struct Repos;

#[derive(OpenApi)]
#[openapi(paths(health, me), nest((path = "/repos/{owner}", api = Repos)))]
struct Service;

fn router() -> GuardedRouter {
    let repos = GuardedRouter::new().route("/", get(list).put(change)).route("/{name}/raw/{*path}", get(raw));
    GuardedRouter::new()
        .route("/health", get(health))
        .route("/me", get(me))
        .nest("/repos/{owner}", repos)
        .fallback(Access::Public, || async {})
}

fn secured(router: &GuardedRouter, mut document: Document) -> Value {
    router.table().secure(&mut document, None).unwrap();
    serde_json::to_value(document).unwrap()
}

/// A document with operations of these methods and paths.
fn documenting(operations: &[(&str, &str)]) -> Document {
    let mut document = json!({ "openapi": "3.1.0", "info": { "title": "", "version": "" }, "paths": {} });
    for (method, path) in operations {
        document["paths"][path][method] = json!({ "responses": {} });
    }
    serde_json::from_value(document).unwrap()
}

#[test]
fn nested_routes_have_the_security_of_the_table() {
    let (router, document) = (router(), secured(&router(), Service::openapi()));
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            found.push(format!("{} {path}: {}", method.to_uppercase(), operation["security"]));
            let path = path.replace("{path}", "{*path}");
            let here = router.table().iter().filter(|entry| entry.path() == path);
            let entry = here.into_iter().find(|entry| entry.method().unwrap().as_str() == method.to_uppercase());
            assert_eq!(operation["x-access"], entry.unwrap().access().to_string());
        }
    }
    assert_eq!(
        found,
        [
            "GET /health: []",
            r#"GET /me: [{"pat":[]}]"#,
            r#"GET /repos/{owner}: [{"pat":["read"]}]"#,
            r#"PUT /repos/{owner}: [{"pat":["admin"]},{"pat":["read","write"]}]"#,
            r#"GET /repos/{owner}/{name}/raw/{path}: [{"pat":["read"]}]"#,
        ]
    );
    assert_eq!(found.len() + 1, router.table().len());
    assert_eq!(router.table().undocumented(&Service::openapi()), Vec::<&_>::new());
}

#[test]
fn scheme_lists_the_scopes_of_the_catalogue() {
    let scope = Scope::from_static;
    let catalog =
        ScopeCatalog::builder().with_scope(scope("read"), "See things").with_scope(scope("write"), "Write things");
    let catalog = catalog.with_implication(scope("write"), scope("read")).build().unwrap();
    let mut document = Service::openapi();
    router().table().secure(&mut document, Some(&catalog)).unwrap();
    let document = serde_json::to_value(document).unwrap();
    assert_eq!(
        document["components"]["securitySchemes"],
        json!({ "pat": {
            "type": "http",
            "scheme": "bearer",
            "description": "A personal access token. Its scopes:\n\n\
                - `read`: See things\n- `write`: Write things (includes `read`)",
        }})
    );
}

/// What a route asks for, as a document says it.
fn security_of(access: impl Into<Access>) -> Value {
    let router = GuardedRouter::new().route_service("/a", access.into(), axum::routing::any(|| async {}));
    secured(&router, documenting(&[("get", "/a")]))["paths"]["/a"]["get"].take()
}

/// An empty list would say that everybody may come in.
#[test]
fn requirement_that_nobody_meets_is_never_said_to_be_public() {
    let nobody = || Requirement::any::<Scope>([]);
    let scope = || Requirement::scope(Scope::from_static("a"));
    for (requirement, expected) in [
        (nobody(), json!([{ "pat": ["any()"] }])),
        (Requirement::all::<Scope>([]), json!([{ "pat": ["all()"] }])),
        (Requirement::all([scope(), nobody()]), json!([{ "pat": ["all(a, any())"] }])),
        (Requirement::any([scope(), nobody()]), json!([{ "pat": ["a"] }])),
    ] {
        assert_eq!(security_of(requirement)["security"], expected);
    }
}

#[test]
fn requirement_with_many_alternatives_is_not_spelt_out() {
    let pairs = |count: u8| {
        let scope = |pair: u8, side| Requirement::scope(Scope::parse(&format!("{pair}{side}")).unwrap());
        Requirement::all((0..count).map(|pair| Requirement::any([scope(pair, 'a'), scope(pair, 'b')])))
    };
    let (five, six) = (security_of(pairs(5)), security_of(pairs(6)));
    assert_eq!(five["security"].as_array().map(Vec::len), Some(32));
    assert_eq!(six["security"], json!([{ "pat": [pairs(6).to_string()] }]));
}

#[test]
fn extension_names_the_resource() {
    let on = Requirement::scope(Scope::from_static("read")).on(ResourceTemplate::from_static("repo:site"));
    let operation = security_of(on.concealed());
    assert_eq!(operation["security"], json!([{ "pat": ["read"] }]));
    assert_eq!(operation["x-access"], "read on repo:site (concealed)");
}

/// A page that asks for a session and for no token is public here, but not to everybody.
#[test]
fn what_a_document_says_of_other_schemes_stays_where_a_route_is_public() {
    let written = json!([{ "session": [] }, {}, { "pat": ["read"] }, { "session": [], "pat": [] }]);
    for (access, expected) in [
        (Access::Public, json!([{ "session": [] }])),
        (Access::AnyToken, json!([{ "pat": [] }])),
        (Scope::from_static("a").into(), json!([{ "pat": ["a"] }])),
    ] {
        let router = GuardedRouter::new().route_service("/a", access, axum::routing::any(|| async {}));
        let mut document = serde_json::to_value(documenting(&[("get", "/a")])).unwrap();
        document["paths"]["/a"]["get"]["security"] = written.clone();
        let document = secured(&router, serde_json::from_value(document).unwrap());
        assert_eq!(document["paths"]["/a"]["get"]["security"], expected);
    }
}

#[test]
fn operations_without_a_route_are_all_named_and_nothing_is_changed() {
    let inside = [("get", "/me"), ("get", "/health"), ("head", "/health")];
    let outside = [("post", "/me"), ("get", "/repos"), ("get", "/repos/{name}"), ("trace", "/"), ("get", "/Health")];
    let mut document = documenting(&[inside.as_slice(), &outside].concat());
    let before = document.clone();
    let error = router().table().secure(&mut document, None).unwrap_err();
    assert!(document == before);
    assert_eq!(
        error.to_string(),
        "no route is there for what is documented:\n- TRACE /\n- GET /Health\n- POST /me\n- GET /repos\n- GET /repos/{name}"
    );
    let mut sound = documenting(&inside);
    router().table().secure(&mut sound, None).unwrap();
}

#[test]
fn operation_is_that_of_the_nearest_route() {
    let service = || axum::routing::any(|| async {});
    let router = GuardedRouter::new()
        .route("/any", any(me).post(health))
        .route("/head", get(health).head(me))
        .route("/own", get(health).fallback("fallback", || async {}))
        .route("/{{braces}}", get(health))
        .nest_service("/files", "files", service())
        .nest_service("/files/deep/{id}", "deep", service())
        .route("/files/own", get(health));
    let expected = [
        ("get", "/any", "any token"),
        ("post", "/any", "public"),
        ("get", "/head", "public"),
        ("head", "/head", "any token"),
        ("head", "/own", "public"),
        ("get", "/files", "files"),
        ("patch", "/files/a/{b}", "files"),
        ("get", "/files/own", "public"),
        ("get", "/files/deep/{id}/x", "deep"),
        ("get", "/files/deep/{id}", "deep"),
    ];
    let operations: Vec<_> = expected.iter().map(|(method, path, _)| (*method, *path)).collect();
    let document = secured(&router, documenting(&operations));
    for (method, path, access) in expected {
        assert_eq!(document["paths"][path][method]["x-access"], access, "{method} {path}");
    }
    for operation in [("post", "/own"), ("get", "/filesystem"), ("get", "/{braces}")] {
        assert!(router.table().secure(&mut documenting(&[operation]), None).is_err(), "{operation:?}");
    }
}

#[test]
fn routes_that_a_document_lacks_are_named() {
    let service = || axum::routing::any(|| async {});
    let router = router().nest_service("/files", "files", service()).route_service("/one", "one", service());
    let undocumented = |operations: &[_]| -> Vec<String> {
        router.table().undocumented(&documenting(operations)).iter().map(ToString::to_string).collect()
    };
    let all = ["any /files/{*}", "GET /health", "GET /me", "any /one"];
    let repos = ["GET /repos/{owner}", "PUT /repos/{owner}", "GET /repos/{owner}/{name}/raw/{*path}"];
    assert_eq!(undocumented(&[]), [all.as_slice(), &repos].concat());
    let some = [("get", "/files/{name}"), ("post", "/one"), ("get", "/health"), ("post", "/me")];
    assert_eq!(undocumented(&some), [&["GET /me"][..], &repos].concat());
}

/// A document never asks for less than a route does: whoever meets one of its alternatives passes.
#[test]
fn alternatives_of_a_document_are_those_of_the_requirement() {
    let texts = |security: &Value| -> Vec<ScopeSet> {
        let alternatives = security.as_array().unwrap().iter();
        let scopes = alternatives.map(|alternative| serde_json::from_value(alternative["pat"].clone()).unwrap());
        scopes.collect()
    };
    let scope = |text: &'static str| Requirement::scope(Scope::from_static(text));
    let requirement = Requirement::all([
        Requirement::any([scope("a"), Requirement::all([scope("b"), scope("c")])]),
        Requirement::any([scope("b"), scope("d")]),
    ]);
    let alternatives = texts(&security_of(requirement)["security"]);
    let alternatives: Vec<_> = alternatives.iter().map(ToString::to_string).collect();
    assert_eq!(alternatives, ["a b", "a d", "b c"]);
}
