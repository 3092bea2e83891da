//! The end of a verdict: its ttl, and its token's expiry.

use jiff::SignedDuration;
use tower_pat::denial::InvalidToken;

use tower_pat::verifier::PatVerifierBuilder;

use super::{NANOSECOND, SECOND, expiring, just_before, refused};
use crate::support::{Bench, noon, record, token};

fn quiet() -> Bench {
    Bench::new(PatVerifierBuilder::without_refresh)
}

#[tokio::test]
async fn verdict_ends_at_the_ttl_however_often_it_is_used() {
    let bench = quiet();
    let token = bench.remembered().await;
    for _ in 0..59 {
        bench.clock.advance(SECOND);
        assert_eq!(bench.hit(&token).await, 0);
    }
    bench.clock.advance(just_before(SECOND));
    assert_eq!(bench.hit(&token).await, 0);
    bench.clock.advance(NANOSECOND);
    assert!(bench.verify(&token).await.is_ok());
    assert_eq!(bench.ledger.calls(), 2);
}

#[tokio::test]
async fn remembered_token_expires_at_its_very_instant_and_is_asked_for_anew() {
    let bench = quiet();
    let token = token();
    bench.ledger.write(&token, expiring(SECOND * 30));
    assert!(bench.verify(&token).await.is_ok());
    bench.turn_to(just_before(SECOND * 30));
    assert_eq!(bench.hit(&token).await, 0);
    bench.clock.advance(NANOSECOND);
    assert_eq!(bench.verify(&token).await, refused(InvalidToken::Expired));
    assert_eq!(bench.ledger.calls(), 2);
}

#[tokio::test]
async fn expired_token_is_remembered_for_the_negative_ttl() {
    let bench = quiet();
    let token = token();
    bench.ledger.write(&token, expiring(SECOND * 30));
    bench.turn_to(SECOND * 30);
    assert_eq!(bench.verify(&token).await, refused(InvalidToken::Expired));
    bench.turn_to(just_before(SECOND * 35));
    assert_eq!(bench.verify(&token).await, refused(InvalidToken::Expired));
    assert_eq!(bench.ledger.calls(), 1);
    bench.turn_to(SECOND * 35);
    assert_eq!(bench.verify(&token).await, refused(InvalidToken::Expired));
    assert_eq!(bench.ledger.calls(), 2);
}

#[tokio::test]
async fn token_that_was_prolonged_elsewhere_is_accepted_from_its_old_expiry_on() {
    let bench = quiet();
    let token = token();
    bench.ledger.write(&token, expiring(SECOND * 30));
    assert!(bench.verify(&token).await.is_ok());
    bench.ledger.write(&token, expiring(SECOND * 3_000));
    for (second, calls) in [(29, 1), (30, 2), (89, 2), (90, 3)] {
        bench.turn_to(SECOND * second);
        assert!(bench.verify(&token).await.is_ok());
        assert_eq!(bench.ledger.calls(), calls);
    }
}

/// The negative ttl ends with the token as well: a pause that is over may be behind it.
#[tokio::test]
async fn refused_token_is_asked_for_anew_at_its_expiry() {
    let bench = quiet();
    let token = token();
    bench.ledger.write(&token, expiring(SECOND * 2).with_pause(noon()));
    assert_eq!(bench.verify(&token).await, refused(InvalidToken::Paused));
    bench.ledger.write(&token, expiring(SECOND * 3_000));
    bench.turn_to(just_before(SECOND * 2));
    assert_eq!(bench.verify(&token).await, refused(InvalidToken::Paused));
    bench.turn_to(SECOND * 2);
    assert!(bench.verify(&token).await.is_ok());
}

#[tokio::test]
async fn token_that_expires_during_its_look_up_is_expired() {
    let bench = quiet();
    let token = token();
    bench.ledger.write(&token, expiring(SECOND));
    bench.ledger.hold();
    let begun = bench.begin(&token).await;
    bench.turn_to(SECOND);
    bench.ledger.release(1);
    assert_eq!(begun.await.unwrap(), refused(InvalidToken::Expired));
}

/// Whatever was reckoned when it was loaded, the wall clock decides at each use.
#[tokio::test]
async fn wall_clock_that_is_set_forth_ends_a_remembered_token() {
    let bench = quiet();
    let token = token();
    bench.ledger.write(&token, expiring(SECOND * 30));
    assert!(bench.verify(&token).await.is_ok());
    bench.clock.set_wall(noon() + SignedDuration::from_secs(30));
    assert_eq!(bench.at_once(&token), Some(refused(InvalidToken::Expired)));
    bench.clock.set_wall(noon());
    assert!(bench.at_once(&token).unwrap().is_ok());
    assert_eq!(bench.ledger.calls(), 1);
}

#[tokio::test]
async fn wall_clock_that_is_set_back_lengthens_no_verdict() {
    let bench = quiet();
    let token = token();
    bench.ledger.write(&token, expiring(SECOND * 30));
    assert!(bench.verify(&token).await.is_ok());
    bench.turn_to(SECOND * 30);
    bench.clock.set_wall(noon());
    bench.ledger.write(&token, record(1).with_revocation(noon()));
    assert_eq!(bench.verify(&token).await, refused(InvalidToken::Revoked));
}
