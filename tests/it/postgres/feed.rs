//! The changes that other instances make to a database.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicBool, AtomicUsize};
use std::time::Duration;

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, query_scalar, raw_sql};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::time::{sleep, timeout};
use tower_pat::PatResolver;
use tower_pat::feed::{ChangeFeed, FeedChange, FeedFollower, FeedPosition, FeedReading};
use tower_pat::store::{PatStore, PostgresFeed, PostgresStore};

use super::place::Place;
use crate::sqlite::make::{digest, record, revoke};
use crate::support::postgres::Server;

const LONG: Duration = Duration::from_mins(1);
const PAUSE: Duration = Duration::from_millis(5);

/// Waits for what comes about in another task or process.
async fn until(mut is_so: impl AsyncFnMut() -> bool) {
    let waiting = async {
        while !is_so().await {
            sleep(PAUSE).await;
        }
    };
    timeout(LONG, waiting).await.expect("it comes about");
}

/// A reader that remembers where it is, as a follower does.
struct Reader {
    feed: Arc<PostgresFeed>,
    at: FeedPosition,
}

impl Reader {
    async fn new(store: &PostgresStore) -> Self {
        let feed = store.feed();
        let at = feed.read(None).await.unwrap().position();
        Self { feed, at }
    }

    /// What is new, and whether it goes on from where the last reading has ended.
    async fn next(&mut self) -> (Vec<FeedChange>, bool) {
        let reading = self.feed.read(Some(self.at)).await.unwrap();
        let goes_on = reading.goes_on_from(self.at);
        self.at = reading.position();
        (reading.changes().to_vec(), goes_on)
    }

    /// What is new, which must go on.
    async fn changes(&mut self) -> Vec<FeedChange> {
        let (changes, goes_on) = self.next().await;
        assert!(goes_on);
        changes
    }

    async fn peek_or_fail(&self) -> bool {
        self.feed.read(Some(self.at)).await.is_ok()
    }

    async fn peek(&self) -> FeedReading {
        self.feed.read(Some(self.at)).await.unwrap()
    }
}

/// On a server where no transaction of another test is open.
async fn alone() -> Place {
    Place::on(Arc::new(Server::start()).database().await).await
}

fn token(number: u128) -> FeedChange {
    FeedChange::Token(digest(number).mark())
}

/// A row as somebody writes it by hand.
fn row(number: u128) -> String {
    format!("INSERT INTO pat_changes (mark) VALUES ({})", digest(number).mark().bits())
}

async fn run(connection: &mut PgConnection, sql: &str) {
    raw_sql(AssertSqlSafe(sql)).execute(connection).await.unwrap();
}

/// The processes that serve a connection which listens.
async fn listening(place: &Place) -> Vec<i32> {
    let mut stranger = place.database.stranger().await;
    let asked = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() \
                 AND (query LIKE 'LISTEN%' OR query LIKE '%pg_current_snapshot()%') AND pid <> pg_backend_pid()";
    query_scalar(asked).fetch_all(&mut stranger).await.unwrap()
}

#[tokio::test]
async fn reading_tells_of_what_was_changed_since_and_of_nothing_before() {
    let place = Place::new().await;
    place.insert(&record(1), &digest(1)).await.unwrap();
    let mut reader = Reader::new(&place).await;
    assert_eq!(reader.changes().await, []);
    place.insert(&record(2), &digest(2)).await.unwrap();
    place.database.run("INSERT INTO pat_changes (mark) VALUES (NULL)").await;
    revoke(&*place, 1, 5).await.unwrap();
    assert_eq!(reader.changes().await, [token(2), FeedChange::All, token(1)]);
    assert_eq!(reader.changes().await, []);
}

