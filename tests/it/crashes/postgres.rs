use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::runtime::Builder;
use tokio::task::{JoinSet, spawn_blocking};
use tokio::time::sleep;
use tower_pat::store::{PatStore, PostgresStore};

use super::audit;
use super::expected::heard;
use super::kept::Kept;
use super::note::{Note, What, outage};
use super::random::{Random, rounds, seed};
use super::tally::Tally;
use super::worker::Worker;
use crate::support::postgres::{Database, Server};

const WORKERS: u64 = 8;
/// A call on a connection that was broken fails, and there are ten.
const BROKEN: usize = 10;
/// So many rounds have one database and one store, which is not opened again.
const ONE_DATABASE: usize = 20;

#[test]
fn killed_server_has_made_each_change_wholly_or_not_at_all() {
    let mut random = Random::new(seed());
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let (server, mut tally) = (Arc::new(Server::start()), Tally::default());
        let mut opened = None;
        for round in 0..rounds(15) {
            if round % ONE_DATABASE == 0 {
                opened = Some(open(&server).await);
            }
            let (database, store) = opened.as_ref().unwrap();
            let (notes, in_flight) = kill_one(&server, store, round, &mut random).await;
            let told = |note: &Note| matches!(&note.what, What::Failed(kind, _) if *kind != outage());
            let refused = notes.iter().find(|note| told(note));
            assert!(refused.is_none(), "an outage is no refusal: {refused:?}");
            assert!(in_flight > 0, "all were in the middle of a call");
            recover(store).await;
            let kept = Kept::in_database(database.stranger().await).await;
            audit::agree(&kept);
            tally.add(&heard(&notes), &kept);
        }
        tally.report();
    });
}

async fn open(server: &Arc<Server>) -> (Database, Arc<PostgresStore>) {
    let database = server.database().await;
    let store = Arc::new(PostgresStore::connect(&database.url()).await.unwrap());
    (database, store)
}

/// Kills all processes of the server while workers are at it, and starts it again. Gives what they have told, and how many
/// calls were begun and not acknowledged just before.
async fn kill_one(
    server: &Arc<Server>,
    store: &Arc<PostgresStore>,
    round: usize,
    random: &mut Random,
) -> (Vec<Note>, usize) {
    let (notes, over) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(false)));
    let mut workers = JoinSet::new();
    for number in 0..WORKERS {
        let notes = Arc::clone(&notes);
        let tell = move |note| notes.lock().unwrap().push(note);
        let worker = Worker::new(store.clone(), &format!("r{round}w{number}"), random.next(), tell);
        workers.spawn(worker.work(over.clone()));
    }
    let calls = 20 + random.below(100);
    let count = |notes: &[Note]| notes.iter().filter(|note| matches!(note.what, What::Done(_))).count();
    while count(&notes.lock().unwrap()) < calls {
        assert!(!workers.is_empty());
        tokio::task::yield_now().await;
    }
    sleep(Duration::from_micros(random.next() % 4_000)).await;
    let (server, told) = (Arc::clone(server), Arc::clone(&notes));
    let in_flight = spawn_blocking(move || {
        let in_flight = heard(&told.lock().unwrap()).values().filter(|expected| expected.pending.is_some()).count();
        server.kill();
        // A call that waits for a connection goes on when the server is there again.
        over.store(true, Ordering::SeqCst);
        server.run_again();
        in_flight
    });
    let in_flight = in_flight.await.unwrap();
    while workers.join_next().await.transpose().unwrap().is_some() {}
    let notes = notes.lock().unwrap().clone();
    (notes, in_flight)
}

/// By itself, with no more failures than there were connections.
async fn recover(store: &Arc<PostgresStore>) {
    for _ in 0..=BROKEN {
        if store.is_empty().await.is_ok() {
            return;
        }
    }
    panic!("the store does not recover");
}
