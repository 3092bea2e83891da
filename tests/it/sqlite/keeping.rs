use std::fs;

use sqlx::{AssertSqlSafe, Connection, query, query_as, query_scalar};
use tower_pat::record::PatRecord;
use tower_pat::resolver::{Answer, PatResolver};
use tower_pat::store::{
    AuditEvent, AuditKind, Change, EventQuery, Insertion, MARKS, PatQuery, PatStore, Selection, StoreErrorKind,
    Touched, Update, Use,
};

use super::make::{at, digest, id, owner, record, revoke, stamp};
use super::place::{Place, source};
use crate::support::token;

#[tokio::test]
async fn two_stores_on_one_file_see_each_others_changes_at_once() {
    let place = Place::new();
    let (one, other) = (place.open().await, place.open().await);
    for number in 1..=30 {
        assert_eq!(other.resolve(&digest(number)).await.unwrap(), Answer::Unknown);
        one.insert(&record(number), &digest(number)).await.unwrap();
        assert_eq!(other.resolve(&digest(number)).await.unwrap(), Answer::Known(record(number)));
        revoke(&other, number, 5).await.unwrap();
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
    revoke(&store, 1, 5).await.unwrap();
    assert_eq!(place.marks().await, [one, two, one].map(Some));
}

#[tokio::test]
async fn change_is_logged_by_all_marks_that_it_touches() {
    let place = Place::new();
    let store = place.open().await;
    let mark = |number| Some(digest(number).mark().bits());
    store.insert(&record(1), &digest(1)).await.unwrap();
    let seen = store.find(id(1)).await.unwrap().unwrap();
    let rotated = Change::default()
        .with_update(Update::of(&seen).with_record(record(1).with_replacement(at(5))))
        .with_insertion(Insertion::new(record(2), digest(2)));
    store.apply(&rotated).await.unwrap();
    assert_eq!(rotated.marks().len(), 2);
    let seen = store.find(id(2)).await.unwrap().unwrap();
    store.apply(&Change::default().with_update(Update::of(&seen).with_digest(digest(3)))).await.unwrap();
    assert_eq!(place.marks().await, [mark(1), mark(1), mark(2), mark(2), mark(3)]);
    store.record_uses(&[Use::new(id(1), at(7))]).await.unwrap();
    assert_eq!(place.marks().await.len(), 5, "a use voids nothing");
    store.set_owner_disabled(&owner("alice"), true, &stamp(4)).await.unwrap();
    let mut marks = place.marks().await.split_off(5);
    marks.sort_unstable();
    let mut expected = [mark(1), mark(3)];
    expected.sort_unstable();
    assert_eq!(marks, expected);
    store.set_owner_disabled(&owner("alice"), true, &stamp(4)).await.unwrap();
    assert_eq!(place.marks().await.len(), 7, "what changes nothing is not logged");
}

#[tokio::test]
async fn owner_with_very_many_tokens_is_logged_as_all() {
    let place = Place::new();
    let store = place.open().await;
    let count = MARKS as u128 + 1;
    let insertions = (0..count).map(|number| Insertion::new(record(number), digest(number)));
    store.apply(&insertions.fold(Change::default(), Change::with_insertion)).await.unwrap();
    let touched = store.set_owner_disabled(&owner("alice"), true, &stamp(4)).await.unwrap();
    assert_eq!(touched.touched(), &Touched::All);
    assert_eq!(place.marks().await[MARKS + 1..], [None]);
}

#[tokio::test]
async fn audit_is_only_added_to() {
    let place = Place::new();
    let store = place.open().await;
    let event = AuditEvent::new(stamp(1), AuditKind::Created, owner("alice"));
    store.apply(&Change::default().with_event(event)).await.unwrap();
    let mut stranger = place.stranger().await;
    let replace = "INSERT OR REPLACE INTO pat_events (number, at, kind, actor, owner, changes) \
                   SELECT number, 0, 'pruned', 'system', 'x', '[]' FROM pat_events";
    for sql in ["DELETE FROM pat_events", "UPDATE pat_events SET kind = 'edited'", replace] {
        let error = query(sql).execute(&mut stranger).await.unwrap_err();
        assert!(error.to_string().contains("only added to"), "{error}");
    }
}

#[tokio::test]
async fn change_is_not_made_when_it_cannot_be_noted() {
    let place = Place::with_a_record().await;
    place.run("CREATE TRIGGER no BEFORE INSERT ON pat_events BEGIN SELECT RAISE(ABORT, 'no'); END").await;
    let store = place.open().await;
    revoke(&store, 1, 5).await.unwrap_err();
    store.set_owner_disabled(&owner("alice"), true, &stamp(4)).await.unwrap_err();
    store.prune(at(1_000), 5, &stamp(1_000)).await.unwrap();
    assert_eq!(store.find(id(1)).await.unwrap().unwrap().record(), &record(1));
    assert_eq!(place.marks().await.len(), 1);
}

#[tokio::test]
async fn call_that_changes_nothing_is_not_logged() {
    let place = Place::new();
    let store = place.open().await;
    store.insert(&record(1), &digest(1)).await.unwrap();
    revoke(&store, 1, 5).await.unwrap();
    revoke(&store, 1, 6).await.unwrap();
    revoke(&store, 2, 6).await.unwrap();
    store.insert(&record(1), &digest(2)).await.unwrap_err();
    assert_eq!(place.marks().await.len(), 2);
}

#[tokio::test]
async fn log_keeps_its_generation_and_another_file_has_another() {
    async fn generation(place: &Place) -> Vec<u8> {
        let mut stranger = place.stranger().await;
        query_scalar("SELECT generation FROM pat_change_log").fetch_one(&mut stranger).await.unwrap()
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
    place.run("CREATE TRIGGER no BEFORE INSERT ON pat_changes BEGIN SELECT RAISE(ABORT, 'no'); END").await;
    let store = place.open().await;
    let refused = store.insert(&record(2), &digest(2)).await.unwrap_err();
    assert_eq!(refused.kind(), StoreErrorKind::Unavailable);
    assert_eq!(store.find(id(2)).await.unwrap(), None);
    revoke(&store, 1, 5).await.unwrap_err();
    assert_eq!(store.find(id(1)).await.unwrap().unwrap().record().revoked_at(), None);
}

/// A full disk makes SQLite end the transaction by itself; so does this trigger.
#[tokio::test]
async fn store_writes_again_after_sqlite_has_ended_a_transaction_by_itself() {
    let place = Place::with_a_record().await;
    place.run("CREATE TRIGGER no BEFORE INSERT ON pat_changes BEGIN SELECT RAISE(ROLLBACK, 'full'); END").await;
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
    let refused = revoke(&store, 1, 5).await.unwrap_err();
    assert_eq!(refused.kind(), StoreErrorKind::Unavailable);
    assert_eq!(store.resolve(&digest(1)).await.unwrap(), Answer::Known(record(1)));
    lock.rollback().await.unwrap();
    revoke(&store, 1, 5).await.unwrap();
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
        "not_before = 9223372036854775807",
        "paused_at = 9223372036854775807",
        "replaced_at = 9223372036854775807",
        "retires_at = 9223372036854775807",
        "successor = NULL, family = NULL, scopes = ' '",
        "networks = '10.0.0.0/33'",
        "networks = '10.0.0.0/8 '",
        "networks = ' '",
        "networks = 'anywhere'",
        "networks = CAST(x'ff' AS TEXT)",
        "audiences = 'a  b'",
        "audiences = ' '",
        "audiences = 'é'",
        "resources = 'repo'",
        "resources = 'repo:a' || char(10)",
        "resources = '*'",
        "resources = CAST(x'ff' AS TEXT)",
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
        assert!(store.list(&PatQuery::default()).await.is_err(), "{damage}");
        // What is damaged there was revoked.
        let count = usize::from(!damage.starts_with("revoked_at"));
        assert_eq!(revoke(&store, 1, 5).await.unwrap(), count, "{damage}");
        assert_eq!(store.events(&EventQuery::default()).await.unwrap().events().len(), count, "{damage}");
    }
}

#[tokio::test]
async fn removed_table_is_an_outage_and_no_unknown_token() {
    let place = Place::with_a_record().await;
    let store = place.open().await;
    place.run("DROP TABLE pat_tokens").await;
    assert!(store.resolve(&digest(1)).await.is_err());
    assert_eq!(store.find(id(1)).await.unwrap_err().kind(), StoreErrorKind::Unusable);
    assert!(!StoreErrorKind::Unusable.is_retryable());
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
        "not_before = 'soon'",
        "networks = x'00'",
        "audiences = x'00'",
        "resources = x'00'",
        "family = x'00'",
        "successor = zeroblob(17)",
        "idempotency_key = zeroblob(31)",
        "version = 0",
        "use_count = -1",
        "metadata = '{'",
        "last_used_at = 'now'",
    ] {
        let update = query(AssertSqlSafe(format!("UPDATE pat_tokens SET {damage}"))).execute(&mut stranger).await;
        assert!(update.is_err(), "{damage}");
    }
}

