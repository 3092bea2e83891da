//! What the recorder of metrics is told, and when.

mod broken;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::time::Duration;

use metrics::{LocalRecorderGuard, Unit, set_default_local_recorder};
use metrics_util::debugging::{DebugValue, DebuggingRecorder, Snapshotter};
use tower_pat::denial::Denial;
use tower_pat::verifier::Statistics;

use crate::support::{Bench, Mood, token};

/// What this thread's recorder was told so far, by name and labels.
struct Told<'a> {
    snapshotter: Snapshotter,
    sums: RefCell<BTreeMap<String, f64>>,
    _recording: LocalRecorderGuard<'a>,
}

impl<'a> Told<'a> {
    fn by(recorder: &'a DebuggingRecorder) -> Self {
        let sums = RefCell::default();
        Self { snapshotter: recorder.snapshotter(), sums, _recording: set_default_local_recorder(recorder) }
    }

    /// Counters and gauges by their value, histograms by the sum of theirs.
    fn all(&self) -> BTreeMap<String, f64> {
        let mut sums = self.sums.borrow_mut();
        // What it gives is what came since it was asked last.
        for (key, _, _, value) in self.snapshotter.snapshot().into_vec() {
            let labels: Vec<_> = key.key().labels().map(|label| format!("{}={}", label.key(), label.value())).collect();
            let name = [key.key().name().trim_start_matches("pat_verifier_"), &labels.join(",")].join(" ");
            let more = match value {
                DebugValue::Counter(count) => f64::from(u32::try_from(count).unwrap()),
                DebugValue::Gauge(value) => value.into_inner(),
                DebugValue::Histogram(values) => values.into_iter().map(ordered).sum(),
            };
            *sums.entry(name.trim_end().to_owned()).or_default() += more;
        }
        sums.clone()
    }

    /// Zero if nothing was told.
    fn of(&self, name: &str) -> f64 {
        self.all().get(name).copied().unwrap_or_default()
    }
}

fn ordered(value: impl Into<f64>) -> f64 {
    value.into()
}

/// Some of everything that happens without a change.
async fn mixed(bench: &Bench) {
    let good = bench.good();
    for _ in 0..100 {
        let _ = bench.verify(&good).await;
        let _ = bench.present("acme_pat_").await;
    }
    bench.ledger.hold();
    let begun = [bench.begin(&good).await, bench.begin(&bench.good()).await, bench.begin(&bench.good()).await];
    bench.ledger.release(100);
    for begun in begun {
        let _ = begun.await;
    }
    let _ = bench.verify(&token()).await;
    bench.ask(Mood::Fails, 7).await;
}

