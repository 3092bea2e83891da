//! What is loaded anew in the background: when, how often, and what it finds.

use std::collections::BTreeSet;
use std::time::Duration;

use tower_pat::denial::InvalidToken;
use tower_pat::token::PatToken;

use tower_pat::verifier::PatVerifierBuilder;

use super::{SECOND, expiring, just_before, refused};
use crate::support::{Bench, Mood, is_unknown, noon, record, settle, token};

fn usual() -> Bench {
    Bench::new(|builder| builder)
}

/// After how many milliseconds a hit begins a refresh, by steps of 50.
async fn begins(bench: &Bench, token: &PatToken) -> Option<u64> {
    for instant in (0..60_000).step_by(50) {
        bench.turn_to(Duration::from_millis(instant));
        if bench.hit(token).await > 0 {
            return Some(instant);
        }
    }
    None
}

/// It begins at four fifths of the ttl, or up to an eighth of that earlier.
#[tokio::test]
async fn hit_in_the_last_part_of_the_ttl_begins_a_refresh_at_an_instant_of_its_token() {
    let mut instants = BTreeSet::new();
    for _ in 0..20 {
        let bench = usual();
        let token = bench.remembered().await;
        instants.insert(begins(&bench, &token).await.expect("it is refreshed"));
    }
    assert!(instants.iter().all(|instant| (42_000..=48_050).contains(instant)), "{instants:?}");
    assert!(instants.len() > 5, "they are spread: {instants:?}");
}

#[tokio::test]
async fn instant_of_a_token_is_the_same_each_time() {
    let (first, second) = (usual(), usual());
    let token = first.remembered().await;
    second.ledger.write(&token, record(1));
    assert!(second.verify(&token).await.is_ok());
    assert_eq!(begins(&first, &token).await, begins(&second, &token).await);
}

#[tokio::test]
async fn refreshed_verdict_counts_from_the_start_of_the_refresh() {
    let bench = usual();
    let token = bench.remembered().await;
    bench.turn_to(SECOND * 50);
    bench.ledger.hold();
    assert_eq!(bench.hit(&token).await, 1);
    bench.turn_to(SECOND * 51);
    bench.ledger.release(100);
    settle().await;
    bench.turn_to(just_before(SECOND * 110));
    bench.ledger.set_mood(Mood::Fails);
    assert_eq!(bench.hit(&token).await, 1);
    bench.turn_to(SECOND * 110);
    assert!(bench.at_once(&token).is_none());
}

/// The store takes a second and a half for each answer.
#[tokio::test]
async fn token_in_steady_use_waits_once_in_its_life() {
    for ttl in [60, 5] {
        let bench = Bench::new(|builder| builder.with_ttl(SECOND * ttl));
        let token = bench.good();
        bench.ledger.hold();
        let (mut waits, mut answered, mut steps_under_way) = (0, 0, 0);
        for _ in 0..20 * ttl * 10 {
            waits += usize::from(bench.at_once(&token).is_none_or(|decision| decision.is_err()));
            settle().await;
            assert!(bench.ledger.calls() <= answered + 1, "one at a time");
            steps_under_way += usize::from(bench.ledger.calls() > answered);
            bench.clock.advance(Duration::from_millis(100));
            // The first request alone goes on to wait.
            if steps_under_way == 15 || answered == 0 {
                bench.ledger.release(1);
                (answered, steps_under_way) = (answered + 1, 0);
                settle().await;
            }
        }
        assert_eq!(waits, 1);
        assert!((20..=40).contains(&answered), "{answered}");
    }
}

#[tokio::test]
async fn token_that_nobody_uses_is_left_alone() {
    let bench = usual();
    bench.remembered().await;
    for _ in 0..600 {
        bench.clock.advance(SECOND);
        settle().await;
    }
    assert_eq!(bench.ledger.calls(), 1);
}

