//! A resolver that fails is left alone for a while, by the turned clock.

use std::time::Duration;

use tower_pat::verifier::PatVerifierBuilder;
use tracing::Level;

use crate::support::{Bench, Journal, Mood, is_unavailable, is_unknown, settle, token};
use crate::telemetry::{headlines, listening};

const SECOND: Duration = Duration::from_secs(1);

fn just_less(pause: Duration) -> Duration {
    pause.saturating_sub(Duration::from_nanos(1))
}

impl Bench {
    /// Asks for a new good token `times` times, in vain; in how many of them the resolver was asked.
    async fn fail(&self, mood: Mood, times: usize) -> usize {
        self.ledger.set_mood(mood);
        let before = self.ledger.calls();
        for _ in 0..times {
            assert!(is_unavailable(&self.verify(&self.good()).await));
            settle().await;
        }
        self.ledger.calls() - before
    }
}

fn usual() -> Bench {
    Bench::new(|builder| builder)
}

#[tokio::test(start_paused = true)]
async fn five_outages_of_any_sort_in_a_row_open_it_and_then_nobody_is_asked() {
    for mood in [Mood::Fails, Mood::Panics, Mood::Hangs] {
        assert_eq!(usual().fail(mood, 20).await, 5, "{mood:?}");
    }
}

#[tokio::test]
async fn remembered_tokens_are_served_while_it_is_open() {
    let bench = usual();
    let remembered = bench.good();
    assert!(bench.verify(&remembered).await.is_ok());
    assert_eq!(bench.fail(Mood::Fails, 6).await, 5);
    assert!(bench.verify(&remembered).await.is_ok());
}

#[tokio::test]
async fn answer_of_any_sort_breaks_the_row() {
    let bench = usual();
    for _ in 0..3 {
        assert_eq!(bench.fail(Mood::Fails, 4).await, 4);
        bench.ledger.set_mood(Mood::Answers);
        assert!(is_unknown(&bench.verify(&token()).await));
    }
}

#[tokio::test]
async fn after_the_pause_one_is_asked_for_all_and_its_answer_closes_it() {
    let bench = usual();
    bench.fail(Mood::Fails, 5).await;
    bench.ledger.set_mood(Mood::Answers);
    bench.clock.advance(just_less(SECOND));
    assert!(is_unavailable(&bench.verify(&bench.good()).await));
    bench.clock.advance(Duration::from_nanos(1));
    bench.ledger.hold();
    let probe = bench.begin(&bench.good()).await;
    for _ in 0..10 {
        assert!(is_unavailable(&bench.verify(&bench.good()).await));
    }
    assert_eq!(bench.ledger.calls(), 6);
    bench.ledger.release(100);
    assert!(probe.await.unwrap().is_ok());
    for _ in 0..10 {
        assert!(bench.verify(&bench.good()).await.is_ok());
    }
}

#[tokio::test]
async fn nobody_waits_for_the_permit_of_a_probe() {
    let bench = Bench::new(|builder| builder.with_max_loads(1));
    bench.fail(Mood::Fails, 5).await;
    bench.ledger.set_mood(Mood::Answers);
    bench.clock.advance(SECOND);
    bench.ledger.hold();
    let probe = bench.begin(&bench.good()).await;
    let other = bench.begin(&bench.good()).await;
    assert!(other.is_finished());
    assert!(is_unavailable(&other.await.unwrap()));
    bench.ledger.release(1);
    assert!(probe.await.unwrap().is_ok());
}

#[tokio::test]
async fn token_that_nobody_knows_closes_it_too() {
    let bench = usual();
    bench.fail(Mood::Fails, 5).await;
    bench.ledger.set_mood(Mood::Answers);
    bench.clock.advance(SECOND);
    assert!(is_unknown(&bench.verify(&token()).await));
    assert!(bench.verify(&bench.good()).await.is_ok());
}

