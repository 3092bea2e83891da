//! How many loads are made at once, and how many wait.

use std::time::Duration;

use futures_util::future::join_all;

use crate::support::{Bench, Mood, is_unavailable, settle, token};

const A: [u8; 4] = [192, 0, 2, 1];
const B: [u8; 4] = [192, 0, 2, 2];

/// One load at a time, and room for `of_one_client` and for ten in all.
fn one_at_a_time(of_one_client: usize) -> Bench {
    Bench::new(|builder| builder.with_max_loads(1).with_max_waiting(of_one_client, 10))
}

#[tokio::test(start_paused = true)]
async fn loads_at_once_are_as_many_as_are_allowed_and_each_is_made_once() {
    let bench = Bench::new(|builder| builder.with_max_loads(8).with_max_waiting(200, 200));
    bench.ledger.hold();
    let mut begun = Vec::new();
    for client in 0..100 {
        begun.push(bench.begin_from([10, 0, 0, client], &bench.good()).await);
    }
    for done in 0..=92 {
        assert_eq!(bench.ledger.calls(), 8 + done);
        bench.ledger.release(1);
        settle().await;
    }
    bench.ledger.release(7);
    assert!(join_all(begun).await.into_iter().all(|decision| decision.unwrap().is_ok()));
    assert_eq!(bench.ledger.calls(), 100);
}

#[tokio::test]
async fn sixty_four_at_once_is_the_default() {
    let bench = Bench::new(|builder| builder);
    bench.ledger.hold();
    let mut begun = Vec::new();
    for client in 0..70 {
        begun.push(bench.begin_from([10, 0, 0, client], &bench.good()).await);
    }
    assert_eq!(bench.ledger.calls(), 64);
    bench.ledger.release(70);
    assert!(join_all(begun).await.into_iter().all(|decision| decision.unwrap().is_ok()));
}

#[tokio::test]
async fn who_joins_a_load_needs_no_leave_whether_it_is_under_way_or_waits() {
    let bench = one_at_a_time(1);
    bench.ledger.hold();
    let (under_way, waiting) = (bench.good(), bench.good());
    let mut begun = Vec::new();
    for _ in 0..100 {
        begun.push(bench.begin_from(A, &under_way).await);
        begun.push(bench.begin_from(A, &waiting).await);
    }
    assert_eq!(bench.ledger.calls(), 1);
    bench.ledger.release(2);
    assert!(join_all(begun).await.into_iter().all(|decision| decision.unwrap().is_ok()));
    assert_eq!(bench.ledger.calls(), 2);
}

#[tokio::test]
async fn client_whose_line_is_full_is_refused_at_once_and_another_is_not() {
    let bench = one_at_a_time(1);
    bench.ledger.hold();
    let under_way = bench.begin_from(A, &bench.good()).await;
    let waiting = bench.begin_from(A, &bench.good()).await;
    let refused = bench.begin_from(A, &bench.good()).await;
    assert!(is_unavailable(&refused.await.unwrap()));
    let other = bench.begin_from(B, &bench.good()).await;
    bench.ledger.release(3);
    for begun in [under_way, waiting, other] {
        assert!(begun.await.unwrap().is_ok());
    }
    assert_eq!(bench.ledger.calls(), 3);
}

#[tokio::test(start_paused = true)]
async fn wait_is_bounded_by_half_a_second_and_by_half_the_deadline() {
    for (deadline, wait) in [(2_000, 500), (400, 200)] {
        let bench = Bench::new(|builder| builder.with_max_loads(1).with_deadline(Duration::from_millis(deadline)));
        bench.ledger.set_mood(Mood::Hangs);
        let _under_way = bench.begin_from(A, &token()).await;
        let mut waiting = bench.begin_from(A, &token()).await;
        assert!(tokio::time::timeout(Duration::from_millis(wait - 1), &mut waiting).await.is_err());
        let refused = tokio::time::timeout(Duration::from_millis(3), waiting).await;
        assert!(is_unavailable(&refused.unwrap().unwrap()));
        assert_eq!(bench.ledger.calls(), 1);
    }
}

