use std::error::Error;
use std::hint::black_box;
use std::thread;
use std::time::Duration;

use axum::Router;
use http::{HeaderValue, StatusCode};
use tokio::runtime::{Builder, Runtime};

use crate::cases::{bare_router, layered, protected, with_moka};
use crate::clock::Stopwatch;
use crate::drive::{Drive, Driven};
use crate::fixture::Pool;
use crate::number::{float, length, median};
use crate::random::Seeded;
use crate::report::Note;

const SECTION: &str = "Threads, requests a second";
const ROUNDS: usize = 21;
const LONG: Duration = Duration::from_millis(40);

/// Requests a second of one thread, and of two at once that share the layer's memory; beside them what the machine gives a
/// second thread that shares nothing.
pub(super) fn measure(runtime: &Runtime) -> Result<Vec<Note>, Box<dyn Error>> {
    let random = Seeded::new(6);
    let (hot, many) = (Pool::new(1, &random), Pool::new(10_000, &random));
    let cases = [
        ("bare", "bare", bare_router().with_state(()), &hot),
        ("moka_hot", "`from_fn` + moka's async cache, one hot token", with_moka(&hot, runtime), &hot),
        ("ours_hot", "ours, one hot token", layered(protected(&hot, runtime)), &hot),
        ("moka_uniform", "`from_fn` + moka's async cache, uniform over 10,000", with_moka(&many, runtime), &many),
        ("ours_uniform", "ours, uniform over 10,000", layered(protected(&many, runtime)), &many),
    ];
    let mut rates = vec![[Vec::new(), Vec::new()]; cases.len()];
    for _ in 0..ROUNDS {
        for ((.., router, pool), rates) in cases.iter().zip(&mut rates) {
            for (threads, rates) in (1..).zip(rates) {
                rates.push(rate(threads, router, &headers(pool, &random))?);
            }
        }
    }
    let mut given: Vec<_> = (0..ROUNDS).map(|_| spinning(2) / spinning(1)).collect();
    let given = median(&mut given);
    let mut notes =
        vec![Note::new(SECTION, ("threads_given", "arithmetic that shares nothing: 2 threads, times 1"), given, "×")];
    for ((key, name, ..), [one, two]) in cases.iter().zip(&mut rates) {
        let (one, two) = (median(one), median(two));
        let note = |figure, what, value, unit| {
            let (key, name) = (format!("threads_{key}_{figure}"), format!("{name}: {what}"));
            Note::new(SECTION, (&key, &name), value, unit)
        };
        notes.extend([
            note("1", "1 thread", one, "/s"),
            note("2", "2 threads", two, "/s"),
            note("times", "2 threads, times 1", two / one, "×"),
        ]);
    }
    Ok(notes)
}

fn headers(pool: &Pool, random: &Seeded) -> Vec<HeaderValue> {
    (0..10_000).map(|_| pool.header(random.below(pool.len()))).collect()
}

fn rate(threads: usize, router: &Router, headers: &[HeaderValue]) -> Result<f64, Box<dyn Error>> {
    let runtimes: Result<Vec<_>, _> =
        (0..threads).map(|_| Builder::new_current_thread().enable_all().build()).collect();
    let runtimes = runtimes?;
    let rates: Vec<f64> = thread::scope(|scope| {
        let running: Vec<_> =
            runtimes.iter().map(|runtime| scope.spawn(|| on_one(runtime, router.clone(), headers))).collect();
        running.into_iter().map(|thread| thread.join().expect("no thread panics")).collect()
    });
    Ok(rates.into_iter().sum())
}

fn on_one(runtime: &Runtime, router: Router, headers: &[HeaderValue]) -> f64 {
    let mut driven = Driven { service: router, expected: StatusCode::OK };
    let (started, mut requests) = (Stopwatch::start(), 0.0);
    while started.elapsed() < LONG {
        driven.all(runtime, headers);
        requests += length(headers.len());
    }
    requests * 1e9 / float(started.nanos())
}

/// Steps of arithmetic a second, on so many threads.
fn spinning(threads: usize) -> f64 {
    thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(spin)).collect();
        running.into_iter().map(|thread| thread.join().expect("no thread panics")).sum()
    })
}

fn spin() -> f64 {
    let (random, started, mut steps) = (Seeded::new(0), Stopwatch::start(), 0.0);
    while started.elapsed() < LONG {
        for _ in 0..1_000 {
            black_box(random.next());
        }
        steps += 1.0;
    }
    steps * 1e9 / float(started.nanos())
}
