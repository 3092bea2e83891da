//! The store in a SQLite file: how it is opened, and what is in the file.

#![expect(clippy::unwrap_used, reason = "helpers of tests, in which it is allowed")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, query, query_scalar};
use tempfile::TempDir;
use tokio::time::timeout;
use tower_pat::record::PatRecord;
use tower_pat::resolver::{Answer, PatResolver};
use tower_pat::store::{PatStore, SqliteStore, StoreError, StoreErrorKind};
use tower_pat::token::{OsEntropy, TokenFormat};

use crate::store_contract::{at, digest, id, owner, record};

/// A directory of its own with room for one file.
pub(crate) struct Place {
    directory: TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        Self { directory }
    }

    /// Where a file has been written that is not the store's.
    fn holding(content: &[u8]) -> Self {
        let place = Self::new();
        fs::write(place.file(), content).unwrap();
        place
    }

    fn file(&self) -> PathBuf {
        self.directory.path().join("pat.db")
    }

    fn url(&self) -> String {
        format!("sqlite://{}", self.file().display())
    }

    pub(crate) async fn open(&self) -> SqliteStore {
        SqliteStore::open(&self.url()).await.unwrap()
    }

    async fn refusal(&self, parameters: &str) -> StoreError {
        SqliteStore::open(&format!("{}{parameters}", self.url()))
            .await
            .unwrap_err()
    }

    async fn kind(&self, parameters: &str) -> StoreErrorKind {
        self.refusal(parameters).await.kind()
    }

    /// A file with the current schema and one record, and nobody at it.
    async fn with_a_record() -> Self {
        let place = Self::new();
        let store = place.open().await;
        store.insert(&record(1), &digest(1)).await.unwrap();
        store.close().await;
        place
    }

    /// A connection of somebody else.
    async fn stranger(&self) -> SqliteConnection {
        let options = SqliteConnectOptions::new()
            .filename(self.file())
            .create_if_missing(true);
        options.connect().await.unwrap()
    }

    async fn run(&self, sql: &str) {
        let mut stranger = self.stranger().await;
        query(AssertSqlSafe(sql)).execute(&mut stranger).await.unwrap();
        stranger.close().await.unwrap();
    }

    async fn marks(&self) -> Vec<u32> {
        let mut stranger = self.stranger().await;
        let marks = query_scalar("SELECT mark FROM pat_changes ORDER BY seq");
        marks.fetch_all(&mut stranger).await.unwrap()
    }
}

fn source(error: &StoreError) -> String {
    std::error::Error::source(error).unwrap().to_string()
}

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
    let mode: String = query_scalar("PRAGMA journal_mode")
        .fetch_one(&mut stranger)
        .await
        .unwrap();
    assert_eq!(mode, "wal");
}

#[tokio::test]
async fn path_may_be_written_in_three_ways() {
    let place = Place::with_a_record().await;
    let path = place.file().display().to_string();
    for url in [
        format!("sqlite:{path}"),
        format!("sqlite://{path}"),
        format!("sqlite:{path}?mode=rw&cache=shared"),
    ] {
        let store = SqliteStore::open(&url).await.unwrap();
        assert!(!store.is_empty().await.unwrap(), "{url}");
        store.close().await;
    }
}