/// A position of which a feed knows nothing more, as one from another feed.
#[tokio::test]
async fn position_of_another_feed_loses_nothing() {
    let place = Place::new().await;
    let mut held = place.database.stranger().await;
    run(&mut held, &format!("BEGIN; {}", row(1))).await;
    let reader = Reader::new(&place).await;
    place.database.run(&row(2)).await;
    run(&mut held, "COMMIT").await;
    let other = Reader { feed: place.feed(), at: reader.at };
    let reading = other.peek().await;
    assert!(reading.goes_on_from(reader.at));
    assert!([1, 2].iter().all(|number| reading.changes().contains(&token(*number))), "{reading:?}");
    assert_eq!(reader.peek().await.changes().len(), 2);
}

/// Rows become visible in the order of the commits, which is not that of the numbers.
#[tokio::test]
async fn change_that_is_committed_late_is_told_late_and_once() {
    let place = Place::new().await;
    let mut reader = Reader::new(&place).await;
    let (mut first, mut second) = (place.database.stranger().await, place.database.stranger().await);
    run(&mut first, &format!("BEGIN; {}", row(1))).await;
    run(&mut second, &format!("BEGIN; {}", row(2))).await;
    place.database.run(&row(3)).await;
    assert_eq!(reader.changes().await, [token(3)]);
    assert_eq!(reader.changes().await, [], "it is not told again while others are open");
    run(&mut second, "COMMIT").await;
    assert_eq!(reader.changes().await, [token(2)]);
    place.database.run(&row(4)).await;
    run(&mut first, "COMMIT").await;
    let mut both = reader.changes().await;
    both.sort_by_key(|change| *change != token(1));
    assert_eq!(both, [token(1), token(4)]);
    assert_eq!(reader.changes().await, []);
}

#[tokio::test]
async fn long_transaction_has_nothing_told_twice() {
    let place = alone().await;
    let mut held = place.database.stranger().await;
    run(&mut held, "BEGIN; SELECT pg_current_xact_id()").await;
    let mut reader = Reader::new(&place).await;
    let begin = reader.at.number();
    for number in 1..=20 {
        place.database.run(&row(number)).await;
        assert_eq!(reader.changes().await, [token(number)]);
    }
    assert_eq!(reader.at.number(), begin, "it holds the beginning of the snapshot back");
    run(&mut held, "ROLLBACK").await;
    assert_eq!(reader.changes().await, []);
}

#[tokio::test]
async fn change_that_is_given_up_is_not_told() {
    let place = Place::new().await;
    place.insert(&record(1), &digest(1)).await.unwrap();
    let mut reader = Reader::new(&place).await;
    place.insert(&record(1), &digest(1)).await.unwrap_err();
    place.database.run(&format!("BEGIN; {}; ROLLBACK", row(1))).await;
    place
        .database
        .run(&format!("BEGIN; SAVEPOINT a; {}; ROLLBACK TO a; SAVEPOINT b; {}; COMMIT", row(1), row(2)))
        .await;
    assert_eq!(reader.changes().await, [token(2)]);
}

/// Readers of a table of their own are asked again and again while writers commit in any order.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn reader_beside_many_writers_hears_of_each_change_once() {
    let place = Place::new().await;
    let mut reader = Reader::new(&place).await;
    let writers: Vec<_> = (0..8_u32)
        .map(|writer| {
            let url = place.database.url();
            tokio::spawn(async move {
                let mut connection = <PgConnection as sqlx::Connection>::connect(&url).await.unwrap();
                for number in 0..50 {
                    let mark = writer * 1_000 + number;
                    let wait = f64::from(mark * 7 % 13) / 1_000.0;
                    let end = if number % 10 == 9 { "ROLLBACK" } else { "COMMIT" };
                    let insert = format!("INSERT INTO pat_changes (mark) VALUES ({mark})");
                    run(&mut connection, &format!("BEGIN; {insert}; SELECT pg_sleep({wait}); {end}")).await;
                }
            })
        })
        .collect();
    let mut told = Vec::new();
    while !writers.iter().all(tokio::task::JoinHandle::is_finished) {
        told.extend(reader.changes().await);
    }
    for writer in writers {
        writer.await.unwrap();
    }
    told.extend(reader.changes().await);
    let mut marks: Vec<_> = told.iter().map(|change| format!("{change:?}")).collect();
    marks.sort_unstable();
    let count = marks.len();
    marks.dedup();
    assert_eq!((count, marks.len()), (8 * 45, 8 * 45));
}

