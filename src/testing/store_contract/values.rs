//! What is written is found as it was.

use jiff::Timestamp;

use super::make::{
    at, digest, found, given, id, is_kept, keep, keep_with, listed, name, owner, record, refused, resolved, stamp,
};
use crate::record::{AudienceSet, Description, Metadata, NetworkSet, OwnerId, PatRecord, Reason};
use crate::resolver::Answer;
use crate::resource::ResourceSet;
use crate::scope::{Scope, ScopeSet};
use crate::store::{Done, EventQuery, IdempotencyKey, PatDetails, PatQuery, PatStore, Selection, Span, StoreErrorKind};
use crate::token::TokenHint;

pub(super) async fn new_store_holds_nothing(store: &dyn PatStore) {
    assert!(given(store.is_empty().await, "is_empty"), "a store without records is empty");
    assert_eq!(store.resolve(&digest(1)).await.ok(), Some(Answer::Unknown), "a token that is not there is unknown");
    let key = IdempotencyKey::from_bytes([7; 32]);
    assert_eq!(given(store.find(id(1)).await, "find"), None);
    assert_eq!(given(store.find_by_digest(&digest(1)).await, "find_by_digest"), None);
    assert_eq!(given(store.find_by_key(&owner("alice"), &key).await, "find_by_key"), None);
    assert_eq!(given(store.list(&PatQuery::default()).await, "list").items(), []);
    assert_eq!(given(store.events(&EventQuery::default()).await, "events").events(), []);
    assert_eq!(given(store.owner_disabled_at(&owner("alice")).await, "owner_disabled_at"), None);
    assert_eq!(given(store.revoke_some(&Selection::all(), None, &stamp(1)).await, "revoke_some"), Done::default());
    assert_eq!(given(store.prune(at(1), 10, &stamp(1)).await, "prune"), Done::default());
}

fn full_record() -> PatRecord {
    record(1)
        .with_family(id(77).into())
        .with_name(name("Nightly build"))
        .with_hint(TokenHint::parse("acme_pat_…a1B2").expect("a hint"))
        .with_scopes(scopes("invoices:read invoices:write"))
        .with_creation(at(1_000))
        .with_not_before(at(1_100))
        .with_expiry(at(2_000))
        .with_replacement(at(1_400))
        .with_retirement(at(1_900))
        .with_pause(at(1_300))
        .with_revocation(at(1_500))
        .with_networks(networks("192.0.2.0/24 2001:db8::/32"))
        .with_audiences(audiences("https://a.example https://b.example"))
        .with_resources(resources("repo:acme/*\nteam:night shift"))
}

fn full_details() -> PatDetails {
    PatDetails::default()
        .with_description(Description::parse("two\nlines").expect("a description"))
        .with_metadata(Metadata::new([("team", "billing"), ("\"", "\\")]).expect("metadata"))
        .with_revocation(Reason::parse("laptop stolen").expect("a reason"))
        .with_successor(id(78))
        .with_key(IdempotencyKey::from_bytes([7; 32]))
}

pub(super) async fn inserted_record_is_found_listed_and_resolved(store: &dyn PatStore) {
    let (kept, details) = (full_record(), full_details());
    keep_with(store, &kept, details.clone()).await;
    let stored = found(store, 1).await;
    assert_eq!(stored.record(), &kept, "find should give the record as it was written");
    assert_eq!(stored.details(), &details, "find should give the details as they were written");
    assert_eq!(stored.mark(), digest(1).mark(), "the mark is that of the digest");
    assert_eq!((stored.version(), stored.usage()), (1, None), "a new record has version 1 and was never used");
    assert_eq!(resolved(store, 1).await, kept, "resolve should give the record as it was written");
    let by_digest = given(store.find_by_digest(&digest(1)).await, "find_by_digest");
    assert_eq!(by_digest.as_ref(), Some(&stored), "find_by_digest should give what find gives");
    let by_key = store.find_by_key(kept.owner(), &IdempotencyKey::from_bytes([7; 32])).await;
    assert_eq!(given(by_key, "find_by_key").as_ref(), Some(&stored), "find_by_key should give what find gives");
    let page = given(store.list(&PatQuery::default()).await, "list");
    assert_eq!(page.items(), [stored], "list should give what find gives");
    assert!(!given(store.is_empty().await, "is_empty"), "a store with a record is not empty");
}

/// One field at a time: what is kept in one place is not read from another.
pub(super) async fn each_field_is_kept_as_what_it_is(store: &dyn PatStore) {
    let records = [
        record(1),
        record(2).with_not_before(at(7)),
        record(3).with_expiry(at(7)),
        record(4).with_pause(at(7)),
        record(5).with_retirement(at(7)),
        record(6).with_revocation(at(7)),
        record(7).with_networks(networks("10.0.0.0/8")),
        record(8).with_audiences(audiences("10.0.0.0/8")),
        record(9).with_resources(resources("repo:*")),
        record(10).with_creation(at(7)),
        record(11).with_family(id(1).into()),
        record(12).with_replacement(at(7)),
    ];
    for (number, kept) in (1..).zip(records) {
        keep(store, &kept).await;
        assert_eq!(found(store, number).await.record(), &kept, "find should give the record as it was written");
        assert_eq!(resolved(store, number).await, kept, "resolve should give the record as it was written");
    }
    let none = PatDetails::default;
    let details = [
        none(),
        none().with_description(Description::parse("x").expect("a description")),
        none().with_revocation(Reason::parse("x").expect("a reason")),
        none().with_successor(id(7)),
        none().with_key(IdempotencyKey::from_bytes([8; 32])),
        none().with_metadata(Metadata::new([("x", "")]).expect("metadata")),
    ];
    for (number, kept) in (101..).zip(details) {
        keep_with(store, &record(number), kept.clone()).await;
        assert_eq!(found(store, number).await.details(), &kept, "find should give the details as they were written");
    }
}

