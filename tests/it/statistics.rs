//! What a verifier counts: each thing once, and the sums come out even.

use std::convert::Infallible;
use std::future::pending;
use std::thread;
use std::time::Duration;

use axum::body::Body;
use http::header::AUTHORIZATION;
use http::{Request, Response};
use tokio::runtime::Builder;
use tower::{Layer, Service, service_fn};
use tower_pat::PatAuthLayer;
use tower_pat::denial::Denial;
use tower_pat::verifier::{Statistics, VerifyContext};

use crate::support::{Bench, Mood, record, settle, token};

impl Bench {
    /// With the resolver in this mood, asks for new good tokens.
    pub(crate) async fn ask(&self, mood: Mood, times: usize) {
        self.ledger.set_mood(mood);
        for _ in 0..times {
            let _ = self.verify(&self.good()).await;
            settle().await;
        }
    }

    /// The figures when nothing is under way, which then come out even.
    pub(crate) fn statistics(&self) -> Statistics {
        let all = self.verifier.statistics();
        assert_eq!(all.hits() + all.misses() + all.refused_unseen(), all.verifications(), "{all:?}");
        let ends = all.led() + all.joined() + all.crowded() + all.held_back() + all.left();
        assert_eq!(ends, all.misses(), "{all:?}");
        assert_eq!(all.led() + all.reloads() + all.refreshes(), all.loads(), "{all:?}");
        assert_eq!(all.loads(), self.ledger.calls() as u64, "{all:?}");
        assert_eq!(all.loads_answered() + all.loads_failed(), all.loads(), "{all:?}");
        assert_eq!(all.loads_under_way(), 0, "{all:?}");
        all
    }
}

fn usual() -> Bench {
    Bench::new(|builder| builder)
}

#[tokio::test]
async fn every_verification_is_a_hit_a_miss_or_refused_unseen() {
    let bench = usual();
    let (good, bad) = (bench.good(), token());
    for _ in 0..5 {
        assert!(bench.verify(&good).await.is_ok());
    }
    for _ in 0..3 {
        assert!(bench.verify(&bad).await.is_err());
    }
    let (start, last) = good.expose_secret().split_at(good.expose_secret().len() - 1);
    let mistyped = format!("{start}{}", if last == "x" { 'y' } else { 'x' });
    for malformed in ["", "acme_pat_", "another_pat", &mistyped] {
        assert!(bench.present(malformed).await.is_err());
    }
    let all = bench.statistics();
    assert_eq!((all.verifications(), all.hits(), all.misses(), all.refused_unseen()), (12, 6, 2, 4));
    assert_eq!((all.led(), all.loads(), all.loads_answered(), all.unavailable()), (2, 2, 2, 0));
    assert_eq!((all.remembered_known(), all.remembered_unknown()), (1, 1));
}

#[tokio::test]
async fn clones_are_counted_together() {
    let bench = usual();
    let good = bench.good();
    for verifier in [bench.verifier.clone(), bench.verifier.clone()] {
        assert!(verifier.verify(good.expose_secret(), &VerifyContext::default()).await.is_ok());
    }
    assert_eq!(bench.statistics().verifications(), 2);
}

#[tokio::test]
async fn verdict_that_is_no_longer_fresh_is_a_miss() {
    let bench = Bench::new(|builder| builder.with_ttl(Duration::from_mins(1)));
    let good = bench.good();
    for _ in 0..2 {
        assert!(bench.verify(&good).await.is_ok());
        bench.clock.advance(Duration::from_mins(1));
    }
    let all = bench.statistics();
    assert_eq!((all.hits(), all.misses(), all.loads()), (0, 2, 2));
}

#[tokio::test]
async fn one_leads_and_the_others_join() {
    let bench = usual();
    let good = bench.good();
    bench.ledger.hold();
    let mut begun = Vec::new();
    for _ in 0..5 {
        begun.push(bench.begin(&good).await);
    }
    let waiting = bench.verifier.statistics();
    assert_eq!((waiting.misses(), waiting.loads_under_way(), waiting.joined()), (5, 1, 0));
    // Who goes away while a load is under way has joined it all the same.
    begun.pop().unwrap().abort();
    bench.ledger.release(1);
    for begun in begun {
        assert!(begun.await.unwrap().is_ok());
    }
    settle().await;
    let all = bench.statistics();
    assert_eq!((all.led(), all.joined(), all.left(), all.loads()), (1, 4, 0, 1));
}

#[tokio::test]
async fn who_finds_no_room_is_crowded_and_who_hangs_up_in_line_has_left() {
    let bench = Bench::new(|builder| builder.with_max_loads(1).with_max_waiting(1, 1));
    bench.ledger.hold();
    let first = bench.begin(&bench.good()).await;
    let in_line = bench.begin(&bench.good()).await;
    assert_eq!(bench.verify(&bench.good()).await, Err(Denial::Unavailable));
    in_line.abort();
    bench.ledger.release(1);
    assert!(first.await.unwrap().is_ok());
    settle().await;
    let all = bench.statistics();
    assert_eq!((all.led(), all.crowded(), all.left(), all.unavailable()), (1, 1, 1, 1));
}

