//! What calls do when the server does not. Real time passes here: it is another process that is waited for.

use std::fs;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sqlx::{Connection, query, query_scalar, raw_sql};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tower_pat::denial::Denial;
use tower_pat::resolver::{Answer, PatResolver};
use tower_pat::store::{PatStore, PostgresStore, StoreErrorKind};
use tower_pat::verifier::{PatVerifier, VerifyContext};

use super::place::{Place, source};
use crate::sqlite::make::{digest, id, record, revoke, stamp};
use crate::support::postgres::{Database, Server};
use crate::support::{format, token};

/// How long a call may take: 5 seconds for a connection, the time of a statement, and one more.
const LONGEST: Duration = Duration::from_millis(6_500);
const STATEMENT: Duration = Duration::from_millis(200);

#[expect(clippy::disallowed_methods, reason = "what is measured is another process")]
fn now() -> Instant {
    Instant::now()
}

/// A server of its own with a record in it.
async fn with_a_record() -> (Arc<Server>, Database) {
    let server = Arc::new(Server::start());
    let database = server.database().await;
    let store = PostgresStore::connect(&database.url()).await.unwrap();
    store.insert(&record(1), &digest(1)).await.unwrap();
    store.close().await;
    (server, database)
}

async fn impatient(url: &str) -> PostgresStore {
    PostgresStore::builder(url).with_statement_timeout(STATEMENT).connect().await.unwrap()
}

/// So many look-ups at one time.
async fn resolve_together(store: &Arc<PostgresStore>, count: usize) -> Vec<bool> {
    let lookups: Vec<_> = (0..count)
        .map(|_| {
            let store = Arc::clone(store);
            tokio::spawn(async move {
                match store.resolve(&digest(1)).await {
                    Ok(answer) => {
                        assert_eq!(answer, Answer::Known(record(1)), "an outage is never an unknown token");
                        true
                    }
                    Err(_) => false,
                }
            })
        })
        .collect();
    let mut answered = Vec::new();
    for lookup in lookups {
        answered.push(lookup.await.unwrap());
    }
    answered
}

