//! What the verifier remembers, for how long, and what it asks.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use tower_pat::denial::{Denial, InvalidToken};
use tower_pat::testing::ManualClock;
use tower_pat::token::PatToken;
use tower_pat::verifier::VerifyContext;
use tower_pat::{PatPrincipal, PatVerifier};

use crate::support::{Ledger, Mood, format, noon, record, token};

struct Bench {
    verifier: PatVerifier,
    ledger: Arc<Ledger>,
    clock: Arc<ManualClock>,
    token: PatToken,
}

impl Bench {
    /// A verifier with a ttl of 60 s and a negative ttl of 5 s that knows one token, and does nothing in the background.
    fn new() -> Self {
        let (ledger, clock, token) = (Ledger::new(), ManualClock::new(noon()), token());
        ledger.write(&token, record(1));
        let builder = PatVerifier::builder(format(), ledger.clone()).with_clock(clock.clone());
        Self { verifier: builder.without_refresh().build(), ledger, clock, token }
    }

    async fn verify(&self) -> Result<PatPrincipal, Denial> {
        self.verify_other(&self.token).await
    }

    async fn verify_other(&self, token: &PatToken) -> Result<PatPrincipal, Denial> {
        self.verifier.verify(token.expose_secret(), &VerifyContext::default()).await
    }

    /// Begins to verify, and comes back when the resolver has been asked `calls` times in all.
    async fn begin(self: &Arc<Self>, calls: usize) -> tokio::task::JoinHandle<Result<PatPrincipal, Denial>> {
        let bench = Arc::clone(self);
        let begun = tokio::spawn(async move { bench.verify().await });
        while self.ledger.calls() < calls {
            tokio::task::yield_now().await;
        }
        begun
    }
}

fn refused(reason: InvalidToken) -> Result<PatPrincipal, Denial> {
    Err(Denial::InvalidToken(reason))
}

#[tokio::test]
async fn remembered_token_costs_no_further_call_until_it_is_no_longer_fresh() {
    let bench = Bench::new();
    assert!(bench.verify().await.is_ok());
    bench.clock.advance(Duration::from_nanos(59_999_999_999));
    assert!(bench.verify().await.is_ok());
    assert_eq!(bench.ledger.calls(), 1);
    bench.clock.advance(Duration::from_nanos(1));
    assert!(bench.verify().await.is_ok());
    assert_eq!(bench.ledger.calls(), 2);
}

#[tokio::test]
async fn refused_token_is_remembered_for_the_negative_ttl() {
    let bench = Bench::new();
    let unknown = token();
    assert_eq!(bench.verify_other(&unknown).await, refused(InvalidToken::Unknown));
    bench.clock.advance(Duration::from_nanos(4_999_999_999));
    assert_eq!(bench.verify_other(&unknown).await, refused(InvalidToken::Unknown));
    assert_eq!(bench.ledger.calls(), 1);
    bench.clock.advance(Duration::from_nanos(1));
    bench.ledger.write(&unknown, record(2));
    assert!(bench.verify_other(&unknown).await.is_ok());
}

#[tokio::test]
async fn freshness_counts_from_the_start_of_the_look_up() {
    let bench = Arc::new(Bench::new());
    bench.ledger.hold();
    let slow = bench.begin(1).await;
    bench.clock.advance(Duration::from_secs(1));
    bench.ledger.release(2);
    assert!(slow.await.unwrap().is_ok());
    bench.clock.advance(Duration::from_secs(59));
    assert!(bench.verify().await.is_ok());
    assert_eq!(bench.ledger.calls(), 2);
}

#[tokio::test]
async fn known_token_that_is_not_accepted_is_asked_for_again_after_the_negative_ttl() {
    let bench = Bench::new();
    bench.ledger.write(&bench.token, record(1).with_revocation(noon()));
    assert_eq!(bench.verify().await, refused(InvalidToken::Revoked));
    bench.clock.advance(Duration::from_nanos(4_999_999_999));
    assert_eq!(bench.verify().await, refused(InvalidToken::Revoked));
    assert_eq!(bench.ledger.calls(), 1);
    bench.clock.advance(Duration::from_nanos(1));
    assert_eq!(bench.verify().await, refused(InvalidToken::Revoked));
    assert_eq!(bench.ledger.calls(), 2);
}

