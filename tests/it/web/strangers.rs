//! What is somebody else's looks as if it were not there; and who comes from elsewhere is refused.

use serde_json::json;

use super::site::{Call, Site, policy};
use crate::support::owner;

const NOWHERE: &str = "01978a4e-7a3c-7d51-8d0a-3f5e1f0c9b2a";

fn calls(id: &str) -> Vec<Call> {
    let path = format!("/api/tokens/{id}");
    vec![
        Call::get(&path),
        Call::get(&format!("{path}/events")),
        Call::patch(&path, &json!({ "name": "mine" })),
        Call::patch(&path, &json!({ "scopes": [] })),
        Call::patch(&path, &json!({ "scopes": [] })).header("if-match", "\"1\""),
        Call::patch(&path, &json!({ "scopes": [] })).header("if-match", "\"7\""),
        Call::new("DELETE", &path),
        Call::new("DELETE", &path).header("if-match", "\"7\""),
        Call::new("POST", &format!("{path}/rotate")),
        Call::new("POST", &format!("{path}/rotate")).json(&json!({ "grace_seconds": 4_000_000_000_u32 })),
    ]
}

#[tokio::test]
async fn token_of_somebody_else_is_as_one_that_is_not_there() {
    let site = Site::new();
    let id = site.create("alice", "build").await.record().id().to_string();
    let (foreign, missing, senseless) = (calls(&id), calls(NOWHERE), calls("build"));
    for ((foreign, missing), senseless) in foreign.into_iter().zip(missing).zip(senseless) {
        let foreign = foreign.by("bob").send(&site.app).await;
        assert_eq!((foreign.status, foreign.problem().as_str()), (404, "not-found"));
        assert_eq!(foreign, missing.by("bob").send(&site.app).await);
        assert_eq!(foreign, senseless.by("bob").send(&site.app).await);
    }
    let stored = site.manager.get(&owner("alice"), id.parse().unwrap()).await.unwrap();
    assert_eq!((stored.version(), stored.record().revoked_at()), (1, None));
}

#[tokio::test]
async fn token_that_is_presented_is_found_by_whom_it_exists_for() {
    let site = Site::new();
    let created = site.create("alice", "build").await;
    let find = |user: &str, token: &str| Call::post("/api/tokens/find", &json!({ "token": token })).by(user);
    let token = created.token().expose_secret();
    let foreign = find("bob", token).send(&site.app).await;
    assert_eq!(foreign, find("bob", "acme_pat_x").send(&site.app).await);
    assert_eq!(find("root!", token).send(&site.app).await.json()["owner"], "alice");
}