/// A connection that was broken fails one call at most, and there are ten.
async fn recovers(store: &Arc<PostgresStore>) {
    let mut failed = 0;
    while !resolve_together(store, 1).await[0] {
        failed += 1;
        assert!(failed <= 10, "the store does not recover");
    }
    assert!(resolve_together(store, 20).await.iter().filter(|answered| **answered).count() >= 10 + failed);
    assert!(resolve_together(store, 20).await.iter().all(|answered| *answered));
    let _ = store.revoke_some(&tower_pat::store::Selection::all().with_token(id(9)), None, &stamp(1)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn store_recovers_from_a_power_cut_of_its_server_and_has_lost_nothing() {
    let (server, database) = with_a_record().await;
    let store = Arc::new(impatient(&database.url()).await);
    assert!(resolve_together(&store, 20).await.iter().all(|answered| *answered));
    server.kill();
    let started = now();
    assert!(resolve_together(&store, 20).await.iter().all(|answered| !answered));
    let refused = store.insert(&record(2), &digest(2)).await.unwrap_err();
    assert!(refused.kind().is_retryable(), "{refused:?}");
    assert!(started.elapsed() < LONGEST * 2, "{:?}", started.elapsed());
    server.run_again();
    recovers(&store).await;
    assert_eq!(store.find(id(2)).await.unwrap(), None);
    store.insert(&record(2), &digest(2)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn calls_to_a_server_that_is_silent_end_in_time_and_the_store_recovers() {
    let (server, database) = with_a_record().await;
    let store = Arc::new(impatient(&database.url()).await);
    let token = token();
    assert!(resolve_together(&store, 20).await.iter().all(|answered| *answered));
    server.freeze();
    let started = now();
    let writing = Arc::clone(&store);
    let write = tokio::spawn(async move { writing.insert(&record(2), &digest(2)).await });
    assert!(resolve_together(&store, 20).await.iter().all(|answered| !answered));
    assert_eq!(write.await.unwrap().unwrap_err().kind(), StoreErrorKind::Unavailable);
    assert!(started.elapsed() < LONGEST, "{:?}", started.elapsed());
    let verifier = PatVerifier::builder(format(), store.clone()).build();
    let verdict = verifier.verify(token.expose_secret(), &VerifyContext::default()).await;
    assert!(matches!(verdict, Err(Denial::Unavailable)), "{verdict:?}");
    server.thaw();
    recovers(&store).await;
}

#[tokio::test]
async fn statement_that_waits_for_a_lock_ends_in_its_time_and_changes_nothing() {
    let place = Place::new().await;
    place.insert(&record(1), &digest(1)).await.unwrap();
    let store = impatient(&place.database.url()).await;
    let mut stranger = place.database.stranger().await;
    let mut held = stranger.begin().await.unwrap();
    query("UPDATE pat_tokens SET hint = hint").execute(&mut *held).await.unwrap();
    let started = now();
    let late = revoke(&store, 1, 5).await.unwrap_err();
    assert_eq!(late.kind(), StoreErrorKind::Unavailable);
    assert!(source(&late).contains("statement timeout"), "{late:?}");
    assert!((STATEMENT..Duration::from_secs(2)).contains(&started.elapsed()), "{:?}", started.elapsed());
    held.rollback().await.unwrap();
    assert_eq!(revoke(&store, 1, 5).await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn store_recovers_when_its_connections_are_ended_by_the_operator() {
    let place = Place::new().await;
    place.insert(&record(1), &digest(1)).await.unwrap();
    let store = Arc::new(impatient(&place.database.url()).await);
    assert!(resolve_together(&store, 20).await.iter().all(|answered| *answered));
    let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
    place.database.run(end).await;
    recovers(&store).await;
}

/// A revocation that was told as made must not be lost when the standby takes over.
#[tokio::test]
async fn commit_that_no_standby_confirms_is_an_outage() {
    let (server, database) = with_a_record().await;
    database.run("ALTER SYSTEM SET synchronous_standby_names = 'nobody'").await;
    server.stop();
    server.run_again();
    let store = impatient(&database.url()).await;
    let started = now();
    let unknown = revoke(&store, 1, 5).await.unwrap_err();
    assert_eq!(unknown.kind(), StoreErrorKind::Unavailable);
    assert!(started.elapsed() > STATEMENT * 2, "{unknown:?}");
    assert!(started.elapsed() < LONGEST, "{:?}", started.elapsed());
}

#[tokio::test]
async fn standby_is_refused() {
    let (server, database) = with_a_record().await;
    server.stop();
    fs::write(server.directory().join("data/standby.signal"), "").unwrap();
    server.run_again();
    let mut stranger = database.stranger().await;
    let is_standby: bool = query_scalar("SELECT pg_is_in_recovery()").fetch_one(&mut stranger).await.unwrap();
    assert!(is_standby);
    let refused = PostgresStore::builder(&database.url()).without_migrating().connect().await.unwrap_err();
    assert_eq!(refused.kind(), StoreErrorKind::Unavailable);
    assert!(source(&refused).contains("standby"), "{refused:?}");
}

/// A network that swallows what is sent on the connections that are open, and lets new ones be made.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn connection_that_has_gone_silent_is_thrown_away_and_another_made() {
    let place = Place::new().await;
    place.insert(&record(1), &digest(1)).await.unwrap();
    let (swallow, swallowed) = watch::channel(());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(forward(listener, place.database.server.port(), swallowed));
    let url = place.database.url().replace(&format!(":{}/", place.database.server.port()), &format!(":{port}/"));
    let builder = PostgresStore::builder(&url).with_statement_timeout(STATEMENT).with_max_connections(1);
    let store = builder.connect().await.unwrap();
    store.resolve(&digest(1)).await.unwrap();
    // The pool has it back, and nobody is at it.
    place.database.run("SELECT").await;
    swallow.send(()).unwrap();
    // Unless the pool has just seen it be silent, this call does.
    let _ = store.resolve(&digest(1)).await;
    let started = now();
    assert_eq!(store.resolve(&digest(1)).await.unwrap(), Answer::Known(record(1)));
    assert!(started.elapsed() < Duration::from_secs(1), "{:?}", started.elapsed());
}

async fn forward(listener: TcpListener, port: u16, swallowed: watch::Receiver<()>) {
    loop {
        let (mut client, _) = listener.accept().await.unwrap();
        let mut swallowed = swallowed.clone();
        swallowed.mark_unchanged();
        tokio::spawn(async move {
            let mut server = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
            tokio::select! {
                _ = copy_bidirectional(&mut client, &mut server) => {}
                _ = swallowed.changed() => {
                    // Held open, and answered nothing.
                    let mut rest = Vec::new();
                    let _ = client.read_to_end(&mut rest).await;
                    let _ = server.shutdown().await;
                }
            }
        });
    }
}

/// Whoever hangs up leaves neither a connection nor a lock behind.
#[tokio::test]
async fn call_that_is_given_up_leaves_no_lock_behind() {
    let place = Place::new().await;
    place.insert(&record(1), &digest(1)).await.unwrap();
    let store = place.builder().with_max_connections(1).connect().await.unwrap();
    let mut stranger = place.database.stranger().await;
    let mut held = stranger.begin().await.unwrap();
    raw_sql("LOCK TABLE pat_changes IN SHARE MODE").execute(&mut *held).await.unwrap();
    let (second, id_two) = (record(2), digest(2));
    {
        let given_up = store.insert(&second, &id_two);
        tokio::pin!(given_up);
        tokio::select! {
            _ = &mut given_up => panic!("it waits for the lock"),
            () = place.database.until_waiting(1) => {}
        }
    }
    assert_eq!(store.resolve(&digest(1)).await.unwrap(), Answer::Known(record(1)));
    held.rollback().await.unwrap();
    store.insert(&record(3), &digest(3)).await.unwrap();
}