#[tokio::test]
async fn of_very_many_changes_it_is_told_that_anything_may_have_changed() {
    let place = Place::new().await;
    let mut reader = Reader::new(&place).await;
    let rows = |count: u32| format!("INSERT INTO pat_changes (mark) SELECT generate_series(1, {count})");
    place.database.run(&rows(10_000)).await;
    assert_eq!(reader.changes().await.len(), 10_000);
    place.database.run(&rows(10_001)).await;
    assert_eq!(reader.changes().await, [FeedChange::All]);
    assert_eq!(reader.changes().await, []);
}

#[tokio::test]
async fn new_and_emptied_logs_go_on_for_who_has_missed_nothing() {
    let place = alone().await;
    let mut reader = Reader::new(&place).await;
    let behind = Reader { feed: place.feed(), at: reader.at };
    place.insert(&record(1), &digest(1)).await.unwrap();
    assert_eq!(behind.peek().await.changes(), [token(1)]);
    assert!(behind.peek().await.goes_on_from(behind.at), "a log that was empty");
    assert_eq!(reader.changes().await, [token(1)]);
    for emptied in ["DELETE FROM pat_changes", "TRUNCATE pat_changes"] {
        place.database.run(&row(2)).await;
        let behind = Reader { feed: place.feed(), at: reader.at };
        assert_eq!(reader.changes().await, [token(2)]);
        place.database.run(emptied).await;
        assert!(!behind.peek().await.goes_on_from(behind.at), "a row is missing");
        reader.next().await;
        let (changes, goes_on) = reader.next().await;
        assert!(changes.is_empty() && goes_on, "it settles");
    }
}

/// How many rows there are.
async fn count(place: &Place) -> i64 {
    let mut stranger = place.database.stranger().await;
    query_scalar("SELECT count(*) FROM pat_changes").fetch_one(&mut stranger).await.unwrap()
}

const OLD: &str =
    "INSERT INTO pat_changes (mark, changed_at) SELECT n, now() - interval '25 hours' FROM generate_series";

#[tokio::test]
async fn rows_older_than_a_day_go_and_who_has_missed_some_is_told_so() {
    let place = alone().await;
    place.database.run(&format!("{OLD}(1, 1500) n")).await;
    place.database.run("INSERT INTO pat_changes (mark) SELECT generate_series(1, 400)").await;
    let behind = Reader { feed: place.feed(), at: FeedPosition::new(Reader::new(&place).await.at.generation(), 3) };
    let mut reader = Reader::new(&place).await;
    assert_eq!(count(&place).await, 1_900, "none was pruned before the next thousand had come");
    // As by a role that may only add rows.
    let user = format!("writer_{}", place.database.name());
    place.database.run(&format!("CREATE ROLE {user}; GRANT INSERT ON pat_changes TO {user}")).await;
    place
        .database
        .run(&format!("SET ROLE {user}; INSERT INTO pat_changes (mark) SELECT generate_series(1, 200)"))
        .await;
    assert_eq!(count(&place).await, 600);
    let (changes, goes_on) = reader.next().await;
    assert!(goes_on && changes.len() == 200, "{} {goes_on}", changes.len());
    assert!(!behind.peek().await.goes_on_from(behind.at), "rows are missing");
    let mut stranger = place.database.stranger().await;
    let kept_from: i64 = query_scalar("SELECT kept_from FROM pat_change_log").fetch_one(&mut stranger).await.unwrap();
    let first: String =
        query_scalar("SELECT xid::text FROM pat_changes ORDER BY xid LIMIT 1").fetch_one(&mut stranger).await.unwrap();
    assert!(kept_from > 3 && kept_from <= first.parse().unwrap(), "{kept_from} {first}");
}

