//! What every store promises. Each promise is a function of a store; below, each is a test of each of our stores.

use std::future::poll_fn;
use std::net::IpAddr;
use std::pin::pin;
use std::task::Poll;

use jiff::Timestamp;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{ProptestConfig, Strategy, any};
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use tower_pat::record::{
    Audience, AudienceSet, Network, NetworkSet, OwnerId, PatRecord, PatStatus, TokenId, TokenName,
};
use tower_pat::resolver::Answer;
use tower_pat::resource::{ResourcePattern, ResourceSet};
use tower_pat::scope::{Scope, ScopeSet};
use tower_pat::store::{PatStore, StoreErrorKind};
use tower_pat::token::{TokenDigest, TokenHint};
use uuid::Uuid;

use crate::support::leak;

pub(crate) fn id(number: u128) -> TokenId {
    TokenId::from_uuid(Uuid::from_u128(number))
}

pub(crate) fn owner(name: &str) -> OwnerId {
    OwnerId::parse(name).unwrap()
}

pub(crate) fn record(number: u128) -> PatRecord {
    PatRecord::new(id(number), owner("alice"))
}

pub(crate) fn digest(number: u128) -> TokenDigest {
    let digest = TokenDigest::of(number.to_be_bytes());
    leak::keep_digest(&digest);
    digest
}

pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

async fn keep(store: &dyn PatStore, record: &PatRecord) {
    let number = record.id().as_uuid().as_u128();
    store.insert(record, &digest(number)).await.unwrap();
}

async fn found(store: &dyn PatStore, number: u128) -> PatRecord {
    store.find(id(number)).await.unwrap().unwrap().record().clone()
}

async fn resolved(store: &dyn PatStore, number: u128) -> PatRecord {
    match store.resolve(&digest(number)).await.unwrap() {
        Answer::Known(record) => record,
        other => panic!("{other:?}"),
    }
}

async fn listed(store: &dyn PatStore, name: &str) -> Vec<u128> {
    let records = store.list(&owner(name)).await.unwrap();
    records.iter().map(|record| record.id().as_uuid().as_u128()).collect()
}

async fn new_store_holds_nothing(store: &dyn PatStore) {
    assert!(store.is_empty().await.unwrap());
    assert_eq!(store.resolve(&digest(1)).await.unwrap(), Answer::Unknown);
    assert_eq!(store.find(id(1)).await.unwrap(), None);
    assert_eq!(store.list(&owner("alice")).await.unwrap(), []);
}

async fn inserted_record_is_found_listed_and_resolved(store: &dyn PatStore) {
    let kept = full_record();
    keep(store, &kept).await;
    let stored = store.find(id(1)).await.unwrap().unwrap();
    assert_eq!(stored.record(), &kept);
    assert_eq!(stored.mark(), digest(1).mark());
    assert_eq!(store.list(kept.owner()).await.unwrap(), std::slice::from_ref(&kept));
    assert_eq!(resolved(store, 1).await, kept);
    assert!(!store.is_empty().await.unwrap());
}

fn full_record() -> PatRecord {
    record(1)
        .with_name(TokenName::parse("nightly build").unwrap())
        .with_hint(TokenHint::parse("acme_pat_…a1B2").unwrap())
        .with_scopes("invoices:read invoices:write".parse().unwrap())
        .with_creation(at(1_000))
        .with_not_before(at(1_100))
        .with_expiry(at(2_000))
        .with_pause(at(1_300))
        .with_owner_disabled(at(1_400))
        .with_revocation(at(1_500))
        .with_networks(networks("192.0.2.0/24 2001:db8::/32"))
        .with_audiences(audiences("https://a.example https://b.example"))
        .with_resources(resources("repo:acme/*\nteam:night shift"))
}

fn networks(text: &str) -> NetworkSet {
    text.parse().unwrap()
}

fn audiences(text: &str) -> AudienceSet {
    text.parse().unwrap()
}

fn resources(text: &str) -> ResourceSet {
    text.parse().unwrap()
}