#[tokio::test]
async fn file_holds_the_token_nowhere_and_its_digest_in_one_column() {
    let place = Place::new();
    let token = token();
    let store = place.open().await;
    let kept = PatRecord::new(id(1), owner("alice")).with_hint(token.hint());
    store.insert(&kept, &token.digest()).await.unwrap();
    revoke(&store, 1, 5).await.unwrap();
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
            let values: Vec<Option<Vec<u8>>> =
                query_scalar(AssertSqlSafe(values)).fetch_all(&mut stranger).await.unwrap();
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

/// As a version of schema 3 writes that had the file open while it was upgraded.
#[tokio::test]
async fn token_that_an_old_process_wrote_after_the_upgrade_is_the_first_of_its_family() {
    let place = Place::with_a_record().await;
    let store = place.open().await;
    place.run("UPDATE pat_tokens SET family = NULL").await;
    let family = tower_pat::record::FamilyId::from(id(1));
    let listed = store.list(&PatQuery::default().with_family(family)).await.unwrap();
    assert_eq!(listed.items().len(), 1);
    let early = Selection::all().with_created_before(at(9)).with_family(family);
    assert_eq!(store.revoke_some(&early, None, &stamp(5)).await.unwrap().events().len(), 1);
    store.close().await;
    place.open().await;
    let mut stranger = place.stranger().await;
    let none = query_scalar("SELECT count(*) FROM pat_tokens WHERE family IS NULL");
    let none: i64 = none.fetch_one(&mut stranger).await.unwrap();
    assert_eq!(none, 0);
}

#[tokio::test]
async fn audit_stays_readable_when_an_owner_is_not() {
    let place = Place::with_a_record().await;
    let store = place.open().await;
    for owner in ["''", "printf('%.*c', 300, 'x')", "'ä' || printf('%.*c', 400, 'ö')", "char(7)"] {
        let add = "INSERT INTO pat_tokens (id, digest, owner, scopes) VALUES (randomblob(16), randomblob(32), ";
        place.run(&format!("{add}{owner}, '')")).await;
    }
    assert_eq!(store.revoke_some(&Selection::all(), None, &stamp(5)).await.unwrap().events().len(), 5);
    let events = store.events(&EventQuery::default()).await.unwrap();
    assert_eq!(events.events().len(), 5);
}

#[tokio::test]
async fn rows_of_the_log_older_than_a_day_go_from_time_to_time_and_no_others() {
    let place = Place::new();
    let store = place.open().await;
    let add = |rows: u32, age: u32| {
        let ago = format!("CAST((unixepoch() - {age}) * 1000000 AS INTEGER)");
        format!(
            "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < {rows}) \
             INSERT INTO pat_changes (mark, changed_at) SELECT 1, {ago} FROM n"
        )
    };
    let kept = async || {
        let mut stranger = place.stranger().await;
        let kept: (i64, i64) =
            query_as("SELECT min(seq), count(*) FROM pat_changes").fetch_one(&mut stranger).await.unwrap();
        kept
    };
    place.run(&add(2_990, 90_000)).await;
    place.run(&add(8, 80_000)).await;
    store.insert(&record(1), &digest(1)).await.unwrap();
    assert_eq!(kept().await, (1, 2_999));
    revoke(&store, 1, 5).await.unwrap();
    assert_eq!(kept().await, (2_001, 1_000), "so many at a time");
    place.run(&add(999, 80_000)).await;
    store.insert(&record(2), &digest(2)).await.unwrap();
    assert_eq!(kept().await, (2_991, 1_010), "what is younger than a day stays");
    place.run(&add(999, 90_000)).await;
    store.set_owner_disabled(&owner("alice"), true, &stamp(5)).await.unwrap();
    assert_eq!(kept().await, (2_991, 2_010), "nor goes what comes after it");
}