#[tokio::test]
async fn row_that_a_reader_may_not_have_passed_stays_however_old() {
    let place = alone().await;
    let mut held = place.database.stranger().await;
    run(&mut held, "BEGIN; SELECT pg_current_xact_id()").await;
    let reader = Reader::new(&place).await;
    place.database.run(&format!("{OLD}(1, 999) n")).await;
    place.database.run(&row(1)).await;
    assert_eq!(count(&place).await, 1_000);
    assert_eq!(reader.peek().await.changes().len(), 1_000);
    assert!(reader.peek().await.goes_on_from(reader.at));
    run(&mut held, "COMMIT").await;
    place.database.run("INSERT INTO pat_changes (mark) SELECT generate_series(1, 1000)").await;
    assert_eq!(count(&place).await, 1_001);
    assert!(!reader.peek().await.goes_on_from(reader.at));
}

/// Nobody waits for somebody who prunes.
#[tokio::test]
async fn changes_are_written_while_another_prunes() {
    let place = alone().await;
    place.database.run(&format!("{OLD}(1, 999) n")).await;
    let mut held = place.database.stranger().await;
    run(&mut held, &format!("BEGIN; {}", row(1))).await;
    let write = "INSERT INTO pat_changes (mark) SELECT generate_series(1, 1000)";
    timeout(LONG, place.database.run(write)).await.expect("it does not wait");
    assert_eq!(count(&place).await, 1_999);
    run(&mut held, "COMMIT").await;
    assert_eq!(count(&place).await, 1_002, "the last row before stays");
}

/// All that a reader knows the log by is the last row that it has seen.
#[tokio::test]
async fn log_that_was_pruned_after_a_quiet_day_goes_on() {
    let place = alone().await;
    place.database.run(&format!("{OLD}(1, 999) n")).await;
    let mut reader = Reader::new(&place).await;
    place.database.run(&row(1)).await;
    assert_eq!(count(&place).await, 2, "it was pruned");
    assert_eq!(reader.changes().await, [token(1)]);
    assert_eq!(reader.changes().await, []);
}

#[tokio::test]
async fn rows_that_are_deleted_under_a_long_transaction_are_missed_once() {
    let place = alone().await;
    let mut held = place.database.stranger().await;
    run(&mut held, &format!("BEGIN; {}", row(1))).await;
    let mut reader = Reader::new(&place).await;
    for deletion in ["DELETE FROM pat_changes", "TRUNCATE pat_changes"] {
        place.database.run(&row(2)).await;
        assert_eq!(reader.changes().await, [token(2)]);
        if deletion.starts_with("TRUNCATE") {
            run(&mut held, "ROLLBACK; BEGIN; SELECT pg_current_xact_id()").await;
            place.database.run(&row(3)).await;
            reader.next().await;
        }
        place.database.run(deletion).await;
        assert!(!reader.next().await.1, "a row may be missing");
        for _ in 0..3 {
            assert_eq!(reader.changes().await, []);
        }
    }
    // A row of the transaction that is still open, which comes and goes between two readings.
    run(&mut held, &format!("{}; COMMIT", row(4))).await;
    place.database.run("DELETE FROM pat_changes").await;
    assert!(!reader.next().await.1, "a row is missing, though one of a later transaction was deleted before");
}

#[tokio::test]
async fn database_of_another_generation_does_not_go_on() {
    let place = Place::new().await;
    let mut reader = Reader::new(&place).await;
    place.database.run("UPDATE pat_change_log SET generation = gen_random_uuid()").await;
    assert!(!reader.next().await.1);
    assert!(reader.next().await.1);
}

