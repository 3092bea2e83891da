//! What is served past its freshness while it cannot be checked.

use std::net::IpAddr;

use tower_pat::denial::{Denial, InvalidToken};
use tower_pat::record::{Audience, AudienceSet, NetworkSet, PatRecord};
use tower_pat::token::PatToken;
use tower_pat::verifier::{PatVerifierBuilder, VerifyContext};

use super::{NANOSECOND, SECOND, expiring, just_before, refused};
use crate::support::{Bench, Decision, Mood, is_unavailable, noon, record, token};

const CLIENT: [u8; 4] = [192, 0, 2, 1];

/// Serves stale for half a minute, and never leaves the resolver alone.
fn lenient() -> Bench {
    bench(PatVerifierBuilder::without_circuit)
}

fn bench(set: impl FnOnce(PatVerifierBuilder) -> PatVerifierBuilder) -> Bench {
    Bench::new(|builder| set(builder.without_refresh().with_serve_stale_for(SECOND * 30)))
}

/// A bench that has looked up a token with this record at noon, and whose resolver fails from then on.
async fn in_an_outage(record: PatRecord) -> (Bench, PatToken) {
    let (bench, token) = (lenient(), token());
    bench.ledger.write(&token, record);
    let _ = bench.verify(&token).await;
    bench.ledger.set_mood(Mood::Fails);
    (bench, token)
}

#[tokio::test]
async fn token_is_served_until_the_end_of_the_time_and_not_at_it() {
    let (bench, token) = in_an_outage(record(1)).await;
    for (instant, is_served) in [
        (SECOND * 60, true),
        (SECOND * 75, true),
        (just_before(SECOND * 90), true),
        (SECOND * 90, false),
        (SECOND * 9_000, false),
    ] {
        bench.turn_to(instant);
        let calls = bench.ledger.calls();
        let decision = bench.verify(&token).await;
        assert_eq!((decision.is_ok(), is_unavailable(&decision)), (is_served, !is_served), "{instant:?}");
        assert_eq!(bench.ledger.calls(), calls + 1, "the resolver is asked first");
    }
}

#[tokio::test]
async fn time_counts_from_the_start_of_the_look_up() {
    let (bench, token) = (lenient(), token());
    bench.ledger.write(&token, record(1));
    bench.ledger.hold();
    let slow = bench.begin(&token).await;
    bench.turn_to(SECOND);
    bench.ledger.release(100);
    assert!(slow.await.unwrap().is_ok());
    bench.ledger.set_mood(Mood::Fails);
    bench.turn_to(just_before(SECOND * 90));
    assert!(bench.verify(&token).await.is_ok());
    bench.turn_to(SECOND * 90);
    assert!(is_unavailable(&bench.verify(&token).await));
}

#[tokio::test]
async fn nothing_is_served_stale_by_default() {
    let bench = Bench::new(|builder| builder);
    let token = bench.remembered().await;
    bench.ledger.set_mood(Mood::Fails);
    bench.turn_to(SECOND * 60);
    assert!(is_unavailable(&bench.verify(&token).await));
}

#[tokio::test(start_paused = true)]
async fn resolver_that_panics_or_does_not_answer_is_an_outage_too() {
    for mood in [Mood::Panics, Mood::Hangs] {
        let bench = lenient();
        let token = bench.remembered().await;
        bench.ledger.set_mood(mood);
        bench.turn_to(SECOND * 70);
        assert!(bench.verify(&token).await.is_ok(), "{mood:?}");
        bench.turn_to(SECOND * 90);
        assert!(is_unavailable(&bench.verify(&token).await), "{mood:?}");
    }
}

/// Who wants a token to outlive its time could take all the places.
#[tokio::test]
async fn who_is_crowded_out_is_not_served() {
    let bench = bench(|builder| builder.with_max_loads(1).with_max_waiting(0, 0));
    let token = bench.remembered().await;
    bench.turn_to(SECOND * 70);
    bench.ledger.hold();
    let _under_way = bench.begin(&bench.good()).await;
    assert!(is_unavailable(&bench.at_once(&token).unwrap()));
}

/// Another runtime has begun the look-up, and is no longer driven.
#[test]
fn who_waits_in_vain_is_served_too() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    let (still, driven) = (runtime(), runtime());
    let bench = lenient();
    let token = driven.block_on(bench.remembered());
    bench.turn_to(SECOND * 70);
    bench.ledger.hold();
    let _begun = still.block_on(bench.begin(&token));
    assert!(driven.block_on(bench.verify(&token)).is_ok());
}