/// By the names of their metrics.
fn figures(all: &Statistics) -> [(&'static str, u64); 15] {
    [
        ("hits_total", all.hits()),
        ("refused_unseen_total", all.refused_unseen()),
        ("misses_total", all.misses()),
        ("led_total", all.led()),
        ("joined_total", all.joined()),
        ("crowded_total", all.crowded()),
        ("held_back_total", all.held_back()),
        ("left_total", all.left()),
        ("stale_total", all.stale()),
        ("unavailable_total", all.unavailable()),
        ("loads_total", all.loads()),
        ("reloads_total", all.reloads()),
        ("refreshes_total", all.refreshes()),
        ("loads_answered_total", all.loads_answered()),
        ("loads_failed_total", all.loads_failed()),
    ]
}

#[track_caller]
fn assert_close(value: f64, expected: f64) {
    assert!((value - expected).abs() < 1e-9, "{value} is not {expected}");
}

#[expect(clippy::cast_precision_loss, reason = "small numbers")]
fn float(count: u64) -> f64 {
    count as f64
}

#[tokio::test]
async fn recorder_is_told_the_same_as_the_snapshot() {
    let recorder = DebuggingRecorder::new();
    let told = Told::by(&recorder);
    let bench = Bench::new(|builder| builder);
    mixed(&bench).await;
    let all = bench.statistics();
    for (name, count) in figures(&all) {
        assert_close(told.of(name), float(count));
    }
    let happened = figures(&all).into_iter().filter(|(_, count)| *count > 0).count();
    assert_eq!(happened, 9, "{all:?}");
}

#[tokio::test]
async fn hits_are_told_in_steps_and_the_rest_with_the_next_load_a_snapshot_or_the_end() {
    let recorder = DebuggingRecorder::new();
    let told = Told::by(&recorder);
    let bench = Bench::new(|builder| builder);
    let good = bench.good();
    let hits = |times| {
        let (bench, good) = (&bench, &good);
        async move {
            for _ in 0..times {
                assert!(bench.verify(good).await.is_ok());
            }
        }
    };
    hits(1 + 63).await;
    assert_close(told.of("hits_total"), 0.0);
    hits(1).await;
    assert_close(told.of("hits_total"), 64.0);
    hits(10).await;
    assert_close(told.of("hits_total"), 64.0);
    bench.ask(Mood::Answers, 1).await;
    assert_close(told.of("hits_total"), 74.0);
    hits(3).await;
    let _ = bench.statistics();
    assert_close(told.of("hits_total"), 77.0);
    hits(5).await;
    drop(bench);
    assert_close(told.of("hits_total"), 82.0);
}

#[tokio::test]
async fn recorder_that_is_installed_late_is_told_what_comes_after() {
    let bench = Bench::new(|builder| builder);
    bench.ask(Mood::Answers, 3).await;
    bench.ledger.hold();
    let begun = bench.begin(&bench.good()).await;

    let recorder = DebuggingRecorder::new();
    let told = Told::by(&recorder);
    bench.ledger.release(100);
    assert!(begun.await.unwrap().is_ok());
    // The end of a load of which it was not told that it had begun.
    assert_close(told.of("loads_under_way"), 0.0);
    bench.ask(Mood::Answers, 2).await;
    assert_close(told.of("misses_total"), 2.0);
    assert_close(told.of("loads_total"), 2.0);
    let described = told.snapshotter.snapshot().into_vec();
    assert!(described.iter().all(|(_, unit, description, _)| unit.is_some() && description.is_some()));
}

#[tokio::test]
async fn loads_under_way_and_their_time_are_told() {
    let recorder = DebuggingRecorder::new();
    let told = Told::by(&recorder);
    let bench = Bench::new(|builder| builder);
    bench.ledger.hold();
    let begun = [bench.begin(&bench.good()).await, bench.begin(&bench.good()).await];
    assert_close(told.of("loads_under_way"), 2.0);
    bench.clock.advance(Duration::from_millis(250));
    bench.ledger.release(100);
    for begun in begun {
        assert!(begun.await.unwrap().is_ok());
    }
    assert_close(told.of("loads_under_way"), 0.0);
    assert_close(told.of("load_duration_seconds outcome=answered"), 0.5);

    bench.ledger.hold();
    bench.ledger.set_mood(Mood::Fails);
    let begun = bench.begin(&bench.good()).await;
    bench.clock.advance(Duration::from_secs(2));
    bench.ledger.release(1);
    assert_eq!(begun.await.unwrap(), Err(Denial::Unavailable));
    assert_close(told.of("load_duration_seconds outcome=failed"), 2.0);
}

#[tokio::test]
async fn verifiers_add_up_or_have_a_label_of_their_own() {
    let recorder = DebuggingRecorder::new();
    let told = Told::by(&recorder);
    let named = |name: &'static str| Bench::new(move |builder| builder.with_metrics_label(name));
    let benches =
        [Bench::new(|builder| builder), Bench::new(|builder| builder), named("inner"), named("outer"), named("outer")];
    for bench in &benches {
        bench.ask(Mood::Answers, 3).await;
    }
    assert_close(told.of("loads_total"), 6.0);
    assert_close(told.of("loads_total verifier=inner"), 3.0);
    assert_close(told.of("loads_total verifier=outer"), 6.0);
}

#[tokio::test]
async fn evictions_are_told_by_their_sort() {
    let recorder = DebuggingRecorder::new();
    let told = Told::by(&recorder);
    let bench = Bench::new(|builder| builder.with_capacity_bytes(10_240).with_negative_capacity(10));
    bench.ask(Mood::Answers, 500).await;
    for _ in 0..500 {
        assert!(bench.verify(&token()).await.is_err());
    }
    let all = bench.statistics();
    assert!(all.evictions_of_known() > 0 && all.evictions_of_unknown() > 0);
    assert_close(told.of("evictions_total tokens=known"), float(all.evictions_of_known()));
    assert_close(told.of("evictions_total tokens=unknown"), float(all.evictions_of_unknown()));
}

/// The names and types that the documentation lists, no more and no less, and no label but those it names.
#[tokio::test]
async fn what_is_told_is_what_is_documented() {
    let recorder = DebuggingRecorder::new();
    let told = Told::by(&recorder);
    let bench = Bench::new(|builder| builder.with_max_loads(1).with_max_waiting(1, 1).with_capacity_bytes(1_024));
    mixed(&bench).await;
    let _ = bench.verifier.statistics();
    let documented: BTreeMap<_, _> = fs::read_to_string("src/lib.rs").unwrap().lines().filter_map(documented).collect();
    assert_eq!(documented.len(), 19);
    for (key, unit, description, value) in told.snapshotter.snapshot().into_vec() {
        let (kind, name) = match value {
            DebugValue::Counter(_) => ("counter", key.key().name()),
            DebugValue::Gauge(_) => ("gauge", key.key().name()),
            DebugValue::Histogram(_) => ("histogram", key.key().name()),
        };
        assert_eq!(documented.get(name).map(String::as_str), Some(kind), "{name}");
        assert!(description.is_some_and(|text| !text.is_empty()), "{name}");
        assert_eq!(unit == Some(Unit::Seconds), name.ends_with("_seconds"), "{name}");
        let labels: BTreeSet<_> = key.key().labels().map(|label| (label.key(), label.value())).collect();
        let known = [("outcome", "answered"), ("outcome", "failed"), ("tokens", "known"), ("tokens", "unknown")];
        assert!(labels.iter().all(|label| known.contains(label)), "{labels:?}");
    }
}

/// A line of the table: name and type.
fn documented(line: &str) -> Option<(String, String)> {
    let mut cells = line.strip_prefix("//! | `pat_verifier_")?.split(" | ");
    let name = cells.next()?.trim_end_matches('`');
    Some((format!("pat_verifier_{name}"), cells.next()?.to_owned()))
}
