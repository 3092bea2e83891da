use jiff::Timestamp;
use tower_pat::resolver::{Answer, PatResolver};
use tower_pat::store::{
    ActorId, AuditEvent, AuditKind, Change, Insertion, PatQuery, PatStore, PostgresStore, Selection, Stamp,
    StoreErrorKind, Update, Use,
};

use super::place::Place;
use crate::sqlite::make::{at, digest, id, owner, record, revoke, stamp};

/// What the documentation of the builder says that a role needs.
fn grants(role: &str) -> String {
    let source = include_str!("../../../src/store/postgres/builder.rs");
    let lines = source.lines().filter_map(|line| line.trim().strip_prefix("/// GRANT "));
    let ours = lines.filter(|line| line.ends_with(&format!("TO {role};")));
    let grants = ours.map(|line| format!("GRANT {line}\n")).collect::<Vec<_>>().concat();
    assert!(grants.lines().count() >= 2, "{grants}");
    grants
}

/// A store with a record, and its address for a role with what the documentation says that it needs.
async fn place_for(role: &str) -> (Place, String) {
    let place = Place::new().await;
    place.insert(&record(1), &digest(1)).await.unwrap();
    let user = format!("{role}_{}", place.database.name());
    place.database.run(&format!("CREATE ROLE {user} LOGIN")).await;
    place.database.run(&grants(role).replace(&format!("TO {role}"), &format!("TO {user}"))).await;
    let url = place.database.url_for(&user);
    (place, url)
}

#[tokio::test]
async fn role_that_only_verifies_resolves_and_changes_nothing() {
    let (place, url) = place_for("verifier").await;
    let store = PostgresStore::builder(&url).without_migrating().connect().await.unwrap();
    assert_eq!(store.resolve(&digest(1)).await.unwrap(), Answer::Known(record(1)));
    assert_eq!(store.resolve(&digest(2)).await.unwrap(), Answer::Unknown);
    assert_eq!(store.list(&PatQuery::default()).await.unwrap().items().len(), 1);
    let seen = store.find(id(1)).await.unwrap().unwrap();
    let event = AuditEvent::new(stamp(1), AuditKind::Created, owner("alice"));
    for change in [
        Change::default().with_insertion(Insertion::new(record(2), digest(2))),
        Change::default().with_update(Update::of(&seen)),
        Change::default().with_event(event),
    ] {
        assert_eq!(store.apply(&change).await.unwrap_err().kind(), StoreErrorKind::ReadOnly, "{change:?}");
    }
    let refusals = [
        revoke(&store, 1, 5).await.unwrap_err(),
        store.revoke_some(&Selection::all(), None, &stamp(1)).await.unwrap_err(),
        store.set_owner_disabled(&owner("alice"), true, &stamp(1)).await.unwrap_err(),
        store.set_owner_disabled(&owner("alice"), false, &stamp(1)).await.unwrap_err(),
        store.record_uses(&[Use::new(id(1), at(7))]).await.unwrap_err(),
        store.claim_expiring(10, &stamp(1)).await.unwrap_err(),
        store.prune(Timestamp::MAX, 10, &Stamp::new(at(1), ActorId::System)).await.unwrap_err(),
    ];
    for refusal in refusals {
        assert_eq!(refusal.kind(), StoreErrorKind::ReadOnly, "{refusal:?}");
        assert_eq!(refusal.to_string(), "the token store is read-only");
    }
    assert_eq!(place.find(id(1)).await.unwrap().unwrap(), seen);
    assert_eq!(place.marks().await.len(), 1);
}

#[tokio::test]
async fn role_that_only_verifies_is_told_so_when_it_is_to_write() {
    let (_place, url) = place_for("verifier").await;
    let refused = PostgresStore::connect(&url).await.unwrap_err();
    assert_eq!(refused.kind(), StoreErrorKind::ReadOnly, "{refused:?}");
}

/// Who writes is followed by somebody, and reads the change log.
#[tokio::test]
async fn role_that_may_add_changes_but_not_read_them_is_told_so() {
    let (place, url) = place_for("manager").await;
    let user = format!("manager_{}", place.database.name());
    place.database.run(&format!("REVOKE SELECT ON pat_changes FROM {user}")).await;
    let refused = PostgresStore::connect(&url).await.unwrap_err();
    assert_eq!(refused.kind(), StoreErrorKind::ReadOnly, "{refused:?}");
}

#[tokio::test]
async fn role_that_manages_does_all_but_change_the_schema() {
    let (_place, url) = place_for("manager").await;
    for builder in [PostgresStore::builder(&url), PostgresStore::builder(&url).without_migrating()] {
        let store = builder.connect().await.unwrap();
        store.insert(&record(2), &digest(2)).await.unwrap();
        let seen = store.find(id(2)).await.unwrap().unwrap();
        let event = AuditEvent::new(stamp(1), AuditKind::Edited, owner("alice"));
        store.apply(&Change::default().with_update(Update::of(&seen)).with_event(event)).await.unwrap();
        store.record_uses(&[Use::new(id(2), at(7))]).await.unwrap();
        store.set_owner_disabled(&owner("alice"), true, &stamp(1)).await.unwrap();
        store.set_owner_disabled(&owner("alice"), false, &stamp(1)).await.unwrap();
        assert_eq!(revoke(&store, 2, 5).await.unwrap(), 1);
        assert_eq!(store.prune(at(6), 10, &stamp(6)).await.unwrap().events().len(), 1);
    }
    let other = PostgresStore::builder(&url).with_schema("other").connect().await.unwrap_err();
    assert_eq!(other.kind(), StoreErrorKind::ReadOnly);
}

/// It cannot even tell that a token is unknown.
#[tokio::test]
async fn role_that_may_not_even_read_is_an_outage_and_no_unknown_token() {
    let (place, url) = place_for("verifier").await;
    let store = PostgresStore::builder(&url).without_migrating().connect().await.unwrap();
    let user = format!("verifier_{}", place.database.name());
    place.database.run(&format!("REVOKE SELECT ON pat_tokens FROM {user}")).await;
    assert!(store.resolve(&digest(1)).await.is_err());
    assert_eq!(store.find(id(1)).await.unwrap_err().kind(), StoreErrorKind::Unusable);
}

#[tokio::test]
async fn database_that_is_set_to_reading_is_read_only() {
    let place = Place::new().await;
    place.insert(&record(1), &digest(1)).await.unwrap();
    let sql = format!("ALTER DATABASE {} SET default_transaction_read_only = on", place.database.name());
    place.database.run(&sql).await;
    assert_eq!(place.builder().connect().await.unwrap_err().kind(), StoreErrorKind::ReadOnly);
    let store = place.builder().without_migrating().connect().await.unwrap();
    assert_eq!(store.resolve(&digest(1)).await.unwrap(), Answer::Known(record(1)));
}
