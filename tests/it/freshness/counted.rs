//! What is looked up in the background and what is served stale shows in the statistics.

use super::{SECOND, just_before};
use crate::support::{Bench, Mood, is_unavailable};

#[tokio::test]
async fn refresh_is_a_load_and_no_miss() {
    let bench = Bench::new(|builder| builder);
    let token = bench.remembered().await;
    bench.turn_to(just_before(SECOND * 60));
    assert_eq!(bench.hit(&token).await, 1);
    let all = bench.verifier.statistics();
    assert_eq!((all.hits(), all.misses(), all.led()), (1, 1, 1));
    assert_eq!((all.refreshes(), all.loads(), all.loads_answered()), (1, 2, 2));
}

#[tokio::test]
async fn stale_decisions_are_counted_beside_what_became_of_their_attempts() {
    let bench = Bench::new(|builder| builder.with_circuit(1, SECOND * 600).with_serve_stale_for(SECOND * 30));
    let token = bench.remembered().await;
    bench.ledger.set_mood(Mood::Fails);
    bench.turn_to(SECOND * 60);
    // One that fails, and opens the circuit; one that is held back by it; one that comes too late.
    for _ in 0..2 {
        assert!(bench.verify(&token).await.is_ok());
    }
    bench.turn_to(SECOND * 90);
    assert!(is_unavailable(&bench.verify(&token).await));
    let all = bench.verifier.statistics();
    assert_eq!((all.misses(), all.led(), all.held_back()), (4, 2, 2));
    assert_eq!((all.stale(), all.unavailable(), all.loads_failed()), (2, 1, 1));
}
