//! A secret is shown once.

use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use tower_pat::policy::Policy;
use tower_pat::store::PatQuery;
use tower_pat::testing::ManualClock;

use super::host::Host;
use super::site::{ROOT, Seen, Site};
use crate::support::{noon, owner};

struct Room {
    host: Host,
    clock: Arc<ManualClock>,
    site: Site,
}

async fn room() -> Room {
    let clock = ManualClock::new(noon());
    let policy = Policy::default().with_max_grace(Duration::from_hours(24));
    let host = Host::new(policy, clock.clone()).await;
    let site = Site::of(&host.app(host.page()), "alice");
    Room { host, clock, site }
}

impl Room {
    async fn count(&self) -> usize {
        self.host.manager.list(&owner("alice"), &PatQuery::default()).await.unwrap().items().len()
    }

    async fn is_accepted(&self, secret: &str) -> bool {
        let request = self.site.request("/me").header("authorization", format!("Bearer {secret}"));
        self.site.ask(request.body(axum::body::Body::empty()).unwrap()).await.status == StatusCode::OK
    }

    async fn send(&self, key: &str) -> Seen {
        let fields = [("key", key), ("name", "build"), ("expiry", "30"), ("scopes", "repo:read")];
        self.site.post(&format!("{ROOT}/new"), &fields).await
    }
}

#[tokio::test]
async fn secret_is_in_the_answer_to_the_form_and_nowhere_else() {
    let room = room().await;
    let key = room.site.get(&format!("{ROOT}/new")).await.value("key");
    let made = room.send(&key).await;
    let secret = made.text("#secret");
    assert!(room.is_accepted(&secret).await);
    assert_eq!(made.text("#try"), format!("curl -H 'Authorization: Bearer {secret}' 'https://tokens.example/'"));
    assert!(!made.text("title").contains(&secret));
    assert!(made.headers.values().all(|value| !value.to_str().unwrap().contains(&secret)));
    let elsewhere = made.attributes("[href], [src], [action], [value], [data-place]", "href");
    assert!(elsewhere.iter().all(|address| !address.contains(&secret)));
    let place = made.attributes("[data-place]", "data-place").remove(0);
    for path in [place.as_str(), ROOT, &format!("{place}/edit"), &format!("{place}/rotate"), &format!("{ROOT}/new")] {
        let seen = room.site.get(path).await;
        assert_eq!(seen.status, StatusCode::OK);
        assert!(!seen.body.contains(&secret), "{path}");
    }
}

#[tokio::test]
async fn form_that_is_sent_again_later_makes_nothing_and_shows_nothing() {
    let room = room().await;
    let made = room.send("form").await;
    let secret = made.text("#secret");
    room.clock.advance(Duration::from_secs(5));
    let again = room.send("form").await;
    assert_eq!(again.status, StatusCode::SEE_OTHER);
    let place = again.location().to_owned();
    assert!(place.ends_with("?again"));
    let seen = room.site.get(&place).await;
    assert!(seen.text(".note-warn").starts_with("The form was sent before"), "{}", seen.body);
    assert!(!seen.body.contains(&secret) && !again.body.contains(&secret));
    assert_eq!(room.count().await, 1);
    assert!(room.is_accepted(&secret).await, "what was copied is still good");
}

/// A finger that clicks twice sees the second answer: its secret is the one that counts.
#[tokio::test]
async fn form_that_is_sent_twice_at_one_time_makes_one_token() {
    let room = room().await;
    let (one, two) = tokio::join!(room.send("form"), room.send("form"));
    let later = room.send("form").await;
    assert_eq!(room.count().await, 1);
    let secret = later.text("#secret");
    assert!(room.is_accepted(&secret).await);
    for earlier in [one, two].iter().flat_map(|seen| seen.texts("#secret")) {
        assert!(!room.is_accepted(&earlier).await, "one secret counts, that which was shown last");
    }
}

#[tokio::test]
async fn form_without_a_key_makes_nothing() {
    let room = room().await;
    for key in ["", "\u{e9}"] {
        assert_eq!(room.send(key).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(room.count().await, 0);
}

#[tokio::test]
async fn rotation_shows_its_secret_once_too() {
    let room = room().await;
    let (id, old) = room.site.make(&[("name", "build"), ("scopes", "repo:read")]).await;
    let path = format!("{ROOT}/{id}/rotate");
    let form = room.site.get(&path).await;
    assert_eq!(form.attributes("#grace option", "value"), ["0", "1", "24"], "as long as the policy allows");
    let fields = [("key", &*form.value("key")), ("grace", "1")];
    let rotated = room.site.post(&path, &fields).await;
    let new = rotated.text("#secret");
    assert!(room.is_accepted(&new).await && room.is_accepted(&old).await);
    room.clock.advance(Duration::from_secs(6));
    let again = room.site.post(&path, &fields).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER);
    assert!(again.location().ends_with("?again") && !again.location().contains(&id), "it leads to the new token");
    room.clock.advance(Duration::from_hours(1));
    assert!(room.is_accepted(&new).await && !room.is_accepted(&old).await);
    assert_eq!(room.count().await, 2);
}
