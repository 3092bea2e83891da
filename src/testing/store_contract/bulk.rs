//! Revocations at one go.

use super::make::{apply, at, digest, found, given, id, insertion, keep, keep_with, name, owner, record, stamp};
use crate::record::{Description, FamilyId, PatRecord, Reason};
use crate::store::{BULK, Change, Done, PatDetails, PatStore, Selection, Touched, Usage, Use};
use crate::token::DigestMark;

async fn revoke(store: &dyn PatStore, selection: &Selection, second: i64) -> usize {
    given(store.revoke_some(selection, None, &stamp(second)).await, "revoke_some").events().len()
}

#[track_caller]
fn marks_of(done: &Done) -> &[DigestMark] {
    match done.touched() {
        Touched::Marks(marks) => marks,
        all @ Touched::All => panic!("what is revoked is told one by one, and this is {all:?}"),
    }
}

async fn revoked(store: &dyn PatStore) -> Vec<u128> {
    let mut numbers = Vec::new();
    for number in 1..=5 {
        if found(store, number).await.record().revoked_at().is_some() {
            numbers.push(number);
        }
    }
    numbers
}

pub(super) async fn revocation_at_one_go_takes_what_is_selected_and_no_more(store: &dyn PatStore) {
    let all = Selection::all;
    keep(store, &record(1).with_creation(at(10)).with_expiry(at(1))).await;
    keep(store, &record(2).with_creation(at(20)).with_family(id(1).into())).await;
    keep(store, &record(3)).await;
    keep(store, &PatRecord::new(id(4), owner("bob")).with_creation(at(10)).with_family(id(1).into())).await;
    keep(store, &PatRecord::new(id(5), owner("bob")).with_creation(at(30))).await;
    let (alice, bob) = (all().with_owner(owner("alice")), all().with_owner(owner("bob")));
    for (selection, selected, sum) in [
        (all().with_owner(owner("carol")), 0, &[][..]),
        (bob.clone().with_token(id(1)), 0, &[]),
        (bob.clone().with_digest(digest(1)), 0, &[]),
        (all().with_digest(digest(9)), 0, &[]),
        (bob.with_created_before(at(10)), 0, &[]),
        (alice.clone().with_family(FamilyId::from(id(1))).with_created_before(at(10)), 0, &[]),
        // The second was made later, by who had the first, perhaps.
        (alice.with_created_before(at(20)), 3, &[1, 2, 3]),
        (all().with_family(FamilyId::from(id(1))), 1, &[1, 2, 3, 4]),
        (all(), 1, &[1, 2, 3, 4, 5]),
        (all(), 0, &[1, 2, 3, 4, 5]),
    ] {
        assert_eq!(revoke(store, &selection, 50).await, selected, "so many were not revoked yet of {selection:?}");
        assert_eq!(revoked(store).await, sum, "these are revoked after {selection:?}");
    }
}

pub(super) async fn second_revocation_keeps_the_first_instant(store: &dyn PatStore) {
    keep(store, &record(1)).await;
    for second in [50, 40, 60] {
        revoke(store, &Selection::all().with_token(id(1)), second).await;
    }
    let stored = found(store, 1).await;
    assert_eq!(stored.record().revoked_at(), Some(at(50)), "what is revoked is not revoked again");
    assert_eq!(stored.version(), 2, "what changes nothing makes no version");
}

pub(super) async fn revocation_takes_no_more_than_its_measure_at_one_go(store: &dyn PatStore) {
    let count = BULK as u128 + 1;
    let change = (1..=count).fold(Change::default(), |change, number| change.with_insertion(insertion(record(number))));
    apply(store, change).await;
    let mut left = Vec::new();
    for expected in [BULK, 1, 0] {
        let done = given(store.revoke_some(&Selection::all(), None, &stamp(5)).await, "revoke_some");
        assert_eq!(done.events().len(), expected, "one call takes {BULK} at most, and the next goes on");
        left.extend(marks_of(&done));
    }
    let mut expected: Vec<_> = (1..=count).map(|number| digest(number).mark()).collect();
    for marks in [&mut left, &mut expected] {
        marks.sort_unstable_by_key(|mark| mark.bits());
    }
    assert_eq!(left, expected, "the marks of all that were revoked are told");
}

pub(super) async fn revocation_makes_a_new_version_and_keeps_the_rest(store: &dyn PatStore) {
    let described = PatDetails::default().with_description(Description::parse("x").expect("a description"));
    let kept = record(1)
        .with_name(name("n"))
        .with_pause(at(3))
        .with_replacement(at(2))
        .with_retirement(at(4))
        .with_expiry(at(5));
    keep_with(store, &kept, described.clone()).await;
    given(store.record_uses(&[Use::new(id(1), at(2))]).await, "record_uses");
    let reason = Reason::parse("laptop stolen").expect("a reason");
    let done = given(store.revoke_some(&Selection::all(), Some(&reason), &stamp(9)).await, "revoke_some");
    assert_eq!(marks_of(&done), [digest(1).mark()], "the marks of what was revoked are told");
    let stored = found(store, 1).await;
    assert_eq!(stored.record(), &kept.with_revocation(at(9)), "only the revocation is new, as of the stamp");
    assert_eq!(stored.details(), &described.with_revocation(reason), "the reason is kept beside what was there");
    assert_eq!(stored.version(), 2, "a revocation makes a new version");
    assert_eq!(stored.usage().map(Usage::last_used_at), Some(at(2)), "the use stays");
}
