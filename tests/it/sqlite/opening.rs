use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use sqlx::{Connection, query, query_scalar};
use tokio::time::timeout;
use tower_pat::resolver::{Answer, PatResolver};
use tower_pat::store::{PatQuery, PatStore, SqliteStore, StoreErrorKind};

use super::make::{digest, id, record};
use super::place::{Place, source};

#[tokio::test]
async fn record_outlasts_the_store() {
    let place = Place::with_a_record().await;
    let store = place.open().await;
    assert_eq!(store.resolve(&digest(1)).await.unwrap(), Answer::Known(record(1)));
}

#[tokio::test]
async fn record_outlasts_a_store_that_was_not_closed() {
    let place = Place::new();
    let store = place.open().await;
    store.insert(&record(1), &digest(1)).await.unwrap();
    let again = place.open().await;
    drop(store);
    assert_eq!(again.find(id(1)).await.unwrap().unwrap().record(), &record(1));
}

#[tokio::test]
async fn closed_store_leaves_one_file_and_answers_no_more() {
    let place = Place::new();
    let store = place.open().await;
    store.insert(&record(1), &digest(1)).await.unwrap();
    store.close().await;
    let names: Vec<_> = fs::read_dir(place.directory.path()).unwrap().collect();
    assert_eq!(names.len(), 1, "{names:?}");
    assert_eq!(store.is_empty().await.unwrap_err().kind(), StoreErrorKind::Unavailable);
    assert!(store.resolve(&digest(1)).await.is_err());
}

#[tokio::test]
async fn file_stays_in_the_mode_of_the_write_ahead_log() {
    let place = Place::with_a_record().await;
    let mut stranger = place.stranger().await;
    let mode: String = query_scalar("PRAGMA journal_mode").fetch_one(&mut stranger).await.unwrap();
    assert_eq!(mode, "wal");
}

#[tokio::test]
async fn path_may_be_written_in_three_ways() {
    let place = Place::with_a_record().await;
    let path = place.file().display().to_string();
    for url in [format!("sqlite:{path}"), format!("sqlite://{path}"), format!("sqlite:{path}?mode=rw&cache=shared")] {
        let store = SqliteStore::open(&url).await.unwrap();
        assert!(!store.is_empty().await.unwrap(), "{url}");
        store.close().await;
    }
}

#[tokio::test]
async fn database_in_memory_is_refused_and_memory_store_named() {
    for url in ["sqlite::memory:", "sqlite://:memory:", "sqlite:x?mode=memory", "sqlite:x?m%6fde=memory"] {
        let error = SqliteStore::open(url).await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Address, "{url}");
        assert!(source(&error).contains("MemoryStore"), "{url}");
    }
}

#[tokio::test]
async fn directory_cannot_be_opened() {
    let place = Place::new();
    fs::create_dir(place.file()).unwrap();
    let error = place.refusal("").await;
    assert_eq!(error.kind(), StoreErrorKind::Unusable);
    assert_eq!(source(&error), "the path is a directory");
}

#[tokio::test]
async fn missing_directory_is_named_as_the_cause() {
    let place = Place::new();
    let url = format!("sqlite:{}/none/pat.db", place.directory.path().display());
    let error = SqliteStore::open(&url).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unusable);
    assert_eq!(source(&error), "the directory of the file does not exist");
}

#[tokio::test]
async fn file_that_must_be_there_is_not_created() {
    let place = Place::new();
    assert_eq!(place.kind("?mode=rw").await, StoreErrorKind::Unusable);
    assert!(!place.file().exists());
}

#[tokio::test]
async fn read_only_mode_is_refused_whether_or_not_there_is_a_file() {
    assert_eq!(Place::new().kind("?mode=ro").await, StoreErrorKind::ReadOnly);
    let place = Place::with_a_record().await;
    for parameters in ["?mode=ro", "?m%6fde=ro", "?immutable=1"] {
        assert_eq!(place.kind(parameters).await, StoreErrorKind::ReadOnly, "{parameters}");
    }
}

