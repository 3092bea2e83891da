//! Two hundred requests at once while the resolver fails in one way or another.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use tower_pat::token::PatToken;

use crate::support::{Bench, Decision, Mood, is_unavailable, is_unknown, token};

/// Tokens, each with whether it is good.
fn tokens(bench: &Bench) -> Arc<Vec<(PatToken, bool)>> {
    let tokens = (0..200).map(|number| if number % 2 == 0 { (bench.good(), true) } else { (token(), false) });
    Arc::new(tokens.collect())
}

/// Verifies all at once, and holds each decision against what is true.
async fn verify(bench: &Bench, tokens: &Arc<Vec<(PatToken, bool)>>) -> Vec<Decision> {
    let begun = (0..tokens.len()).map(|place| {
        let (bench, tokens) = (bench.clone(), Arc::clone(tokens));
        tokio::spawn(async move { bench.verify(&tokens[place].0).await })
    });
    let decisions: Vec<_> = join_all(begun).await.into_iter().map(Result::unwrap).collect();
    for (decision, (_, is_good)) in decisions.iter().zip(tokens.iter()) {
        let is_right = if *is_good { decision.is_ok() } else { is_unknown(decision) };
        assert!(is_right || is_unavailable(decision), "{decision:?} for a token that is good: {is_good}");
    }
    decisions
}

fn bench() -> Bench {
    Bench::new(|builder| builder.with_max_waiting(200, 200))
}

/// The clock is turned past the pause and one request closes the circuit; then all is as if nothing had been.
async fn recovers(bench: &Bench, tokens: &Arc<Vec<(PatToken, bool)>>, pause: Duration) {
    bench.ledger.set_mood(Mood::Answers);
    bench.clock.advance(pause);
    assert!(bench.verify(&bench.good()).await.is_ok());
    assert!(verify(bench, tokens).await.iter().all(|decision| !is_unavailable(decision)));
}

#[tokio::test(start_paused = true)]
async fn resolver_that_fails_panics_or_hangs_makes_no_wrong_decision_and_is_well_after_the_first_pause() {
    for mood in [Mood::Fails, Mood::Panics, Mood::Hangs] {
        let bench = bench();
        let tokens = tokens(&bench);
        bench.ledger.set_mood(mood);
        let all = tokio::time::timeout(Duration::from_millis(2_010), verify(&bench, &tokens)).await;
        assert!(all.expect("nobody hangs").iter().all(is_unavailable));
        assert_eq!(bench.ledger.calls(), 64, "{mood:?}: those who waited are refused when it has opened");
        recovers(&bench, &tokens, Duration::from_secs(1)).await;
    }
}

/// Requests that began in one mood end in another.
#[tokio::test(start_paused = true)]
async fn resolver_that_flaps_makes_no_wrong_decision_and_is_well_after_the_longest_pause() {
    let bench = bench();
    let tokens = tokens(&bench);
    for mood in [Mood::Answers, Mood::Fails, Mood::Hangs, Mood::Panics].into_iter().cycle().take(40) {
        bench.ledger.set_mood(mood);
        let flap = async {
            for mood in [Mood::Fails, Mood::Answers, Mood::Hangs, Mood::Answers] {
                tokio::task::yield_now().await;
                bench.ledger.set_mood(mood);
                bench.clock.advance(Duration::from_millis(700));
            }
        };
        let round = async { tokio::join!(verify(&bench, &tokens), flap) };
        tokio::time::timeout(Duration::from_secs(3), round).await.expect("nobody hangs");
        bench.clock.advance(Duration::from_secs(5));
    }
    recovers(&bench, &tokens, Duration::from_secs(30)).await;
}
