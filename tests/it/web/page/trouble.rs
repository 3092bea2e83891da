//! What people are told when something does not work.

use std::num::NonZeroU32;
use std::time::Duration;

use http::StatusCode;
use http::header::RETRY_AFTER;
use tower_pat::policy::Policy;
use tower_pat::testing::ManualClock;
use tower_pat::web::Rate;

use super::host::Host;
use super::site::{ROOT, Site};
use crate::support::noon;

#[tokio::test]
async fn outage_is_told_as_one() {
    let host = Host::new(Policy::default(), ManualClock::new(noon())).await;
    let site = Site::of(&host.app(host.page()), "alice");
    let (id, _) = site.make(&[("name", "build")]).await;
    host.store.close().await;
    for path in ["", &format!("/{id}"), &format!("/{id}/revoke")] {
        let seen = site.get(&format!("{ROOT}{path}")).await;
        assert_eq!(
            (seen.status, seen.text("h1")),
            (StatusCode::SERVICE_UNAVAILABLE, "Not available at the moment".to_owned())
        );
        assert!(seen.headers.contains_key(RETRY_AFTER));
    }
    let sent = site.post(&format!("{ROOT}/new"), &[("key", "k"), ("name", "x"), ("expiry", "30")]).await;
    assert_eq!(sent.status, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn who_makes_tokens_too_fast_is_asked_to_wait() {
    let clock = ManualClock::new(noon());
    let host = Host::new(Policy::default(), clock.clone()).await;
    let rate = Rate::new(NonZeroU32::new(2).unwrap(), Duration::from_mins(2));
    let app = host.app(host.page().with_create_rate(rate));
    let site = Site::of(&app, "alice");
    let (id, _) = site.make(&[("name", "one")]).await;
    site.make(&[("name", "two")]).await;
    for (path, key) in [("/new".to_owned(), "k"), (format!("/{id}/rotate"), "r")] {
        let seen =
            site.post(&format!("{ROOT}{path}"), &[("key", key), ("name", "x"), ("expiry", "30"), ("grace", "0")]).await;
        assert_eq!((seen.status, &seen.headers[RETRY_AFTER]), (StatusCode::TOO_MANY_REQUESTS, &"60".parse().unwrap()));
    }
    Site::of(&app, "bob").make(&[("name", "one")]).await;
    clock.advance(Duration::from_mins(1));
    site.make(&[("name", "three")]).await;
}

#[tokio::test]
async fn full_house_is_told_in_the_form() {
    let host = Host::new(Policy::default().with_max_tokens(1), ManualClock::new(noon())).await;
    let site = Site::of(&host.app(host.page()), "alice");
    site.make(&[("name", "one")]).await;
    let seen = site.post(&format!("{ROOT}/new"), &[("key", "k"), ("name", "two"), ("expiry", "30")]).await;
    assert_eq!((seen.status, seen.value("name")), (StatusCode::CONFLICT, "two".to_owned()));
    assert!(seen.text(".faults").contains("as many tokens as you may have"));
}