/// What a restoration leaves behind: the log ends earlier, or other rows stand where the last ones were.
#[tokio::test]
async fn log_that_was_set_back_does_not_go_on() {
    let place = alone().await;
    // What is deleted by hand is noticed anyhow; a restoration leaves no such trace.
    place.database.run("ALTER TABLE pat_changes DISABLE TRIGGER USER").await;
    for number in 1..=4 {
        place.database.run(&row(number)).await;
    }
    let mut reader = Reader::new(&place).await;
    assert!(reader.next().await.1);
    let last = "SELECT max(seq) FROM pat_changes";
    for sql in [
        format!("DELETE FROM pat_changes WHERE seq = ({last})"),
        format!("UPDATE pat_changes SET mark = 7 WHERE seq = ({last})"),
        format!("UPDATE pat_changes SET changed_at = now() - interval '1 hour' WHERE seq = ({last})"),
        format!("INSERT INTO pat_changes (mark, xid) SELECT 7, xid FROM pat_changes WHERE seq = ({last})"),
    ] {
        place.database.run(&sql).await;
        assert!(!reader.next().await.1, "{sql}");
        assert!(reader.next().await.1, "{sql}: it goes on from there");
    }
    // The number of a server that had come farther.
    let ahead = FeedPosition::new(reader.at.generation(), reader.at.number() + 1_000_000).with_check(reader.at.check());
    assert!(!reader.feed.read(Some(ahead)).await.unwrap().goes_on_from(ahead));
}

/// As `pg_dump` writes them: with the numbers of the server they came from.
#[tokio::test]
async fn rows_of_a_server_that_had_come_farther_are_not_told_again_and_again() {
    let place = Place::new().await;
    let mut rows = String::new();
    for mark in 0..20 {
        write!(rows, "INSERT INTO pat_changes (mark, xid) VALUES ({mark}, '900000000000'); ").unwrap();
    }
    place.database.run(&rows).await;
    place.database.run("UPDATE pat_change_log SET kept_from = 900000000001").await;
    let mut reader = Reader::new(&place).await;
    assert_eq!(reader.changes().await, []);
    place.database.run(&row(1)).await;
    assert_eq!(reader.changes().await, [token(1)]);
    let behind = Reader { feed: place.feed(), at: reader.at };
    place.database.run("DELETE FROM pat_changes WHERE xid = '900000000000'").await;
    assert!(behind.peek().await.goes_on_from(behind.at), "nobody misses them");
    place.database.run("DELETE FROM pat_changes").await;
    let since = FeedPosition::new(behind.at.generation(), 3);
    assert!(!behind.feed.read(Some(since)).await.unwrap().goes_on_from(since), "a row of this server is missed");
}

/// The numbers alone would not show it: those of the new server may be as high.
#[tokio::test]
async fn copy_on_another_server_does_not_go_on() {
    let (one, copy) = (Place::new().await, alone().await);
    let mut stranger = one.database.stranger().await;
    let generation: String =
        query_scalar("SELECT generation::text FROM pat_change_log").fetch_one(&mut stranger).await.unwrap();
    copy.database.run(&format!("UPDATE pat_change_log SET generation = '{generation}'")).await;
    let position = Reader::new(&copy).await.at;
    assert_ne!(Reader::new(&one).await.at.generation(), position.generation());
}

#[tokio::test]
async fn change_of_another_instance_wakes_who_waits() {
    let place = Place::new().await;
    let reader = Reader::new(&place).await;
    let (feed, since) = (Arc::clone(&reader.feed), reader.at);
    assert!(timeout(PAUSE, feed.changed(since)).await.is_err(), "nothing has come");
    let waiting = tokio::spawn(async move { feed.changed(since).await });
    place.database.run(&row(7)).await;
    timeout(LONG, waiting).await.expect("it wakes").unwrap().unwrap();
    timeout(LONG, reader.feed.changed(since)).await.expect("also who came late").unwrap();
}

#[tokio::test]
async fn follower_voids_what_another_instance_has_changed() {
    let place = Place::new().await;
    place.insert(&record(1), &digest(1)).await.unwrap();
    // As seldom as hardly ever: it must be woken.
    let hour = Duration::from_hours(1);
    let follower = FeedFollower::builder(place.feed()).with_max_staleness(hour).start();
    until(async || follower.health().readings() > 0).await;
    let before = place.revocations().epoch(&digest(1));
    place.database.run(&row(1)).await;
    until(async || place.revocations().epoch(&digest(1)) != before).await;
    assert_eq!((follower.health().changes(), follower.health().gaps()), (1, 1));
}