/// Two runtimes share a verifier, and the one whose request makes the look-up is no longer driven.
#[test]
fn request_does_not_wait_for_a_runtime_that_stands_still() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    let (still, driven) = (runtime(), runtime());
    let bench = Arc::new(Bench::new());
    bench.ledger.hold();
    let _begun = still.block_on(bench.begin(1));

    assert_eq!(driven.block_on(bench.verify()), Err(Denial::Unavailable));
    // The look-up that nobody makes is given up, and another is begun.
    bench.clock.advance(Duration::from_secs(3));
    bench.ledger.release(2);
    assert!(driven.block_on(bench.verify()).is_ok());
}

#[tokio::test]
async fn answer_that_is_taken_up_long_after_the_deadline_is_an_outage() {
    let bench = Arc::new(Bench::new());
    bench.ledger.hold();
    let stalled = bench.begin(1).await;
    // The deadline, and how old a reading of a clock may be.
    bench.clock.advance(Duration::from_nanos(2_010_000_001));
    bench.ledger.release(1);
    assert_eq!(stalled.await.unwrap(), Err(Denial::Unavailable));
}

#[tokio::test]
async fn wall_clock_that_is_set_back_does_not_lengthen_freshness() {
    let bench = Bench::new();
    assert!(bench.verify().await.is_ok());
    bench.clock.advance(Duration::from_mins(1));
    bench.clock.set_wall(noon());
    assert!(bench.verify().await.is_ok());
    assert_eq!(bench.ledger.calls(), 2);
}

#[tokio::test]
async fn revoked_token_is_refused_after_a_cache_hit() {
    let bench = Bench::new();
    assert!(bench.verify().await.is_ok());
    assert!(bench.verify().await.is_ok());
    bench.ledger.change(&bench.token, record(1).with_revocation(noon()));
    assert_eq!(bench.verify().await, refused(InvalidToken::Revoked));
}

#[tokio::test]
async fn answer_that_was_read_before_a_change_is_not_relied_on_after_it() {
    let bench = Arc::new(Bench::new());
    bench.ledger.hold();
    let early = bench.begin(1).await;
    bench.ledger.change(&bench.token, record(1).with_revocation(noon()));
    let late = bench.begin(2).await;
    bench.ledger.release(3);
    assert_eq!(early.await.unwrap(), refused(InvalidToken::Revoked));
    assert_eq!(late.await.unwrap(), refused(InvalidToken::Revoked));
    assert_eq!(bench.verify().await, refused(InvalidToken::Revoked));
}

#[tokio::test]
async fn all_who_wait_for_one_token_share_one_call() {
    let bench = Bench::new();
    bench.ledger.hold();
    let waiting = join_all((0..1_000).map(|_| bench.verify()));
    let release = async {
        tokio::task::yield_now().await;
        bench.ledger.release(1);
    };
    let (decisions, ()) = tokio::join!(waiting, release);
    assert!(decisions.iter().all(Result::is_ok));
    assert_eq!(bench.ledger.calls(), 1);
}

#[tokio::test]
async fn client_that_hangs_up_neither_ends_nor_repeats_the_call() {
    let bench = Arc::new(Bench::new());
    bench.ledger.hold();
    let gone = bench.begin(1).await;
    gone.abort();
    assert!(gone.await.unwrap_err().is_cancelled());
    let staying = {
        let bench = Arc::clone(&bench);
        tokio::spawn(async move { bench.verify().await })
    };
    tokio::task::yield_now().await;
    bench.ledger.release(1);
    assert!(staying.await.unwrap().is_ok());
    assert_eq!(bench.ledger.calls(), 1);
}

#[tokio::test]
async fn outage_is_not_remembered_and_a_remembered_token_outlasts_it() {
    let bench = Bench::new();
    bench.ledger.set_mood(Mood::Fails);
    assert_eq!(bench.verify().await, Err(Denial::Unavailable));
    bench.ledger.set_mood(Mood::Answers);
    assert!(bench.verify().await.is_ok());
    bench.ledger.set_mood(Mood::Fails);
    assert!(bench.verify().await.is_ok());
    bench.clock.advance(Duration::from_mins(1));
    assert_eq!(bench.verify().await, Err(Denial::Unavailable));
}

#[tokio::test]
async fn verifiers_over_one_resolver_hear_of_the_same_changes() {
    let bench = Bench::new();
    let other = PatVerifier::new(format(), bench.ledger.clone());
    let context = VerifyContext::default();
    let verify = || other.verify(bench.token.expose_secret(), &context);
    assert!(verify().await.is_ok());
    bench.ledger.change(&bench.token, record(1).with_revocation(noon()));
    assert_eq!(verify().await, refused(InvalidToken::Revoked));
}
