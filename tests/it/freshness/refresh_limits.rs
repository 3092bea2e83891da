//! What a refresh may cost, and that it takes nothing from requests.

use std::time::Duration;

use futures_util::FutureExt;
use tower_pat::verifier::{PatVerifierBuilder, VerifyContext};

use super::{NANOSECOND, SECOND, just_before};
use crate::support::{Bench, Mood, is_unavailable, settle};

const FAILURES: [Mood; 2] = [Mood::Fails, Mood::Panics];

#[tokio::test]
async fn many_hits_begin_one_refresh() {
    let bench = Bench::new(|builder| builder);
    let token = bench.remembered().await;
    bench.ledger.hold();
    for milliseconds in (50_000..52_000).step_by(10) {
        bench.turn_to(Duration::from_millis(milliseconds));
        for _ in 0..10 {
            bench.hit(&token).await;
        }
    }
    assert_eq!(bench.ledger.calls(), 2);
}

/// From the 48th second to the 60th: an attempt every two seconds, which is the deadline.
#[tokio::test]
async fn hits_do_not_storm_a_resolver_that_fails_and_are_answered_all_the_same() {
    for mood in FAILURES {
        let bench = Bench::new(PatVerifierBuilder::without_circuit);
        let token = bench.remembered().await;
        bench.ledger.set_mood(mood);
        for milliseconds in (48_000..60_000).step_by(20) {
            bench.turn_to(Duration::from_millis(milliseconds));
            bench.hit(&token).await;
        }
        assert_eq!(bench.ledger.calls(), 1 + 6, "{mood:?}");
    }
}

#[tokio::test]
async fn attempts_are_a_second_apart_however_short_the_deadline() {
    let bench = Bench::new(|builder| builder.without_circuit().with_deadline(Duration::from_millis(10)));
    let token = bench.remembered().await;
    bench.ledger.set_mood(Mood::Fails);
    for milliseconds in (48_000..60_000).step_by(20) {
        bench.turn_to(Duration::from_millis(milliseconds));
        bench.hit(&token).await;
    }
    assert_eq!(bench.ledger.calls(), 1 + 12);
}

#[tokio::test]
async fn attempt_after_a_failed_one_may_succeed() {
    let bench = Bench::new(|builder| builder);
    let token = bench.remembered().await;
    bench.turn_to(SECOND * 50);
    bench.ledger.set_mood(Mood::Fails);
    assert_eq!(bench.hit(&token).await, 1);
    bench.ledger.set_mood(Mood::Answers);
    bench.turn_to(just_before(SECOND * 52));
    assert_eq!(bench.hit(&token).await, 0);
    bench.turn_to(SECOND * 52);
    assert_eq!(bench.hit(&token).await, 1);
    bench.turn_to(SECOND * 90);
    assert_eq!(bench.hit(&token).await, 0);
}

#[tokio::test]
async fn circuit_counts_refreshes_and_lets_none_through_while_it_is_open() {
    let bench = Bench::new(|builder| builder.with_circuit(2, SECOND * 5));
    let tokens = [bench.remembered().await, bench.remembered().await, bench.remembered().await];
    bench.turn_to(SECOND * 50);
    bench.ledger.set_mood(Mood::Fails);
    let mut calls = Vec::new();
    for token in &tokens {
        calls.push(bench.hit(token).await);
    }
    assert_eq!(calls, [1, 1, 0]);
    assert!(is_unavailable(&bench.verify(&bench.good()).await));
    assert_eq!(bench.ledger.calls(), 5, "requests are refused for it too");

    // After the pause a refresh is the probe: nobody waits for it, and it closes the circuit for all.
    bench.ledger.set_mood(Mood::Answers);
    bench.turn_to(just_before(SECOND * 55));
    assert_eq!(bench.hit(&tokens[0]).await, 0);
    bench.turn_to(SECOND * 55);
    assert_eq!(bench.hit(&tokens[1]).await, 1);
    assert!(bench.verify(&bench.good()).await.is_ok());
}

#[tokio::test]
async fn refresh_goes_on_while_requests_have_all_the_permits() {
    let bench = Bench::new(|builder| builder.with_max_loads(1).with_max_waiting(0, 0));
    let token = bench.remembered().await;
    bench.turn_to(SECOND * 50);
    bench.ledger.hold();
    let cold = bench.begin(&bench.good()).await;
    assert!(is_unavailable(&bench.verify(&bench.good()).await), "all permits are taken");
    assert_eq!(bench.hit(&token).await, 1);
    bench.ledger.release(2);
    assert!(cold.await.unwrap().is_ok());
    bench.turn_to(SECOND * 70);
    assert_eq!(bench.hit(&token).await, 0);
}

#[tokio::test]
async fn refreshes_that_hang_keep_no_request_from_being_looked_up() {
    let bench = Bench::new(|builder| builder.with_max_loads(4).with_max_waiting(0, 0));
    let mut tokens = Vec::new();
    for _ in 0..10 {
        tokens.push(bench.remembered().await);
    }
    bench.turn_to(SECOND * 50);
    bench.ledger.set_mood(Mood::Hangs);
    for token in &tokens {
        bench.hit(token).await;
    }
    assert_eq!(bench.ledger.calls(), 11, "a quarter of four is one");
    bench.ledger.set_mood(Mood::Answers);
    bench.ledger.hold();
    let mut cold = Vec::new();
    for _ in 0..4 {
        cold.push(bench.begin(&bench.good()).await);
    }
    assert_eq!(bench.ledger.calls(), 15);
    bench.ledger.release(4);
    for cold in cold {
        assert!(cold.await.unwrap().is_ok());
    }
}

