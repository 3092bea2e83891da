//! What is wrong with a request is named, and nothing of it is repeated.

use serde_json::{Value, json};

use super::site::{Call, Site};

#[tokio::test]
async fn wrong_bodies_are_refused_by_field() {
    let site = Site::new();
    let long = "x".repeat(600);
    let many: Vec<_> = (0..40).map(|number| (format!("k{number}"), json!("v"))).collect();
    let cases: Vec<(Value, u16, &[&str])> = vec![
        (json!({}), 422, &["name"]),
        (json!([]), 422, &[]),
        (json!(["n", null, null, null, null, null, null, null, null, null]), 422, &[]),
        (json!("name"), 422, &[]),
        (json!({ "name": null }), 422, &["name"]),
        (json!({ "name": "" }), 422, &["name"]),
        (json!({ "name": "a\u{7}b" }), 422, &["name"]),
        (json!({ "name": long }), 422, &["name"]),
        (json!({ "name": "n", "color": "red" }), 422, &["color"]),
        (json!({ "name": "n", "owner": "bob" }), 422, &["owner"]),
        (json!({ "name": "n", "scopes": "invoices:read" }), 422, &["scopes"]),
        (json!({ "name": "n", "scopes": ["two words"] }), 422, &["scopes"]),
        (json!({ "name": "n", "scopes": ["root"] }), 422, &["scopes"]),
        (json!({ "name": "n", "resources": ["acme"] }), 422, &["resources"]),
        (json!({ "name": "n", "networks": ["192.0.2.0/33"] }), 422, &["networks"]),
        (json!({ "name": "n", "audiences": ["a b"] }), 422, &["audiences"]),
        (json!({ "name": "n", "description": long }), 422, &["description"]),
        (json!({ "name": "n", "metadata": many.into_iter().collect::<serde_json::Map<_, _>>() }), 422, &["metadata"]),
        (json!({ "name": "n", "metadata": { "k": 7 } }), 422, &["metadata"]),
        (json!({ "name": "n", "expires_at": "tomorrow" }), 422, &["expires_at"]),
        (json!({ "name": "n", "expires_at": null }), 422, &["expires_at"]),
        (json!({ "name": "n", "expires_at": "2029-01-01T00:00:00Z" }), 422, &["expires_at"]),
        (json!({ "name": "n", "expires_in_days": 4_000_000 }), 422, &["expires_at"]),
        (json!({ "name": "n", "expires_in_days": -1 }), 422, &["expires_in_days"]),
        (json!({ "name": "n", "expires_in_days": 1, "expires_at": null }), 422, &["expires_in_days"]),
        (json!({ "name": "n", "not_before": "2039-01-01T00:00:00Z" }), 422, &["not_before"]),
        (json!({ "name": "", "scopes": [""], "networks": ["x"] }), 422, &["name", "scopes", "networks"]),
    ];
    for (body, status, fields) in cases {
        let answer = Call::post("/api/tokens", &body).by("alice").send(&site.app).await;
        assert_eq!((answer.status, answer.problem().as_str()), (status, "invalid"), "{body}");
        assert_eq!(answer.fields(), fields, "{body}");
        for (number, field) in fields.iter().enumerate() {
            assert_eq!(answer.json()["errors"][number]["pointer"], format!("/{field}"));
        }
    }
    let page = Call::get("/api/tokens").by("alice").send(&site.app).await.json();
    assert_eq!(page["items"], json!([]));
}

#[tokio::test]
async fn wrong_patches_are_refused_by_field() {
    let site = Site::new();
    let id = site.create("alice", "build").await.record().id();
    for (body, field) in [
        (json!({ "name": null }), "name"),
        (json!({ "name": "" }), "name"),
        (json!({ "paused": null }), "paused"),
        (json!({ "paused": "yes" }), "paused"),
        (json!({ "scopes": ["root"] }), "scopes"),
        (json!({ "metadata": { "k": 1 } }), "metadata"),
        (json!({ "expires_at": null }), "expires_at"),
        (json!({ "revoked_at": null }), "revoked_at"),
        (json!({ "status": "active" }), "status"),
    ] {
        let call = Call::patch(&format!("/api/tokens/{id}"), &body).header("if-match", "*").by("alice");
        let answer = call.send(&site.app).await;
        assert_eq!((answer.status, answer.fields()), (422, vec![field.to_owned()]), "{body}");
    }
    assert_eq!(site.version("alice", id).await, 1);
}

