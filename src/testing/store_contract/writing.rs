//! Records are written once, wholly or not at all.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use super::make::{
    apply, digest, found, given, id, insertion, is_kept, keep, keep_with, owner, record, refused, resolved, stamp,
};
use crate::record::PatRecord;
use crate::resolver::Answer;
use crate::store::{Change, IdempotencyKey, Insertion, PatDetails, PatStore, Selection, StoreErrorKind, StoredPat};
use crate::token::TokenDigest;

pub(super) async fn second_record_with_an_identifier_is_refused(store: &dyn PatStore) {
    keep(store, &record(1)).await;
    let second = store.insert(&PatRecord::new(id(1), owner("mallory")), &digest(2)).await;
    refused(second, StoreErrorKind::Duplicate, "the identifier is there");
    assert_eq!(found(store, 1).await.record(), &record(1), "the first record stays as it is");
    assert!(!is_known(store, 2).await, "nothing of the refused record is kept");
}

pub(super) async fn second_record_with_a_digest_is_refused(store: &dyn PatStore) {
    keep(store, &record(1)).await;
    let second = store.insert(&PatRecord::new(id(2), owner("mallory")), &digest(1)).await;
    refused(second, StoreErrorKind::Duplicate, "the digest is there");
    assert_eq!(resolved(store, 1).await, record(1), "the token stays its owner's");
    assert!(!is_kept(store, 2).await, "nothing of the refused record is kept");
}

pub(super) async fn second_record_of_an_owner_with_a_key_is_refused(store: &dyn PatStore) {
    let keyed = || PatDetails::default().with_key(IdempotencyKey::from_bytes([7; 32]));
    keep_with(store, &record(1), keyed()).await;
    let second = Change::default().with_insertion(insertion(record(2)).with_details(keyed()));
    refused(store.apply(&second).await, StoreErrorKind::Duplicate, "the owner has a record with this key");
    assert!(!is_kept(store, 2).await, "nothing of the refused record is kept");
    keep_with(store, &PatRecord::new(id(3), owner("bob")), keyed()).await;
    let of_bob = given(store.find_by_key(&owner("bob"), &IdempotencyKey::from_bytes([7; 32])).await, "find_by_key");
    assert_eq!(of_bob.map(|stored| stored.record().id()), Some(id(3)), "the same key of another owner is another key");
}

pub(super) async fn store_takes_further_records_after_a_refusal(store: &dyn PatStore) {
    keep(store, &record(1)).await;
    refused(store.insert(&record(1), &digest(1)).await, StoreErrorKind::Duplicate, "the record is there");
    keep(store, &record(2)).await;
    assert!(is_kept(store, 2).await, "a refusal breaks nothing");
}

pub(super) async fn digest_that_differs_in_one_bit_is_unknown(store: &dyn PatStore) {
    keep(store, &record(1)).await;
    for position in 0..32 {
        let mut bytes = *digest(1).as_bytes();
        bytes[position] ^= 1;
        let answer = store.resolve(&TokenDigest::from_bytes(bytes)).await.ok();
        assert_eq!(answer, Some(Answer::Unknown), "a digest counts as a whole, byte {position} too");
    }
}

pub(super) async fn answer_is_as_new_as_the_call(store: &dyn PatStore) {
    for number in 1..=20 {
        assert!(!is_known(store, number).await, "a token that was not written is unknown");
        keep(store, &record(number)).await;
        assert_eq!(resolved(store, number).await.revoked_at(), None, "what was written shows in the next answer");
        let one = Selection::all().with_token(id(number));
        given(store.revoke_some(&one, None, &stamp(7)).await, "revoke_some");
        let revoked_at = resolved(store, number).await.revoked_at();
        assert_eq!(revoked_at, Some(stamp(7).at()), "what was revoked shows in the next answer");
    }
}

pub(super) async fn change_whose_caller_goes_away_is_made_wholly_or_not_at_all(store: &dyn PatStore) {
    for number in 1..=30 {
        let change = Change::default()
            .with_insertion(insertion(record(number)))
            .with_insertion(Insertion::new(record(number + 100), digest(number + 100)));
        abandon(store.apply(&change), number).await;
    }
    // A write that waits for those left behind.
    apply(store, Change::default().with_insertion(insertion(record(1_000)))).await;
    for number in 1..=30 {
        let by_digest = given(store.find_by_digest(&digest(number)).await, "find_by_digest");
        let is_there = by_digest.as_ref().map(StoredPat::record).is_some();
        assert_eq!(is_kept(store, number).await, is_there, "record and digest are written together");
        assert_eq!(is_kept(store, number + 100).await, is_there, "all records of a change are written together");
    }
}

/// Polls so many times, then drops the future.
async fn abandon<F: Future>(future: F, polls: u128) {
    let mut future = pin!(future);
    for _ in 0..polls {
        let done = poll_fn(|context| Poll::Ready(future.as_mut().poll(context).is_ready())).await;
        if done {
            return;
        }
        pause().await;
    }
}

/// Lets others have their turn.
async fn pause() {
    let mut waited = false;
    poll_fn(|context| {
        if waited {
            return Poll::Ready(());
        }
        waited = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

pub(super) async fn table_of_revocations_is_always_the_same(store: &dyn PatStore) {
    let before = store.revocations().epoch(&digest(1));
    store.revocations().raise(digest(1).mark());
    assert_ne!(store.revocations().epoch(&digest(1)), before, "revocations() gives the same table with each call");
}

pub(super) async fn debug_shows_no_digest_and_no_owner(store: &dyn PatStore) {
    keep(store, &record(1)).await;
    let shown = format!("{store:?}");
    let token = digest(1);
    let start = &token.as_bytes()[..4];
    let forms = [format!("{start:?}"), format!("{start:02x?}"), format!("{start:x?}")];
    for form in forms.iter().map(|form| form.trim_matches(['[', ']'])).chain(["alice"]) {
        assert!(!shown.contains(form), "Debug of a store shows nothing of what it keeps: {shown}");
    }
}

async fn is_known(store: &dyn PatStore, number: u128) -> bool {
    match store.resolve(&digest(number)).await {
        Ok(answer) => answer != Answer::Unknown,
        Err(error) => panic!("resolve should answer and failed: {error:?}"),
    }
}
