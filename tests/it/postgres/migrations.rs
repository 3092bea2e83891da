use std::sync::Arc;

use sqlx::query_scalar;
use tower_pat::resolver::{Answer, PatResolver};
use tower_pat::store::{PatQuery, PatStore, PostgresMigration, PostgresStore, StoreErrorKind};

use super::place::{Place, source};
use crate::sqlite::make::{digest, record};
use crate::support::postgres::{Database, Server};

async fn nothing() -> Database {
    Server::shared().database().await
}

/// Each is an instance of its own: nothing but the database tells one of the others.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ten_instances_may_open_a_new_database_at_once() {
    for _ in 0..3 {
        let database = Arc::new(nothing().await);
        let openings: Vec<_> =
            (1..=10).map(|number| tokio::spawn(open_and_insert(Arc::clone(&database), number))).collect();
        for opening in openings {
            opening.await.unwrap();
        }
        let place = Place::on(Arc::into_inner(database).unwrap()).await;
        assert_eq!(place.list(&PatQuery::default()).await.unwrap().items().len(), 10);
        let mut stranger = place.database.stranger().await;
        let applied: Vec<i32> =
            query_scalar("SELECT number FROM pat_migrations ORDER BY number").fetch_all(&mut stranger).await.unwrap();
        assert_eq!(applied, [1]);
    }
}

async fn open_and_insert(database: Arc<Database>, number: u128) {
    let store = PostgresStore::builder(&database.url()).with_schema("auth").connect().await.unwrap();
    store.close().await;
    let store = PostgresStore::connect(&database.url()).await.unwrap();
    store.insert(&record(number), &digest(number)).await.unwrap();
    store.close().await;
}

#[tokio::test]
async fn host_that_applies_the_migrations_itself_gets_the_same_store() {
    let database = nothing().await;
    let refused = PostgresStore::builder(&database.url()).without_migrating().connect().await.unwrap_err();
    assert_eq!(refused.kind(), StoreErrorKind::Unusable);
    assert!(source(&refused).contains("migrations have not been applied"), "{refused:?}");
    for migration in PostgresStore::migrations() {
        database.run(migration.sql()).await;
    }
    for builder in
        [PostgresStore::builder(&database.url()).without_migrating(), PostgresStore::builder(&database.url())]
    {
        let store = builder.connect().await.unwrap();
        assert!(store.is_empty().await.unwrap());
    }
    let newest = PostgresStore::migrations().iter().map(PostgresMigration::number).max().unwrap();
    assert_eq!(newest, 1);
}

#[tokio::test]
async fn newer_schema_is_refused_and_left_as_it_was() {
    let place = Place::new().await;
    place.database.run("INSERT INTO pat_migrations (number) VALUES (9999)").await;
    for builder in [place.builder(), place.builder().without_migrating()] {
        assert_eq!(builder.connect().await.unwrap_err().kind(), StoreErrorKind::NewerSchema);
    }
}

#[tokio::test]
async fn schema_that_is_half_there_is_refused_and_left_as_it_was() {
    let database = nothing().await;
    database.run("CREATE TABLE pat_events (number int)").await;
    let refused = PostgresStore::connect(&database.url()).await.unwrap_err();
    assert_eq!(refused.kind(), StoreErrorKind::Unusable, "{refused:?}");
    let mut stranger = database.stranger().await;
    let left: Vec<String> = query_scalar("SELECT relname::text FROM pg_class WHERE relname LIKE 'pat\\_%'")
        .fetch_all(&mut stranger)
        .await
        .unwrap();
    assert_eq!(left, ["pat_events"]);
}

#[tokio::test]
async fn stores_of_other_schemas_and_prefixes_in_one_database_know_nothing_of_each_other() {
    let place = Place::new().await;
    place.database.run("CREATE TABLE tokens (host int); CREATE TABLE _sqlx_migrations (version bigint)").await;
    let long = "x".repeat(31);
    let builders = [
        place.builder().with_table_prefix("other_"),
        place.builder().with_schema("user"),
        place.builder().with_schema(&long).with_table_prefix(&long),
    ];
    place.insert(&record(1), &digest(1)).await.unwrap();
    for (number, builder) in (2..).zip(builders) {
        let store = builder.clone().connect().await.unwrap();
        assert_eq!(store.resolve(&digest(1)).await.unwrap(), Answer::Unknown);
        store.insert(&record(number), &digest(number)).await.unwrap();
        assert_eq!(place.resolve(&digest(number)).await.unwrap(), Answer::Unknown);
        let again = builder.without_migrating().connect().await.unwrap();
        assert_eq!(again.resolve(&digest(number)).await.unwrap(), Answer::Known(record(number)));
        assert!(Arc::ptr_eq(store.revocations(), again.revocations()));
        assert!(!Arc::ptr_eq(store.revocations(), place.revocations()));
    }
    assert!(Arc::ptr_eq(place.open_again().await.revocations(), place.revocations()));
}