/// One field at a time: what is kept in one column is not read from another.
async fn each_restriction_is_kept_as_what_it_is(store: &dyn PatStore) {
    let restricted = [
        record(1),
        record(2).with_not_before(at(7)),
        record(3).with_expiry(at(7)),
        record(4).with_pause(at(7)),
        record(5).with_owner_disabled(at(7)),
        record(6).with_revocation(at(7)),
        record(7).with_networks(networks("10.0.0.0/8")),
        record(8).with_audiences(audiences("10.0.0.0/8")),
        record(9).with_resources(resources("repo:*")),
    ];
    for (number, kept) in (1..).zip(restricted) {
        keep(store, &kept).await;
        assert_eq!(found(store, number).await, kept);
        assert_eq!(resolved(store, number).await, kept);
    }
}

/// One that is empty allows nothing, and none at all allows everything.
async fn empty_set_is_not_taken_for_none(store: &dyn PatStore) {
    let nowhere = record(1).with_networks(NetworkSet::default());
    let for_nobody = record(2).with_audiences(AudienceSet::default());
    let on_nothing = record(3).with_resources(ResourceSet::default());
    for (number, kept) in (1..).zip([nowhere, for_nobody, on_nothing, record(4)]) {
        keep(store, &kept).await;
        assert_eq!(found(store, number).await, kept);
        assert_eq!(resolved(store, number).await, kept);
    }
}

async fn any_record_round_trips(store: &dyn PatStore) {
    let mut runner = TestRunner::new(ProptestConfig::with_cases(64));
    for number in 1..=64 {
        let kept = any_record(number).new_tree(&mut runner).unwrap().current();
        keep(store, &kept).await;
        assert_eq!(found(store, number).await, kept);
        assert_eq!(resolved(store, number).await, kept);
        assert!(store.list(kept.owner()).await.unwrap().contains(&kept));
    }
}

fn any_record(number: u128) -> impl Strategy<Value = PatRecord> {
    let scopes = vec(r"[!#-\[\]-~]{1,20}", 0..6);
    let texts = (r"\PC{1,60}", option::of(r"\PC{0,50}x\PC{0,49}"), option::of(r"\PC{1,32}"), scopes);
    let instant = || option::of(any_instant());
    let instants = (instant(), instant(), instant(), instant(), instant(), instant());
    let record = texts.prop_map(move |(owner, name, hint, scopes)| {
        let scopes: ScopeSet = scopes.iter().map(|text| Scope::parse(text).unwrap()).collect();
        PatRecord::new(id(number), OwnerId::parse(&owner).unwrap())
            .with_scopes(scopes)
            .with_name(name.map(|name| TokenName::parse(&name).unwrap()))
            .with_hint(hint.map(|hint| TokenHint::parse(&hint).unwrap()))
    });
    let places = (option::of(any_networks()), option::of(any_audiences()), option::of(any_resources()));
    (record, instants, places).prop_map(
        |(record, (created, begins, expires, paused, disabled, revoked), (networks, audiences, resources))| {
            record
                .with_creation(created)
                .with_not_before(begins)
                .with_expiry(expires)
                .with_pause(paused)
                .with_owner_disabled(disabled)
                .with_revocation(revoked)
                .with_networks(networks)
                .with_audiences(audiences)
                .with_resources(resources)
        },
    )
}

fn any_networks() -> impl Strategy<Value = NetworkSet> {
    let network = (any::<IpAddr>(), 0_u8..=32).prop_map(|(addr, len)| Network::new(addr, len).unwrap());
    vec(network, 0..4).prop_map(|networks| networks.into_iter().collect())
}

fn any_audiences() -> impl Strategy<Value = AudienceSet> {
    let audience = "[!-~]{1,40}".prop_map(|text| Audience::parse(&text).unwrap());
    vec(audience, 0..4).prop_map(|audiences| audiences.into_iter().collect())
}

fn any_resources() -> impl Strategy<Value = ResourceSet> {
    let pattern = r"[a-z]{1,8}:[^\pC/.*]{1,20}(/[^\pC/.*]{1,20}){0,3}(/\*)?";
    let pattern = pattern.prop_map(|text| ResourcePattern::parse(&text).unwrap());
    vec(pattern, 0..4).prop_map(|patterns| patterns.into_iter().collect())
}

fn any_instant() -> impl Strategy<Value = Timestamp> {
    let range = Timestamp::MIN.as_microsecond()..=Timestamp::MAX.as_microsecond();
    range.prop_map(|microsecond| Timestamp::from_microsecond(microsecond).unwrap())
}

