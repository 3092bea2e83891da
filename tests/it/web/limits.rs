//! How often something may be done.

use std::num::NonZeroU32;
use std::time::Duration;

use serde_json::json;
use tower_pat::web::Rate;

use super::site::{Answer, Call, Site, policy};

async fn make(site: &Site, who: &str, name: &str) -> Answer {
    Call::post("/api/tokens", &json!({ "name": name })).by(who).send(&site.app).await
}

#[tokio::test]
async fn owner_makes_so_many_tokens_and_then_waits() {
    let rate = Rate::new(NonZeroU32::new(3).unwrap(), Duration::from_mins(5));
    let site = Site::with(policy(), |api| api.with_create_rate(rate));
    for name in ["a", "b", "c"] {
        assert_eq!(make(&site, "alice", name).await.status, 201);
    }
    let late = make(&site, "alice", "d").await;
    assert_eq!((late.status, late.problem().as_str()), (429, "too-many-requests"));
    assert_eq!(late.header("retry-after"), Some("100"));
    assert_eq!(make(&site, "bob", "a").await.status, 201);
    // What is wrong costs nothing.
    assert_eq!(make(&site, "bob", "").await.status, 422);
    site.clock.advance(Duration::from_secs(99));
    assert_eq!(make(&site, "alice", "d").await.status, 429);
    site.clock.advance(Duration::from_secs(1));
    assert_eq!(make(&site, "alice", "d").await.status, 201);
    assert_eq!(make(&site, "alice", "e").await.status, 429);
}

/// To replace a token is to make one.
#[tokio::test]
async fn replacing_counts_for_the_same_rate() {
    let rate = Rate::new(NonZeroU32::new(1).unwrap(), Duration::from_mins(5));
    let site = Site::with(policy(), |api| api.with_create_rate(rate));
    let created = site.create("alice", "build").await;
    assert_eq!(make(&site, "alice", "a").await.status, 201);
    let rotate = Call::new("POST", &format!("/api/tokens/{}/rotate", created.record().id())).by("alice");
    assert_eq!(rotate.send(&site.app).await.status, 429);
}

/// A token in wrong hands does not keep its owner from making another.
#[tokio::test]
async fn token_that_replaces_itself_is_counted_apart() {
    let rate = Rate::new(NonZeroU32::new(1).unwrap(), Duration::from_mins(5));
    let site = Site::with(policy(), |api| api.with_create_rate(rate));
    let created = site.create("alice", "build").await;
    let first = Call::new("POST", "/api/tokens/self/rotate").with_token(created.token()).send(&site.app).await;
    assert_eq!(first.status, 201);
    let bearer = format!("Bearer {}", first.json()["token"].as_str().unwrap());
    let second = Call::new("POST", "/api/tokens/self/rotate").header("authorization", &bearer).send(&site.app).await;
    assert_eq!(second.status, 429);
    assert_eq!(make(&site, "alice", "a").await.status, 201);
}
