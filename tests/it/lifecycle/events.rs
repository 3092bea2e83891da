//! What a manager tells those who have subscribed.

use std::sync::Arc;

use futures_util::FutureExt;
use sqlx::Connection;
use tokio::task::unconstrained;
use tower_pat::denial::InvalidToken;
use tower_pat::manager::{Edit, EventStream, ManageErrorKind, Rotation};
use tower_pat::policy::Policy;
use tower_pat::store::{
    AuditEvent, AuditKind, BULK, Change, EventQuery, IdempotencyKey, Insertion, MemoryStore, PatStore, Selection,
    StoredEvent,
};
use tower_pat::token::TokenDigest;

use super::bench::{Bench, DAY, HOUR, alice, id, kept, name, root, wanted};
use crate::sqlite::Place;
use crate::sqlite::make;
use crate::support::{noon, owner};

/// What is told without waiting.
fn told(events: &mut EventStream) -> Vec<AuditEvent> {
    let next = || unconstrained(events.recv()).now_or_never().flatten().map(|event| event.expect("none was missed"));
    std::iter::from_fn(next).collect()
}

fn kinds(events: &[AuditEvent]) -> Vec<AuditKind> {
    events.iter().map(AuditEvent::kind).collect()
}

/// What the audit says, the oldest first.
async fn noted(bench: &Bench) -> Vec<AuditEvent> {
    let page = bench.manager.events(root(), &EventQuery::default().with_size(100)).await.unwrap();
    page.events().iter().rev().map(StoredEvent::event).cloned().collect()
}

async fn whole_life(bench: &Bench) {
    let manager = &bench.manager;
    let key = || IdempotencyKey::parse("once").unwrap();
    let created = bench.create_as(&alice(), wanted("n").with_idempotency_key(key())).await;
    bench.create_as(&alice(), wanted("n").with_idempotency_key(key())).await;
    manager.edit(alice(), id(&created), Edit::default().with_name(name("other"))).await.unwrap();
    manager.pause(alice(), id(&created)).await.unwrap();
    let rotated = kept(manager.rotate(alice(), id(&created), Rotation::default().with_grace(HOUR)).await.unwrap());
    manager.import(&owner("bob"), wanted("old"), TokenDigest::from_bytes([7; 32])).await.unwrap();
    manager.revoke(alice(), id(&rotated)).await.unwrap();
    manager.revoke_all(root(), Selection::all(), None).await.unwrap();
    manager.disable_owner(root(), &owner("bob")).await.unwrap();
    manager.enable_owner(root(), &owner("bob")).await.unwrap();
    bench.clock.advance(DAY);
    manager.prune(root(), noon() + HOUR).await.unwrap();
}

#[tokio::test]
async fn each_change_is_told_as_the_audit_has_it() {
    let place = Place::new();
    let stores: [Arc<dyn PatStore>; 2] = [Arc::new(MemoryStore::new()), Arc::new(place.open().await)];
    for store in stores {
        let bench = Bench::over(store, Policy::default().with_max_grace(DAY));
        let (mut one, mut other) = (bench.manager.subscribe(), bench.manager.clone().subscribe());
        whole_life(&bench).await;
        let told_to_one = told(&mut one);
        assert_eq!(told_to_one, noted(&bench).await);
        assert_eq!(told_to_one, told(&mut other), "clones of a manager tell the same");
        let expected = "created reissued edited edited rotated created imported revoked revoked revoked owner_disabled \
                        owner_enabled pruned pruned pruned";
        let kinds: Vec<_> = kinds(&told_to_one).into_iter().map(AuditKind::as_str).collect();
        assert_eq!(kinds.join(" "), expected);
    }
}

#[tokio::test]
async fn what_changes_nothing_and_what_fails_is_not_told() {
    let place = Place::new();
    let bench = Bench::over(Arc::new(place.open().await), Policy::default().with_max_tokens(1));
    let created = bench.create().await;
    let mut events = bench.manager.subscribe();
    assert_eq!(bench.create_refusal(wanted("n")).await, ManageErrorKind::LimitReached);
    bench.manager.resume(alice(), id(&created)).await.unwrap();
    bench.manager.enable_owner(root(), &owner("alice")).await.unwrap();
    bench.manager.prune(root(), noon()).await.unwrap();
    place.run("CREATE TRIGGER no BEFORE INSERT ON pat_changes BEGIN SELECT RAISE(ABORT, 'no'); END").await;
    for refused in [
        bench.manager.pause(alice(), id(&created)).await.map(drop),
        bench.manager.revoke(alice(), id(&created)).await,
        bench.manager.disable_owner(root(), &owner("alice")).await,
        bench.manager.rotate(alice(), id(&created), Rotation::default()).await.map(drop),
    ] {
        assert_eq!(refused.unwrap_err().kind(), ManageErrorKind::Unavailable);
    }
    assert_eq!(told(&mut events), []);
}

