//! What every store promises, for each of ours; and that any record at all comes back as it was.

use std::net::IpAddr;

use jiff::Timestamp;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{ProptestConfig, Strategy, any};
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use tower_pat::record::{Audience, AudienceSet, Network, NetworkSet, OwnerId, PatRecord, TokenName};
use tower_pat::resolver::Answer;
use tower_pat::resource::{ResourcePattern, ResourceSet};
use tower_pat::scope::{Scope, ScopeSet};
use tower_pat::store::{PatQuery, PatStore, SqliteStore};
use tower_pat::token::TokenHint;

use crate::sqlite::Place;
use crate::sqlite::make::{digest, id};

mod memory {
    use std::sync::Arc;

    use jiff::Timestamp;
    use tower_pat::store::MemoryStore;

    tower_pat::testing::store_contract::tests!(async || Arc::new(MemoryStore::new()));

    #[tokio::test]
    async fn any_record_round_trips() {
        super::any_record_round_trips(&MemoryStore::new(), Timestamp::MIN).await;
    }
}

mod sqlite {
    use jiff::Timestamp;

    use super::InPlace;

    tower_pat::testing::store_contract::tests!(InPlace::open);

    #[tokio::test]
    async fn any_record_round_trips() {
        super::any_record_round_trips(&*InPlace::open().await, Timestamp::MIN).await;
    }
}

#[cfg(all(feature = "axum", feature = "postgres"))]
mod postgres {
    use jiff::Timestamp;

    use crate::postgres::Place;

    tower_pat::testing::store_contract::tests!(Place::new);

    /// From the first instant that the server can keep.
    #[tokio::test]
    async fn any_record_round_trips() {
        let first: Timestamp = "-004713-11-24T00:00:00Z".parse().unwrap();
        super::any_record_round_trips(&*Place::new().await, first).await;
    }
}

/// A store and the directory of its file, which goes with it.
struct InPlace {
    store: SqliteStore,
    _place: Place,
}

impl InPlace {
    async fn open() -> Self {
        let place = Place::new();
        Self { store: place.open().await, _place: place }
    }
}

impl std::ops::Deref for InPlace {
    type Target = SqliteStore;

    fn deref(&self) -> &SqliteStore {
        &self.store
    }
}

async fn any_record_round_trips(store: &dyn PatStore, first: Timestamp) {
    let mut runner = TestRunner::new(ProptestConfig::with_cases(64));
    for number in 1..=64 {
        let kept = any_record(number, first).new_tree(&mut runner).unwrap().current();
        store.insert(&kept, &digest(number)).await.unwrap();
        assert_eq!(store.find(id(number)).await.unwrap().unwrap().record(), &kept);
        assert_eq!(store.resolve(&digest(number)).await.unwrap(), Answer::Known(kept.clone()));
        let page = store.list(&PatQuery::default().with_owner(kept.owner().clone())).await.unwrap();
        assert!(page.records().any(|record| *record == kept));
    }
}

fn any_record(number: u128, first: Timestamp) -> impl Strategy<Value = PatRecord> {
    let scopes = vec(r"[!#-\[\]-~]{1,20}", 0..6);
    let texts = (r"\PC{1,60}", option::of(r"\PC{0,50}x\PC{0,49}"), option::of(r"\PC{1,32}"), scopes);
    let instant = || option::of(any_instant(first));
    let instants = (instant(), instant(), instant(), instant(), (instant(), instant()), instant());
    let record = texts.prop_map(move |(owner, name, hint, scopes)| {
        let scopes: ScopeSet = scopes.iter().map(|text| Scope::parse(text).unwrap()).collect();
        PatRecord::new(id(number), OwnerId::parse(&owner).unwrap())
            .with_scopes(scopes)
            .with_name(name.map(|name| TokenName::parse(&name).unwrap()))
            .with_hint(hint.map(|hint| TokenHint::parse(&hint).unwrap()))
    });
    let places = (option::of(any_networks()), option::of(any_audiences()), option::of(any_resources()));
    (record, instants, places).prop_map(
        |(
            record,
            (created, begins, expires, paused, (replaced, retires), revoked),
            (networks, audiences, resources),
        )| {
            record
                .with_creation(created)
                .with_not_before(begins)
                .with_expiry(expires)
                .with_pause(paused)
                .with_replacement(replaced)
                .with_retirement(retires)
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

fn any_instant(first: Timestamp) -> impl Strategy<Value = Timestamp> {
    let range = first.as_microsecond()..=Timestamp::MAX.as_microsecond();
    range.prop_map(|microsecond| Timestamp::from_microsecond(microsecond).unwrap())
}
