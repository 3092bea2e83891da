//! A record is replaced upon the version that was seen.

use super::make::{
    apply, at, digest, found, given, id, insertion, is_kept, keep, keep_with, name, owner, record, refused, resolved,
    stamp, together,
};
use crate::record::{Description, PatRecord};
use crate::resolver::Answer;
use crate::store::{
    AuditEvent, AuditKind, Change, EventQuery, IdempotencyKey, PatDetails, PatStore, StoreErrorKind, Update, Use,
};

pub(super) async fn update_writes_the_whole_record_and_counts_its_version(store: &dyn PatStore) {
    let described = PatDetails::default().with_description(Description::parse("x").expect("a description"));
    keep_with(store, &record(1).with_pause(at(1)).with_expiry(at(9)), described).await;
    let found_first = found(store, 1).await;
    let wanted =
        record(1).with_name(name("other")).with_family(id(5).into()).with_replacement(at(3)).with_retirement(at(4));
    let details = PatDetails::default().with_successor(id(6));
    let update = Update::of(&found_first).with_record(wanted.clone()).with_details(details.clone());
    apply(store, Change::default().with_update(update)).await;
    let updated = found(store, 1).await;
    assert_eq!(updated.record(), &wanted, "all of the record is replaced: what the new one does not have is gone");
    assert_eq!(updated.details(), &details, "all of the details are replaced");
    assert_eq!(updated.version(), 2, "an update makes a new version");
    assert_eq!(updated.mark(), digest(1).mark(), "the token stays unless another is given");
    assert_eq!(resolved(store, 1).await, wanted, "an update shows in the next answer");
}

pub(super) async fn update_upon_anything_but_the_version_that_is_there_is_a_conflict(store: &dyn PatStore) {
    keep(store, &record(1)).await;
    let seen = found(store, 1).await;
    apply(store, Change::default().with_update(Update::of(&seen).with_record(record(1).with_pause(at(1))))).await;
    let others = PatRecord::new(id(1), owner("mallory"));
    for (update, why) in [
        (Update::of(&seen), "the version was replaced"),
        (Update::of(&seen.clone().with_version(3)), "the version is still to come"),
        (Update::of(&seen.clone().with_version(u64::MAX)), "there is no such version"),
        (Update::of(&found(store, 1).await).with_record(others), "a record does not pass to another owner"),
        (Update::of(&seen.clone().with_record(record(2))), "there is no such record"),
    ] {
        let refusal = store.apply(&Change::default().with_update(update)).await;
        refused(refusal, StoreErrorKind::Conflict, why);
        let kept = found(store, 1).await;
        assert_eq!((kept.version(), kept.record().paused_at()), (2, Some(at(1))), "a conflict changes nothing");
    }
    assert!(!is_kept(store, 2).await, "an update does not make a record");
}

pub(super) async fn of_changes_made_upon_one_version_at_one_time_one_is_made(store: &dyn PatStore) {
    keep(store, &record(1)).await;
    let seen = found(store, 1).await;
    let renamed = |number: u32| record(1).with_name(name(&number.to_string()));
    let changes: Vec<_> =
        (0..20).map(|number| Change::default().with_update(Update::of(&seen).with_record(renamed(number)))).collect();
    let outcomes = together(changes.iter().map(|change| store.apply(change)).collect()).await;
    let made: Vec<_> = (0..).zip(&outcomes).filter(|(_, outcome)| outcome.is_ok()).map(|(number, _)| number).collect();
    assert_eq!(made.len(), 1, "of changes upon one version one is made");
    for outcome in outcomes.into_iter().filter(Result::is_err) {
        refused(outcome, StoreErrorKind::Conflict, "another change upon this version was made");
    }
    assert_eq!(
        found(store, 1).await.record(),
        &renamed(made[0]),
        "what is kept is the change that was told to be made"
    );
    assert_eq!(found(store, 1).await.version(), 2, "one change makes one version");
}

pub(super) async fn replaced_digest_is_unknown_at_once_and_the_new_one_known(store: &dyn PatStore) {
    keep(store, &record(1)).await;
    keep(store, &record(2)).await;
    let seen = found(store, 1).await;
    let taken = Change::default().with_update(Update::of(&seen).with_digest(digest(2)));
    refused(store.apply(&taken).await, StoreErrorKind::Duplicate, "the digest is another token's");
    apply(store, Change::default().with_update(Update::of(&seen).with_digest(digest(11)))).await;
    assert_eq!(store.resolve(&digest(1)).await.ok(), Some(Answer::Unknown), "the old token is unknown");
    assert_eq!(resolved(store, 11).await, record(1), "the new token is known");
    assert_eq!(found(store, 1).await.mark(), digest(11).mark(), "the mark is that of the new digest");
}

pub(super) async fn update_of_what_must_be_unused_is_a_conflict_once_it_was_used(store: &dyn PatStore) {
    keep(store, &record(1)).await;
    let seen = found(store, 1).await;
    apply(store, Change::default().with_update(Update::of(&seen).with_unused(true))).await;
    let seen = found(store, 1).await;
    given(store.record_uses(&[Use::new(id(1), at(5))]).await, "record_uses");
    let refusal = store.apply(&Change::default().with_update(Update::of(&seen).with_unused(true))).await;
    refused(refusal, StoreErrorKind::Conflict, "the token was used and must not have been");
    apply(store, Change::default().with_update(Update::of(&seen))).await;
    assert_eq!(found(store, 1).await.version(), 3, "a use is no conflict for others");
}

pub(super) async fn refused_change_leaves_nothing_of_itself_behind(store: &dyn PatStore) {
    keep(store, &record(1)).await;
    keep(store, &record(2)).await;
    let (one, two) = (found(store, 1).await, found(store, 2).await);
    let event = AuditEvent::new(stamp(5), AuditKind::Edited, owner("alice")).with_token(id(1));
    let change = || {
        Change::default()
            .with_update(Update::of(&one).with_record(record(1).with_pause(at(5))).with_digest(digest(21)))
            .with_insertion(insertion(record(3)))
            .with_event(event.clone())
    };
    let keyed = PatDetails::default().with_key(IdempotencyKey::from_bytes([7; 32]));
    keep_with(store, &record(4), keyed.clone()).await;
    for (refusal, kind) in [
        (change().with_update(Update::of(&two.with_version(9))), StoreErrorKind::Conflict),
        (change().with_insertion(insertion(record(2))), StoreErrorKind::Duplicate),
        (change().with_insertion(insertion(record(5)).with_details(keyed)), StoreErrorKind::Duplicate),
    ] {
        refused(store.apply(&refusal).await, kind, "one part of the change cannot be made");
        assert_eq!(found(store, 1).await, one, "no record is changed");
        assert_eq!(resolved(store, 1).await, record(1), "no digest is replaced");
        assert_eq!(store.resolve(&digest(21)).await.ok(), Some(Answer::Unknown), "no digest is new");
        assert!(!is_kept(store, 3).await && !is_kept(store, 5).await, "no record is new");
        assert_eq!(given(store.events(&EventQuery::default()).await, "events").events(), [], "nothing is noted");
    }
    apply(store, change()).await;
    assert!(is_kept(store, 3).await, "without the part that cannot be made the change is made");
}
