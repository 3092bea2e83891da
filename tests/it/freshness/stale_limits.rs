//! What is stale beside the circuit, a refresh and the log.

use tracing::Level;

use super::{SECOND, just_before};
use crate::support::{Bench, Journal, Mood, is_unavailable, settle};
use crate::telemetry::{headlines, listening};

/// Serves stale for five minutes; leaves the resolver alone after one failure, for ten seconds.
fn wary() -> Bench {
    Bench::new(|builder| builder.with_serve_stale_for(SECOND * 300).with_circuit(1, SECOND * 10))
}

#[tokio::test]
async fn nobody_waits_for_a_resolver_that_is_left_alone() {
    let bench = wary();
    let token = bench.remembered().await;
    bench.ledger.set_mood(Mood::Fails);
    bench.turn_to(SECOND * 60);
    assert!(bench.at_once(&token).is_none(), "the first has to find out");
    settle().await;
    assert_eq!(bench.ledger.calls(), 2);
    for _ in 0..10 {
        assert!(bench.at_once(&token).unwrap().is_ok());
        assert!(is_unavailable(&bench.at_once(&bench.good()).unwrap()));
    }
    bench.turn_to(just_before(SECOND * 70));
    assert!(bench.at_once(&token).unwrap().is_ok());
    assert_eq!(bench.ledger.calls(), 2);
}

#[tokio::test]
async fn one_request_is_the_probe_and_the_others_are_served_meanwhile() {
    let bench = wary();
    let token = bench.remembered().await;
    bench.ledger.set_mood(Mood::Fails);
    bench.turn_to(SECOND * 60);
    assert!(bench.verify(&token).await.is_ok());
    bench.ledger.set_mood(Mood::Answers);
    bench.turn_to(SECOND * 70);
    bench.ledger.hold();
    let probe = bench.begin(&token).await;
    assert!(!probe.is_finished());
    for _ in 0..10 {
        assert!(bench.at_once(&token).unwrap().is_ok());
    }
    assert_eq!(bench.ledger.calls(), 3);
    bench.ledger.release(100);
    assert!(probe.await.unwrap().is_ok());
    assert!(bench.at_once(&token).unwrap().is_ok());
    assert_eq!(bench.ledger.calls(), 3);
}

#[tokio::test]
async fn nothing_is_served_at_once_past_the_time_or_after_a_change() {
    let bench = wary();
    let (token, changed) = (bench.remembered().await, bench.remembered().await);
    bench.ledger.set_mood(Mood::Fails);
    bench.turn_to(SECOND * 359);
    assert!(bench.verify(&token).await.is_ok());
    bench.ledger.change(&changed, crate::support::record(1));
    assert!(is_unavailable(&bench.at_once(&changed).unwrap()));
    bench.turn_to(just_before(SECOND * 360));
    assert!(bench.at_once(&token).unwrap().is_ok());
    bench.turn_to(SECOND * 360);
    assert!(is_unavailable(&bench.at_once(&token).unwrap()));
}

/// A refresh that fails lengthens nothing, and one that does not begins anew.
#[tokio::test]
async fn time_is_that_of_the_last_answer() {
    let bench = Bench::new(|builder| builder.with_serve_stale_for(SECOND * 30).without_circuit());
    let token = bench.remembered().await;
    bench.turn_to(SECOND * 50);
    assert_eq!(bench.hit(&token).await, 1);
    bench.ledger.set_mood(Mood::Fails);
    bench.turn_to(SECOND * 109);
    assert_eq!(bench.hit(&token).await, 1);
    bench.turn_to(just_before(SECOND * 140));
    assert!(bench.verify(&token).await.is_ok());
    bench.turn_to(SECOND * 140);
    assert!(is_unavailable(&bench.verify(&token).await));
}

#[tokio::test]
async fn it_is_told_once_a_second() {
    let bench = Bench::new(|builder| {
        builder.with_serve_stale_for(SECOND * 30).without_circuit().with_max_loads(1).with_max_waiting(0, 0)
    });
    let journal = Journal::default();
    let _listening = listening(&journal);
    let told = || -> Vec<_> { journal.take().into_iter().filter(|entry| entry.name == "pat.stale").collect() };
    let token = bench.remembered().await;
    bench.turn_to(SECOND * 60);
    bench.ledger.set_mood(Mood::Fails);
    for _ in 0..100 {
        assert!(bench.verify(&token).await.is_ok());
        settle().await;
    }
    let failed = told();
    assert_eq!(headlines(&failed), [("pat.stale", Level::WARN)]);
    let message = "message=a token was accepted on what is remembered of it, for it could not be checked";
    assert_eq!(failed[0].fields, format!("{message} suppressed=0"));
    bench.turn_to(SECOND * 61);
    assert!(bench.verify(&token).await.is_ok());
    assert_eq!(told()[0].fields, format!("{message} suppressed=99"));
}
