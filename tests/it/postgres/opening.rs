use std::sync::Arc;

use sqlx::query_scalar;
use tower_pat::resolver::PatResolver;
use tower_pat::store::{PatStore, PostgresStore, StoreError, StoreErrorKind};

use super::place::{Place, source};
use crate::sqlite::make::{digest, record};
use crate::support::postgres::Server;

async fn refusal(url: &str) -> StoreError {
    let error = PostgresStore::connect(url).await.unwrap_err();
    assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
    error
}

#[tokio::test]
async fn wrong_password_user_and_database_are_told_and_not_repeated() {
    let place = Place::new().await;
    place.database.run("DROP ROLE IF EXISTS with_password; CREATE ROLE with_password LOGIN PASSWORD 'right'").await;
    place.database.run("GRANT ALL ON SCHEMA public TO with_password").await;
    let url = |login: &str| place.database.url_for(login);
    for (url, word) in [
        (url("with_password:hunter2"), "password"),
        (url("nobody_of_that_name"), "role"),
        (url("postgres:hunter2").replace(place.database.name(), "no_such_database"), "database"),
    ] {
        let error = refusal(&url).await;
        assert_eq!(error.kind(), StoreErrorKind::Unusable, "{error:?}");
        assert!(source(&error).contains(word), "{error:?}");
    }
    let ours = PostgresStore::builder(&url("with_password:right")).with_table_prefix("ours_");
    assert!(ours.connect().await.unwrap().is_empty().await.unwrap());
}

#[tokio::test]
async fn server_that_is_not_there_is_an_outage() {
    for url in ["postgres://pat:hunter2@127.0.0.1:1/pat", "postgres:///pat?host=/nowhere&user=pat&password=hunter2"] {
        assert_eq!(refusal(url).await.kind(), StoreErrorKind::Unavailable, "{url}");
    }
}

#[tokio::test]
async fn plan_shows_no_address() {
    let builder = PostgresStore::builder("postgres://pat:hunter2@127.0.0.1:1/pat").with_schema("auth");
    assert_eq!(
        format!("{builder:?}"),
        "PostgresStoreBuilder { schema: \"auth\", prefix: \"pat_\", max_connections: 10, statement_timeout: 5s, migrates: true, .. }"
    );
}

#[tokio::test]
async fn socket_in_a_directory_leads_to_the_same_store() {
    let place = Place::new().await;
    place.insert(&record(1), &digest(1)).await.unwrap();
    let server = Server::shared();
    let directory = server.directory().display();
    let url = format!("postgres:///{}?host={directory}&port={}&user=postgres", place.database.name(), server.port());
    let store = PostgresStore::connect(&url).await.unwrap();
    assert!(!store.is_empty().await.unwrap());
    assert!(Arc::ptr_eq(store.revocations(), place.revocations()));
}

/// It has the generation of what it was copied from.
#[tokio::test]
async fn copy_of_a_database_on_the_same_server_is_another_one() {
    let place = Place::new().await;
    place.close().await;
    let (server, name) = (&place.database.server, place.database.name());
    server.run("postgres", &format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false")).await;
    let ended = format!("SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE datname = '{name}'");
    server.run("postgres", &ended).await;
    server.run("postgres", &format!("CREATE DATABASE copy_of_{name} TEMPLATE {name}")).await;
    server.run("postgres", &format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true")).await;
    let copy = PostgresStore::connect(&server.url(&format!("copy_of_{name}"))).await.unwrap();
    let (one, other) = (place.open_again().await, place.open_again().await);
    assert!(Arc::ptr_eq(one.revocations(), other.revocations()));
    assert!(!Arc::ptr_eq(one.revocations(), copy.revocations()));
}

#[tokio::test]
async fn database_of_another_encoding_is_refused() {
    let server = Server::shared();
    server.run("postgres", "CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'").await;
    let error = refusal(&server.url("latin")).await;
    assert_eq!(error.kind(), StoreErrorKind::Unusable);
    assert!(source(&error).contains("UTF8"), "{error:?}");
}

#[tokio::test]
async fn closed_store_answers_no_more() {
    let place = Place::new().await;
    place.close().await;
    assert_eq!(place.is_empty().await.unwrap_err().kind(), StoreErrorKind::Unavailable);
    assert!(place.resolve(&digest(1)).await.is_err());
}

#[tokio::test]
async fn every_connection_is_durable_and_bounded_whatever_the_role_is_set_to() {
    let place = Place::new().await;
    let name = place.database.name();
    for setting in ["synchronous_commit = off", "search_path = nowhere", "default_transaction_isolation = serializable"]
    {
        place.database.run(&format!("ALTER DATABASE {name} SET {setting}")).await;
    }
    place.database.run("CREATE TABLE public.seen (setting text, value text)").await;
    let look = "CREATE FUNCTION public.look() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.seen \
                SELECT name, setting FROM pg_catalog.pg_settings; RETURN NULL; END $$; \
                CREATE TRIGGER look AFTER INSERT ON public.pat_tokens EXECUTE FUNCTION public.look()";
    place.database.run(look).await;
    let store = place.open_again().await;
    store.insert(&record(1), &digest(1)).await.unwrap();
    for (setting, value) in [
        ("synchronous_commit", "on"),
        ("search_path", "pg_catalog"),
        ("transaction_isolation", "read committed"),
        ("statement_timeout", "5000"),
        ("idle_in_transaction_session_timeout", "5000"),
    ] {
        let mut stranger = place.database.stranger().await;
        let seen = query_scalar("SELECT value FROM public.seen WHERE setting = $1").bind(setting);
        let seen: String = seen.fetch_one(&mut stranger).await.unwrap();
        assert_eq!(seen, value, "{setting}");
    }
}