#[tokio::test]
async fn each_token_of_a_change_at_one_go_is_told() {
    let count = BULK as u128 + 7;
    let bench = Bench::new();
    let many = (1..=count).fold(Change::default(), |change, number| {
        change.with_insertion(Insertion::new(make::record(number), TokenDigest::of(number.to_be_bytes())))
    });
    bench.store.apply(&many).await.unwrap();
    let mut events = bench.manager.subscribe();
    assert_eq!(u128::from(bench.manager.revoke_all(root(), Selection::all(), None).await.unwrap()), count);
    let mut tokens: Vec<_> = told(&mut events).iter().filter_map(AuditEvent::token).collect();
    tokens.sort_unstable();
    assert!(tokens.into_iter().eq((1..=count).map(make::id)));
}

/// Somebody else writes to the file, so that the change waits for its turn.
#[tokio::test]
async fn change_is_told_once_it_is_committed_and_announced() {
    let place = Place::new();
    let bench = Bench::over(Arc::new(place.open().await), Policy::default());
    let created = bench.create().await;
    assert!(bench.is_accepted(&created).await);
    let mut events = bench.manager.subscribe();
    let mut stranger = place.stranger().await;
    let others = stranger.begin_with("BEGIN IMMEDIATE").await.unwrap();
    let (manager, token) = (bench.manager.clone(), id(&created));
    let revocation = tokio::spawn(async move { manager.revoke(alice(), token).await });
    // The store tries again after a while, and again; each look of this one goes past the others' turn.
    for _ in 0..100 {
        assert!(events.recv().now_or_never().is_none(), "nothing is committed yet");
        assert!(bench.store.find(token).await.unwrap().unwrap().record().revoked_at().is_none());
    }
    others.rollback().await.unwrap();
    let event = events.recv().await.unwrap().unwrap();
    assert_eq!((event.kind(), event.token()), (AuditKind::Revoked, Some(token)));
    assert_eq!(bench.refusal(&created).await, Some(InvalidToken::Revoked), "who was told can rely on it");
    revocation.await.unwrap().unwrap();
}

#[tokio::test]
async fn change_whose_caller_goes_away_is_told() {
    let bench = Bench::new();
    let created = bench.create().await;
    let mut events = bench.manager.subscribe();
    // Polled once: as far as the task that commits.
    assert!(bench.manager.revoke(alice(), id(&created)).now_or_never().is_none());
    assert_eq!(events.recv().await.unwrap().unwrap().kind(), AuditKind::Revoked);
}

#[tokio::test]
async fn who_is_slow_misses_the_oldest_and_is_told_how_many() {
    let bench = Bench::new();
    let created = bench.create().await;
    let (mut slow, mut quick) = (bench.manager.subscribe(), bench.manager.subscribe());
    let mut heard = 0;
    for number in 0..1_030 {
        let edit = Edit::default().with_name(name(&number.to_string()));
        bench.manager.edit(alice(), id(&created), edit).await.unwrap();
        heard += told(&mut quick).len();
    }
    assert_eq!(heard, 1_030, "the others are told as ever");
    let missed = slow.recv().await.unwrap().unwrap_err();
    assert_eq!((missed.count(), missed.to_string()), (6, "6 events were missed".to_owned()));
    let left = told(&mut slow);
    assert_eq!((left.len(), left[0].changes()[0].after()), (1_024, Some("6")));
}

#[tokio::test]
async fn stream_ends_with_the_last_of_the_managers() {
    let Bench { manager, .. } = Bench::new();
    let (clone, mut events) = (manager.clone(), manager.subscribe());
    drop(manager);
    assert!(events.recv().now_or_never().is_none(), "one is left");
    drop(clone);
    assert!(events.recv().await.is_none());
}
