//! Stores with a million records: what is looked up, listed and made, beside what a hand-written service would ask.

mod bare;
mod creates;
mod fill;
mod pages;
mod server;

use std::error::Error;
use std::sync::Arc;

use tokio::runtime::Runtime;
use tower_pat::store::{PatStore, PostgresStore, SqliteStore};
use tower_pat::token::TokenDigest;

use bare::Bare;
use pages::Pages;
use server::Server;

use crate::clock::Stopwatch;
use crate::number::{float, grouped, length, quantile};
use crate::random::Seeded;
use crate::report::Note;

pub(crate) const RECORDS: u64 = 1_000_000;
/// Each asks each question once, in turns.
const ROUNDS: usize = 3_000;
/// So many tokens are asked for, drawn from all.
const SAMPLE: usize = 20_000;

/// A token that is there.
struct Sample {
    id: Vec<u8>,
    digest: TokenDigest,
}

/// Fills a SQLite file and a PostgreSQL database with so many records, and asks both.
pub(crate) fn measure(runtime: &Runtime, records: u64, rounds: usize) -> Result<Vec<Note>, Box<dyn Error>> {
    runtime.block_on(async {
        let mut notes = in_sqlite(records, rounds).await?;
        notes.extend(in_postgres(records, rounds).await?);
        Ok(notes)
    })
}

/// With the usual number of records and rounds.
pub(super) fn in_full(runtime: &Runtime) -> Result<Vec<Note>, Box<dyn Error>> {
    measure(runtime, RECORDS, ROUNDS)
}

async fn in_sqlite(records: u64, rounds: usize) -> Result<Vec<Note>, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("tokens.db");
    let store = Arc::new(SqliteStore::open(&format!("sqlite://{}", file.display())).await?);
    let bare = Bare::on_file(&file).await?;
    let sample = fill::sqlite(&file, records, SAMPLE).await?;
    let section = format!("SQLite, {} records, synchronous=FULL", grouped(float(records)));
    asked(&Section { key: "sqlite", name: section }, &(store, bare), &sample, rounds).await
}

async fn in_postgres(records: u64, rounds: usize) -> Result<Vec<Note>, Box<dyn Error>> {
    let server = Server::start()?;
    let store = Arc::new(PostgresStore::connect(&server.url()).await?);
    let bare = Bare::on_server(&server.url()).await?;
    let sample = fill::postgres(&server.url(), records, SAMPLE).await?;
    let section = format!("PostgreSQL, {} records, fsync=on, over loopback", grouped(float(records)));
    asked(&Section { key: "postgres", name: section }, &(store, bare), &sample, rounds).await
}

struct Section {
    key: &'static str,
    name: String,
}

impl Section {
    fn note(&self, (key, name): (&str, &str), value: f64, unit: &str) -> Note {
        Note::new(&self.name, (&format!("{}_{key}", self.key), name), value, unit)
    }
}

/// The questions take turns, so that what slows the machine slows all: first look-ups with look-ups, as a verifier asks them, then
/// lists with bare selects.
async fn asked<S: PatStore + 'static>(
    section: &Section,
    (store, bare): &(Arc<S>, Bare),
    sample: &[Sample],
    rounds: usize,
) -> Result<Vec<Note>, Box<dyn Error>> {
    let (random, pages) = (Seeded::new(10), Pages::of(&**store).await?);
    let pick = || &sample[random.below(sample.len())];
    let (mut selects, mut resolves, mut beside, mut fetched) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut listed = vec![Vec::new(); pages.len()];
    // The first ones warm up.
    let is_warm = |round| round >= rounds / 10;
    for round in 0..rounds + rounds / 10 {
        let select = bare_select(bare, pick()).await?;
        let started = Stopwatch::start();
        store.resolve(&pick().digest).await?;
        let resolve = started.nanos();
        if is_warm(round) {
            selects.push(select);
            resolves.push(resolve);
        }
    }
    for round in 0..rounds + rounds / 10 {
        let select = bare_select(bare, pick()).await?;
        let started = Stopwatch::start();
        bare.rows(pages.owner(&random).as_str()).await?;
        let rows = started.nanos();
        let mut spent = Vec::new();
        for number in 0..pages.len() {
            let started = Stopwatch::start();
            pages.ask(&**store, number, &random).await?;
            spent.push(started.nanos());
        }
        if is_warm(round) {
            beside.push(select);
            fetched.push(rows);
            listed.iter_mut().zip(spent).for_each(|(listed, spent)| listed.push(spent));
        }
    }
    let beside = float(quantile(&mut beside, 0.5));
    let select = float(quantile(&mut selects, 0.5));
    let resolve = float(quantile(&mut resolves, 0.5));
    let mut notes = vec![
        section.note(("select", "p50 of a bare select of a row by its primary key"), select, "ns"),
        section.note(("resolve", "p50 of a look-up by digest"), resolve, "ns"),
        section.note(("resolve_times", "the same, × the bare select"), resolve / select, "×"),
        section.note(
            ("rows", "50 rows of an owner by bare sqlx"),
            float(quantile(&mut fetched, 0.5)) / beside,
            "× the bare select",
        ),
    ];
    for ((key, name), listed) in pages.names().zip(&mut listed) {
        let times = float(quantile(listed, 0.5)) / beside;
        notes.push(section.note((key, name), times, "× the bare select"));
    }
    for callers in [1, 16] {
        let made = creates::a_second(store.clone(), callers).await?;
        let name = format!("creations a second, {callers} at once");
        notes.push(section.note((&format!("creates_{callers}"), &name), made, ""));
    }
    Ok(notes)
}

async fn bare_select(bare: &Bare, one: &Sample) -> Result<u64, sqlx::Error> {
    let started = Stopwatch::start();
    bare.select(&one.id).await?;
    Ok(started.nanos())
}

/// How many there are of something that took so long, in a second.
fn per_second(count: usize, nanos: u64) -> f64 {
    length(count) * 1e9 / float(nanos)
}

#[cfg(test)]
mod tests {
    use tokio::runtime::Builder;

    #[test]
    fn both_stores_are_asked_everything() {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let notes = super::measure(&runtime, 20_000, 20).unwrap();
        assert!(notes.iter().all(|note| note.value > 0.0), "{notes:?}");
        assert_eq!(notes.len(), 2 * (6 + 8), "{notes:?}");
    }
}
