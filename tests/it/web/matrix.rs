//! Who may call what: every operation, by everybody.

use std::collections::BTreeSet;

use regex::Regex;
use serde_json::json;
use tower_pat::manager::NewPat;
use tower_pat::record::TokenName;

use super::site::{Call, Site};

/// How callers are let in: nobody, the owner, somebody else, an administrator, a token of the owner without scopes, one with
/// scopes, and such a token in the owner's browser.
type Row = (&'static str, &'static str, [u16; 7]);

const WHO: [&str; 7] =
    ["nobody", "owner", "stranger", "administrator", "token without scope", "token", "token and session"];

/// `{id}` is a token of the owner.
const TABLE: [Row; 15] = [
    ("GET", "/", [401, 200, 200, 200, 403, 403, 403]),
    ("POST", "/", [401, 201, 201, 201, 403, 403, 403]),
    ("GET", "/{id}", [401, 200, 404, 200, 403, 403, 403]),
    ("PATCH", "/{id}", [401, 200, 404, 200, 403, 403, 403]),
    ("DELETE", "/{id}", [401, 204, 404, 204, 403, 403, 403]),
    ("POST", "/{id}/rotate", [401, 201, 404, 403, 403, 403, 403]),
    ("GET", "/{id}/events", [401, 200, 404, 200, 403, 403, 403]),
    ("GET", "/scopes", [401, 200, 200, 200, 403, 403, 403]),
    ("GET", "/resources", [401, 200, 200, 200, 403, 403, 403]),
    ("POST", "/find", [401, 200, 404, 200, 403, 403, 403]),
    ("POST", "/revoke-all", [401, 200, 403, 200, 403, 403, 403]),
    ("GET", "/self", [401, 401, 401, 401, 200, 200, 200]),
    ("DELETE", "/self", [401, 401, 401, 401, 204, 204, 204]),
    ("POST", "/self/rotate", [401, 401, 401, 401, 201, 201, 201]),
    ("GET", "/openapi.json", [200, 200, 200, 200, 200, 200, 200]),
];

#[tokio::test]
async fn every_operation_lets_in_whom_the_table_says() {
    for (method, path, expected) in TABLE {
        for (who, expected) in WHO.into_iter().zip(expected) {
            assert_eq!(status(method, path, who).await, expected, "{method} {path} by {who}");
        }
    }
}

/// One call of a service that is like new.
async fn status(method: &str, path: &str, who: &str) -> u16 {
    let site = Site::new();
    let created = site.create("alice", "first").await;
    let scoped = site.create("alice", "scoped").await;
    let bare = site.create_as("alice", NewPat::new(TokenName::parse("bare").unwrap())).await;
    let address = format!("/api/tokens{}", path.replace("{id}", &created.record().id().to_string()));
    let call = Call::new(method, address.strip_suffix('/').unwrap_or(&address));
    let call = match (method, path) {
        ("POST", "/") => call.json(&json!({ "name": "new", "scopes": ["invoices:read"] })),
        ("PATCH", _) => call.json(&json!({ "paused": true })),
        ("POST", "/find") => call.json(&json!({ "token": created.token().expose_secret() })),
        ("POST", "/revoke-all") => call.json(&json!({ "owner": "alice" })),
        _ => call,
    };
    let call = match who {
        "nobody" => call,
        "owner" => call.by("alice"),
        "stranger" => call.by("bob"),
        "administrator" => call.by("root!"),
        "token without scope" => call.with_token(bare.token()),
        "token" => call.with_token(scoped.token()),
        _ => call.with_token(scoped.token()).by("alice"),
    };
    let answer = call.send(&site.app).await;
    assert_eq!(answer.header("cache-control"), Some("no-store"), "{method} {path} by {who}: {answer:?}");
    answer.status
}

/// A route that is not in the table is found in the code that adds it.
#[test]
fn every_route_is_in_the_table() {
    let code = std::fs::read_to_string("src/web/api/builder.rs").unwrap();
    let (routes, methods) =
        (Regex::new(r#"\.route\(\s*"([^"]+)",(.+)\n"#), Regex::new(r"\b(get|post|patch|delete|put)\("));
    let (routes, methods) = (routes.unwrap(), methods.unwrap());
    let mut found = BTreeSet::new();
    for route in routes.captures_iter(&code) {
        for method in methods.captures_iter(&route[2]) {
            found.insert((method[1].to_uppercase(), route[1].to_owned()));
        }
    }
    assert_eq!(found.len(), code.matches(".route(").count() + 4, "each route is read, four of them with more methods");
    let table: BTreeSet<_> = TABLE.iter().map(|(method, path, _)| ((*method).to_owned(), (*path).to_owned())).collect();
    assert_eq!(found, table);
}
