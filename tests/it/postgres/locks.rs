//! What is decided by locks when changes are made at one time, by several instances.

use std::sync::Arc;

use sqlx::{Connection, query, raw_sql};
use tower_pat::record::PatRecord;
use tower_pat::store::{
    Change, Insertion, OwnerLimits, PatQuery, PatStore, PostgresStore, Selection, StoreErrorKind, Touched, Use,
};

use super::place::Place;
use crate::sqlite::make::{at, digest, id, owner, record, stamp};

fn limited(record: PatRecord) -> Change {
    let limits = OwnerLimits::new(record.owner().clone(), at(100)).with_most(10);
    let number = record.id().as_uuid().as_u128();
    Change::default().with_insertion(Insertion::new(record, digest(number))).with_limits(limits)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn limit_of_an_owner_holds_for_changes_that_several_instances_make_at_one_time() {
    let place = Place::new().await;
    let mut instances: Vec<Arc<PostgresStore>> = Vec::new();
    for _ in 0..4 {
        instances.push(Arc::new(place.open_again().await));
    }
    let attempts: Vec<_> = (1..=100)
        .map(|number| {
            let store = Arc::clone(&instances[usize::try_from(number % 4).unwrap()]);
            tokio::spawn(async move { store.apply(&limited(record(number))).await })
        })
        .collect();
    let mut made = 0;
    for attempt in attempts {
        match attempt.await.unwrap() {
            Ok(()) => made += 1,
            Err(error) => assert_eq!(error.kind(), StoreErrorKind::LimitReached, "{error:?}"),
        }
    }
    assert_eq!(made, 10);
    assert_eq!(place.list(&PatQuery::default().with_size(100)).await.unwrap().items().len(), 10);
    assert_eq!(place.marks().await.len(), 10);
}

#[tokio::test]
async fn owners_do_not_wait_for_each_other() {
    let place = Place::new().await;
    let mut stranger = place.database.stranger().await;
    place.insert(&record(1), &digest(1)).await.unwrap();
    let mut held = stranger.begin().await.unwrap();
    query("UPDATE pat_tokens SET hint = hint").execute(&mut *held).await.unwrap();
    let waiting = place.open_again().await;
    let change = tokio::spawn(async move { waiting.revoke_some(&Selection::all(), None, &stamp(1)).await });
    place.database.until_waiting(1).await;
    place.insert(&PatRecord::new(id(2), owner("bob")), &digest(2)).await.unwrap();
    held.rollback().await.unwrap();
    assert!(!change.await.unwrap().unwrap().events().is_empty());
}

/// A token whose insertion is under way, and not yet to be seen, when its owner is disabled: who loads it between both
/// commits would never hear that the owner is disabled.
#[tokio::test]
async fn owner_is_not_disabled_past_a_token_that_is_made_at_the_same_time() {
    let place = Place::new().await;
    let mut stranger = place.database.stranger().await;
    let mut held = stranger.begin().await.unwrap();
    raw_sql("LOCK TABLE pat_changes IN SHARE MODE").execute(&mut *held).await.unwrap();
    let (maker, disabler) = (place.open_again().await, place.open_again().await);
    let making = tokio::spawn(async move { maker.insert(&record(1), &digest(1)).await });
    place.database.until_waiting(1).await;
    let disabling = tokio::spawn(async move { disabler.set_owner_disabled(&owner("alice"), true, &stamp(1)).await });
    place.database.until_waiting(2).await;
    held.rollback().await.unwrap();
    making.await.unwrap().unwrap();
    assert_eq!(disabling.await.unwrap().unwrap().touched(), &Touched::Marks(vec![digest(1).mark()]));
}

/// The second meets rows that the first has locked, and takes others in their place.
#[tokio::test]
async fn of_two_who_revoke_all_of_an_owner_at_one_time_none_stops_before_all_are_revoked() {
    let place = Place::new().await;
    let insertions = (1..=1_200).map(|number| Insertion::new(record(number), digest(number)));
    place.apply(&insertions.fold(Change::default(), Change::with_insertion)).await.unwrap();
    let (one, other) = (place.open_again().await, place.open_again().await);
    let revoke_all = |store: PostgresStore| async move {
        let mut revoked = 0;
        loop {
            match store
                .revoke_some(&Selection::all().with_owner(owner("alice")), None, &stamp(5))
                .await
                .unwrap()
                .events()
                .len()
            {
                0 => return (revoked, store),
                count => revoked += count,
            }
        }
    };
    let both = [tokio::spawn(revoke_all(one)), tokio::spawn(revoke_all(other))];
    let mut revoked = 0;
    for each in both {
        revoked += each.await.unwrap().0;
    }
    assert_eq!(revoked, 1_200);
    assert_eq!(place.marks().await.len(), 2_400);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn changes_of_many_tokens_at_one_time_do_not_wait_for_each_other_in_a_circle() {
    let place = Place::new().await;
    let insertions = (1..=100).map(|number| Insertion::new(record(number), digest(number)));
    place.apply(&insertions.fold(Change::default(), Change::with_insertion)).await.unwrap();
    let store = Arc::new(place.open_again().await);
    let rounds = (0..40_u128).map(|round| {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            let order = |place: u128| if round % 2 == 0 { place + 1 } else { 100 - place };
            let uses: Vec<_> = (0..100).map(|place| Use::new(id(order(place)), at(7))).collect();
            store.record_uses(&uses).await.unwrap();
        })
    });
    for round in rounds.collect::<Vec<_>>() {
        round.await.unwrap();
    }
    let first = place.find(id(1)).await.unwrap().unwrap();
    assert_eq!(first.usage().unwrap().count(), 40);
}