#[tokio::test]
async fn file_without_permission_to_write_is_refused() {
    let place = Place::with_a_record().await;
    fs::set_permissions(place.file(), fs::Permissions::from_mode(0o444)).unwrap();
    // The superuser may write to it all the same.
    if fs::OpenOptions::new().write(true).open(place.file()).is_err() {
        assert_eq!(place.kind("").await, StoreErrorKind::ReadOnly);
    }
}

#[tokio::test]
async fn file_of_another_sort_is_refused_and_left_as_it_was() {
    // SQLite takes a file of one byte for an empty one.
    for length in [2, 15, 100, 512, 4_096, 10_000] {
        let content = b"No database. ".repeat(1_000)[..length].to_vec();
        let place = Place::holding(&content);
        assert_eq!(place.kind("").await, StoreErrorKind::Unusable, "{length}");
        assert_eq!(fs::read(place.file()).unwrap(), content, "{length}");
    }
}

#[tokio::test]
async fn empty_file_becomes_a_store() {
    assert!(Place::holding(b"").open().await.is_empty().await.unwrap());
}

#[tokio::test]
async fn newer_schema_is_refused_and_left_as_it_was() {
    let place = Place::with_a_record().await;
    place
        .run("UPDATE pat_migrations SET version = 9999 WHERE version = (SELECT max(version) FROM pat_migrations)")
        .await;
    // A copy that was made with VACUUM INTO has no write-ahead log, and is not to be given one.
    place.run("PRAGMA journal_mode = DELETE").await;
    let before = fs::read(place.file()).unwrap();
    assert_eq!(place.kind("").await, StoreErrorKind::NewerSchema);
    assert_eq!(fs::read(place.file()).unwrap(), before);
}

#[tokio::test]
async fn schema_that_was_tampered_with_is_refused() {
    let place = Place::with_a_record().await;
    place.run("UPDATE pat_migrations SET checksum = x'00'").await;
    assert_eq!(place.kind("").await, StoreErrorKind::Unusable);
}

#[tokio::test]
async fn tables_of_the_host_are_left_alone() {
    let place = Place::new();
    place.run("CREATE TABLE _sqlx_migrations (version INTEGER); INSERT INTO _sqlx_migrations VALUES (77)").await;
    let store = place.open().await;
    store.insert(&record(1), &digest(1)).await.unwrap();
    let mut stranger = place.stranger().await;
    let theirs: Vec<i64> = query_scalar("SELECT version FROM _sqlx_migrations").fetch_all(&mut stranger).await.unwrap();
    assert_eq!(theirs, [77]);
    let others = query_scalar("SELECT count(*) FROM sqlite_schema WHERE tbl_name NOT GLOB 'pat_*' AND type != 'index'");
    // The host's own, and the counter of AUTOINCREMENT.
    let others: i64 = others.fetch_one(&mut stranger).await.unwrap();
    assert_eq!(others, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn eight_may_open_a_new_file_at_once() {
    for _ in 0..10 {
        let place = Arc::new(Place::new());
        let openings: Vec<_> =
            (1..=8).map(|number| tokio::spawn(open_and_insert(Arc::clone(&place), number))).collect();
        for opening in openings {
            opening.await.unwrap();
        }
        assert_eq!(place.open().await.list(&PatQuery::default()).await.unwrap().items().len(), 8);
    }
}

/// Whoever reads a file that has no write-ahead log yet keeps everybody from giving it one.
#[tokio::test]
async fn opening_waits_for_somebody_who_reads_a_file_without_a_write_ahead_log() {
    let place = Place::with_a_record().await;
    place.run("PRAGMA journal_mode = DELETE").await;
    let mut stranger = place.stranger().await;
    let mut reading = stranger.begin().await.unwrap();
    query("SELECT * FROM pat_tokens").execute(&mut *reading).await.unwrap();

    let mut opening = pin!(place.open());
    let early = timeout(Duration::from_millis(200), &mut opening).await;
    assert!(early.is_err());
    reading.rollback().await.unwrap();
    assert!(!opening.await.is_empty().await.unwrap());
}

async fn open_and_insert(place: Arc<Place>, number: u128) {
    let store = place.open().await;
    store.insert(&record(number), &digest(number)).await.unwrap();
    store.close().await;
}