#[tokio::test]
async fn pause_doubles_with_each_probe_that_fails() {
    let bench = usual();
    bench.fail(Mood::Fails, 5).await;
    for seconds in [1, 2, 4, 8, 16, 30, 30] {
        bench.clock.advance(just_less(SECOND * seconds));
        assert_eq!(bench.fail(Mood::Fails, 3).await, 0);
        bench.clock.advance(Duration::from_nanos(1));
        assert_eq!(bench.fail(Mood::Fails, 3).await, 1);
    }
    bench.clock.advance(SECOND * 30);
    bench.ledger.set_mood(Mood::Answers);
    assert!(bench.verify(&bench.good()).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn probe_that_panics_or_hangs_leaves_it_open_for_a_longer_pause_and_no_more() {
    for mood in [Mood::Panics, Mood::Hangs] {
        let bench = usual();
        bench.fail(Mood::Fails, 5).await;
        bench.clock.advance(SECOND);
        assert_eq!(bench.fail(mood, 3).await, 1, "{mood:?}");
        bench.ledger.set_mood(Mood::Answers);
        bench.clock.advance(just_less(SECOND * 2));
        assert!(is_unavailable(&bench.verify(&bench.good()).await), "{mood:?}");
        bench.clock.advance(Duration::from_nanos(1));
        assert!(bench.verify(&bench.good()).await.is_ok(), "{mood:?}");
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap()
}

#[test]
fn probe_whose_runtime_is_gone_gives_its_place_to_another() {
    let (gone, driven) = (runtime(), runtime());
    let bench = usual();
    driven.block_on(bench.fail(Mood::Fails, 5));
    bench.clock.advance(SECOND);
    bench.ledger.set_mood(Mood::Hangs);
    gone.block_on(bench.begin(&bench.good()));
    assert_eq!(bench.ledger.calls(), 6);
    bench.ledger.set_mood(Mood::Answers);
    assert!(is_unavailable(&driven.block_on(bench.verify(&bench.good()))));
    drop(gone);
    assert!(driven.block_on(bench.verify(&bench.good())).is_ok());
}

#[test]
fn probe_whose_runtime_stands_still_is_given_up_for_another() {
    let (still, driven) = (runtime(), runtime());
    let bench = usual();
    driven.block_on(bench.fail(Mood::Fails, 5));
    bench.clock.advance(SECOND);
    bench.ledger.set_mood(Mood::Hangs);
    still.block_on(bench.begin(&bench.good()));
    bench.ledger.set_mood(Mood::Answers);
    bench.clock.advance(SECOND * 4);
    assert!(is_unavailable(&driven.block_on(bench.verify(&bench.good()))));
    bench.clock.advance(Duration::from_nanos(1));
    assert!(driven.block_on(bench.verify(&bench.good())).is_ok());
}

#[tokio::test]
async fn what_is_set_counts() {
    let set = |set: fn(PatVerifierBuilder) -> PatVerifierBuilder| Bench::new(set);
    assert_eq!(set(|builder| builder.with_circuit(2, SECOND * 60)).fail(Mood::Fails, 20).await, 2);
    assert_eq!(set(|builder| builder.with_circuit(0, SECOND)).fail(Mood::Fails, 20).await, 1);
    assert_eq!(set(PatVerifierBuilder::without_circuit).fail(Mood::Fails, 20).await, 20);
    let bench = set(|builder| builder.with_circuit(2, SECOND * 60));
    bench.fail(Mood::Fails, 2).await;
    for (pause, calls) in [(59, 0), (1, 1), (59, 0), (1, 1)] {
        bench.clock.advance(SECOND * pause);
        assert_eq!(bench.fail(Mood::Fails, 2).await, calls);
    }
}

#[tokio::test]
async fn opening_and_closing_are_told_once_each() {
    let bench = usual();
    let journal = Journal::default();
    let _listening = listening(&journal);
    let told = || -> Vec<_> {
        let told = journal.take();
        told.into_iter().filter(|entry| !entry.fields.contains("the token resolver failed error")).collect()
    };
    bench.fail(Mood::Fails, 100).await;
    for _ in 0..3 {
        bench.clock.advance(SECOND * 30);
        bench.fail(Mood::Fails, 10).await;
    }
    let opened = told();
    assert_eq!(headlines(&opened), [("pat.outage", Level::WARN)]);
    assert_eq!(
        opened[0].fields,
        "message=the token resolver failed again and again and is not asked for a while failures=5 pause=1s suppressed=0"
    );
    bench.ledger.set_mood(Mood::Answers);
    bench.clock.advance(SECOND * 30);
    for _ in 0..10 {
        assert!(bench.verify(&bench.good()).await.is_ok());
    }
    let closed = told();
    assert_eq!(headlines(&closed), [("pat.recovery", Level::INFO)]);
    assert_eq!(closed[0].fields, "message=the token resolver answers again suppressed=0");
}
