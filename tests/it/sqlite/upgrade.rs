//! Files that earlier versions wrote.

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{Connection, SqlStr, query, query_scalar};
use tower_pat::record::{NetworkSet, PatRecord, TokenName};
use tower_pat::resolver::{Answer, PatResolver};
use tower_pat::resource::ResourceSet;
use tower_pat::store::{ExpiryNotice, PatQuery, PatStore, StoreErrorKind};
use tower_pat::token::TokenHint;

use super::make::{at, digest, id, owner, record, revoke, stamp};
use super::place::Place;

const TOKENS: &str = include_str!("../../../migrations/sqlite/0001_tokens.sql");
const RESTRICTIONS: &str = include_str!("../../../migrations/sqlite/0002_restrictions.sql");
const RESOURCES: &str = include_str!("../../../migrations/sqlite/0003_resources.sql");

#[tokio::test]
async fn tokens_of_schema_1_are_kept_and_have_no_restrictions() {
    let place = Place::of_schema_1().await;
    let store = place.open().await;
    let kept = full_record_of_schema_1();
    assert_eq!(store.resolve(&digest(1)).await.unwrap(), Answer::Known(kept.clone()));
    assert_eq!(store.resolve(&digest(2)).await.unwrap(), Answer::Known(record(2)));
    assert_eq!(store.find(id(1)).await.unwrap().unwrap().mark(), digest(1).mark());
    let page = store.list(&PatQuery::default().with_owner(owner("alice"))).await.unwrap();
    assert!(page.records().eq([&kept, &record(2)]));
    assert!(page.items().iter().all(|stored| stored.version() == 1 && stored.usage().is_none()));
    assert_eq!(versions(&place).await, [1, 2, 3, 4]);
}

#[tokio::test]
async fn upgraded_file_takes_restrictions_and_stays_so_when_it_is_opened_again() {
    let place = Place::of_schema_1().await;
    let restricted = record(3).with_not_before(at(7)).with_networks(NetworkSet::default());
    let store = place.open().await;
    store.insert(&restricted, &digest(3)).await.unwrap();
    revoke(&store, 2, 8).await.unwrap();
    store.close().await;
    let again = place.open().await;
    assert_eq!(again.resolve(&digest(3)).await.unwrap(), Answer::Known(restricted));
    assert_eq!(again.resolve(&digest(2)).await.unwrap(), Answer::Known(record(2).with_revocation(at(8))));
    assert_eq!(versions(&place).await, [1, 2, 3, 4]);
}

#[tokio::test]
async fn upgrade_that_fails_midway_leaves_the_file_as_it_was() {
    let place = Place::of_schema_1().await;
    place.run("ALTER TABLE pat_tokens ADD COLUMN audiences TEXT").await;
    assert_eq!(place.kind("").await, StoreErrorKind::Unusable);
    let mut stranger = place.stranger().await;
    let added = query_scalar("SELECT count(*) FROM pragma_table_info('pat_tokens') WHERE name = 'not_before'");
    let added: i64 = added.fetch_one(&mut stranger).await.unwrap();
    assert_eq!(added, 0);
    assert_eq!(versions(&place).await, [1]);
}

#[tokio::test]
async fn tokens_of_schema_2_are_kept_and_are_limited_to_no_resources() {
    let place = Place::of_schema_1().await;
    let mut stranger = place.stranger().await;
    migrator_of_schema(2).run_direct(None, &mut stranger, false).await.unwrap();
    query("UPDATE pat_tokens SET networks = '', not_before = 7000000").execute(&mut stranger).await.unwrap();
    stranger.close().await.unwrap();
    let store = place.open().await;
    let kept = record(2).with_not_before(at(7)).with_networks(NetworkSet::default());
    assert_eq!(store.resolve(&digest(2)).await.unwrap(), Answer::Known(kept));
    let limited = record(3).with_resources("repo:acme/*".parse::<ResourceSet>().unwrap());
    store.insert(&limited, &digest(3)).await.unwrap();
    assert_eq!(store.resolve(&digest(3)).await.unwrap(), Answer::Known(limited));
    assert_eq!(versions(&place).await, [1, 2, 3, 4]);
}

#[tokio::test]
async fn tokens_of_schema_3_begin_their_families_and_owners_who_were_disabled_stay_so() {
    let place = Place::of_schema_1().await;
    let mut stranger = place.stranger().await;
    migrator_of_schema(3).run_direct(None, &mut stranger, false).await.unwrap();
    let damage = "UPDATE pat_tokens SET owner_disabled_at = iif(name IS NULL, 9000000, 7000000), resources = 'repo:a'";
    query(damage).execute(&mut stranger).await.unwrap();
    query("UPDATE pat_tokens SET name = 'Nächtlich ÄÖ' WHERE name IS NOT NULL").execute(&mut stranger).await.unwrap();
    stranger.close().await.unwrap();
    let store = place.open().await;
    let disabled = record(2).with_owner_disabled(at(7)).with_resources("repo:a".parse::<ResourceSet>().unwrap());
    assert_eq!(disabled.family(), id(2).into());
    assert_eq!(store.resolve(&digest(2)).await.unwrap(), Answer::Known(disabled));
    assert_eq!(store.owner_disabled_at(&owner("alice")).await.unwrap(), Some(at(7)));
    // A process of schema 3 that has the file open still reads it.
    let mut stranger = place.stranger().await;
    let left = query_scalar("SELECT count(*) FROM pat_tokens WHERE owner_disabled_at IS NOT NULL");
    let left: i64 = left.fetch_one(&mut stranger).await.unwrap();
    assert_eq!(left, 2);
    let named = store.list(&PatQuery::default().with_name_part("nächtlich äö")).await.unwrap();
    assert_eq!(named.items().len(), 1, "names are searched whatever their case, also those from before");
    let families =
        store.list(&PatQuery::default().with_family(tower_pat::record::FamilyId::from(id(2)))).await.unwrap();
    assert_eq!(families.items().len(), 1);
    assert_eq!(versions(&place).await, [1, 2, 3, 4]);
}

