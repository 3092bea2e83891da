use std::sync::Arc;

use sqlx::postgres::PgListener;
use sqlx::{AssertSqlSafe, query_as, query_scalar};
use tower_pat::record::PatRecord;
use tower_pat::resolver::{Answer, PatResolver};
use tower_pat::store::{
    AuditEvent, AuditKind, Change, Cursor, EventQuery, FieldChange, Insertion, MARKS, Order, PatQuery, PatStore, Sort,
    StoreErrorKind, StoredPat, Touched, Update, Use,
};
use tower_pat::token::TokenDigest;
use uuid::Uuid;

use super::place::Place;
use crate::sqlite::make::{at, digest, id, owner, record, revoke, stamp};
use crate::support::{leak, token};

#[tokio::test]
async fn two_stores_on_one_database_see_each_others_changes_at_once() {
    let one = Place::new().await;
    let other = one.open_again().await;
    assert!(Arc::ptr_eq(one.revocations(), other.revocations()));
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
async fn change_is_logged_by_all_marks_that_it_touches_and_by_its_transaction() {
    let place = Place::new().await;
    let mark = |number| Some(i64::from(digest(number).mark().bits()));
    place.insert(&record(1), &digest(1)).await.unwrap();
    let seen = place.find(id(1)).await.unwrap().unwrap();
    let rotated = Change::default()
        .with_update(Update::of(&seen).with_record(record(1).with_replacement(at(5))))
        .with_insertion(Insertion::new(record(2), digest(2)));
    place.apply(&rotated).await.unwrap();
    let seen = place.find(id(2)).await.unwrap().unwrap();
    place.apply(&Change::default().with_update(Update::of(&seen).with_digest(digest(3)))).await.unwrap();
    assert_eq!(place.marks().await, [mark(1), mark(1), mark(2), mark(2), mark(3)]);
    let same = "SELECT count(*) FROM pat_changes c JOIN pat_tokens t ON t.xmin = c.xid::xid \
                WHERE c.changed_at BETWEEN now() - interval '1 hour' AND now()";
    let same: i64 = query_scalar(same).fetch_one(&mut place.database.stranger().await).await.unwrap();
    assert_eq!(same, 4, "the first insertion was written over, the other rows are of the transactions that are logged");
    place.record_uses(&[Use::new(id(1), at(7))]).await.unwrap();
    assert_eq!(place.marks().await.len(), 5, "a use voids nothing");
    place.set_owner_disabled(&owner("alice"), true, &stamp(4)).await.unwrap();
    let mut marks = place.marks().await.split_off(5);
    let mut expected = [mark(1), mark(3)];
    marks.sort_unstable();
    expected.sort_unstable();
    assert_eq!(marks, expected);
    place.set_owner_disabled(&owner("alice"), true, &stamp(4)).await.unwrap();
    revoke(&*place, 9, 5).await.unwrap();
    place.insert(&record(1), &digest(7)).await.unwrap_err();
    assert_eq!(place.marks().await.len(), 7, "what changes nothing is not logged");
}

#[tokio::test]
async fn owner_with_very_many_tokens_is_logged_as_all() {
    let place = Place::new().await;
    let insertions = (0..=MARKS as u128).map(|number| Insertion::new(record(number), digest(number)));
    place.apply(&insertions.fold(Change::default(), Change::with_insertion)).await.unwrap();
    let touched = place.set_owner_disabled(&owner("alice"), true, &stamp(4)).await.unwrap();
    assert_eq!(touched.touched(), &Touched::All);
    assert_eq!(place.marks().await[MARKS + 1..], [None]);
}

#[tokio::test]
async fn who_listens_is_woken_by_what_is_committed_and_by_nothing_else() {
    let place = Place::new().await;
    place.builder().with_schema("other").connect().await.unwrap().insert(&record(1), &digest(1)).await.unwrap();
    let mut listener = PgListener::connect(&place.database.url()).await.unwrap();
    listener.listen("public.pat_").await.unwrap();
    place.insert(&record(1), &digest(1)).await.unwrap();
    place.insert(&record(1), &digest(2)).await.unwrap_err();
    place.record_uses(&[Use::new(id(1), at(7))]).await.unwrap();
    place.database.run("INSERT INTO pat_changes (mark) VALUES (NULL)").await;
    for _ in 0..2 {
        let woken = listener.recv().await.unwrap();
        assert_eq!((woken.channel(), woken.payload()), ("public.pat_", ""));
    }
    assert!(listener.next_buffered().is_none());
}

#[tokio::test]
async fn log_keeps_its_generation_and_another_database_has_another() {
    async fn generation(place: &Place) -> Uuid {
        let mut stranger = place.database.stranger().await;
        query_scalar("SELECT generation FROM pat_change_log").fetch_one(&mut stranger).await.unwrap()
    }
    let (one, other) = (Place::new().await, Place::new().await);
    let first = generation(&one).await;
    one.open_again().await.close().await;
    assert_eq!(generation(&one).await, first);
    assert_ne!(generation(&other).await, first);
}

#[tokio::test]
async fn change_is_not_made_when_it_cannot_be_logged_or_noted() {
    for table in ["pat_changes", "pat_events"] {
        let place = Place::new().await;
        place.insert(&record(1), &digest(1)).await.unwrap();
        let no = format!(
            "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$; \
             CREATE TRIGGER no BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION no()"
        );
        place.database.run(&no).await;
        revoke(&*place, 1, 5).await.unwrap_err();
        place.set_owner_disabled(&owner("alice"), true, &stamp(4)).await.unwrap_err();
        assert_eq!(place.find(id(1)).await.unwrap().unwrap().record(), &record(1));
        assert_eq!(place.marks().await.len(), 1);
    }
}

#[tokio::test]
async fn audit_is_only_added_to() {
    let place = Place::new().await;
    let event = AuditEvent::new(stamp(1), AuditKind::Created, owner("alice"));
    place.apply(&Change::default().with_event(event)).await.unwrap();
    for sql in ["DELETE FROM pat_events", "UPDATE pat_events SET kind = 'edited'", "TRUNCATE pat_events"] {
        let error = place.database.refusal(sql).await;
        assert!(error.contains("only added to"), "{sql}: {error}");
    }
}

#[tokio::test]
async fn row_that_cannot_be_read_is_an_outage_and_can_still_be_revoked() {
    for damage in [
        "scopes = 'a  b'",
        "owner = chr(10)",
        "name = ''",
        "hint = ''",
        "created_at = '200000-01-01'",
        "expires_at = '10000-01-01'",
        "not_before = '200000-01-01'",
        "paused_at = '200000-01-01'",
        "replaced_at = '200000-01-01'",
        "retires_at = '200000-01-01'",
        "networks = '10.0.0.0/33'",
        "networks = ' '",
        "audiences = 'é'",
        "resources = '*'",
    ] {
        let place = Place::new().await;
        place.insert(&record(1), &digest(1)).await.unwrap();
        place.database.run(&format!("UPDATE pat_tokens SET {damage}")).await;
        assert_eq!(place.find(id(1)).await.unwrap_err().kind(), StoreErrorKind::Corrupt, "{damage}");
        assert!(place.resolve(&digest(1)).await.is_err(), "{damage}");
        assert!(!place.is_empty().await.unwrap(), "{damage}");
        assert_eq!(place.list(&PatQuery::default()).await.unwrap_err().kind(), StoreErrorKind::Corrupt, "{damage}");
        assert_eq!(revoke(&*place, 1, 5).await.unwrap(), 1, "{damage}");
        assert_eq!(place.events(&EventQuery::default()).await.unwrap().events().len(), 1, "{damage}");
    }
}

#[tokio::test]
async fn value_of_the_wrong_type_or_length_does_not_get_into_the_database() {
    let place = Place::new().await;
    place.insert(&record(1), &digest(1)).await.unwrap();
    for damage in [
        r"digest = '\x00'",
        r"idempotency_key = '\x00'",
        "id = NULL",
        "scopes = NULL",
        "family = NULL",
        "version = 0",
        "use_count = -1",
        "metadata = '[]'",
        "metadata = '{'",
        "created_at = 'infinity'",
        "not_before = '-infinity'",
        "expires_at = 'infinity'",
        "replaced_at = 'infinity'",
        "notice_due_at = 'infinity'",
        "retires_at = '-infinity'",
        "paused_at = 'infinity'",
        "revoked_at = '-infinity'",
        "last_used_at = 'infinity'",
    ] {
        place.database.refusal(&format!("UPDATE pat_tokens SET {damage}")).await;
    }
    place.database.refusal("INSERT INTO pat_owners VALUES ('a', 'infinity')").await;
    place.database.refusal("INSERT INTO pat_changes (mark) VALUES (4294967296)").await;
    place.database.refusal("INSERT INTO pat_change_log VALUES (2, gen_random_uuid())").await;
}

#[tokio::test]
async fn removed_table_is_an_outage_and_no_unknown_token() {
    let place = Place::new().await;
    place.insert(&record(1), &digest(1)).await.unwrap();
    place.database.run("DROP TABLE pat_tokens").await;
    assert!(place.resolve(&digest(1)).await.is_err());
    assert_eq!(place.find(id(1)).await.unwrap_err().kind(), StoreErrorKind::Unusable);
}

#[tokio::test]
async fn text_that_the_server_cannot_hold_is_refused_as_such_and_found_nowhere() {
    let place = Place::new().await;
    let named = PatRecord::new(id(1), owner("alice")).with_name(tower_pat::record::TokenName::parse("a").unwrap());
    place.insert(&named, &digest(1)).await.unwrap();
    let change = FieldChange::new("name", None, "\0".to_owned());
    let event = AuditEvent::new(stamp(1), AuditKind::Edited, owner("alice")).with_changes(vec![change]);
    let change = Change::default().with_insertion(Insertion::new(record(2), digest(2))).with_event(event);
    assert_eq!(place.apply(&change).await.unwrap_err().kind(), StoreErrorKind::OutOfRange);
    assert_eq!(place.find(id(2)).await.unwrap(), None);
    let listed = place.list(&PatQuery::default().with_name_part("a\0")).await.unwrap();
    assert!(listed.items().is_empty());
    // Nobody makes such a name, but whoever is given a cursor can send back another.
    let stored = StoredPat::new(named, digest(1).mark());
    let bytes = Cursor::after(&stored, Order::ascending(Sort::Name)).to_string();
    let forged = format!("{}YQA", &bytes[..bytes.len() - 2]);
    if let Ok(cursor) = forged.parse::<Cursor>() {
        place.list(&PatQuery::default().with_cursor(cursor)).await.unwrap();
    }
}

#[tokio::test]
async fn refusal_of_the_server_shows_no_digest_in_errors_nor_in_its_log() {
    let place = Place::new().await;
    let token = token();
    let hex = hex(&token.digest());
    place.insert(&record(1), &token.digest()).await.unwrap();
    let duplicate = place.insert(&record(2), &token.digest()).await.unwrap_err();
    assert_eq!(duplicate.kind(), StoreErrorKind::Duplicate);
    assert!(!place.database.server.log().contains(&hex));
    place.database.run("ALTER TABLE pat_tokens ADD CONSTRAINT hosts CHECK (hint IS NOT NULL) NOT VALID").await;
    let refused = revoke(&*place, 1, 5).await.unwrap_err();
    assert_eq!(refused.kind(), StoreErrorKind::Unusable);
    let said = format!("{refused:?}");
    assert!(said.contains("hosts") && !said.contains(&hex), "{said}");
    leak::look("error", "a refusal of PostgreSQL", said.as_bytes());
}

#[tokio::test]
async fn database_holds_the_token_nowhere_and_its_digest_in_one_column() {
    let place = Place::new().await;
    let token = token();
    let kept = PatRecord::new(id(1), owner("alice")).with_hint(token.hint());
    place.insert(&kept, &token.digest()).await.unwrap();
    revoke(&*place, 1, 5).await.unwrap();
    let mut stranger = place.database.stranger().await;
    let columns =
        "SELECT table_name::text, column_name::text FROM information_schema.columns WHERE table_schema = 'public'";
    let columns: Vec<(String, String)> = query_as(columns).fetch_all(&mut stranger).await.unwrap();
    assert!(columns.len() > 30, "{columns:?}");
    let digest = hex(&token.digest());
    // The mark is the first four bytes, so a piece of five gives more away.
    let pieces = [digest[..10].to_owned(), digest[54..].to_owned(), token.expose_secret()[9..17].to_owned()];
    let mut holding = Vec::new();
    for (table, column) in columns {
        let sql = format!("SELECT count(*) FROM {table} WHERE {column}::text ILIKE ANY($1)");
        let patterns: Vec<_> = pieces.iter().map(|piece| format!("%{piece}%")).collect();
        let count: i64 = query_scalar(AssertSqlSafe(sql)).bind(patterns).fetch_one(&mut stranger).await.unwrap();
        if count > 0 {
            holding.push(format!("{table}.{column}"));
        }
    }
    assert_eq!(holding, ["pat_tokens.digest"]);
}

fn hex(digest: &TokenDigest) -> String {
    let bytes: Vec<_> = digest.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    bytes.concat()
}
