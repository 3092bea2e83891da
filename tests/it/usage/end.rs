use std::pin::pin;
use std::time::Duration;

use futures_util::FutureExt;
use tower_pat::clock::Clock;
use tower_pat::testing::ManualClock;
use tower_pat::usage::UsageRecorder;

use super::{Bench, SECOND, Sink, id, observed};
use crate::support::settle;
use crate::support::{Journal, Ledger, Mood, noon};

/// So many uses of a token, of which the first is written.
async fn used(bench: &Bench, times: usize) {
    let token = bench.good(1);
    bench.use_it(&token).await;
    bench.turn(2).await;
    for _ in 1..times {
        bench.use_at_once(&token);
    }
}

#[tokio::test(start_paused = true)]
async fn shutdown_writes_what_is_left_at_once() {
    let bench = Bench::new();
    used(&bench, 8).await;
    bench.use_it(&bench.good(2)).await;
    bench.recorder.shutdown().await;
    assert_eq!(bench.sink.of(id(1)).iter().map(|(_, count)| *count).collect::<Vec<_>>(), [1, 7]);
    assert_eq!(bench.sink.sum(), 9);
    assert_eq!(bench.recorder.lost(), 0);
    let now = bench.clock.now().monotonic();
    assert_eq!(bench.sink.calls().last(), Some(&now));
    bench.recorder.shutdown().await;
    assert_eq!(bench.sink.calls().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn use_after_the_shutdown_is_served_and_lost_and_counted() {
    let bench = Bench::new();
    let token = bench.good(1);
    bench.use_it(&token).await;
    bench.recorder.shutdown().await;
    for _ in 0..4 {
        bench.use_at_once(&token);
    }
    bench.turn(60).await;
    bench.use_at_once(&token);
    assert_eq!((bench.sink.sum(), bench.recorder.lost()), (1, 5));
    assert_eq!(bench.recorder.statistics().waiting(), 0);
}

#[tokio::test(start_paused = true)]
async fn shutdown_tries_again_as_long_as_there_is_time() {
    let bench = Bench::new();
    bench.sink.set_mood(Mood::Fails);
    used(&bench, 5).await;
    let mut shutdown = pin!(bench.recorder.shutdown());
    assert_eq!(shutdown.as_mut().now_or_never(), None);
    settle().await;
    bench.sink.set_mood(Mood::Answers);
    shutdown.await;
    assert_eq!((bench.sink.sum(), bench.recorder.lost()), (5, 0));
}

#[tokio::test(start_paused = true)]
async fn shutdown_comes_back_at_its_deadline_whatever_the_sink_does() {
    let journal = Journal::default();
    let _listening = tracing::subscriber::set_default(journal.subscriber());
    for mood in [Mood::Fails, Mood::Panics, Mood::Hangs] {
        for is_at_work in [false, true] {
            let bench = Bench::new();
            if is_at_work {
                bench.sink.set_mood(mood);
            }
            used(&bench, 5).await;
            bench.sink.set_mood(mood);
            let written = bench.sink.sum();
            journal.take();
            // The timers go as fast as nobody has anything to do.
            tokio::time::timeout(SECOND * 11, bench.recorder.shutdown()).await.expect("within its ten seconds");
            settle().await;
            assert_eq!(bench.recorder.lost(), 5 - written, "{mood:?}, {is_at_work}");
            assert_eq!(bench.recorder.statistics().waiting(), 0);
            let lost: Vec<_> = journal.take().into_iter().filter(|entry| entry.fields.contains("lost=")).collect();
            assert_eq!(lost.len(), 1, "{mood:?}, {is_at_work}: {lost:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn cancelled_shutdown_loses_nothing() {
    let bench = Bench::new();
    used(&bench, 5).await;
    bench.sink.hold();
    {
        let mut shutdown = pin!(bench.recorder.shutdown());
        assert_eq!(shutdown.as_mut().now_or_never(), None);
        settle().await;
        assert_eq!(bench.sink.calls().len(), 2, "it is under way");
    }
    bench.sink.release();
    settle().await;
    assert_eq!((bench.sink.sum(), bench.recorder.lost()), (5, 0));
    bench.recorder.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn recorder_that_is_dropped_says_once_what_is_lost() {
    let journal = Journal::default();
    let _listening = tracing::subscriber::set_default(journal.subscriber());
    let bench = Bench::new();
    used(&bench, 5).await;
    let Bench { recorder, verifier, sink, .. } = bench;
    drop(recorder);
    settle().await;
    assert_eq!(journal.take().len(), 0, "the verifier has it still");
    drop(verifier);
    settle().await;
    let logged = journal.take();
    assert_eq!(logged.len(), 1, "{logged:?}");
    assert_eq!(logged[0].name, "pat.usage");
    assert!(logged[0].fields.ends_with("lost=4"), "{logged:?}");
    assert_eq!(sink.sum(), 1);
}

/// A service that forgets the shutdown, and stops its runtime first.
#[test]
fn recorder_whose_runtime_is_gone_serves_on_and_loses_what_it_counts() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    let (bench, token) = runtime.block_on(async {
        let bench = Bench::new();
        bench.sink.set_mood(Mood::Hangs);
        let token = bench.good(1);
        bench.use_it(&token).await;
        bench.turn(2).await;
        (bench, token)
    });
    drop(runtime);
    for _ in 0..4 {
        bench.use_at_once(&token);
    }
    let another = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    another.block_on(bench.recorder.shutdown());
    assert_eq!(bench.recorder.lost(), 5);
}

#[tokio::test(start_paused = true)]
async fn recorder_that_was_shut_down_is_dropped_in_silence() {
    let journal = Journal::default();
    let (clock, ledger) = (ManualClock::new(noon()), Ledger::new());
    let sink = Sink::new(&clock);
    let _listening = tracing::subscriber::set_default(journal.subscriber());
    let builder = UsageRecorder::builder().with_clock(clock.clone()).with_deadline(Duration::from_secs(1));
    let recorder = builder.start(sink.clone());
    let verifier = observed(&ledger, &clock, &recorder).build();
    let bench = Bench { clock, ledger, sink, recorder, verifier };
    used(&bench, 5).await;
    bench.recorder.shutdown().await;
    drop(bench);
    settle().await;
    assert!(journal.take().is_empty());
}