#[tokio::test]
async fn a_quarter_of_the_permits_is_for_refreshes_and_one_at_least() {
    for (loads, refreshes) in [(1, 1), (7, 1), (8, 2), (64, 16)] {
        let bench = Bench::new(|builder| builder.with_max_loads(loads));
        let mut tokens = Vec::new();
        for _ in 0..20 {
            tokens.push(bench.remembered().await);
        }
        bench.turn_to(SECOND * 50);
        bench.ledger.hold();
        for token in &tokens {
            bench.hit(token).await;
        }
        assert_eq!(bench.ledger.calls(), 20 + refreshes, "of {loads}");
        // Who found no permit tries again after a while.
        bench.ledger.release(100);
        settle().await;
        bench.turn_to(SECOND * 52);
        for token in &tokens {
            bench.hit(token).await;
        }
        assert_eq!(bench.ledger.calls(), 40, "of {loads}");
    }
}

#[tokio::test(start_paused = true)]
async fn refresh_that_fails_panics_or_hangs_leaves_nothing_behind() {
    let bench = Bench::new(|builder| builder.with_max_loads(4).without_circuit());
    for mood in [Mood::Fails, Mood::Panics, Mood::Hangs] {
        for _ in 0..3 {
            bench.ledger.set_mood(Mood::Answers);
            let token = bench.remembered().await;
            bench.clock.advance(SECOND * 59);
            bench.ledger.set_mood(mood);
            assert_eq!(bench.hit(&token).await, 1, "{mood:?}: the permit came back");
            tokio::time::sleep(SECOND * 2 + Duration::from_millis(10)).await;
            bench.clock.advance(SECOND);
            bench.ledger.set_mood(Mood::Answers);
            assert!(bench.verify(&token).await.is_ok(), "{mood:?}: nobody joins what is over");
        }
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap()
}

#[test]
fn where_there_is_no_runtime_nothing_is_refreshed_and_tokens_are_accepted() {
    let (bench, runtime) = (Bench::new(|builder| builder), runtime());
    let token = runtime.block_on(bench.remembered());
    bench.turn_to(SECOND * 50);
    let verified = bench.verifier.verify(token.expose_secret(), &VerifyContext::default()).now_or_never();
    assert!(verified.unwrap().is_ok());
    bench.turn_to(SECOND * 52);
    assert_eq!(bench.ledger.calls(), 1);
    assert_eq!(runtime.block_on(bench.hit(&token)), 1);
}

#[test]
fn refresh_whose_runtime_is_gone_or_stands_still_gives_its_place_to_another() {
    let (gone, still, driven) = (runtime(), runtime(), runtime());
    let bench = Bench::new(|builder| builder.with_max_loads(1));
    let token = driven.block_on(bench.remembered());
    bench.turn_to(SECOND * 49);
    bench.ledger.hold();
    assert_eq!(gone.block_on(bench.hit(&token)), 1);
    drop(gone);
    bench.turn_to(SECOND * 51);
    assert_eq!(still.block_on(bench.hit(&token)), 1);
    bench.turn_to(SECOND * 55);
    assert_eq!(driven.block_on(bench.hit(&token)), 0, "its permit is lent for four seconds");
    bench.turn_to(SECOND * 57 + NANOSECOND);
    bench.ledger.release(100);
    assert_eq!(driven.block_on(bench.hit(&token)), 1);
    bench.turn_to(SECOND * 90);
    assert_eq!(driven.block_on(bench.hit(&token)), 0);
}

/// A runtime that finds all its answers in memory drives no task.
#[test]
fn refresh_that_nobody_drives_is_in_nobodys_way() {
    let (idle, driven) = (runtime(), runtime());
    let bench = Bench::new(|builder| builder.with_max_loads(1));
    let token = driven.block_on(bench.remembered());
    let hit = || assert!(idle.block_on(bench.verify(&token)).is_ok());
    for second in [49, 52, 55, 59] {
        bench.turn_to(SECOND * second);
        hit();
    }
    assert_eq!(bench.ledger.calls(), 1);
    assert_eq!(bench.verifier.statistics().refreshes(), 0);
    // Whoever asks at the end of the ttl boards no flight without a pilot.
    bench.turn_to(SECOND * 60);
    assert!(driven.block_on(async { bench.verify(&token).await }).is_ok());
    assert_eq!(bench.ledger.calls(), 2);
}

/// Without a permit an attempt is none, and the next one need not wait as long as after a failed one.
#[tokio::test]
async fn refresh_that_found_no_permit_is_soon_tried_again() {
    let bench = Bench::new(|builder| builder.with_max_loads(4));
    let (one, other) = (bench.remembered().await, bench.remembered().await);
    bench.turn_to(SECOND * 55);
    bench.ledger.hold();
    assert_eq!((bench.hit(&one).await, bench.hit(&other).await), (1, 0));
    bench.ledger.release(100);
    settle().await;
    bench.turn_to(Duration::from_millis(55_249));
    assert_eq!(bench.hit(&other).await, 0);
    bench.turn_to(Duration::from_millis(55_250));
    assert_eq!(bench.hit(&other).await, 1);
}