async fn instants_are_cut_to_the_microsecond(store: &dyn PatStore) {
    let fine = |second| Timestamp::new(second, 123_456_789).unwrap();
    let cut = |second| Timestamp::new(second, 123_456_000).unwrap();
    let restricted = |second: fn(i64) -> Timestamp| {
        let record = record(1).with_creation(second(1)).with_expiry(second(2));
        record.with_not_before(second(4)).with_pause(second(5)).with_owner_disabled(second(6))
    };
    keep(store, &restricted(fine)).await;
    store.revoke(id(1), fine(3)).await.unwrap();
    assert_eq!(found(store, 1).await, restricted(cut).with_revocation(cut(3)));
    let extremes = record(2).with_creation(Timestamp::MIN).with_expiry(Timestamp::MAX);
    keep(store, &extremes).await;
    let latest = Timestamp::new(Timestamp::MAX.as_second(), 999_999_000).unwrap();
    assert_eq!(found(store, 2).await, extremes.with_expiry(latest));
}

async fn second_record_with_an_identifier_is_refused(store: &dyn PatStore) {
    keep(store, &record(1)).await;
    let refused = store.insert(&PatRecord::new(id(1), owner("mallory")), &digest(2)).await;
    assert_eq!(refused.unwrap_err().kind(), StoreErrorKind::Duplicate);
    assert_eq!(found(store, 1).await, record(1));
    assert_eq!(store.resolve(&digest(2)).await.unwrap(), Answer::Unknown);
}

async fn second_record_with_a_digest_is_refused(store: &dyn PatStore) {
    keep(store, &record(1)).await;
    let refused = store.insert(&PatRecord::new(id(2), owner("mallory")), &digest(1)).await;
    assert_eq!(refused.unwrap_err().kind(), StoreErrorKind::Duplicate);
    assert_eq!(resolved(store, 1).await, record(1));
    assert_eq!(store.find(id(2)).await.unwrap(), None);
    assert_eq!(listed(store, "mallory").await, []);
}

async fn store_takes_further_records_after_a_refusal(store: &dyn PatStore) {
    keep(store, &record(1)).await;
    store.insert(&record(1), &digest(1)).await.unwrap_err();
    keep(store, &record(2)).await;
    assert_eq!(found(store, 2).await, record(2));
}

async fn digest_that_differs_in_one_bit_is_unknown(store: &dyn PatStore) {
    keep(store, &record(1)).await;
    for position in 0..32 {
        let mut bytes = *digest(1).as_bytes();
        bytes[position] ^= 1;
        let answer = store.resolve(&TokenDigest::from_bytes(bytes)).await.unwrap();
        assert_eq!(answer, Answer::Unknown, "byte {position}");
    }
}

async fn list_begins_with_the_newest(store: &dyn PatStore) {
    keep(store, &record(1)).await;
    keep(store, &record(2).with_creation(at(-5))).await;
    keep(store, &record(3).with_creation(at(300))).await;
    keep(store, &record(4).with_creation(at(100))).await;
    keep(store, &record(6).with_creation(at(100))).await;
    keep(store, &record(5).with_creation(at(100))).await;
    assert_eq!(listed(store, "alice").await, [3, 6, 5, 4, 2, 1]);
}

async fn list_holds_the_records_of_one_owner_to_the_letter(store: &dyn PatStore) {
    for (number, name) in (1..).zip(["alice", "Alice", "alice ", "ali", "%", "álice"]) {
        keep(store, &PatRecord::new(id(number), owner(name))).await;
    }
    assert_eq!(listed(store, "alice").await, [1]);
    assert_eq!(listed(store, "Alice").await, [2]);
    assert_eq!(listed(store, "alice ").await, [3]);
    assert_eq!(listed(store, "%").await, [5]);
    assert_eq!(listed(store, "a%").await, []);
}

async fn list_holds_revoked_and_expired_records(store: &dyn PatStore) {
    keep(store, &record(1).with_expiry(Timestamp::MIN)).await;
    keep(store, &record(2)).await;
    store.revoke(id(2), at(0)).await.unwrap();
    assert_eq!(listed(store, "alice").await, [2, 1]);
}

async fn revoked_record_is_resolved_as_revoked(store: &dyn PatStore) {
    keep(store, &record(1)).await;
    keep(store, &record(2)).await;
    store.revoke(id(1), at(50)).await.unwrap();
    assert_eq!(resolved(store, 1).await, record(1).with_revocation(at(50)));
    assert_eq!(found(store, 1).await.status_at(at(0)), PatStatus::Revoked);
    assert_eq!(resolved(store, 2).await, record(2));
}

