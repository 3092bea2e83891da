use std::sync::Arc;
use std::time::Duration;

use tokio::task::yield_now;
use tokio::time::timeout;
use tower_pat::PatResolver;
use tower_pat::feed::{ChangeFeed, FeedChange, FeedFollower, FeedPosition};
use tower_pat::store::{PatStore, SqliteStore};

use super::make::{digest, record, revoke};
use super::place::Place;

const LONG: Duration = Duration::from_secs(20);

/// Waits for what comes about in another task.
async fn until(is_so: impl Fn() -> bool) {
    let waiting = async {
        while !is_so() {
            yield_now().await;
        }
    };
    timeout(LONG, waiting).await.expect("it comes about");
}

/// Where the log ends.
async fn end(store: &SqliteStore) -> FeedPosition {
    store.feed().read(None).await.unwrap().position()
}

#[tokio::test]
async fn reading_tells_of_what_was_changed_since_and_of_nothing_before() {
    let place = Place::new();
    let store = place.open().await;
    store.insert(&record(1), &digest(1)).await.unwrap();
    let since = end(&store).await;
    assert_eq!(store.feed().read(Some(since)).await.unwrap().changes(), []);
    store.insert(&record(2), &digest(2)).await.unwrap();
    place.run("INSERT INTO pat_changes (mark) VALUES (NULL)").await;
    revoke(&store, 1, 5).await.unwrap();
    let reading = store.feed().read(Some(since)).await.unwrap();
    let token = |number| FeedChange::Token(digest(number).mark());
    assert_eq!(reading.changes(), [token(2), FeedChange::All, token(1)]);
    assert_eq!(store.feed().read(Some(reading.position())).await.unwrap().changes(), []);
}

#[tokio::test]
async fn change_that_is_given_up_is_not_told_and_leaves_no_gap() {
    let place = Place::new();
    let store = place.open().await;
    store.insert(&record(1), &digest(1)).await.unwrap();
    let since = end(&store).await;
    store.insert(&record(1), &digest(1)).await.unwrap_err();
    assert_eq!(end(&store).await, since);
    assert!(store.feed().read(Some(since)).await.unwrap().goes_on_from(since));
}

#[tokio::test]
async fn new_and_emptied_logs_go_on() {
    let place = Place::new();
    let store = place.open().await;
    let since = end(&store).await;
    assert!(store.feed().read(Some(since)).await.unwrap().goes_on_from(since));
    store.insert(&record(1), &digest(1)).await.unwrap();
    assert!(store.feed().read(Some(since)).await.unwrap().goes_on_from(since));
    let later = end(&store).await;
    place.run("DELETE FROM pat_changes").await;
    assert!(store.feed().read(Some(later)).await.unwrap().goes_on_from(later));
    assert!(!store.feed().read(Some(since)).await.unwrap().goes_on_from(since), "a row is missing");
}

#[tokio::test]
async fn file_of_another_generation_does_not_go_on() {
    let place = Place::new();
    let store = place.open().await;
    let since = end(&store).await;
    place.run("UPDATE pat_change_log SET generation = randomblob(16)").await;
    assert!(!store.feed().read(Some(since)).await.unwrap().goes_on_from(since));
}

/// A file that was set back to a copy and written to since may have come as far again, or farther.
#[tokio::test]
async fn file_that_was_set_back_and_written_to_does_not_go_on() {
    let place = Place::new();
    let store = place.open().await;
    for number in 1..=4 {
        store.insert(&record(number), &digest(number)).await.unwrap();
    }
    let since = end(&store).await;
    place.run("DELETE FROM pat_changes WHERE seq > 2").await;
    place.run("UPDATE sqlite_sequence SET seq = 2 WHERE name = 'pat_changes'").await;
    for (seq, goes_on) in [(3, false), (4, false), (5, false)] {
        place.run("INSERT INTO pat_changes (mark, changed_at) VALUES (7, 1)").await;
        let reading = store.feed().read(Some(since)).await.unwrap();
        assert_eq!(reading.goes_on_from(since), goes_on, "{seq}");
    }
}

#[tokio::test]
async fn of_very_many_changes_it_is_told_that_anything_may_have_changed() {
    let place = Place::new();
    let store = place.open().await;
    let since = end(&store).await;
    let rows = |count: usize| {
        format!(
            "INSERT INTO pat_changes (mark) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) \
             SELECT i FROM n"
        )
    };
    place.run(&rows(10_000)).await;
    assert_eq!(store.feed().read(Some(since)).await.unwrap().changes().len(), 10_000);
    place.run(&rows(1)).await;
    assert_eq!(store.feed().read(Some(since)).await.unwrap().changes(), [FeedChange::All]);
}

#[tokio::test]
async fn change_of_another_process_wakes_who_waits() {
    let place = Place::new();
    let store = place.open().await;
    let since = end(&store).await;
    let feed = store.feed();
    let waiting = tokio::spawn(async move { feed.changed(since).await });
    place.run("INSERT INTO pat_changes (mark) VALUES (7)").await;
    timeout(LONG, waiting).await.expect("it wakes").unwrap().unwrap();
    timeout(LONG, store.feed().changed(since)).await.expect("also who came late").unwrap();
}

#[tokio::test]
async fn follower_voids_what_another_process_has_changed() {
    let place = Place::new();
    let store = Arc::new(place.open().await);
    store.insert(&record(1), &digest(1)).await.unwrap();
    let follower = FeedFollower::builder(store.feed()).start();
    let health = || follower.health();
    until(|| health().readings() > 0).await;
    let before = store.revocations().epoch(&digest(1));
    let mark = digest(1).mark().bits();
    place.run(&format!("INSERT INTO pat_changes (mark) VALUES ({mark})")).await;
    until(|| store.revocations().epoch(&digest(1)) != before).await;
    assert_eq!((health().changes(), health().gaps()), (1, 1));
}

#[tokio::test]
async fn closed_store_cannot_be_followed() {
    let place = Place::new();
    let store = place.open().await;
    let since = end(&store).await;
    let feed = store.feed();
    store.close().await;
    assert!(feed.read(None).await.is_err());
    assert!(feed.changed(since).await.is_err());
}
