//! Calls that are made again, and tokens that take the place of others.

use serde_json::{Value, json};

use super::site::{Answer, Call, Site};

fn make(body: &Value, key: &str) -> Call {
    Call::post("/api/tokens", body).header("idempotency-key", key).by("alice")
}

async fn status_of(site: &Site, answer: &Answer) -> u16 {
    let token = answer.json()["token"].as_str().unwrap().to_owned();
    let call = Call::get("/api/tokens/self").header("authorization", &format!("Bearer {token}"));
    call.send(&site.app).await.status
}

#[tokio::test]
async fn call_that_is_made_again_gives_the_same_record_and_another_token() {
    let site = Site::in_a_file().await;
    let body = json!({ "name": "build" });
    let first = make(&body, "\"8e03978e-40d5-43dd-bc93-6894a57f9324\"").send(&site.app).await;
    // As most clients write it.
    let second = make(&body, "8e03978e-40d5-43dd-bc93-6894a57f9324").send(&site.app).await;
    assert_eq!((first.status, second.status), (201, 201));
    assert_eq!(first.header("location"), second.header("location"));
    assert_eq!(first.json()["id"], second.json()["id"]);
    assert_eq!(status_of(&site, &first).await, 401);
    assert_eq!(status_of(&site, &second).await, 200);
    let other = make(&json!({ "name": "other" }), "8e03978e-40d5-43dd-bc93-6894a57f9324").send(&site.app).await;
    assert_eq!((other.status, other.problem().as_str()), (422, "key-used"));
    assert_eq!(other.fields(), ["Idempotency-Key"]);
    for key in ["\"", "a\"b", "\u{1}", "", "\"\""] {
        let Ok(value) = http::HeaderValue::from_bytes(key.as_bytes()) else { continue };
        let answer = make(&body, value.to_str().unwrap_or("\"")).send(&site.app).await;
        assert_eq!((answer.status, answer.fields()), (400, vec!["Idempotency-Key".to_owned()]), "{key:?}");
    }
    let twice = make(&body, "a").header("idempotency-key", "b").send(&site.app).await;
    assert_eq!(twice.status, 400);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_wish_that_is_sent_many_times_at_once_makes_one_record() {
    let site = Site::in_a_file().await;
    let calls: Vec<_> = (0..8)
        .map(|_| {
            let (call, app) = (make(&json!({ "name": "build" }), "key"), site.app.clone());
            tokio::spawn(async move { call.send(&app).await })
        })
        .collect();
    let mut ids = std::collections::BTreeSet::new();
    for call in calls {
        let answer = call.await.unwrap();
        match answer.status {
            201 => drop(ids.insert(answer.json()["id"].to_string())),
            // Another was answered in between.
            status => assert_eq!((status, answer.problem().as_str()), (409, "conflict")),
        }
    }
    assert_eq!(ids.len(), 1);
    let page = Call::get("/api/tokens").by("alice").send(&site.app).await.json();
    assert_eq!(page["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn rotation_shows_a_new_token_and_keeps_the_old_one_for_its_grace() {
    let site = Site::new();
    let created = site.create("alice", "build").await;
    let path = format!("/api/tokens/{}/rotate", created.record().id());
    let rotate = |grace: Value| Call::post(&path, &json!({ "grace_seconds": grace })).by("alice");
    let long = rotate(json!(7_200)).send(&site.app).await;
    assert_eq!((long.status, long.fields()), (422, vec!["grace_seconds".to_owned()]));
    let rotated = rotate(json!(600)).header("idempotency-key", "k").send(&site.app).await;
    assert_eq!(rotated.status, 201, "{rotated:?}");
    let location = rotated.header("location").unwrap();
    assert_eq!(location, format!("/api/tokens/{}", rotated.json()["id"].as_str().unwrap()));
    assert_eq!(Call::get(location).by("alice").send(&site.app).await.json()["id"], rotated.json()["id"]);
    assert_eq!(Call::get("/api/tokens/self").with_token(created.token()).send(&site.app).await.status, 200);
    let again = rotate(json!(600)).header("idempotency-key", "k").send(&site.app).await;
    assert_eq!(again.json()["id"], rotated.json()["id"]);
    assert_eq!(rotate(json!(600)).send(&site.app).await.problem(), "rotated");
    site.clock.advance(std::time::Duration::from_mins(10));
    assert_eq!(Call::get("/api/tokens/self").with_token(created.token()).send(&site.app).await.status, 401);
    assert_eq!(status_of(&site, &again).await, 200);
}

#[tokio::test]
async fn token_replaces_itself_and_widens_nothing() {
    let site = Site::new();
    let created = site.create("alice", "build").await;
    let rotate = Call::new("POST", "/api/tokens/self/rotate").with_token(created.token()).send(&site.app).await;
    assert_eq!(rotate.status, 201, "{rotate:?}");
    let made = rotate.json();
    assert_eq!((&made["scopes"], &made["owner"]), (&json!(["invoices:read"]), &json!("alice")));
    assert_eq!(made["expires_at"], created.record().expires_at().unwrap().to_string());
    assert_eq!(rotate.header("location"), Some(format!("/api/tokens/{}", made["id"].as_str().unwrap()).as_str()));
    assert_eq!(Call::get("/api/tokens/self").with_token(created.token()).send(&site.app).await.status, 401);
    let token = made["token"].as_str().unwrap();
    let bearer = format!("Bearer {token}");
    let grace = Call::post("/api/tokens/self/rotate", &json!({ "grace_seconds": 1 })).header("authorization", &bearer);
    assert_eq!(grace.send(&site.app).await.status, 422);
    let revoke = Call::new("DELETE", "/api/tokens/self?reason=done").header("authorization", &bearer);
    assert_eq!(revoke.send(&site.app).await.status, 204);
    assert_eq!(status_of(&site, &rotate).await, 401);
}
