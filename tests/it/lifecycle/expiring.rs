//! Tokens that expire soon.

use std::sync::Arc;

use futures_util::future::join_all;
use tower_pat::clock::Clock;
use tower_pat::expiry::ExpiryWatch;
use tower_pat::manager::{Actor, Edit, ManageErrorKind, Rotation};
use tower_pat::policy::{Lifetime, Policy};
use tower_pat::store::{AuditEvent, AuditKind, EventQuery, ExpiryNotice, MemoryStore, PatStore, SqliteStore};

use super::bench::{Bench, DAY, HOUR, alice, id, kept, root, wanted};
use crate::postgres::Place as PostgresPlace;
use crate::sqlite::Place;
use crate::support::noon;

async fn notices(bench: &Bench) -> Vec<AuditEvent> {
    let page = bench.manager.events(root(), &EventQuery::default().with_size(100)).await.unwrap();
    let events = page.events().iter().map(|stored| stored.event().clone());
    events.filter(|event| event.kind() == AuditKind::ExpiringSoon).collect()
}

#[tokio::test]
async fn watch_tells_a_week_and_a_day_before_and_again_of_another_expiry() {
    let place = Place::new();
    let stores: [Arc<dyn PatStore>; 2] = [Arc::new(MemoryStore::new()), Arc::new(place.open().await)];
    for store in stores {
        let bench = Bench::over(store, Policy::default());
        let created = bench.create_as(&alice(), wanted("n").with_lifetime(30 * DAY)).await;
        let mut events = bench.manager.subscribe();
        let mut told = async |after, expected| {
            bench.clock.set_wall(noon() + after);
            // A new watch looks at once.
            let watch = ExpiryWatch::start(bench.manager.clone());
            let event = events.recv().await.unwrap().unwrap();
            assert_eq!((event.kind(), event.token()), (AuditKind::ExpiringSoon, Some(id(&created))));
            assert_eq!((event.expiry_notice(), event.stamp().at()), (Some(expected), noon() + after));
            drop(watch);
        };
        told(23 * DAY, ExpiryNotice::Week).await;
        told(29 * DAY, ExpiryNotice::Day).await;
        let again = Edit::default().with_lifetime(Lifetime::For(10 * DAY));
        bench.manager.edit(alice(), id(&created), again).await.unwrap();
        // That it was edited is told too.
        assert_eq!(events.recv().await.unwrap().unwrap().kind(), AuditKind::Edited);
        let mut told = async |after, expected| {
            bench.clock.set_wall(noon() + after);
            assert_eq!(bench.manager.tell_expiring(root()).await.unwrap(), 1);
            assert_eq!(events.recv().await.unwrap().unwrap().expiry_notice(), Some(expected));
        };
        told(32 * DAY, ExpiryNotice::Week).await;
        told(38 * DAY, ExpiryNotice::Day).await;
        assert_eq!(notices(&bench).await.len(), 4);
    }
}

#[tokio::test]
async fn what_cannot_be_used_is_not_told_of_and_people_cannot_ask() {
    let bench = Bench::with(Policy::default().with_max_grace(30 * DAY));
    let lives = || wanted("n").with_lifetime(30 * DAY);
    let (revoked, replaced) = (bench.create_as(&alice(), lives()).await, bench.create_as(&alice(), lives()).await);
    let paused = bench.create_as(&alice(), lives()).await;
    bench.clock.advance(HOUR);
    bench.manager.revoke(alice(), id(&revoked)).await.unwrap();
    bench.manager.pause(alice(), id(&paused)).await.unwrap();
    let graceful = Rotation::default().with_grace(30 * DAY);
    kept(bench.manager.rotate(alice(), id(&replaced), graceful).await.unwrap());
    bench.clock.set_wall(noon() + 29 * DAY);
    assert_eq!(bench.manager.tell_expiring(Actor::system()).await.unwrap(), 2);
    let tokens: Vec<_> = notices(&bench).await.iter().filter_map(AuditEvent::token).collect();
    assert!(tokens.contains(&id(&paused)) && !tokens.contains(&id(&replaced)) && !tokens.contains(&id(&revoked)));
    for nobody in [alice(), Actor::token(id(&paused))] {
        let refused = bench.manager.tell_expiring(nobody).await.unwrap_err();
        assert_eq!(refused.kind(), ManageErrorKind::Forbidden);
    }
}

/// Each over an opening of its own, as if they were processes of their own.
async fn ten_at_once<S: PatStore>(stores: Vec<S>) {
    let benches: Vec<_> = stores.into_iter().map(|store| Bench::over(Arc::new(store), Policy::default())).collect();
    for _ in 0..40 {
        benches[0].create_as(&alice(), wanted("n").with_lifetime(30 * DAY)).await;
    }
    for (after, notice) in [(23 * DAY, ExpiryNotice::Week), (29 * DAY, ExpiryNotice::Day)] {
        let told = join_all(benches.iter().map(|bench| {
            bench.clock.set_wall(noon() + after);
            assert_eq!(bench.clock.now().wall(), noon() + after);
            bench.manager.tell_expiring(Actor::system())
        }));
        let told: u64 = told.await.into_iter().map(Result::unwrap).sum();
        assert_eq!(told, 40);
        let noted = notices(&benches[9]).await;
        let mut tokens: Vec<_> = noted
            .iter()
            .filter(|event| event.expiry_notice() == Some(notice))
            .map(|event| event.token().unwrap())
            .collect();
        tokens.sort_unstable();
        tokens.dedup();
        assert_eq!(tokens.len(), 40, "each token once");
    }
    assert_eq!(notices(&benches[5]).await.len(), 80);
}

#[tokio::test]
async fn ten_at_one_file_tell_each_notice_once() {
    let place = Place::new();
    let mut stores: Vec<SqliteStore> = Vec::new();
    for _ in 0..10 {
        stores.push(place.open().await);
    }
    ten_at_once(stores).await;
}

#[tokio::test]
async fn ten_at_one_server_tell_each_notice_once() {
    let place = PostgresPlace::new().await;
    let mut stores = Vec::new();
    for _ in 0..10 {
        stores.push(place.open_again().await);
    }
    ten_at_once(stores).await;
}

/// The watch goes on when the store is there again, and what was due meanwhile is told then.
#[tokio::test]
async fn outage_loses_no_notice() {
    let place = Place::new();
    let bench = Bench::over(Arc::new(place.open().await), Policy::default());
    bench.create_as(&alice(), wanted("n").with_lifetime(30 * DAY)).await;
    bench.clock.set_wall(noon() + 24 * DAY);
    place.run("CREATE TRIGGER no BEFORE INSERT ON pat_events BEGIN SELECT RAISE(ABORT, 'no'); END").await;
    let refused = bench.manager.tell_expiring(Actor::system()).await.unwrap_err();
    assert_eq!(refused.kind(), ManageErrorKind::Unavailable);
    let mut events = bench.manager.subscribe();
    let watch = ExpiryWatch::start_every(bench.manager.clone(), std::time::Duration::ZERO);
    place.run("DROP TRIGGER no").await;
    assert_eq!(events.recv().await.unwrap().unwrap().expiry_notice(), Some(ExpiryNotice::Week));
    drop(watch);
}