#[tokio::test]
async fn what_is_no_json_is_refused() {
    let site = Site::new();
    let token = crate::support::token();
    let post = |r#type: &str, body: String| Call::new("POST", "/api/tokens").body(r#type, body).by("alice");
    let json = "application/json";
    for (call, status, problem) in [
        (post(json, "{".to_owned()), 400, "malformed"),
        (post(json, String::new()), 400, "malformed"),
        (post(json, r#"{"name":"a"}{}"#.to_owned()), 400, "malformed"),
        (post(json, r#"{"name":"a","name":"b"}"#.to_owned()), 422, "invalid"),
        (post(json, format!(r#"{{"name":"a","{}":1}}"#, token.expose_secret())), 422, "invalid"),
        (post(json, format!(r#"{{"name":{}"#, "[".repeat(20_000))), 422, "invalid"),
        (post(json, "[".repeat(20_000)), 400, "malformed"),
        (post("text/plain", r#"{"name":"a"}"#.to_owned()), 415, "unsupported-type"),
        (post("application/x-www-form-urlencoded", "name=a".to_owned()), 415, "unsupported-type"),
        (Call::new("POST", "/api/tokens").by("alice"), 415, "unsupported-type"),
        (post(json, format!(r#"{{"name":"{}"}}"#, "a".repeat(70_000))), 413, "too-large"),
    ] {
        let answer = call.send(&site.app).await;
        assert_eq!((answer.status, answer.problem().as_str()), (status, problem), "{answer:?}");
    }
    let fine = post("Application/JSON; charset=utf-8", r#"{"name":"a"}"#.to_owned()).send(&site.app).await;
    assert_eq!(fine.status, 201);
}

#[tokio::test]
async fn wrong_parameters_are_refused_by_name() {
    let site = Site::new();
    let id = site.create("alice", "build").await.record().id();
    for (path, field) in [
        ("?cursor=page2", Some("cursor")),
        ("?cursor=AQ", Some("cursor")),
        ("?limit=0", Some("limit")),
        ("?limit=101", Some("limit")),
        ("?limit=-1", Some("limit")),
        ("?status=sleeping", Some("status")),
        ("?status=active,", Some("status")),
        ("?sort=color", Some("sort")),
        ("?scope=a%20b", Some("scope")),
        ("?unused=maybe", Some("unused")),
        ("?expires_before=soon", Some("expires_before")),
        ("?owner=", Some("owner")),
        ("?color=red", Some("color")),
        ("?limit=1&limit=2", Some("limit")),
        ("?%00=1", None),
        ("/{id}/events?cursor=x", Some("cursor")),
        ("/{id}/events?cursor=99999999999999999999", Some("cursor")),
        ("/{id}/events?cursor=18446744073709551615", Some("cursor")),
        ("/{id}/events?limit=0", Some("limit")),
        ("/resources?color=red", Some("color")),
    ] {
        let path = path.replace("{id}", &id.to_string());
        let answer = Call::get(&format!("/api/tokens{path}")).by("alice").send(&site.app).await;
        assert_eq!(answer.status, 422, "{path}: {answer:?}");
        assert_eq!(answer.fields().first().map(String::as_str), field, "{path}");
    }
    let reason = Call::new("DELETE", &format!("/api/tokens/{id}?reason=%0A")).by("alice").send(&site.app).await;
    assert_eq!((reason.status, reason.fields()), (422, vec!["reason".to_owned()]));
    assert_eq!(Call::get("/api/tokens/a/b/c").by("alice").send(&site.app).await.problem(), "not-found");
    let method = Call::new("PUT", "/api/tokens").by("alice").send(&site.app).await;
    assert_eq!((method.status, method.problem().as_str()), (405, "method-not-allowed"));
    assert!(method.header("allow").is_some());
}

#[tokio::test]
async fn conflicts_say_what_stands_in_the_way() {
    let site = Site::new();
    let id = site.create("alice", "build").await.record().id();
    let taken = Call::post("/api/tokens", &json!({ "name": "BUILD" })).by("alice").send(&site.app).await;
    assert_eq!((taken.status, taken.problem().as_str()), (409, "name-taken"));
    assert_eq!(taken.fields(), ["name"]);
    assert_eq!(Call::new("DELETE", &format!("/api/tokens/{id}")).by("alice").send(&site.app).await.status, 204);
    assert_eq!(Call::new("DELETE", &format!("/api/tokens/{id}")).by("alice").send(&site.app).await.status, 204);
    for call in [
        Call::patch(&format!("/api/tokens/{id}"), &json!({ "name": "n" })),
        Call::new("POST", &format!("/api/tokens/{id}/rotate")),
    ] {
        let answer = call.by("alice").send(&site.app).await;
        assert_eq!((answer.status, answer.problem().as_str()), (409, "ended"));
    }
}