#[tokio::test]
async fn connection_that_was_ended_is_made_anew_and_wakes_who_waits() {
    let place = alone().await;
    let mut reader = Reader::new(&place).await;
    for number in 1..=3 {
        let pids = listening(&place).await;
        assert_eq!(pids.len(), 1);
        let waiting = {
            let (feed, since) = (Arc::clone(&reader.feed), reader.at);
            tokio::spawn(async move { feed.changed(since).await })
        };
        // In this order nobody is told of the row.
        place.database.run(&format!("SELECT pg_terminate_backend({})", pids[0])).await;
        place.database.run(&row(number)).await;
        timeout(LONG, waiting).await.expect("it wakes").unwrap().unwrap();
        assert_eq!(reader.changes().await, [token(number)]);
    }
}

/// It has a connection of its own.
#[tokio::test]
async fn exhausted_pool_keeps_no_reading_waiting() {
    let place = Place::new().await;
    let store = Arc::new(place.builder().with_max_connections(1).connect().await.unwrap());
    let mut held = place.database.stranger().await;
    run(&mut held, "BEGIN; LOCK TABLE pat_tokens IN ACCESS EXCLUSIVE MODE").await;
    let requests: Vec<_> = (0..5)
        .map(|_| {
            let store = Arc::clone(&store);
            tokio::spawn(async move { store.resolve(&digest(1)).await.is_ok() })
        })
        .collect();
    place.database.until_waiting(1).await;
    let mut reader = Reader::new(&store).await;
    place.database.run(&row(1)).await;
    assert_eq!(reader.changes().await, [token(1)]);
    assert!(requests.iter().all(|request| !request.is_finished()), "the pool is exhausted");
    run(&mut held, "ROLLBACK").await;
    for request in requests {
        request.await.unwrap();
    }
}

#[tokio::test]
async fn reading_that_is_given_up_loses_nothing() {
    let place = Place::new().await;
    let mut reader = Reader::new(&place).await;
    for number in 0..100_u64 {
        place.database.run(&row(number.into())).await;
        let feed = Arc::clone(&reader.feed);
        // At another point each time.
        let _ = timeout(Duration::from_micros(number * 20), feed.read(Some(reader.at))).await;
        if number % 10 == 9 {
            let told = reader.changes().await;
            assert_eq!(told, (number - 9..=number).map(|number| token(number.into())).collect::<Vec<_>>());
        }
    }
}

#[tokio::test]
async fn role_that_only_verifies_follows_the_changes() {
    let place = Place::new().await;
    let user = format!("follower_{}", place.database.name());
    place.database.run(&format!("CREATE ROLE {user} LOGIN")).await;
    let tables = "pat_tokens, pat_owners, pat_changes, pat_change_log, pat_migrations";
    place.database.run(&format!("GRANT SELECT ON {tables} TO {user}")).await;
    let builder = PostgresStore::builder(&place.database.url_for(&user)).without_migrating();
    let store = builder.connect().await.unwrap();
    let mut reader = Reader::new(&store).await;
    assert_eq!(Reader::new(&place).await.at.generation(), reader.at.generation(), "it sees the same log");
    place.database.run(&row(1)).await;
    timeout(LONG, reader.feed.changed(reader.at)).await.expect("it is woken").unwrap();
    assert_eq!(reader.changes().await, [token(1)]);
}

#[tokio::test]
async fn feeds_of_a_store_share_a_connection_that_ends_with_the_last_of_them() {
    let place = Place::new().await;
    let store = place.open_again().await;
    let (one, other) = (Reader::new(&store).await, Reader::new(&store).await);
    assert_eq!(listening(&place).await.len(), 1);
    drop((store, one));
    assert_eq!(listening(&place).await.len(), 1);
    assert_eq!(other.peek().await.changes(), []);
    drop(other);
    until(async || listening(&place).await.is_empty()).await;
}

