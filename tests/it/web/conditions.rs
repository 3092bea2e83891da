//! Changes upon what was seen.

use serde_json::json;

use super::site::{Call, Site};

#[tokio::test]
async fn patch_is_merged_field_by_field() {
    let site = Site::new();
    let wanted = json!({
        "name": "build", "description": "at night", "metadata": { "team": "ops", "host": "a" },
        "scopes": ["invoices:read"], "resources": ["repo:acme/*"], "networks": ["192.0.2.0/24"],
    });
    let created = Call::post("/api/tokens", &wanted).by("alice").send(&site.app).await;
    let (address, tag) = (created.header("location").unwrap(), created.header("etag").unwrap());
    let patch =
        json!({ "description": null, "metadata": { "host": null, "rack": "7" }, "resources": null, "networks": [] });
    let answer = Call::patch(address, &patch).header("if-match", tag).by("alice").send(&site.app).await;
    let token = answer.json();
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(token["description"], json!(null));
    assert_eq!(token["metadata"], json!({ "team": "ops", "rack": "7" }));
    assert_eq!((&token["resources"], &token["networks"]), (&json!(null), &json!([])));
    assert_eq!((&token["name"], &token["scopes"]), (&json!("build"), &json!(["invoices:read"])));
    assert_eq!(answer.header("etag"), Some("\"2\""));
    let later = json!({ "expires_at": "2030-02-01T00:00:00Z", "scopes": null, "name": "day build" });
    let token = Call::patch(address, &later).header("if-match", "\"2\"").by("alice").send(&site.app).await.json();
    assert_eq!((&token["expires_at"], &token["scopes"]), (&json!("2030-02-01T00:00:00Z"), &json!([])));
    assert_eq!(token["name"], "day build");
}

#[tokio::test]
async fn change_upon_another_version_is_refused() {
    let site = Site::new();
    let id = site.create("alice", "build").await.record().id();
    let path = format!("/api/tokens/{id}");
    let change = |tag: &str| Call::patch(&path, &json!({ "scopes": [] })).header("if-match", tag).by("alice");
    for tag in ["\"2\"", "W/\"1\"", "\"0\", \"2\""] {
        let answer = change(tag).send(&site.app).await;
        assert_eq!((answer.status, answer.problem().as_str()), (412, "precondition-failed"), "{tag}");
    }
    assert_eq!(change("1").send(&site.app).await.status, 400);
    assert_eq!(change("\"0\", \"1\"").send(&site.app).await.status, 200);
    assert_eq!(change("*").send(&site.app).await.status, 200);
    for (method, path) in [("DELETE", path.clone()), ("POST", format!("{path}/rotate"))] {
        let answer = Call::new(method, &path).header("if-match", "\"1\"").by("alice").send(&site.app).await;
        assert_eq!(answer.problem(), "precondition-failed");
    }
}

/// What could undo, unseen, what somebody has just narrowed, asks for the version that was seen.
#[tokio::test]
async fn what_gives_a_token_more_names_a_version() {
    let site = Site::new();
    let id = site.create("alice", "build").await.record().id();
    let patch = async |body| Call::patch(&format!("/api/tokens/{id}"), &body).by("alice").send(&site.app).await;
    for (field, value) in [
        ("scopes", json!(["invoices:write"])),
        ("resources", json!(null)),
        ("networks", json!(null)),
        ("audiences", json!(null)),
        ("metadata", json!({})),
        ("expires_at", json!("2030-02-01T00:00:00Z")),
    ] {
        let answer = patch(json!({ field: value })).await;
        assert_eq!((answer.status, answer.problem().as_str()), (428, "precondition-required"), "{field}");
    }
    for body in [json!({ "name": "day build" }), json!({ "description": "d" }), json!({ "paused": true }), json!({})] {
        assert_eq!(patch(body.clone()).await.status, 200, "{body}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_changes_at_one_time_upon_one_version_one_is_made() {
    let site = Site::in_a_file().await;
    let id = site.create("alice", "build").await.record().id();
    for round in 0..5 {
        let version = site.version("alice", id).await;
        let calls: Vec<_> = (0..8)
            .map(|number| {
                let body = json!({ "metadata": { "winner": format!("{round}-{number}") } });
                let call =
                    Call::patch(&format!("/api/tokens/{id}"), &body).header("if-match", &format!("\"{version}\""));
                let (call, app) = (call.by("alice"), site.app.clone());
                tokio::spawn(async move { call.send(&app).await.status })
            })
            .collect();
        let mut made = 0;
        for call in calls {
            match call.await.unwrap() {
                200 => made += 1,
                status => assert_eq!(status, 412),
            }
        }
        assert_eq!((made, site.version("alice", id).await), (1, version + 1));
    }
}

/// Without a version, changes that do not stand in each other's way are all made.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn changes_without_a_version_are_made_one_after_the_other() {
    let site = Site::in_a_file().await;
    let id = site.create("alice", "build").await.record().id();
    let patch = async |body| Call::patch(&format!("/api/tokens/{id}"), &body).by("alice").send(&site.app).await.status;
    let (name, description, pause) = tokio::join!(
        patch(json!({ "name": "n" })),
        patch(json!({ "description": "d" })),
        patch(json!({ "paused": true }))
    );
    assert_eq!((name, description, pause), (200, 200, 200));
    let token = Call::get(&format!("/api/tokens/{id}")).by("alice").send(&site.app).await.json();
    assert_eq!((&token["name"], &token["description"], &token["paused"]), (&json!("n"), &json!("d"), &json!(true)));
}