#[tokio::test]
async fn tokens_of_others_are_listed_for_administrators_alone() {
    let site = Site::new();
    site.create("alice", "build").await;
    site.create("bob", "deploy").await;
    let list = async |who: &str, query: &str| Call::get(&format!("/api/tokens{query}")).by(who).send(&site.app).await;
    let names = async |who: &str, query: &str| {
        let page = list(who, query).await.json();
        let mut names: Vec<_> =
            page["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect();
        names.sort();
        names.join(" ")
    };
    assert_eq!(names("alice", "").await, "build");
    assert_eq!(names("alice", "?owner=alice").await, "build");
    assert_eq!(names("root!", "").await, "");
    assert_eq!(names("root!", "?owner=alice").await, "build");
    assert_eq!(names("root!", "?owner=*").await, "build deploy");
    // Whether there is such an owner, the answer does not say.
    let (known, unknown) = (list("alice", "?owner=bob").await, list("alice", "?owner=nobody").await);
    assert_eq!((known.status, known.problem().as_str()), (403, "forbidden"));
    assert_eq!(known, unknown);
    assert_eq!(known, list("alice", "?owner=*").await);
}

/// What an administrator does to others is noted as such, and what they do for themselves is not.
#[tokio::test]
async fn administrator_is_an_owner_among_others() {
    let site = Site::new();
    let own = site.create("root", "own").await.record().id();
    let other = site.create("alice", "build").await.record().id();
    for id in [own, other] {
        assert_eq!(Call::new("DELETE", &format!("/api/tokens/{id}")).by("root!").send(&site.app).await.status, 204);
    }
    for (id, word) in [(own, "owner"), (other, "administrator")] {
        let events = Call::get(&format!("/api/tokens/{id}/events")).by("root!").send(&site.app).await.json();
        assert_eq!((&events["items"][0]["kind"], &events["items"][0]["actor"]), (&json!("revoked"), &json!(word)));
    }
}

#[tokio::test]
async fn all_tokens_of_an_owner_are_revoked_at_one_go() {
    let site = Site::new();
    for name in ["a", "b", "c"] {
        site.create("alice", name).await;
    }
    let left = site.create("bob", "d").await;
    let call = Call::post("/api/tokens/revoke-all", &json!({ "owner": "alice", "reason": "laptop was stolen" }));
    assert_eq!(call.by("root!").send(&site.app).await.json(), json!({ "revoked": 3 }));
    let page = Call::get("/api/tokens").by("alice").send(&site.app).await.json();
    for item in page["items"].as_array().unwrap() {
        assert_eq!((&item["status"], &item["revocation_reason"]), (&json!("revoked"), &json!("laptop was stolen")));
    }
    assert_eq!(Call::get("/api/tokens/self").with_token(left.token()).send(&site.app).await.status, 200);
}

type Headers = &'static [(&'static str, &'static str)];

/// A browser says where a request comes from; a program says nothing, and has no cookies.
#[tokio::test]
async fn what_another_site_has_a_browser_send_is_refused() {
    let site = Site::new();
    let created = site.create("alice", "build").await;
    let make =
        |name: &str| Call::post("/api/tokens", &json!({ "name": name })).header("host", "acme.example").by("alice");
    let cases: [(Headers, u16); 9] = [
        (&[], 201),
        (&[("sec-fetch-site", "same-origin")], 201),
        (&[("sec-fetch-site", "none")], 201),
        (&[("origin", "https://acme.example")], 201),
        (&[("sec-fetch-site", "cross-site")], 403),
        (&[("sec-fetch-site", "same-site")], 403),
        (&[("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")], 403),
        (&[("origin", "https://evil.example")], 403),
        (&[("origin", "null")], 403),
    ];
    for (number, (headers, status)) in cases.into_iter().enumerate() {
        let call = headers.iter().fold(make(&format!("n{number}")), |call, (name, value)| call.header(name, value));
        let answer = call.send(&site.app).await;
        assert_eq!(answer.status, status, "{headers:?}");
        if status == 403 {
            assert_eq!(answer.problem(), "cross-site");
        }
    }
    let read = Call::get("/api/tokens").header("sec-fetch-site", "cross-site").by("alice");
    assert_eq!(read.send(&site.app).await.status, 200);
    // Whoever holds a token has sent it on purpose.
    let own =
        Call::new("DELETE", "/api/tokens/self").header("sec-fetch-site", "cross-site").with_token(created.token());
    assert_eq!(own.send(&site.app).await.status, 204);
}

/// Without the layer a token in a request would go unseen, and the session would decide.
#[tokio::test]
async fn router_without_a_layer_refuses_all() {
    let site = Site::new();
    let bare = axum::Router::new().nest("/api/tokens", tower_pat::web::api::<super::site::User>(site.manager).router());
    assert_eq!(Call::get("/api/tokens").by("alice").send(&bare).await.status, 500);
    assert_eq!(Call::get("/api/tokens/self").by("alice").send(&bare).await.status, 500);
}

#[tokio::test]
async fn who_has_not_signed_in_lately_is_sent_to_do_so() {
    let site = Site::with(policy().with_max_login_age(std::time::Duration::from_hours(1)), |api| api);
    let make = |who: &str, name: &str| Call::post("/api/tokens", &json!({ "name": name })).by(who);
    let early = make("alice@2030-01-01T10:00:00Z", "a").send(&site.app).await;
    assert_eq!((early.status, early.problem().as_str()), (403, "login-required"));
    assert_eq!(make("alice", "a").send(&site.app).await.problem(), "login-required");
    assert_eq!(make("alice@2030-01-01T11:30:00Z", "a").send(&site.app).await.status, 201);
}