#[tokio::test(start_paused = true)]
async fn who_waits_too_long_for_a_turn_is_crowded() {
    let bench = Bench::new(|builder| builder.with_max_loads(1));
    bench.ledger.hold();
    let first = bench.begin(&bench.good()).await;
    assert_eq!(bench.verify(&bench.good()).await, Err(Denial::Unavailable));
    bench.ledger.release(1);
    assert!(first.await.unwrap().is_ok());
    assert_eq!((bench.statistics().crowded(), bench.statistics().loads_answered()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn loads_that_fail_panic_or_hang_have_failed_and_an_open_circuit_holds_back() {
    for mood in [Mood::Fails, Mood::Panics, Mood::Hangs] {
        let bench = usual();
        bench.ask(mood, 8).await;
        let all = bench.statistics();
        assert_eq!((all.led(), all.loads_failed(), all.held_back(), all.unavailable()), (5, 5, 3, 8), "{mood:?}");
        bench.clock.advance(Duration::from_secs(1));
        bench.ask(Mood::Answers, 2).await;
        let all = bench.statistics();
        assert_eq!((all.loads_answered(), all.loads_failed(), all.held_back()), (2, 5, 3), "{mood:?}");
    }
}

/// Several wait for a turn when the circuit opens.
#[tokio::test]
async fn who_waited_while_the_circuit_opened_is_held_back() {
    let bench = Bench::new(|builder| builder.with_max_loads(1).with_circuit(1, Duration::from_secs(1)));
    bench.ledger.set_mood(Mood::Fails);
    bench.ledger.hold();
    let begun = [bench.begin(&bench.good()).await, bench.begin(&bench.good()).await];
    bench.ledger.release(1);
    for begun in begun {
        assert_eq!(begun.await.unwrap(), Err(Denial::Unavailable));
    }
    let all = bench.statistics();
    assert_eq!((all.led(), all.held_back(), all.crowded()), (1, 1, 0));
}

#[tokio::test]
async fn token_that_changes_while_it_is_loaded_is_loaded_again_by_the_same_miss() {
    let bench = usual();
    let good = bench.good();
    bench.ledger.hold();
    let begun = bench.begin(&good).await;
    bench.ledger.change(&good, record(1));
    bench.ledger.release(2);
    assert!(begun.await.unwrap().is_ok());
    let all = bench.statistics();
    assert_eq!((all.misses(), all.led(), all.reloads(), all.loads()), (1, 1, 1, 2));
}

#[test]
fn load_whose_runtime_is_shut_down_has_failed() {
    let bench = usual();
    bench.ledger.hold();
    let runtime = Builder::new_current_thread().enable_time().build().unwrap();
    let begun = runtime.block_on(bench.begin(&bench.good()));
    assert_eq!(bench.verifier.statistics().loads_under_way(), 1);
    drop((runtime, begun));
    assert_eq!(bench.statistics().loads_failed(), 1);
}

/// The layer asks the verifier when it is called; its future may never be polled.
#[tokio::test]
async fn request_that_is_given_up_before_it_is_polled_has_left() {
    let bench = usual();
    let inner = service_fn(|_: Request<()>| pending::<Result<Response<Body>, Infallible>>());
    let mut service = PatAuthLayer::new(bench.verifier.clone()).layer(inner);
    let bearer = format!("Bearer {}", bench.good().expose_secret());
    let request = Request::builder().header(AUTHORIZATION, bearer).body(()).unwrap();
    drop(service.call(request));
    let all = bench.statistics();
    assert_eq!((all.misses(), all.left(), all.loads()), (1, 1, 0));
}

/// A flood of each sort, through caches that hold about ten.
#[tokio::test]
async fn what_makes_room_is_counted_by_its_sort() {
    let bench = Bench::new(|builder| builder.with_capacity_bytes(10_240).with_negative_capacity(10));
    bench.ask(Mood::Answers, 1_000).await;
    let all = bench.statistics();
    let kept = all.remembered_known();
    assert!((5..50).contains(&kept), "{kept}");
    assert_eq!((all.evictions_of_known(), all.evictions_of_unknown()), (1_000 - kept, 0));
    for _ in 0..1_000 {
        assert!(bench.verify(&token()).await.is_err());
    }
    let both = bench.statistics();
    assert_eq!((both.evictions_of_known(), both.evictions_of_unknown()), (1_000 - kept, 990));
    assert_eq!((both.remembered_known(), both.remembered_unknown()), (kept, 10));
}

#[test]
fn nothing_is_lost_when_threads_verify_at_once() {
    let bench = usual();
    let tokens = [bench.good(), bench.good(), token()];
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let runtime = Builder::new_current_thread().enable_time().build().unwrap();
                runtime.block_on(async {
                    for _ in 0..500 {
                        for token in &tokens {
                            let _ = bench.verify(token).await;
                        }
                        let _ = bench.present("acme_pat_").await;
                    }
                    settle().await;
                });
            });
        }
    });
    let all = bench.statistics();
    assert_eq!((all.verifications(), all.refused_unseen()), (16_000, 4_000));
    assert!(all.misses() < all.hits());
}