#[tokio::test]
async fn answer_goes_before_what_is_remembered() {
    let bench = lenient();
    let token = bench.remembered().await;
    bench.ledger.write(&token, record(1).with_revocation(noon()));
    bench.turn_to(SECOND * 60);
    assert_eq!(bench.verify(&token).await, refused(InvalidToken::Revoked));
    bench.ledger.set_mood(Mood::Fails);
    bench.turn_to(SECOND * 65);
    assert!(is_unavailable(&bench.verify(&token).await), "it has replaced what was remembered");
}

#[tokio::test]
async fn token_that_was_not_accepted_is_not_served_nor_refused() {
    let not_yet = record(1).with_not_before(noon() + jiff::SignedDuration::from_secs(1));
    for record in [record(1).with_revocation(noon()), record(1).with_pause(noon()), not_yet] {
        let (bench, token) = in_an_outage(record).await;
        assert!(matches!(bench.verify(&token).await, Err(Denial::InvalidToken(_))), "while it is fresh");
        bench.turn_to(SECOND * 5);
        assert!(is_unavailable(&bench.verify(&token).await));
    }
    let (bench, unknown) = (lenient(), token());
    assert_eq!(bench.verify(&unknown).await, refused(InvalidToken::Unknown));
    bench.ledger.set_mood(Mood::Fails);
    bench.turn_to(SECOND * 5);
    assert!(is_unavailable(&bench.verify(&unknown).await));
}

#[tokio::test]
async fn token_whose_change_was_announced_is_not_served() {
    let (bench, token) = in_an_outage(record(1)).await;
    bench.turn_to(SECOND * 60);
    assert!(bench.verify(&token).await.is_ok());
    bench.ledger.change(&token, record(1).with_revocation(noon()));
    assert!(is_unavailable(&bench.verify(&token).await));
}

/// The request came before the change, and its load fails after it.
#[tokio::test]
async fn change_during_the_outage_counts_for_those_who_wait() {
    let (bench, token) = in_an_outage(record(1)).await;
    bench.turn_to(SECOND * 60);
    bench.ledger.hold();
    let waiting = bench.begin(&token).await;
    bench.ledger.change(&token, record(1).with_revocation(noon()));
    bench.ledger.release(100);
    assert!(is_unavailable(&waiting.await.unwrap()));
}

/// It may have been prolonged: that it has expired is not known.
#[tokio::test]
async fn token_is_not_served_past_its_expiry_and_not_called_expired() {
    for expiry in [70, 30] {
        let (bench, token) = in_an_outage(expiring(SECOND * expiry)).await;
        bench.turn_to(just_before(SECOND * expiry));
        assert!(bench.verify(&token).await.is_ok());
        bench.clock.advance(NANOSECOND);
        assert!(is_unavailable(&bench.verify(&token).await));
    }
}

#[tokio::test]
async fn token_is_not_served_before_its_beginning_by_a_clock_that_was_set_back() {
    let (bench, token) = in_an_outage(record(1).with_not_before(noon())).await;
    bench.turn_to(SECOND * 60);
    assert!(bench.verify(&token).await.is_ok());
    bench.clock.set_wall(noon() - jiff::SignedDuration::from_secs(1));
    assert!(is_unavailable(&bench.verify(&token).await));
}

#[tokio::test]
async fn network_and_audience_are_held_against_the_request_as_ever() {
    let audiences: AudienceSet = [Audience::parse("https://invoices.example").unwrap()].into_iter().collect();
    let networks: NetworkSet = "192.0.2.0/24".parse().unwrap();
    let (bench, token) = in_an_outage(record(1).with_networks(networks).with_audiences(audiences)).await;
    bench.turn_to(SECOND * 60);
    let verify = async |client: [u8; 4], service: &str| -> Decision {
        let context = VerifyContext::default().with_client_addr(IpAddr::from(client));
        let context = context.with_audience(Audience::parse(service).unwrap());
        bench.verifier.verify(token.expose_secret(), &context).await
    };
    assert!(verify(CLIENT, "https://invoices.example").await.is_ok());
    assert_eq!(verify([10, 0, 0, 1], "https://invoices.example").await, Err(Denial::NetworkNotAllowed));
    assert_eq!(verify(CLIENT, "https://other.example").await, refused(InvalidToken::OtherAudience));
    bench.turn_to(SECOND * 90);
    assert!(is_unavailable(&verify([10, 0, 0, 1], "https://invoices.example").await));
}
