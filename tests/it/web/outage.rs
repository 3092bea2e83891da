//! A store that does not answer is never told as something that is not there.

use std::sync::Arc;

use axum::Router;
use serde_json::json;
use tower_pat::store::SqliteStore;
use tower_pat::web;

use super::site::{Call, Site, policy};
use super::standard::{Gateways, basic};

#[tokio::test]
async fn outage_is_told_as_one() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("tokens.db").display());
    let store = Arc::new(SqliteStore::open(&url).await.unwrap());
    let site = Site::over(store.clone(), policy(), |api| api);
    let created = site.create("alice", "build").await;
    let path = format!("/api/tokens/{}", created.record().id());
    store.close().await;
    let secret = created.token().expose_secret();
    for call in [
        Call::get("/api/tokens"),
        Call::get(&path),
        Call::get(&format!("{path}/events")),
        Call::post("/api/tokens", &json!({ "name": "n" })),
        Call::patch(&path, &json!({ "name": "n" })),
        Call::new("DELETE", &path),
        Call::new("POST", &format!("{path}/rotate")),
        Call::post("/api/tokens/find", &json!({ "token": secret })),
        Call::post("/api/tokens/revoke-all", &json!({ "owner": "alice" })),
    ] {
        let answer = call.by("alice").send(&site.app).await;
        assert_eq!((answer.status, answer.problem().as_str()), (503, "unavailable"), "{answer:?}");
        assert_eq!(answer.header("retry-after"), Some("1"));
    }
    assert_eq!(Call::get("/api/tokens/self").with_token(created.token()).send(&site.app).await.status, 503);
    let revoke: Router = web::revocation(site.manager.clone()).router();
    let leaks: Router = web::leak_report(site.manager.clone()).router();
    let introspect: Router = web::introspection(site.manager.clone(), Gateways);
    for (app, call) in [
        (&revoke, Call::new("POST", "/revoke").form(&[("token", secret)])),
        (&leaks, Call::post("/leaks", &json!({ "tokens": [secret] }))),
        (
            &introspect,
            Call::new("POST", "/introspect").form(&[("token", secret)]).header("authorization", &basic("plain")),
        ),
    ] {
        let answer = call.send(app).await;
        assert_eq!((answer.status, answer.header("retry-after")), (503, Some("1")), "{answer:?}");
    }
}