#[tokio::test]
async fn request_that_goes_away_leaves_its_place_to_another() {
    let bench = one_at_a_time(1);
    bench.ledger.hold();
    let under_way = bench.begin_from(A, &bench.good()).await;
    let gone = bench.begin_from(A, &bench.good()).await;
    gone.abort();
    assert!(gone.await.unwrap_err().is_cancelled());
    let waiting = bench.begin_from(A, &bench.good()).await;
    bench.ledger.release(2);
    assert!(under_way.await.unwrap().is_ok() && waiting.await.unwrap().is_ok());
    assert_eq!(bench.ledger.calls(), 2);
}

#[tokio::test]
async fn who_joined_a_request_that_goes_away_waits_in_its_own_place() {
    let bench = one_at_a_time(1);
    bench.ledger.hold();
    let _under_way = bench.begin_from(A, &bench.good()).await;
    let wanted = bench.good();
    let gone = bench.begin_from(A, &wanted).await;
    let joined = [bench.begin_from(A, &wanted).await, bench.begin_from(B, &wanted).await];
    gone.abort();
    settle().await;
    assert_eq!(bench.ledger.calls(), 1);
    bench.ledger.release(2);
    for joined in joined {
        assert!(joined.await.unwrap().is_ok());
    }
    assert_eq!(bench.ledger.calls(), 2);
}

#[tokio::test]
async fn load_keeps_its_permit_when_its_client_hangs_up() {
    let bench = one_at_a_time(1);
    bench.ledger.hold();
    let gone = bench.begin_from(A, &bench.good()).await;
    gone.abort();
    let waiting = bench.begin_from(A, &bench.good()).await;
    assert_eq!(bench.ledger.calls(), 1);
    bench.ledger.release(2);
    assert!(waiting.await.unwrap().is_ok());
    assert_eq!(bench.ledger.calls(), 2);
}

#[tokio::test(start_paused = true)]
async fn permit_comes_back_from_a_load_that_fails_panics_or_hangs() {
    let bench = Bench::new(|builder| builder.with_max_loads(1).without_circuit());
    for mood in [Mood::Fails, Mood::Panics, Mood::Hangs] {
        bench.ledger.set_mood(mood);
        for _ in 0..3 {
            assert!(is_unavailable(&bench.verify(&bench.good()).await));
            // The wait of the request ends with the load, or a moment before it.
            settle().await;
        }
    }
    bench.ledger.set_mood(Mood::Answers);
    assert!(bench.verify(&bench.good()).await.is_ok());
}

/// The runtime that makes the only load is no longer driven.
#[test]
fn permit_comes_back_from_a_runtime_that_stands_still() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    let (still, driven) = (runtime(), runtime());
    let bench = Bench::new(|builder| builder.with_max_loads(1));
    bench.ledger.hold();
    let _begun = still.block_on(bench.begin_from(A, &bench.good()));
    bench.ledger.release(2);
    assert!(is_unavailable(&driven.block_on(bench.verify(&bench.good()))));
    bench.clock.advance(Duration::from_nanos(4_000_000_001));
    assert!(driven.block_on(bench.verify(&bench.good())).is_ok());
}

#[tokio::test]
async fn remembered_token_asks_for_no_permit() {
    let bench = one_at_a_time(0);
    let remembered = bench.good();
    assert!(bench.verify(&remembered).await.is_ok());
    bench.ledger.hold();
    let under_way = bench.begin_from(A, &bench.good()).await;
    assert!(is_unavailable(&bench.verify(&bench.good()).await));
    assert!(bench.verify(&remembered).await.is_ok());
    bench.ledger.release(1);
    assert!(under_way.await.unwrap().is_ok());
}