#[tokio::test]
async fn database_in_memory_is_refused_and_memory_store_named() {
    for url in [
        "sqlite::memory:",
        "sqlite://:memory:",
        "sqlite:x?mode=memory",
        "sqlite:x?m%6fde=memory",
    ] {
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
    place.run("UPDATE pat_migrations SET version = 9999").await;
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
    place
        .run("CREATE TABLE _sqlx_migrations (version INTEGER); INSERT INTO _sqlx_migrations VALUES (77)")
        .await;
    let store = place.open().await;
    store.insert(&record(1), &digest(1)).await.unwrap();
    let mut stranger = place.stranger().await;
    let theirs: Vec<i64> = query_scalar("SELECT version FROM _sqlx_migrations")
        .fetch_all(&mut stranger)
        .await
        .unwrap();
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
        let openings: Vec<_> = (1..=8)
            .map(|number| tokio::spawn(open_and_insert(Arc::clone(&place), number)))
            .collect();
        for opening in openings {
            opening.await.unwrap();
        }
        assert_eq!(place.open().await.list(&owner("alice")).await.unwrap().len(), 8);
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

#[tokio::test]
async fn two_stores_on_one_file_see_each_others_changes_at_once() {
    let place = Place::new();
    let (one, other) = (place.open().await, place.open().await);
    for number in 1..=30 {
        assert_eq!(other.resolve(&digest(number)).await.unwrap(), Answer::Unknown);
        one.insert(&record(number), &digest(number)).await.unwrap();
        assert_eq!(
            other.resolve(&digest(number)).await.unwrap(),
            Answer::Known(record(number))
        );
        other.revoke(id(number), at(5)).await.unwrap();
        let revoked = record(number).with_revocation(at(5));
        assert_eq!(one.resolve(&digest(number)).await.unwrap(), Answer::Known(revoked));
    }
}

#[tokio::test]
async fn each_change_is_logged_once_by_its_mark() {
    let place = Place::new();
    let store = place.open().await;
    let (one, two) = (digest(1).mark().bits(), digest(2).mark().bits());
    store.insert(&record(1), &digest(1)).await.unwrap();
    store.insert(&record(2), &digest(2)).await.unwrap();
    store.revoke(id(1), at(5)).await.unwrap();
    assert_eq!(place.marks().await, [one, two, one]);
}

#[tokio::test]
async fn call_that_changes_nothing_is_not_logged() {
    let place = Place::new();
    let store = place.open().await;
    store.insert(&record(1), &digest(1)).await.unwrap();
    store.revoke(id(1), at(5)).await.unwrap();
    store.revoke(id(1), at(6)).await.unwrap();
    store.revoke(id(2), at(6)).await.unwrap();
    store.insert(&record(1), &digest(2)).await.unwrap_err();
    assert_eq!(place.marks().await.len(), 2);
}

#[tokio::test]
async fn log_keeps_its_generation_and_another_file_has_another() {
    async fn generation(place: &Place) -> Vec<u8> {
        let mut stranger = place.stranger().await;
        query_scalar("SELECT generation FROM pat_change_log")
            .fetch_one(&mut stranger)
            .await
            .unwrap()
    }
    let (one, other) = (Place::with_a_record().await, Place::with_a_record().await);
    let first = generation(&one).await;
    one.open().await.close().await;
    assert_eq!(generation(&one).await, first);
    assert_eq!(first.len(), 16);
    assert_ne!(generation(&other).await, first);
}

#[tokio::test]
async fn change_is_not_made_when_it_cannot_be_logged() {
    let place = Place::with_a_record().await;
    place
        .run("CREATE TRIGGER no BEFORE INSERT ON pat_changes BEGIN SELECT RAISE(ABORT, 'no'); END")
        .await;
    let store = place.open().await;
    let refused = store.insert(&record(2), &digest(2)).await.unwrap_err();
    assert_eq!(refused.kind(), StoreErrorKind::Unavailable);
    assert_eq!(store.find(id(2)).await.unwrap(), None);
    store.revoke(id(1), at(5)).await.unwrap_err();
    assert_eq!(store.find(id(1)).await.unwrap().unwrap().record().revoked_at(), None);
}

/// A full disk makes SQLite end the transaction by itself; so does this trigger.
#[tokio::test]
async fn store_writes_again_after_sqlite_has_ended_a_transaction_by_itself() {
    let place = Place::with_a_record().await;
    place
        .run("CREATE TRIGGER no BEFORE INSERT ON pat_changes BEGIN SELECT RAISE(ROLLBACK, 'full'); END")
        .await;
    let store = place.open().await;
    for _ in 0..3 {
        let refused = store.insert(&record(2), &digest(2)).await.unwrap_err();
        assert_eq!(refused.kind(), StoreErrorKind::Unavailable);
        assert!(source(&refused).contains("full"), "{refused:?}");
    }
    place.run("DROP TRIGGER no").await;
    store.insert(&record(2), &digest(2)).await.unwrap();
}

/// Takes the 5 seconds that the store waits for a lock.
#[tokio::test]
async fn locked_store_reads_but_does_not_write_until_the_lock_is_gone() {
    let place = Place::with_a_record().await;
    let store = place.open().await;
    let mut stranger = place.stranger().await;
    let lock = stranger.begin_with("BEGIN IMMEDIATE").await.unwrap();
    let refused = store.revoke(id(1), at(5)).await.unwrap_err();
    assert_eq!(refused.kind(), StoreErrorKind::Unavailable);
    assert_eq!(store.resolve(&digest(1)).await.unwrap(), Answer::Known(record(1)));
    lock.rollback().await.unwrap();
    store.revoke(id(1), at(5)).await.unwrap();
}

#[tokio::test]
async fn row_that_cannot_be_read_is_an_outage_and_can_still_be_revoked() {
    let damages = [
        "scopes = 'a  b'",
        "scopes = 'a b '",
        "owner = char(10)",
        "name = ''",
        "hint = ''",
        "created_at = 9223372036854775807",
        "expires_at = 9223372036854775807",
        "revoked_at = -9223372036854775808",
        "owner = CAST(x'ff' AS TEXT)",
    ];
    for damage in damages {
        let place = Place::with_a_record().await;
        place.run(&format!("UPDATE pat_tokens SET {damage}")).await;
        let store = place.open().await;
        let unread = store.find(id(1)).await.unwrap_err();
        assert_eq!(unread.kind(), StoreErrorKind::Corrupt, "{damage}");
        assert!(store.resolve(&digest(1)).await.is_err(), "{damage}");
        assert!(!store.is_empty().await.unwrap(), "{damage}");
        store.revoke(id(1), at(5)).await.unwrap();
    }
}

#[tokio::test]
async fn removed_table_is_an_outage_and_no_unknown_token() {
    let place = Place::with_a_record().await;
    let store = place.open().await;
    place.run("DROP TABLE pat_tokens").await;
    assert!(store.resolve(&digest(1)).await.is_err());
    assert_eq!(store.find(id(1)).await.unwrap_err().kind(), StoreErrorKind::Unavailable);
}

#[tokio::test]
async fn value_of_the_wrong_type_or_length_does_not_get_into_the_file() {
    let place = Place::with_a_record().await;
    let mut stranger = place.stranger().await;
    for damage in [
        "digest = x'00'",
        "digest = zeroblob(33)",
        "id = x'00'",
        "expires_at = 'never'",
        "scopes = NULL",
    ] {
        let update = query(AssertSqlSafe(format!("UPDATE pat_tokens SET {damage}")))
            .execute(&mut stranger)
            .await;
        assert!(update.is_err(), "{damage}");
    }
}

#[tokio::test]
async fn file_holds_the_token_nowhere_and_its_digest_in_one_column() {
    let place = Place::new();
    let token = TokenFormat::new("acme_pat").unwrap().generate(&OsEntropy).unwrap();
    let store = place.open().await;
    let kept = PatRecord::new(id(1), owner("alice")).with_hint(token.hint());
    store.insert(&kept, &token.digest()).await.unwrap();
    store.revoke(id(1), at(5)).await.unwrap();
    store.close().await;

    let body = &token.expose_secret().as_bytes()[9..39];
    assert!(!holds(&fs::read(place.file()).unwrap(), &body[..8]));
    // The mark is the first four bytes, so a piece of five gives more away.
    let mut columns = place.columns_with(&token.digest().as_bytes()[..5]).await;
    columns.extend(place.columns_with(&token.digest().as_bytes()[27..]).await);
    assert_eq!(columns, ["pat_tokens.digest", "pat_tokens.digest"]);
}

impl Place {
    /// The columns in which these bytes stand, plainly or as hexadecimal text.
    async fn columns_with(&self, bytes: &[u8]) -> Vec<String> {
        let hex = format!("{bytes:02X?}").replace(['[', ',', ' ', ']'], "");
        let mut stranger = self.stranger().await;
        let names =
            "SELECT t.name || '.' || c.name FROM sqlite_schema t, pragma_table_info(t.name) c WHERE t.type = 'table'";
        let names: Vec<String> = query_scalar(names).fetch_all(&mut stranger).await.unwrap();
        assert!(names.len() > 15, "{names:?}");
        let mut holding = Vec::new();
        for name in names {
            let (table, column) = name.split_once('.').unwrap();
            let values = format!("SELECT hex(CAST({column} AS BLOB)) || upper({column}) FROM {table}");
            let values: Vec<Option<Vec<u8>>> = query_scalar(AssertSqlSafe(values))
                .fetch_all(&mut stranger)
                .await
                .unwrap();
            if values.iter().flatten().any(|value| holds(value, hex.as_bytes())) {
                holding.push(name);
            }
        }
        holding
    }
}

fn holds(content: &[u8], part: &[u8]) -> bool {
    content.windows(part.len()).any(|window| window == part)
}
