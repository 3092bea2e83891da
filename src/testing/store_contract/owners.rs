//! Owners who are disabled.

use super::make::{apply, at, digest, found, given, id, insertion, keep, owner, record, resolved, stamp};
use crate::record::{OwnerId, PatRecord};
use crate::store::{AuditKind, Change, EventQuery, MARKS, PatQuery, PatStore, Touched, Update};
use crate::token::DigestMark;

async fn set(store: &dyn PatStore, owner: &OwnerId, disabled: bool, second: i64) -> Touched {
    given(store.set_owner_disabled(owner, disabled, &stamp(second)).await, "set_owner_disabled").touched().clone()
}

fn marks(numbers: &[u128]) -> Touched {
    Touched::Marks(sorted(numbers.iter().map(|number| digest(*number).mark()).collect()))
}

fn sorted(mut marks: Vec<DigestMark>) -> Vec<DigestMark> {
    marks.sort_unstable_by_key(|mark| mark.bits());
    marks
}

fn in_order(touched: Touched) -> Touched {
    match touched {
        Touched::Marks(marks) => Touched::Marks(sorted(marks)),
        all => all,
    }
}

pub(super) async fn disabled_owner_shows_in_all_their_records_also_later_ones(store: &dyn PatStore) {
    keep(store, &record(1)).await;
    keep(store, &PatRecord::new(id(2), owner("bob"))).await;
    keep(store, &record(3).with_expiry(at(10))).await;
    keep(store, &record(4).with_revocation(at(1))).await;
    keep(store, &record(5).with_owner_disabled(at(9))).await;
    assert_eq!(found(store, 5).await.record(), &record(5), "whether an owner is disabled is not read from a record");
    let touched = set(store, &owner("alice"), true, 10).await;
    assert_eq!(in_order(touched), marks(&[1, 5]), "the marks of what is neither revoked nor expired are told");
    keep(store, &record(6)).await;
    let disabled_at = given(store.owner_disabled_at(&owner("alice")).await, "owner_disabled_at");
    assert_eq!(disabled_at, Some(at(10)), "as of the stamp");
    for number in [1, 5, 6] {
        let disabled = record(number).with_owner_disabled(at(10));
        assert_eq!(found(store, number).await.record(), &disabled, "find shows that the owner is disabled");
        assert_eq!(resolved(store, number).await, disabled, "resolve shows that the owner is disabled");
    }
    let page = given(store.list(&PatQuery::default().with_owner(owner("alice"))).await, "list");
    assert!(page.records().all(|record| record.owner_disabled_at() == Some(at(10))), "list shows it for each record");
    assert_eq!(found(store, 2).await.record().owner_disabled_at(), None, "others are not disabled");
    let seen = found(store, 1).await;
    apply(store, Change::default().with_update(Update::of(&seen).with_record(record(1)))).await;
    assert!(found(store, 1).await.record().owner_disabled_at().is_some(), "an update does not enable an owner");
    let touched = set(store, &owner("alice"), false, 11).await;
    assert_eq!(in_order(touched), marks(&[1, 5, 6]), "the marks are told when the owner is enabled, too");
    assert_eq!(resolved(store, 6).await, record(6), "an owner who is enabled again is not disabled");
}

pub(super) async fn owner_who_is_disabled_already_keeps_the_instant(store: &dyn PatStore) {
    keep(store, &record(1)).await;
    let none = Touched::Marks(Vec::new());
    assert_eq!(set(store, &owner("alice"), false, 5).await, none, "who is enabled cannot be enabled");
    assert_eq!(set(store, &owner("alice"), true, 6).await, marks(&[1]));
    assert_eq!(set(store, &owner("alice"), true, 7).await, none, "who is disabled cannot be disabled");
    let disabled_at = given(store.owner_disabled_at(&owner("alice")).await, "owner_disabled_at");
    assert_eq!(disabled_at, Some(at(6)), "the first instant stays");
    assert_eq!(set(store, &owner("nobody"), true, 8).await, none, "an owner without tokens can be disabled");
    keep(store, &PatRecord::new(id(2), owner("nobody"))).await;
    let later = found(store, 2).await;
    assert_eq!(later.record().owner_disabled_at(), Some(at(8)), "and then it holds for the first token too");
    let page = given(store.events(&EventQuery::default()).await, "events");
    let noted: Vec<_> = page.events().iter().map(|stored| stored.event().kind()).collect();
    assert_eq!(noted, [AuditKind::OwnerDisabled; 2], "what changes nothing is not noted");
}

pub(super) async fn owner_with_very_many_tokens_is_announced_for_all(store: &dyn PatStore) {
    let many = |count: u128, first: u128| {
        (first..first + count)
            .fold(Change::default(), |change, number| change.with_insertion(insertion(record(number))))
    };
    let measure = MARKS as u128;
    apply(store, many(measure, 1)).await;
    let Touched::Marks(marks) = set(store, &owner("alice"), true, 5).await else {
        panic!("{MARKS} tokens are told one by one");
    };
    assert_eq!(marks.len(), MARKS, "{MARKS} tokens are told one by one");
    apply(store, many(1, measure + 1)).await;
    assert_eq!(set(store, &owner("alice"), false, 6).await, Touched::All, "more than {MARKS} are told as all");
}