/// One that is empty allows nothing, and none at all allows everything.
pub(super) async fn empty_set_is_not_taken_for_none(store: &dyn PatStore) {
    let nowhere = record(1).with_networks(NetworkSet::default());
    let for_nobody = record(2).with_audiences(AudienceSet::default());
    let on_nothing = record(3).with_resources(ResourceSet::default());
    for (number, kept) in (1..).zip([nowhere, for_nobody, on_nothing, record(4)]) {
        keep(store, &kept).await;
        assert_eq!(found(store, number).await.record(), &kept, "an empty set allows nothing, none allows everything");
        assert_eq!(resolved(store, number).await, kept, "an empty set allows nothing, none allows everything");
    }
}

pub(super) async fn instants_are_cut_to_the_microsecond(store: &dyn PatStore) {
    let of = |nanosecond: i32| {
        let instant = |second| Timestamp::new(second, nanosecond).expect("an instant");
        let record = record(1).with_creation(instant(1)).with_expiry(instant(2)).with_not_before(instant(4));
        let record = record.with_replacement(instant(3));
        record.with_pause(instant(5)).with_retirement(instant(6)).with_revocation(instant(7))
    };
    keep(store, &of(123_456_789)).await;
    let cut = of(123_456_000);
    assert_eq!(
        found(store, 1).await.record(),
        &cut,
        "instants are kept to the microsecond, and what is finer is cut off"
    );
}

/// One from long before anybody wrote the year down is kept too, or refused as what the store cannot hold.
pub(super) async fn instants_from_the_first_to_the_last_are_kept(store: &dyn PatStore) {
    let latest = Timestamp::new(Timestamp::MAX.as_second(), 999_999_000).expect("an instant");
    let instants = [at(-62_135_596_800), at(-1), Timestamp::UNIX_EPOCH, latest];
    for (number, instant) in (1..).zip(instants) {
        let kept = record(number).with_creation(instant).with_expiry(instant).with_not_before(instant);
        keep(store, &kept).await;
        assert_eq!(found(store, number).await.record(), &kept, "any instant from the year 1 on can be kept");
    }
    keep(store, &record(9).with_expiry(Timestamp::MAX)).await;
    assert_eq!(found(store, 9).await.record().expires_at(), Some(latest), "a host may write never as the last instant");
    let first = record(10).with_creation(Timestamp::MIN);
    match store.insert(&first, &digest(10)).await {
        Ok(()) => assert_eq!(found(store, 10).await.record(), &first, "the first instant of all is kept as it is"),
        written => {
            refused(written, StoreErrorKind::OutOfRange, "the first instant of all cannot be kept");
            assert!(!is_kept(store, 10).await, "what is refused is not kept");
        }
    }
    let from_the_first = Span::default().with_start(Timestamp::MIN).with_end(at(0));
    let listed = listed(store, &PatQuery::default().with_expiring(from_the_first)).await;
    assert_eq!(listed.len(), 2, "the first instant of all can be asked for");
}

pub(super) async fn texts_of_any_script_and_the_greatest_length_are_kept(store: &dyn PatStore) {
    let texts = ["Ærøskøbing 東京 🦀", "'; DROP TABLE pat_tokens; --", "%_\\\"`$1 {}", "a\u{301}", "\u{202e}x"];
    let (longest, widest) = ("x".repeat(100), "🦀".repeat(100));
    for (number, text) in (1..).zip(texts.into_iter().chain([longest.as_str(), widest.as_str()])) {
        let kept = PatRecord::new(id(number), owner(&text[..text.floor_char_boundary(255)])).with_name(name(text));
        keep(store, &kept).await;
        assert_eq!(found(store, number).await.record(), &kept, "texts are kept as they are");
    }
    let long_owner = OwnerId::parse(&"o".repeat(255)).expect("an owner");
    let description = Description::parse(&"🦀".repeat(500)).expect("a description");
    let metadata = (0..7).map(|key| (key.to_string(), "\"x\u{e9}".repeat(100)));
    let details = PatDetails::default()
        .with_description(description)
        .with_revocation(Reason::parse(&"é".repeat(200)).expect("a reason"))
        .with_metadata(Metadata::new(metadata).expect("metadata"));
    keep_with(store, &PatRecord::new(id(100), long_owner), details.clone()).await;
    assert_eq!(found(store, 100).await.details(), &details, "texts of the greatest length are kept");
}

pub(super) async fn thousand_scopes_are_kept(store: &dyn PatStore) {
    let scope = |number| Scope::parse(&format!("{number:0>128}")).expect("a scope");
    let kept = record(1).with_scopes((0..1_000).map(scope).collect());
    keep(store, &kept).await;
    assert_eq!(found(store, 1).await.record(), &kept, "a thousand scopes of 128 characters are kept");
    assert_eq!(resolved(store, 1).await, kept, "a thousand scopes of 128 characters are resolved");
}

fn scopes(text: &str) -> ScopeSet {
    text.parse().expect("scopes")
}

fn networks(text: &str) -> NetworkSet {
    text.parse().expect("networks")
}

fn audiences(text: &str) -> AudienceSet {
    text.parse().expect("audiences")
}

fn resources(text: &str) -> ResourceSet {
    text.parse().expect("resources")
}