#[tokio::test]
async fn closed_store_cannot_be_followed() {
    let place = Place::new().await;
    let reader = Reader::new(&place).await;
    let (feed, since) = (Arc::clone(&reader.feed), reader.at);
    let waiting = tokio::spawn(async move { feed.changed(since).await });
    place.close().await;
    assert!(timeout(LONG, waiting).await.expect("it ends").unwrap().is_err());
    assert!(reader.feed.read(None).await.is_err());
    assert!(reader.feed.changed(reader.at).await.is_err());
    assert!(place.feed().read(None).await.is_err());
    until(async || listening(&place).await.is_empty()).await;
}

/// All of one server, which is stopped, halted and killed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn feed_fails_while_its_server_is_away_and_goes_on_afterwards() {
    let server = Arc::new(Server::start());
    let place = Place::on(server.database().await).await;
    let mut reader = Reader::new(&place).await;
    server.freeze();
    reader.feed.read(Some(reader.at)).await.unwrap_err();
    server.thaw();
    until(async || reader.feed.read(Some(reader.at)).await.is_ok()).await;
    assert!(reader.next().await.1, "it is the same server");
    for end in [Server::stop, Server::kill] {
        end(&server);
        reader.feed.read(Some(reader.at)).await.unwrap_err();
        server.run_again();
        place.database.run(&row(1)).await;
        until(async || reader.feed.read(Some(reader.at)).await.is_ok()).await;
        assert_eq!(reader.changes().await, [token(1)]);
        place.database.run(&row(2)).await;
        timeout(LONG, reader.feed.changed(reader.at)).await.expect("it is woken").unwrap();
        assert_eq!(reader.changes().await, [token(2)]);
    }
}

/// What a server has not written when it is killed gives its numbers to what comes afterwards.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn server_that_gives_numbers_once_more_after_a_crash_hides_nothing() {
    let place = alone().await;
    place.database.run(&row(1)).await;
    let mut held = place.database.stranger().await;
    run(&mut held, "BEGIN; SELECT pg_current_xact_id()").await;
    let mut other = place.database.stranger().await;
    for _ in 0..2 {
        run(&mut other, "BEGIN; SELECT pg_current_xact_id(); ROLLBACK").await;
    }
    let reader = Reader::new(&place).await;
    place.database.server.kill();
    place.database.server.run_again();
    for number in 2..=8 {
        place.database.run(&row(number)).await;
    }
    until(async || reader.feed.read(Some(reader.at)).await.is_ok()).await;
    let reading = reader.peek().await;
    let is_told = (2..=8).all(|number| reading.changes().contains(&token(number)));
    assert!(is_told || !reading.goes_on_from(reader.at), "{reading:?}");
}

/// As one that was blocked, or is kept while another is used: what runs on it neither ends nor goes on.
#[test]
fn runtime_that_nobody_drives_any_more_takes_no_feed_along() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (left, driven) = (runtime(), runtime());
    let place = driven.block_on(Place::new());
    let reader = left.block_on(Reader::new(&place));
    driven.block_on(async {
        // As a follower does, which waits for a part of its bound only.
        until(async || matches!(timeout(Duration::from_secs(1), reader.peek_or_fail()).await, Ok(true))).await;
    });
    drop(reader);
    drop(driven);
}

/// It may take longer to connect than anybody waits.
#[tokio::test]
async fn reason_why_nobody_can_connect_is_told_to_who_asks_next() {
    let place = Place::new().await;
    let doorkeeper = Doorkeeper::before(&place).await;
    let store = PostgresStore::connect(&doorkeeper.url(&place)).await.unwrap();
    doorkeeper.refuse.store(true, Relaxed);
    let feed = store.feed();
    let mut told = String::new();
    until(async || {
        if let Ok(Err(error)) = timeout(Duration::from_millis(300), feed.read(None)).await {
            told = format!("{error:?}");
        }
        told.contains("not let in")
    })
    .await;
    doorkeeper.refuse.store(false, Relaxed);
    until(async || feed.read(None).await.is_ok()).await;
}