async fn second_revocation_keeps_the_first_instant(store: &dyn PatStore) {
    keep(store, &record(1)).await;
    for second in [50, 40, 60] {
        store.revoke(id(1), at(second)).await.unwrap();
    }
    assert_eq!(found(store, 1).await.revoked_at(), Some(at(50)));
}

async fn revoking_what_is_not_there_does_nothing(store: &dyn PatStore) {
    store.revoke(id(1), at(50)).await.unwrap();
    assert!(store.is_empty().await.unwrap());
    keep(store, &record(1)).await;
    assert_eq!(found(store, 1).await.revoked_at(), None);
}

async fn answer_is_as_new_as_the_call(store: &dyn PatStore) {
    for number in 1..=50 {
        assert_eq!(store.resolve(&digest(number)).await.unwrap(), Answer::Unknown);
        keep(store, &record(number)).await;
        assert_eq!(resolved(store, number).await.revoked_at(), None);
        store.revoke(id(number), at(7)).await.unwrap();
        assert_eq!(resolved(store, number).await.revoked_at(), Some(at(7)));
    }
}

async fn change_whose_caller_goes_away_is_made_wholly_or_not_at_all(store: &dyn PatStore) {
    for number in 1..=50 {
        let kept = record(number);
        let token = digest(number);
        abandon(store.insert(&kept, &token), number).await;
    }
    keep(store, &record(1_000)).await;
    for number in 1..=50 {
        let by_digest = store.resolve(&digest(number)).await.unwrap();
        let by_id = store.find(id(number)).await.unwrap();
        assert_eq!(by_digest, Answer::from(by_id.map(|pat| pat.record().clone())));
    }
}

/// Polls so many times, as the runtime would, then drops the future.
async fn abandon<F: Future>(future: F, polls: u128) {
    let mut future = pin!(future);
    for _ in 0..polls {
        let done = poll_fn(|context| Poll::Ready(future.as_mut().poll(context).is_ready())).await;
        if done {
            return;
        }
        tokio::task::yield_now().await;
    }
}

async fn table_of_revocations_is_always_the_same(store: &dyn PatStore) {
    let before = store.revocations().epoch(&digest(1));
    store.revocations().raise(digest(1).mark());
    assert_ne!(store.revocations().epoch(&digest(1)), before);
}

async fn debug_shows_no_digest_and_no_owner(store: &dyn PatStore) {
    keep(store, &record(1)).await;
    let shown = format!("{store:?}");
    let token = digest(1);
    let start = &token.as_bytes()[..4];
    let forms = [format!("{start:?}"), format!("{start:02x?}"), format!("{start:x?}")];
    for form in forms.iter().map(|form| form.trim_matches(['[', ']'])).chain(["alice"]) {
        assert!(!shown.contains(form), "{shown}");
    }
}

macro_rules! contract {
    ($($promise:ident)*) => {
        #[cfg(feature = "manage")]
        mod memory {
            use tower_pat::store::MemoryStore;

            $(#[tokio::test]
            async fn $promise() {
                super::$promise(&MemoryStore::new()).await;
            })*
        }

        #[cfg(feature = "sqlite")]
        mod sqlite {
            use crate::sqlite::Place;

            $(#[tokio::test]
            async fn $promise() {
                let place = Place::new();
                super::$promise(&place.open().await).await;
            })*
        }
    };
}

contract! {
    new_store_holds_nothing
    inserted_record_is_found_listed_and_resolved
    each_restriction_is_kept_as_what_it_is
    empty_set_is_not_taken_for_none
    any_record_round_trips
    instants_are_cut_to_the_microsecond
    second_record_with_an_identifier_is_refused
    second_record_with_a_digest_is_refused
    store_takes_further_records_after_a_refusal
    digest_that_differs_in_one_bit_is_unknown
    list_begins_with_the_newest
    list_holds_the_records_of_one_owner_to_the_letter
    list_holds_revoked_and_expired_records
    revoked_record_is_resolved_as_revoked
    second_revocation_keeps_the_first_instant
    revoking_what_is_not_there_does_nothing
    answer_is_as_new_as_the_call
    change_whose_caller_goes_away_is_made_wholly_or_not_at_all
    table_of_revocations_is_always_the_same
    debug_shows_no_digest_and_no_owner
}
