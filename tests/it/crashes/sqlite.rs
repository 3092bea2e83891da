use std::env;
use std::io::{BufRead, BufReader, Write, stdout};
use std::path::Path;
use std::process::{ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::thread::sleep;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tower_pat::store::{PatQuery, PatStore, SqliteStore};

use super::audit;
use super::expected::heard;
use super::kept::Kept;
use super::note::{Note, What};
use super::random::{Random, rounds, seed};
use super::tally::Tally;
use super::worker::Worker;
use crate::sqlite::Place;

/// In a child process: the file, the number of the round, the seed.
const CHILD: &str = "PAT_CRASH_CHILD";
const WORKERS: u64 = 6;
/// So many rounds have one file: what is left behind by one is there for the next.
const ONE_FILE: usize = 10;

#[test]
fn killed_process_has_made_each_change_wholly_or_not_at_all() {
    if let Ok(told) = env::var(CHILD) {
        return be_killed(&told);
    }
    let (seed, runtime) = (seed(), Builder::new_current_thread().enable_all().build().unwrap());
    let (mut random, mut tally, mut place) = (Random::new(seed), Tally::default(), Place::new());
    for round in 0..rounds(60) {
        if round % ONE_FILE == 0 {
            place = Place::new();
        }
        let notes = kill_one(&place, round, &mut random);
        let failed = notes.iter().find(|note| matches!(note.what, What::Failed(..)));
        assert!(failed.is_none(), "{failed:?}");
        let kept = look(&runtime, &place);
        audit::agree(&kept);
        tally.add(&heard(&notes), &kept);
    }
    tally.report();
}

/// Opens the store as whoever comes next, who reads every record, and looks at what is in the file.
fn look(runtime: &Runtime, place: &Place) -> Kept {
    runtime.block_on(async {
        let store = place.open().await;
        let (mut query, mut count) = (PatQuery::default().with_size(100), 0);
        loop {
            let page = store.list(&query).await.unwrap();
            count += page.items().len();
            let Some(next) = page.next() else { break };
            query = query.with_cursor(next.clone());
        }
        let kept = Kept::in_file(place.stranger().await).await;
        assert_eq!(kept.rows.len(), count);
        store.close().await;
        kept
    })
}

/// Runs a process that manages tokens and kills it; gives what it has told.
fn kill_one(place: &Place, round: usize, random: &mut Random) -> Vec<Note> {
    let told = format!("{} {round} {}", place.directory.path().display(), random.next());
    let (calls, pause) = (random.below(60), Duration::from_micros(random.next() % 4_000));
    let mut child = Command::new(env::current_exe().unwrap());
    child.args(["--exact", "--nocapture", "crashes::sqlite::killed_process_has_made_each_change_wholly_or_not_at_all"]);
    let mut child = child.env(CHILD, told).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = Lines(BufReader::new(child.stdout.take().unwrap()));
    let mut notes = Vec::new();
    let mut done = 0;
    while done <= calls {
        let note = lines.next().expect("it goes on until it is killed");
        done += usize::from(matches!(note.what, What::Done(_)));
        notes.push(note);
    }
    // Not always just after an acknowledgement.
    sleep(pause);
    child.kill().unwrap();
    assert!(!child.wait().unwrap().success());
    notes.extend(lines);
    notes
}

/// The notes among what a process prints.
struct Lines(BufReader<ChildStdout>);

impl Iterator for Lines {
    type Item = Note;

    fn next(&mut self) -> Option<Note> {
        loop {
            let mut line = String::new();
            if self.0.read_line(&mut line).unwrap() == 0 {
                return None;
            }
            if line.starts_with('{') {
                return Some(serde_json::from_str(&line).unwrap());
            }
        }
    }
}

fn be_killed(told: &str) {
    let [directory, round, seed] = told.split(' ').collect::<Vec<_>>()[..] else { panic!("{told}") };
    let file = Path::new(directory).join("pat.db");
    let mut random = Random::new(seed.parse().unwrap());
    println!();
    Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap().block_on(async {
        let store = Arc::new(SqliteStore::open(&format!("sqlite://{}", file.display())).await.unwrap());
        let work = (0..WORKERS).map(|number| {
            let worker = Worker::new(store.clone(), &format!("r{round}w{number}"), random.next(), print);
            tokio::spawn(worker.work(Arc::default()))
        });
        for work in work.collect::<Vec<_>>() {
            work.await.unwrap();
        }
    });
}

/// The line is out before the call begins, or the next one.
#[expect(clippy::needless_pass_by_value, reason = "whoever is told has the note")]
fn print(note: Note) {
    let line = format!("{}\n", serde_json::to_string(&note).unwrap());
    let mut stdout = stdout().lock();
    stdout.write_all(line.as_bytes()).unwrap();
    stdout.flush().unwrap();
}