/// Each is given up when no answer comes, and none of them ends.
#[tokio::test]
async fn connections_on_which_no_answer_comes_do_not_add_up() {
    let place = Place::new().await;
    let doorkeeper = Doorkeeper::before(&place).await;
    let store = PostgresStore::connect(&doorkeeper.url(&place)).await.unwrap();
    let feed = store.feed();
    doorkeeper.swallow.store(true, Relaxed);
    let before = doorkeeper.open.load(Relaxed);
    for _ in 0..7 {
        feed.read(None).await.unwrap_err();
    }
    let open = doorkeeper.open.load(Relaxed) - before;
    assert!(open <= 4, "{open}");
    doorkeeper.swallow.store(false, Relaxed);
    doorkeeper.hang_up.notify_waiters();
    until(async || feed.read(None).await.is_ok()).await;
}

/// Stands between a store and its server.
#[derive(Default)]
struct Doorkeeper {
    port: u16,
    /// Refuses whoever comes, after a second.
    refuse: AtomicBool,
    /// Lets no answer through that is asked for from now on by a statement on a snapshot.
    swallow: AtomicBool,
    hang_up: Notify,
    open: AtomicUsize,
}

impl Doorkeeper {
    async fn before(place: &Place) -> Arc<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let keeper = Arc::new(Self { port, ..Self::default() });
        let (server, own) = (place.database.server.port(), Arc::clone(&keeper));
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let own = Arc::clone(&own);
                tokio::spawn(async move { own.attend(client, server).await });
            }
        });
        keeper
    }

    fn url(&self, place: &Place) -> String {
        place.database.url().replace(&place.database.server.port().to_string(), &self.port.to_string())
    }

    async fn attend(&self, mut client: TcpStream, server: u16) {
        if self.refuse.load(Relaxed) {
            sleep(Duration::from_secs(1)).await;
            let fields = b"SFATAL\0VFATAL\0C28000\0Mthe role is not let in\0\0";
            let _ = client.read(&mut [0; 1024]).await;
            let _ = client
                .write_all(&[b"E", &u32::try_from(fields.len() + 4).unwrap().to_be_bytes()[..], fields].concat())
                .await;
            return;
        }
        self.open.fetch_add(1, Relaxed);
        let mut server = TcpStream::connect(("127.0.0.1", server)).await.unwrap();
        let (mut asked, mut answered) = ([0; 4_096], [0; 4_096]);
        loop {
            tokio::select! {
                Ok(count @ 1..) = client.read(&mut asked) => {
                    let is_reading = asked[..count].windows(19).any(|bytes| bytes == b"pg_current_snapshot");
                    if is_reading && self.swallow.load(Relaxed) {
                        self.hang_up.notified().await;
                        break;
                    }
                    server.write_all(&asked[..count]).await.unwrap();
                }
                Ok(count @ 1..) = server.read(&mut answered) => {
                    if client.write_all(&answered[..count]).await.is_err() {
                        break;
                    }
                }
                else => break,
            }
        }
        self.open.fetch_sub(1, Relaxed);
    }
}

/// Nobody answers, and nobody says so.
#[tokio::test]
async fn server_that_is_silent_while_nobody_asks_is_noticed() {
    let place = alone().await;
    let reader = Reader::new(&place).await;
    let (feed, since) = (Arc::clone(&reader.feed), reader.at);
    let waiting = tokio::spawn(async move { feed.changed(since).await });
    place.database.server.freeze();
    sleep(Duration::from_secs(13)).await;
    assert!(!waiting.is_finished());
    place.database.server.thaw();
    timeout(LONG, waiting).await.expect("it wakes, for the connection was made anew").unwrap().unwrap();
}
