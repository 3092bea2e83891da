//! A recorder of metrics that panics: requests, loads and the verifier are none the worse for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use metrics::{
    Counter, CounterFn, Gauge, GaugeFn, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder, SharedString, Unit,
    set_default_local_recorder,
};
use tower_pat::denial::Denial;

use crate::support::{Bench, Mood, record, settle, token};

/// Where a recorder panics: each time in that place, and never in another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Describing,
    Registering,
    Counter,
    Gauge,
    Histogram,
}

const PLACES: [Place; 5] = [Place::Describing, Place::Registering, Place::Counter, Place::Gauge, Place::Histogram];

#[derive(Debug, Clone)]
struct Broken {
    place: Place,
    panics: Arc<AtomicUsize>,
}

impl Broken {
    fn new(place: Place) -> Self {
        Self { place, panics: Arc::default() }
    }

    fn reach(&self, place: Place) {
        if place == self.place {
            self.panics.fetch_add(1, Ordering::SeqCst);
            panic!("the recorder is broken");
        }
    }

    fn panics(&self) -> usize {
        self.panics.load(Ordering::SeqCst)
    }
}

impl Recorder for Broken {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {
        self.reach(Place::Describing);
    }

    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {
        self.reach(Place::Describing);
    }

    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {
        self.reach(Place::Describing);
    }

    fn register_counter(&self, _: &Key, _: &Metadata<'_>) -> Counter {
        self.reach(Place::Registering);
        Counter::from_arc(Arc::new(self.clone()))
    }

    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        self.reach(Place::Registering);
        Gauge::from_arc(Arc::new(self.clone()))
    }

    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        self.reach(Place::Registering);
        Histogram::from_arc(Arc::new(self.clone()))
    }
}

impl CounterFn for Broken {
    fn increment(&self, _: u64) {
        self.reach(Place::Counter);
    }

    fn absolute(&self, _: u64) {
        self.reach(Place::Counter);
    }
}

impl GaugeFn for Broken {
    fn increment(&self, _: f64) {
        self.reach(Place::Gauge);
    }

    fn decrement(&self, _: f64) {
        self.reach(Place::Gauge);
    }

    fn set(&self, _: f64) {
        self.reach(Place::Gauge);
    }
}

impl HistogramFn for Broken {
    fn record(&self, _: f64) {
        self.reach(Place::Histogram);
    }
}

#[tokio::test]
async fn requests_are_decided_as_ever_whatever_of_the_recorder_panics() {
    for place in PLACES {
        let broken = Broken::new(place);
        let _recording = set_default_local_recorder(&broken);
        let bench = Bench::new(|builder| builder);
        let good = bench.good();
        // As many as are told in one step.
        for _ in 0..130 {
            assert!(bench.verify(&good).await.is_ok(), "{place:?}");
            assert!(bench.present("acme_pat_").await.is_err(), "{place:?}");
        }
        bench.ledger.hold();
        let cold = bench.good();
        let begun = [bench.begin(&cold).await, bench.begin(&cold).await];
        bench.ledger.release(100);
        assert!(join_all(begun).await.into_iter().all(|decision| decision.unwrap().is_ok()), "{place:?}");
        let all = bench.statistics();
        assert_eq!((all.hits(), all.refused_unseen(), all.led(), all.joined()), (129, 130, 2, 1), "{place:?}");
        assert!(broken.panics() > 0, "{place:?}");
        drop(bench);
    }
}

/// The recorder is told of it while the panic of the resolver unwinds: another one there would end the process.
#[tokio::test(start_paused = true)]
async fn resolver_that_panics_hangs_or_fails_is_an_outage_as_ever_and_its_circuit_opens_and_closes() {
    for (place, mood) in
        PLACES.into_iter().flat_map(|place| [Mood::Panics, Mood::Hangs, Mood::Fails].map(|mood| (place, mood)))
    {
        let broken = Broken::new(place);
        let _recording = set_default_local_recorder(&broken);
        let bench = Bench::new(|builder| builder.with_max_loads(1));
        bench.ask(mood, 8).await;
        let all = bench.statistics();
        assert_eq!((all.loads_failed(), all.held_back(), all.unavailable()), (5, 3, 8), "{place:?}, {mood:?}");
        bench.ledger.set_mood(Mood::Answers);
        bench.clock.advance(Duration::from_secs(1));
        for _ in 0..3 {
            assert!(bench.verify(&bench.good()).await.is_ok(), "{place:?}, {mood:?}");
        }
        assert_eq!(bench.statistics().loads_answered(), 3, "{place:?}, {mood:?}");
        assert!(broken.panics() > 0, "{place:?}");
    }
}

#[tokio::test]
async fn verdicts_are_loaded_anew_in_the_background_as_ever() {
    for place in PLACES {
        let broken = Broken::new(place);
        let _recording = set_default_local_recorder(&broken);
        let bench = Bench::new(|builder| builder);
        let good = bench.good();
        assert!(bench.verify(&good).await.is_ok());
        for refreshes in 1..=20 {
            bench.clock.advance(Duration::from_secs(50));
            assert!(bench.verify(&good).await.is_ok());
            settle().await;
            let all = bench.statistics();
            assert_eq!(
                (all.misses(), all.refreshes(), all.loads_answered()),
                (1, refreshes, refreshes + 1),
                "{place:?}"
            );
        }
        assert!(broken.panics() > 0, "{place:?}");
    }
}

#[tokio::test]
async fn token_that_changes_while_it_is_loaded_and_who_hangs_up_are_counted_as_ever() {
    for place in PLACES {
        let broken = Broken::new(place);
        let _recording = set_default_local_recorder(&broken);
        let bench = Bench::new(|builder| builder.with_max_loads(1).with_max_waiting(1, 1));
        let good = bench.good();
        bench.ledger.hold();
        let begun = bench.begin(&good).await;
        let gone = bench.begin(&token()).await;
        assert_eq!(bench.verify(&bench.good()).await, Err(Denial::Unavailable), "{place:?}");
        gone.abort();
        bench.ledger.change(&good, record(1));
        bench.ledger.release(2);
        assert!(begun.await.unwrap().is_ok(), "{place:?}");
        settle().await;
        let all = bench.statistics();
        assert_eq!((all.led(), all.reloads(), all.left(), all.crowded()), (1, 1, 1, 1), "{place:?}");
    }
}
