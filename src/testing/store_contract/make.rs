//! What the promises are made of.

use std::fmt::Debug;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;

use jiff::Timestamp;
use uuid::Uuid;

use crate::record::{OwnerId, PatRecord, TokenId, TokenName};
use crate::resolver::Answer;
use crate::store::{
    ActorId, Change, Insertion, PatDetails, PatQuery, PatStore, Stamp, StoreError, StoreErrorKind, StoredPat,
};
use crate::token::TokenDigest;

pub(super) fn id(number: u128) -> TokenId {
    TokenId::from_uuid(Uuid::from_u128(number))
}

pub(super) fn owner(name: &str) -> OwnerId {
    OwnerId::parse(name).expect("the name of an owner")
}

pub(super) fn name(text: &str) -> TokenName {
    TokenName::parse(text).expect("the name of a token")
}

/// A record of alice.
pub(super) fn record(number: u128) -> PatRecord {
    PatRecord::new(id(number), owner("alice"))
}

pub(super) fn digest(number: u128) -> TokenDigest {
    TokenDigest::of(number.to_be_bytes())
}

pub(super) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).expect("a second between the years -9999 and 9999")
}

pub(super) fn stamp(second: i64) -> Stamp {
    Stamp::new(at(second), ActorId::System)
}

/// A new record under the digest of its number.
pub(super) fn insertion(record: PatRecord) -> Insertion {
    let number = record.id().as_uuid().as_u128();
    Insertion::new(record, digest(number))
}

/// What a call gave, which had no reason to fail.
#[track_caller]
pub(super) fn given<T>(result: Result<T, StoreError>, call: &str) -> T {
    result.unwrap_or_else(|error| panic!("{call} should succeed and failed: {error:?}"))
}

/// That a call was refused for this reason.
#[track_caller]
pub(super) fn refused<T: Debug>(result: Result<T, StoreError>, kind: StoreErrorKind, why: &str) {
    match result {
        Err(error) => assert_eq!(error.kind(), kind, "{why}, so the kind of the error should be {kind:?}: {error:?}"),
        Ok(given) => panic!("{why}, so it should fail as {kind:?} and gave {given:?}"),
    }
}

pub(super) async fn apply(store: &dyn PatStore, change: Change) {
    given(store.apply(&change).await, "apply");
}

pub(super) async fn keep(store: &dyn PatStore, record: &PatRecord) {
    apply(store, Change::default().with_insertion(insertion(record.clone()))).await;
}

pub(super) async fn keep_with(store: &dyn PatStore, record: &PatRecord, details: PatDetails) {
    apply(store, Change::default().with_insertion(insertion(record.clone()).with_details(details))).await;
}

pub(super) async fn found(store: &dyn PatStore, number: u128) -> StoredPat {
    let found = given(store.find(id(number)).await, "find");
    found.unwrap_or_else(|| panic!("find should give the record {number}, which was written, and gave none"))
}

pub(super) async fn is_kept(store: &dyn PatStore, number: u128) -> bool {
    given(store.find(id(number)).await, "find").is_some()
}

pub(super) async fn resolved(store: &dyn PatStore, number: u128) -> PatRecord {
    match store.resolve(&digest(number)).await {
        Ok(Answer::Known(record)) => record,
        other => panic!("resolve should know the token {number}, which was written, and gave {other:?}"),
    }
}

/// The numbers of the records on the first page.
pub(super) async fn listed(store: &dyn PatStore, query: &PatQuery) -> Vec<u128> {
    let page = given(store.list(query).await, "list");
    page.records().map(|record| record.id().as_uuid().as_u128()).collect()
}

/// Drives futures at one time, and gives what each of them gave.
pub(super) async fn together<T>(mut futures: Vec<Pin<Box<dyn Future<Output = T> + Send + '_>>>) -> Vec<T> {
    let mut given: Vec<Option<T>> = futures.iter().map(|_| None).collect();
    poll_fn(|context| {
        for (future, given) in futures.iter_mut().zip(&mut given).filter(|(_, given)| given.is_none()) {
            if let Poll::Ready(value) = future.as_mut().poll(context) {
                *given = Some(value);
            }
        }
        if given.iter().all(Option::is_some) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    given.into_iter().flatten().collect()
}

/// Numbers that look random and are the same in each run (splitmix64).
pub(super) struct Numbers(pub(super) u64);

impl Numbers {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// One of the first numbers, from 0 on.
    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    pub(super) fn one_of<T: Copy>(&mut self, few: &[T]) -> T {
        let position = self.below(few.len() as u64);
        few[usize::try_from(position).expect("a small number")]
    }

    /// Now and then an instant of a few that are near each other.
    pub(super) fn instant(&mut self) -> Option<Timestamp> {
        let second = self.below(10);
        (second > 3).then(|| at(i64::try_from(second).expect("a small number") * 100 - 600))
    }
}
