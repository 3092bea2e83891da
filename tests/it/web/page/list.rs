//! What there is, and what was done.

use std::time::Duration;

use http::StatusCode;
use tower_pat::PatStore;
use tower_pat::policy::Policy;
use tower_pat::store::Use;
use tower_pat::testing::ManualClock;

use super::host::Host;
use super::site::{ROOT, Site};
use crate::support::noon;

#[tokio::test]
async fn list_is_cut_into_pages_and_narrowed() {
    let clock = ManualClock::new(noon());
    let host = Host::new(Policy::default(), clock.clone()).await;
    let site = Site::of(&host.app(host.page()), "alice");
    assert!(site.get(ROOT).await.text(".empty").contains("You have no tokens yet"));
    let mut ids = Vec::new();
    for number in 0..23 {
        let days = if number == 3 { "7" } else { "60" };
        ids.push(site.make(&[("name", &format!("Build {number}")), ("expiry", days)]).await.0);
        clock.advance(Duration::from_secs(130));
    }
    let first = site.get(ROOT).await;
    assert_eq!((first.texts(".token").len(), first.texts(".token h2")[0].clone()), (20, "Build 22".to_owned()));
    let next = first.attributes("a[rel=next]", "href").remove(0);
    let second = site.get(&next).await;
    assert_eq!(second.texts(".token h2"), ["Build 2", "Build 1", "Build 0"]);
    assert!(second.attributes("a[rel=next]", "href").is_empty());
    let back = second.attributes("a[rel=first]", "href").remove(0);
    assert_eq!(site.get(&back).await.texts(".token").len(), 20);
    assert_eq!(site.get(&format!("{ROOT}?name=build+1")).await.texts(".token").len(), 11);
    assert_eq!(site.get(&format!("{ROOT}?after=nonsense")).await.texts(".token").len(), 20);
    let none = site.get(&format!("{ROOT}?name=zzz")).await;
    assert!(none.text(".empty").contains("No token matches"));
    site.post(&format!("{ROOT}/{}/pause", ids[5]), &[]).await;
    site.post(&format!("{ROOT}/{}/revoke", ids[6]), &[]).await;
    let names = async |show: &str| site.get(&format!("{ROOT}?show={show}")).await.texts(".token h2");
    assert_eq!(names("paused").await, ["Build 5"]);
    assert_eq!(names("over").await, ["Build 6"]);
    assert_eq!(names("current&name=build+6").await, Vec::<String>::new());
    assert_eq!(names("all&name=build+6").await, ["Build 6"]);
    clock.advance(Duration::from_hours(1));
    assert_eq!(names("soon").await, ["Build 3"]);
    let soon = site.get(&format!("{ROOT}?show=soon")).await;
    assert_eq!(
        (soon.texts(".badge"), soon.texts(".soon").len()),
        (vec!["Expires soon".to_owned(), "Active".to_owned()], 1)
    );
    clock.advance(Duration::from_hours(24 * 7));
    let over = site.get(&format!("{ROOT}?show=over&name=3")).await;
    assert_eq!((over.texts(".badge"), over.texts(".soon").len()), (vec!["Expired".to_owned()], 0));
}

#[tokio::test]
async fn token_says_when_and_from_where_it_was_used() {
    let clock = ManualClock::new(noon());
    let host = Host::new(Policy::default(), clock.clone()).await;
    let site = Site::of(&host.app(host.page()), "alice");
    let (id, _) = site.make(&[("name", "build")]).await;
    assert!(site.get(ROOT).await.text(".facts").contains("Never used"));
    let used = Use::new(id.parse().unwrap(), noon()).with_address([192, 0, 2, 9].into()).with_user_agent("curl/8 <b>");
    host.store.record_uses(&[used]).await.unwrap();
    clock.advance(Duration::from_hours(3));
    let facts = site.get(ROOT).await.text(".facts");
    assert!(facts.contains("3 hours ago from 192.0.2.9"), "{facts}");
    let shown = site.get(&format!("{ROOT}/{id}")).await;
    assert!(shown.text(".details").contains("3 hours ago from 192.0.2.9 with curl/8 <b>"));
}

#[tokio::test]
async fn word_of_what_was_done_is_of_what_was_done() {
    let clock = ManualClock::new(noon());
    let host = Host::new(Policy::default(), clock.clone()).await;
    let site = Site::of(&host.app(host.page()), "alice");
    let (id, _) = site.make(&[("name", "build")]).await;
    let path = format!("{ROOT}/{id}");
    assert!(site.get(&format!("{path}?done=revoked")).await.texts(".note-done").is_empty());
    for (action, said) in [
        ("pause", "The token is paused."),
        ("resume", "The token is accepted again."),
        ("revoke", "The token is revoked."),
    ] {
        let done = site.post(&format!("{path}/{action}"), &[]).await;
        assert!(site.get(done.location()).await.text(".note-done").starts_with(said));
    }
    clock.advance(Duration::from_mins(1));
    assert!(site.get(&format!("{path}?done")).await.texts(".note-done").is_empty(), "an old address says nothing");
    let seen = site.get(&path).await;
    let history: Vec<_> = seen.texts(".history strong");
    assert_eq!(history, ["Revoked", "Resumed", "Paused", "Created"]);
    assert!(seen.texts(".actions .button").is_empty(), "nothing can be done with it");
    for action in ["pause", "edit"] {
        let fields = [("name", "x"), ("expiry", "keep"), ("version", "4")];
        assert_eq!(site.post(&format!("{path}/{action}"), &fields).await.status, StatusCode::CONFLICT, "{action}");
    }
}

#[tokio::test]
async fn long_history_is_cut_into_pages() {
    let host = Host::new(Policy::default(), ManualClock::new(noon())).await;
    let site = Site::of(&host.app(host.page()), "alice");
    let (id, _) = site.make(&[("name", "build")]).await;
    for _ in 0..12 {
        site.post(&format!("{ROOT}/{id}/pause"), &[]).await;
        site.post(&format!("{ROOT}/{id}/resume"), &[]).await;
    }
    let first = site.get(&format!("{ROOT}/{id}")).await;
    assert_eq!(first.texts(".history > li").len(), 20);
    let older = first.attributes("a[rel=next]", "href").remove(0);
    let second = site.get(older.trim_end_matches("#history")).await;
    assert_eq!(second.texts(".history > li").len(), 5);
}
