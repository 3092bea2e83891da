//! What must hold for the tokens of an owner.

use super::make::{
    apply, at, found, given, id, insertion, is_kept, keep, name, owner, record, refused, stamp, together,
};
use crate::record::PatRecord;
use crate::store::{Change, OwnerLimits, PatQuery, PatStore, Selection, StoreErrorKind, Update};

fn limits() -> OwnerLimits {
    OwnerLimits::new(owner("alice"), at(100))
}

fn limited(record: PatRecord, limits: OwnerLimits) -> Change {
    Change::default().with_insertion(insertion(record)).with_limits(limits)
}

pub(super) async fn limit_of_an_owners_tokens_holds_for_changes_made_at_one_time(store: &dyn PatStore) {
    let changes: Vec<_> = (1..=100).map(|number| limited(record(number), limits().with_most(10))).collect();
    let outcomes = together(changes.iter().map(|change| store.apply(change)).collect()).await;
    let made = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    assert_eq!(made, 10, "of a hundred tokens made at one time as many are made as there may be");
    for outcome in outcomes.into_iter().filter(Result::is_err) {
        refused(outcome, StoreErrorKind::LimitReached, "the owner has as many tokens as they may have");
    }
    let kept = given(store.list(&PatQuery::default().with_size(100)).await, "list").items().len();
    assert_eq!(kept, 10, "what was refused is not there");
}

pub(super) async fn what_is_over_does_not_count_for_a_limit(store: &dyn PatStore) {
    keep(store, &record(1).with_expiry(at(100))).await;
    keep(store, &record(2).with_replacement(at(1)).with_retirement(at(500))).await;
    // By a clock that goes ahead of the one of the limits.
    keep(store, &record(10).with_replacement(at(500))).await;
    keep(store, &record(3)).await;
    given(store.revoke_some(&Selection::all().with_token(id(3)), None, &stamp(1)).await, "revoke_some");
    keep(store, &PatRecord::new(id(4), owner("bob"))).await;
    apply(store, limited(record(5).with_expiry(at(101)), limits().with_most(1))).await;
    for standing in [record(6), record(7).with_pause(at(1)), record(8).with_not_before(at(500))] {
        let second = store.apply(&limited(standing, limits().with_most(1))).await;
        refused(second, StoreErrorKind::LimitReached, "a token that has not expired is there");
    }
    let seen = found(store, 5).await;
    let replaced = Update::of(&seen).with_record(seen.record().clone().with_replacement(at(102)));
    let rotation = limited(record(9), limits().with_most(1)).with_update(replaced);
    apply(store, rotation).await;
    assert!(is_kept(store, 9).await, "it is looked at what holds when all is written");
}

pub(super) async fn name_is_unique_among_what_counts_whatever_its_case(store: &dyn PatStore) {
    let unique = || limits().with_unique_names(true);
    apply(store, limited(record(1).with_name(name("Äpfel")), unique())).await;
    let again = limited(record(2).with_name(name("äPFEL")), unique());
    refused(store.apply(&again).await, StoreErrorKind::NameTaken, "another token has this name in other case");
    let renamed = || async {
        let seen = found(store, 3).await;
        let update = Update::of(&seen).with_record(record(3).with_name(name("äpfel")));
        Change::default().with_update(update).with_limits(unique())
    };
    apply(store, limited(record(3).with_name(name("Birnen")), unique())).await;
    refused(store.apply(&renamed().await).await, StoreErrorKind::NameTaken, "another token has this name");
    for nameless in [record(4), record(5)] {
        apply(store, limited(nameless, unique())).await;
    }
    let others = PatRecord::new(id(6), owner("bob")).with_name(name("äpfel"));
    let of_bob = OwnerLimits::new(owner("bob"), at(100)).with_unique_names(true);
    apply(store, limited(others, of_bob)).await;
    given(store.revoke_some(&Selection::all().with_token(id(1)), None, &stamp(1)).await, "revoke_some");
    apply(store, renamed().await).await;
    let seen = found(store, 3).await;
    let same = Update::of(&seen).with_record(record(3).with_name(name("ÄPFEL")));
    apply(store, Change::default().with_update(same).with_limits(unique())).await;
    apply(store, limited(record(7).with_name(name("äpfel")), limits())).await;
    assert!(is_kept(store, 7).await, "names need not be unique where nobody asks for it");
}
