use std::thread;
use std::time::Duration;

use futures_util::FutureExt;
use jiff::SignedDuration;
use tower_pat::testing::ManualClock;

use super::{Bench, CLIENT, SECOND, Sink, context, id, observed, seconds};
use crate::support::settle;
use crate::support::{Ledger, noon};

#[tokio::test(start_paused = true)]
async fn thousand_uses_in_a_minute_are_two_writes() {
    let bench = Bench::new();
    let token = bench.good(1);
    for number in 0..1_000 {
        bench.use_it(&token).await;
        if number % 20 == 0 {
            bench.turn(1).await;
        }
    }
    bench.turn(30).await;
    assert_eq!(bench.sink.of(id(1)), [(seconds(1), 1), (seconds(61), 999)]);
    assert_eq!(bench.sink.calls().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn token_in_steady_use_is_written_once_a_minute_and_nothing_is_left_out() {
    for pause in [1, 7, 30, 59, 60, 61] {
        let bench = Bench::new();
        let token = bench.good(1);
        let uses = 600 / pause;
        for _ in 0..uses {
            bench.use_it(&token).await;
            bench.turn(pause).await;
        }
        bench.turn(121).await;
        let written = bench.sink.of(id(1));
        let close = written.windows(2).find(|pair| pair[0].0 + SECOND * 60 > pair[1].0);
        assert_eq!(close, None, "a use each {pause} seconds: {written:?}");
        assert_eq!(bench.sink.sum(), uses, "a use each {pause} seconds: {written:?}");
        assert_eq!(bench.recorder.statistics().waiting(), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn last_use_is_written_with_its_instant_although_none_comes_after_it() {
    let bench = Bench::new();
    let token = bench.good(1);
    bench.use_it(&token).await;
    bench.turn(20).await;
    bench.use_at_once(&token);
    bench.turn(5).await;
    bench.use_at_once(&token);
    bench.turn(100).await;
    let written: Vec<_> = bench.sink.written().into_iter().map(|(_, used)| used).collect();
    let [first, last] = &written[..] else { panic!("{written:?}") };
    assert_eq!((first.usage().count(), first.usage().last_used_at()), (1, noon()));
    assert_eq!((last.usage().count(), last.usage().last_used_at()), (2, noon() + SignedDuration::from_secs(25)));
    for used in written {
        assert_eq!((used.usage().address(), used.usage().user_agent()), (Some(CLIENT), Some("importer/2.1")));
    }
}

/// Whatever the cache does with the token.
#[tokio::test(start_paused = true)]
async fn token_that_is_loaded_anew_keeps_its_minute() {
    for set in [
        (|verifier| verifier.with_ttl(SECOND * 10)) as fn(tower_pat::verifier::PatVerifierBuilder) -> _,
        |verifier| verifier.with_ttl(Duration::ZERO),
        |verifier| verifier.with_capacity_bytes(0),
        |verifier| verifier.with_ttl(SECOND * 10).without_refresh(),
    ] {
        let bench = Bench::with(|recorder| recorder, set);
        let token = bench.good(1);
        for _ in 0..180 {
            bench.use_it(&token).await;
            settle().await;
            bench.turn(1).await;
        }
        bench.turn(61).await;
        assert!(bench.ledger.calls() > 10, "it was loaded anew");
        assert_eq!(bench.sink.sum(), 180);
        let instants: Vec<_> = bench.sink.of(id(1)).into_iter().map(|(at, _)| at).collect();
        assert_eq!(instants, [1, 61, 121, 181].map(seconds));
    }
}

#[tokio::test(start_paused = true)]
async fn several_verifiers_share_the_minute_of_a_token() {
    let bench = Bench::new();
    let token = bench.good(1);
    let verifiers: Vec<_> = (0..6).map(|_| bench.another()).collect();
    for round in 0..120 {
        for verifier in &verifiers {
            assert!(verifier.verify(token.expose_secret(), &context()).await.is_ok(), "{round}");
        }
        bench.turn(1).await;
    }
    bench.turn(61).await;
    assert_eq!(bench.sink.of(id(1)).iter().map(|(at, _)| *at).collect::<Vec<_>>(), [1, 61, 121].map(seconds));
    assert_eq!(bench.sink.sum(), 720);
}

#[tokio::test(start_paused = true)]
async fn many_tokens_are_written_together() {
    let bench = Bench::new();
    let tokens: Vec<_> = (0..1_200).map(|number| bench.good(number)).collect();
    for token in &tokens {
        bench.use_it(token).await;
    }
    bench.turn(1).await;
    assert_eq!(bench.sink.written().len(), 1_200);
    assert_eq!(bench.sink.calls(), [seconds(1); 3]);
    let statistics = bench.recorder.statistics();
    assert_eq!((statistics.writes(), statistics.written(), statistics.waiting()), (3, 1_200, 1_200));
}

#[tokio::test(start_paused = true)]
async fn longer_interval_is_kept_and_a_shorter_one_is_a_minute() {
    for (interval, instants) in [(SECOND, [1, 61]), (SECOND * 300, [1, 301])] {
        let bench = Bench::with(|recorder| recorder.with_interval(interval), |verifier| verifier);
        let token = bench.good(1);
        for _ in 0..11 {
            bench.use_it(&token).await;
            bench.turn(interval.as_secs().max(60) / 10).await;
        }
        assert_eq!(bench.sink.calls()[..2], instants.map(seconds));
    }
}

/// Requests on many threads, while the clock goes and the recorder writes.
#[tokio::test(start_paused = true)]
async fn counts_add_up_over_many_threads() {
    const USES: u64 = 20_000;
    let bench = Bench::with(|recorder| recorder, |verifier| verifier.with_ttl(Duration::MAX));
    let tokens: Vec<_> = (0..5).map(|number| bench.good(number)).collect();
    for token in &tokens {
        bench.use_it(token).await;
    }
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let (verifier, tokens) =
                (bench.verifier.clone(), tokens.iter().map(|token| token.expose_secret().to_owned()));
            let tokens: Vec<_> = tokens.collect();
            thread::spawn(move || {
                for token in tokens.iter().cycle().take(usize::try_from(USES).unwrap()) {
                    let decision = verifier.verify(token, &context()).now_or_never();
                    assert!(matches!(decision, Some(Ok(_))), "{decision:?}");
                }
            })
        })
        .collect();
    while threads.iter().any(|thread| !thread.is_finished()) {
        bench.turn(7).await;
    }
    for thread in threads {
        thread.join().unwrap();
    }
    bench.recorder.shutdown().await;
    assert_eq!(bench.sink.sum(), 4 * USES + 5);
    let statistics = bench.recorder.statistics();
    assert_eq!((statistics.written(), statistics.lost()), (4 * USES + 5, 0));
    assert_eq!(bench.verifier.statistics().uses_forgotten(), 0);
}

#[tokio::test(start_paused = true)]
async fn denied_token_is_not_used() {
    let bench = Bench::new();
    let token = bench.good(1);
    bench.ledger.write(&token, crate::support::record(1).with_revocation(noon()));
    assert!(bench.verify(&token).await.is_err());
    assert!(bench.verify(&crate::support::token()).await.is_err());
    bench.turn(2).await;
    assert!(bench.sink.calls().is_empty());
}

#[tokio::test(start_paused = true)]
async fn idle_recorder_calls_nobody_and_begins_again() {
    let (clock, ledger) = (ManualClock::new(noon()), Ledger::new());
    let sink = Sink::new(&clock);
    let recorder = tower_pat::usage::UsageRecorder::builder().with_clock(clock.clone()).start(sink.clone());
    let verifier = observed(&ledger, &clock, &recorder).build();
    let bench = Bench { clock, ledger, sink, recorder, verifier };
    let token = bench.good(1);
    for hour in 1..3_u64 {
        bench.use_it(&token).await;
        bench.turn(1_800).await;
        assert_eq!(bench.sink.calls().len() as u64, hour);
    }
}