#[tokio::test]
async fn tokens_from_before_are_told_of_when_they_expire_soon() {
    let place = Place::of_schema_1().await;
    let day = 86_400_000_000_i64;
    for (number, created, expires) in [(1, 0, 90 * day), (2, 87 * day, 90 * day)] {
        let lives = format!("revoked_at = NULL, created_at = {created}, expires_at = {expires}");
        place
            .run(&format!("UPDATE pat_tokens SET {lives} WHERE name IS {}NULL", if number == 1 { "NOT " } else { "" }))
            .await;
    }
    let store = place.open().await;
    let mut noticed = Vec::new();
    for day in [83, 84, 89, 90] {
        let done = store.claim_expiring(10, &stamp(day * 86_400)).await.unwrap();
        noticed.extend(done.events().iter().map(|event| (day, event.token().unwrap(), event.expiry_notice().unwrap())));
    }
    noticed.sort_by_key(|(day, token, _)| (*day, *token));
    let expected = [(83, id(1), ExpiryNotice::Week), (89, id(1), ExpiryNotice::Day), (89, id(2), ExpiryNotice::Day)];
    assert_eq!(noticed, expected);
}

/// It would take a token that was replaced for a good one.
#[tokio::test]
async fn version_of_schema_3_refuses_an_upgraded_file() {
    let place = Place::with_a_record().await;
    let mut stranger = place.stranger().await;
    let refused = migrator_of_schema(3).run_direct(None, &mut stranger, false).await;
    assert!(matches!(refused, Err(sqlx::migrate::MigrateError::VersionMissing(4))), "{refused:?}");
}

/// It would let a token that is limited to resources pass everywhere.
#[tokio::test]
async fn version_of_schema_2_refuses_an_upgraded_file() {
    let place = Place::with_a_record().await;
    let mut stranger = place.stranger().await;
    let refused = migrator_of_schema(2).run_direct(None, &mut stranger, false).await;
    assert!(matches!(refused, Err(sqlx::migrate::MigrateError::VersionMissing(3))), "{refused:?}");
}

/// A version that knows schema 1 alone would let a restricted token pass.
#[tokio::test]
async fn version_of_schema_1_refuses_an_upgraded_file() {
    let place = Place::with_a_record().await;
    let mut stranger = place.stranger().await;
    let refused = migrator_of_schema(1).run_direct(None, &mut stranger, false).await;
    assert!(matches!(refused, Err(sqlx::migrate::MigrateError::VersionMissing(2))), "{refused:?}");
}

async fn versions(place: &Place) -> Vec<i64> {
    let mut stranger = place.stranger().await;
    query_scalar("SELECT version FROM pat_migrations ORDER BY version").fetch_all(&mut stranger).await.unwrap()
}

fn full_record_of_schema_1() -> PatRecord {
    record(1)
        .with_name(TokenName::parse("nightly build").unwrap())
        .with_hint(TokenHint::parse("acme_pat_…a1B2").unwrap())
        .with_scopes("invoices:read invoices:write".parse().unwrap())
        .with_creation(at(1_000))
        .with_expiry(at(2_000))
        .with_revocation(at(1_500))
}

/// As the version that knew this schema and no later one set it up.
fn migrator_of_schema(newest: usize) -> Migrator {
    let all = [(1, "tokens", TOKENS), (2, "restrictions", RESTRICTIONS), (3, "resources", RESOURCES)];
    let migrations = all[..newest].iter().map(|&(version, description, sql)| {
        let sql = SqlStr::from_static(sql);
        Migration::new(version, description.into(), MigrationType::Simple, sql, false)
    });
    let mut migrator = Migrator::with_migrations(migrations.collect());
    migrator.dangerous_set_table_name("pat_migrations");
    migrator
}

impl Place {
    /// A file as the version that knew schema 1 alone left it, with a full record and an empty one.
    async fn of_schema_1() -> Self {
        let place = Self::new();
        let mut stranger = place.stranger().await;
        migrator_of_schema(1).run_direct(None, &mut stranger, false).await.unwrap();
        let add = "INSERT INTO pat_tokens (id, digest, owner, name, hint, scopes, created_at, expires_at, revoked_at) \
                   VALUES (?, ?, 'alice', 'nightly build', 'acme_pat_…a1B2', 'invoices:read invoices:write', \
                   1000000000, 2000000000, 1500000000), (?, ?, 'alice', NULL, NULL, '', NULL, NULL, NULL)";
        let mut adding = query(add);
        for number in [1, 2] {
            adding = adding.bind(id(number).as_uuid().as_bytes().to_vec()).bind(digest(number).as_bytes().to_vec());
        }
        adding.execute(&mut stranger).await.unwrap();
        query("PRAGMA journal_mode = WAL").execute(&mut stranger).await.unwrap();
        stranger.close().await.unwrap();
        place
    }
}