#[tokio::test]
async fn only_accepted_tokens_are_refreshed() {
    let bench = Bench::new(|builder| builder.with_negative_ttl(SECOND * 60));
    let (unknown, revoked) = (token(), token());
    bench.ledger.write(&revoked, record(1).with_revocation(noon()));
    for _ in 0..60 {
        assert!(is_unknown(&bench.verify(&unknown).await));
        assert_eq!(bench.verify(&revoked).await, refused(InvalidToken::Revoked));
        settle().await;
        bench.clock.advance(SECOND);
    }
    assert_eq!(bench.ledger.calls(), 2);
}

/// Else it would be asked for ever more often the nearer its end comes.
#[tokio::test]
async fn token_that_ends_within_its_ttl_is_refreshed_no_more() {
    let bench = usual();
    let token = token();
    bench.ledger.write(&token, expiring(SECOND * 40));
    for _ in 0..40 {
        assert!(bench.verify(&token).await.is_ok());
        settle().await;
        bench.clock.advance(SECOND);
    }
    assert_eq!(bench.ledger.calls(), 1);
}

#[tokio::test]
async fn nothing_is_refreshed_if_that_is_not_wanted() {
    let bench = Bench::new(PatVerifierBuilder::without_refresh);
    let token = bench.remembered().await;
    assert_eq!(begins(&bench, &token).await, None);
}

#[tokio::test]
async fn request_that_finds_no_verdict_meanwhile_joins_the_refresh() {
    let bench = usual();
    let token = bench.remembered().await;
    bench.turn_to(SECOND * 59);
    bench.ledger.hold();
    assert_eq!(bench.hit(&token).await, 1);
    bench.turn_to(SECOND * 60);
    let joined = bench.begin(&token).await;
    assert!(!joined.is_finished());
    bench.ledger.release(1);
    assert!(joined.await.unwrap().is_ok());
    assert_eq!(bench.ledger.calls(), 2);
}

#[tokio::test]
async fn change_made_elsewhere_counts_with_the_refresh() {
    let bench = usual();
    let (revoked, deleted) = (bench.remembered().await, bench.remembered().await);
    bench.ledger.write(&revoked, record(1).with_revocation(noon()));
    bench.ledger.erase(&deleted);
    bench.turn_to(SECOND * 50);
    assert_eq!((bench.hit(&revoked).await, bench.hit(&deleted).await), (1, 1));
    assert_eq!(bench.at_once(&revoked), Some(refused(InvalidToken::Revoked)));
    assert_eq!(bench.at_once(&deleted), Some(refused(InvalidToken::Unknown)));
    // For the negative ttl, and from the start of the refresh.
    bench.turn_to(just_before(SECOND * 55));
    assert_eq!(bench.at_once(&revoked), Some(refused(InvalidToken::Revoked)));
    bench.turn_to(SECOND * 55);
    assert_eq!(bench.at_once(&revoked), None);
}

/// The refresh has read what was true before the change.
#[tokio::test]
async fn nothing_of_a_refresh_under_way_is_relied_on_after_a_change() {
    let bench = usual();
    let token = bench.remembered().await;
    bench.turn_to(SECOND * 50);
    bench.ledger.hold();
    assert_eq!(bench.hit(&token).await, 1);
    bench.ledger.change(&token, record(1).with_revocation(noon()));
    let late = bench.begin(&token).await;
    assert_eq!(bench.ledger.calls(), 3, "it does not join");
    bench.ledger.release(1);
    settle().await;
    assert!(bench.at_once(&token).is_none(), "the refresh has landed, and counts for nobody");
    bench.ledger.release(1);
    assert_eq!(late.await.unwrap(), refused(InvalidToken::Revoked));
    assert_eq!(bench.verify(&token).await, refused(InvalidToken::Revoked));
}

#[tokio::test]
async fn refresh_that_lands_after_a_newer_look_up_does_not_replace_it() {
    let bench = usual();
    let token = bench.remembered().await;
    bench.turn_to(SECOND * 50);
    bench.ledger.hold();
    assert_eq!(bench.hit(&token).await, 1);
    bench.ledger.change(&token, record(2));
    let newer = bench.begin(&token).await;
    bench.ledger.release(2);
    assert!(newer.await.unwrap().is_ok());
    settle().await;
    let Some(Ok(principal)) = bench.at_once(&token) else { panic!("it is remembered") };
    assert_eq!(principal.record(), &record(2));
}
