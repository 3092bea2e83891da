//! Changes that are made elsewhere: what a follower of their feed sees, and what is relied on when it sees nothing.

mod log;

use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use jiff::SignedDuration;
use tokio::time::{Instant, sleep};
use tower_pat::clock::{Clock, Moment};
use tower_pat::denial::Denial;
use tower_pat::feed::{FeedChange, FeedFollower};
use tower_pat::resolver::first_of;
use tower_pat::token::PatToken;
use tower_pat::verifier::{PatVerifierBuilder, VerifyContext};
use tower_pat::{PatPrincipal, PatResolver, PatVerifier};

use self::log::{Log, Wakes, Weather};
use crate::support::{Ledger, Mood, format, noon, record, token};

const SECOND: Duration = Duration::from_secs(1);
/// How long a change may go unseen at most.
const BOUND: Duration = Duration::from_secs(5);
/// What a follower needs to hear of a change when it is woken up.
const MOMENT: Duration = Duration::from_millis(20);
/// The timers of Tokio count in milliseconds.
const TICK: Duration = Duration::from_millis(2);

/// The time of Tokio, which stands still but for those who sleep.
#[derive(Debug)]
struct Paused(Instant);

impl Paused {
    #[expect(clippy::disallowed_methods, reason = "it is the clock")]
    fn new() -> Arc<Self> {
        Arc::new(Self(Instant::now()))
    }
}

impl Clock for Paused {
    fn now(&self) -> Moment {
        let elapsed = self.0.elapsed();
        Moment::new(noon() + SignedDuration::try_from(elapsed).unwrap(), elapsed)
    }
}

/// What tears a log, and how.
type Break = (&'static str, fn(&Bench));

/// A verifier, the store it asks, and the log of what others do to that.
struct Bench {
    ledger: Arc<Ledger>,
    log: Arc<Log>,
    clock: Arc<Paused>,
    verifier: PatVerifier,
}

impl Bench {
    fn new() -> Self {
        Self::wired(|ledger| ledger, PatVerifierBuilder::without_refresh)
    }

    fn refreshing() -> Self {
        Self::wired(|ledger| ledger, |verifier| verifier)
    }

    fn wired(
        wire: impl FnOnce(Arc<dyn PatResolver>) -> Arc<dyn PatResolver>,
        set: impl FnOnce(PatVerifierBuilder) -> PatVerifierBuilder,
    ) -> Self {
        let ledger = Ledger::new();
        let (log, clock) = (Log::new(ledger.revocations()), Paused::new());
        let verifier = PatVerifier::builder(format(), wire(ledger.clone())).with_clock(clock.clone());
        Self { verifier: set(verifier).build(), ledger, log, clock }
    }

    fn follow(&self) -> FeedFollower {
        FeedFollower::builder(self.log.clone()).with_clock(self.clock.clone()).with_max_staleness(BOUND).start()
    }

    /// With a follower that has read for the first time.
    async fn followed() -> (Self, FeedFollower) {
        let bench = Self::new();
        let follower = bench.follow();
        sleep(MOMENT).await;
        (bench, follower)
    }

    async fn verify(&self, token: &PatToken) -> Result<PatPrincipal, Denial> {
        self.verifier.verify(token.expose_secret(), &VerifyContext::default()).await
    }

    /// A good token that has just been looked up.
    async fn remembered(&self) -> PatToken {
        let token = token();
        self.ledger.write(&token, record(1));
        assert!(self.verify(&token).await.is_ok());
        token
    }

    /// Whether the token is accepted without asking the store.
    fn is_relied_on(&self, token: &PatToken) -> bool {
        let calls = self.ledger.calls();
        let decision = self.verify(token).now_or_never();
        matches!(decision, Some(Ok(_))) && self.ledger.calls() == calls
    }

    /// Another process revokes a token: the store knows, the log tells, and nobody in this process is told.
    fn revoke_elsewhere(&self, token: &PatToken) {
        self.ledger.write(token, record(1).with_revocation(self.clock.now().wall()));
        self.log.tell(token);
    }
}

#[tokio::test(start_paused = true)]
async fn change_that_is_made_elsewhere_is_honoured_at_once() {
    let (bench, _follower) = Bench::followed().await;
    let (token, other) = (bench.remembered().await, bench.remembered().await);
    bench.revoke_elsewhere(&token);
    sleep(MOMENT).await;
    assert!(bench.verify(&token).await.is_err());
    assert!(bench.is_relied_on(&other));
}

#[tokio::test(start_paused = true)]
async fn change_is_read_in_time_where_nobody_wakes_the_follower() {
    for wakes in [Wakes::Never, Wakes::Fails, Wakes::Always] {
        let (bench, _follower) = Bench::followed().await;
        bench.log.set_wakes(wakes);
        let token = bench.remembered().await;
        // Whoever waits by the old way is woken by this one.
        bench.log.tell(&token);
        sleep(MOMENT).await;
        let token = bench.remembered().await;
        bench.revoke_elsewhere(&token);
        sleep(SECOND * 3).await;
        assert!(bench.verify(&token).await.is_err(), "{wakes:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn follower_that_is_always_woken_rests_between_two_readings() {
    let (bench, _follower) = Bench::followed().await;
    bench.log.set_wakes(Wakes::Always);
    bench.log.write(FeedChange::All);
    let before = bench.log.readings();
    sleep(SECOND).await;
    let readings = bench.log.readings() - before;
    assert!((100..=201).contains(&readings), "{readings}");
}

#[tokio::test(start_paused = true)]
async fn quiet_feed_costs_a_reading_a_second_and_no_look_up() {
    let (bench, follower) = Bench::followed().await;
    let token = bench.remembered().await;
    let before = bench.log.readings();
    for _ in 0..50 {
        sleep(SECOND).await;
        assert!(bench.is_relied_on(&token));
    }
    let readings = bench.log.readings() - before;
    assert!((48..=51).contains(&readings), "{readings}");
    assert!(follower.health().is_current());
}

#[tokio::test(start_paused = true)]
async fn verdict_is_relied_on_until_the_bound_and_not_past_it_while_the_feed_is_away() {
    for weather in [Weather::Fails, Weather::Hangs, Weather::Panics] {
        let (bench, follower) = Bench::followed().await;
        let token = bench.remembered().await;
        sleep(SECOND * 10).await;
        bench.log.set_weather(weather);
        // The last reading that came to its end began here, long after the load.
        let heard = follower.health().staleness().unwrap();
        sleep(BOUND.saturating_sub(heard + TICK)).await;
        assert!(bench.is_relied_on(&token), "{weather:?}");
        sleep(TICK * 2).await;
        let calls = bench.ledger.calls();
        assert!(bench.verify(&token).await.is_ok());
        assert_eq!(bench.ledger.calls(), calls + 1, "{weather:?}");
        // It is relied on for as long again.
        sleep(BOUND.saturating_sub(TICK)).await;
        assert!(bench.is_relied_on(&token));
        sleep(TICK * 2).await;
        bench.ledger.write(&token, record(1).with_revocation(noon()));
        assert!(bench.verify(&token).await.is_err(), "{weather:?}");
        assert!(!follower.health().is_current());
        assert!(follower.health().failures() > 1);
    }
}

#[tokio::test(start_paused = true)]
async fn outage_of_feed_and_store_is_an_outage_and_no_bad_token() {
    let (bench, _follower) = Bench::followed().await;
    let token = bench.remembered().await;
    bench.log.set_weather(Weather::Fails);
    bench.ledger.set_mood(Mood::Fails);
    sleep(BOUND + SECOND).await;
    assert_eq!(bench.verify(&token).await, Err(Denial::Unavailable));
    bench.ledger.set_mood(Mood::Answers);
    bench.log.set_weather(Weather::Fair);
    assert!(bench.verify(&token).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn feed_that_comes_back_tells_of_what_was_changed_meanwhile() {
    let (bench, follower) = Bench::followed().await;
    let (token, other) = (bench.remembered().await, bench.remembered().await);
    bench.log.set_weather(Weather::Fails);
    bench.revoke_elsewhere(&token);
    sleep(SECOND * 3).await;
    assert!(bench.is_relied_on(&token), "nobody knows yet, and the bound is not reached");
    bench.log.set_weather(Weather::Fair);
    sleep(SECOND + MOMENT).await;
    assert!(bench.verify(&token).await.is_err());
    assert!(bench.is_relied_on(&other), "nothing was missed");
    assert_eq!(follower.health().gaps(), 1, "the first reading");
}

#[tokio::test(start_paused = true)]
async fn everything_is_voided_where_a_reading_does_not_go_on() {
    let breaks: [Break; 4] = [
        ("pruned too far", |bench| {
            bench.log.set_weather(Weather::Fails);
            bench.log.write(FeedChange::Token(token().digest().mark()));
            bench.log.prune();
            bench.log.set_weather(Weather::Fair);
        }),
        ("restored from a copy of the same length", |bench| bench.log.restore(1, 1)),
        ("restored from an older copy", |bench| bench.log.restore(0, 0)),
        ("told that anything may have changed", |bench| bench.log.write(FeedChange::All)),
    ];
    for (name, break_it) in breaks {
        let (bench, _follower) = Bench::followed().await;
        bench.log.write(FeedChange::Token(token().digest().mark()));
        sleep(MOMENT).await;
        let token = bench.remembered().await;
        assert!(bench.is_relied_on(&token), "{name}");
        break_it(&bench);
        sleep(SECOND + MOMENT).await;
        assert!(!bench.is_relied_on(&token), "{name}");
        assert!(bench.verify(&token).await.is_ok(), "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn log_that_is_pruned_behind_its_reader_voids_nothing() {
    let (bench, follower) = Bench::followed().await;
    for _ in 0..3 {
        bench.log.write(FeedChange::Token(token().digest().mark()));
    }
    sleep(MOMENT).await;
    let token = bench.remembered().await;
    bench.log.prune();
    sleep(SECOND * 2).await;
    assert!(bench.is_relied_on(&token));
    assert_eq!((follower.health().gaps(), follower.health().changes()), (1, 3));
}

/// What was loaded before the first reading may have been changed before it.
#[tokio::test(start_paused = true)]
async fn first_reading_voids_what_was_loaded_before() {
    let bench = Bench::new();
    let token = bench.remembered().await;
    let _follower = bench.follow();
    bench.ledger.write(&token, record(1).with_revocation(noon()));
    sleep(MOMENT).await;
    assert!(bench.verify(&token).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn promise_holds_where_the_feed_was_never_read() {
    let bench = Bench::new();
    bench.log.set_weather(Weather::Hangs);
    let early = bench.remembered().await;
    sleep(SECOND).await;
    let follower = bench.follow();
    let late = bench.remembered().await;
    sleep(BOUND.saturating_sub(SECOND)).await;
    assert!(bench.is_relied_on(&early) && bench.is_relied_on(&late));
    sleep(MOMENT).await;
    assert!(!bench.is_relied_on(&early) && bench.is_relied_on(&late));
    assert_eq!(follower.health().staleness(), None);
}

#[tokio::test(start_paused = true)]
async fn follower_that_is_dropped_leaves_the_promise() {
    let (bench, follower) = Bench::followed().await;
    let token = bench.remembered().await;
    drop(follower);
    let readings = bench.log.readings();
    sleep(BOUND + MOMENT).await;
    assert_eq!(bench.log.readings(), readings);
    assert!(!bench.is_relied_on(&token));
}

/// At the very instant at which another begins, too.
#[tokio::test(start_paused = true)]
async fn follower_that_comes_long_after_another_vouches_for_nothing_old() {
    let (bench, follower) = Bench::followed().await;
    let token = bench.remembered().await;
    drop(follower);
    bench.revoke_elsewhere(&token);
    sleep(BOUND * 4).await;
    let _later = bench.follow();
    assert!(!bench.is_relied_on(&token));
    assert!(bench.verify(&token).await.is_err());
}

/// A follower that is dropped while the feed is asked leaves nothing behind that counts.
#[tokio::test(start_paused = true)]
async fn follower_that_is_dropped_in_a_reading_vouches_for_nothing() {
    for weather in [Weather::Hangs, Weather::Panics, Weather::Fails] {
        let bench = Bench::new();
        bench.log.set_weather(weather);
        let follower = bench.follow();
        sleep(TICK).await;
        assert!(bench.log.readings() > 0, "{weather:?}");
        let token = bench.remembered().await;
        drop(follower);
        bench.log.set_weather(Weather::Fair);
        let readings = bench.log.readings();
        bench.revoke_elsewhere(&token);
        sleep(BOUND + TICK).await;
        assert_eq!(bench.log.readings(), readings, "{weather:?}");
        assert!(bench.verify(&token).await.is_err(), "{weather:?}");
    }
}

/// Each reads for itself, and one that is well is enough.
#[tokio::test(start_paused = true)]
async fn of_several_followers_of_one_table_any_that_is_well_keeps_verdicts_and_none_need_be() {
    let (bench, well) = Bench::followed().await;
    let broken = Log::new(bench.ledger.revocations());
    broken.set_weather(Weather::Panics);
    let beside =
        FeedFollower::builder(broken.clone()).with_clock(bench.clock.clone()).with_max_staleness(BOUND).start();
    let token = bench.remembered().await;
    sleep(BOUND * 3).await;
    assert!(bench.is_relied_on(&token));
    assert!(well.health().is_current() && !beside.health().is_current());
    drop(beside);
    sleep(BOUND * 3).await;
    assert!(bench.is_relied_on(&token), "one that leaves takes nothing along");
    drop(well);
    sleep(BOUND + SECOND).await;
    assert!(!bench.is_relied_on(&token));
}

/// A part that is fed bounds all that the chain remembers, also of a part that is not.
#[tokio::test(start_paused = true)]
async fn chain_keeps_the_bound_of_the_part_that_is_fed_for_all_of_it() {
    let other = Ledger::new();
    let second = other.clone();
    let bench =
        Bench::wired(|ledger| first_of([ledger, second as Arc<dyn PatResolver>]), PatVerifierBuilder::without_refresh);
    let follower = bench.follow();
    sleep(MOMENT).await;
    let token = token();
    other.write(&token, record(2));
    assert!(bench.verify(&token).await.is_ok());
    sleep(BOUND * 3).await;
    assert!(bench.is_relied_on(&token), "the feed is well");
    // What others change in a part without a feed is not told; what this process changes there counts at once.
    other.change(&token, record(2).with_revocation(noon()));
    assert!(bench.verify(&token).await.is_err());
    other.change(&token, record(2));
    assert!(bench.verify(&token).await.is_ok());
    bench.log.set_weather(Weather::Fails);
    sleep(BOUND + SECOND).await;
    assert!(!bench.is_relied_on(&token));
    assert!(!follower.health().is_current());
}

#[tokio::test(start_paused = true)]
async fn feed_of_a_part_counts_for_the_chain() {
    let bench = Bench::wired(
        |ledger| first_of([ledger, Ledger::new() as Arc<dyn PatResolver>]),
        PatVerifierBuilder::without_refresh,
    );
    let _follower = bench.follow();
    sleep(MOMENT).await;
    let (token, other) = (bench.remembered().await, bench.remembered().await);
    bench.revoke_elsewhere(&token);
    sleep(MOMENT).await;
    assert!(bench.verify(&token).await.is_err());
    bench.log.set_weather(Weather::Fails);
    sleep(BOUND + SECOND).await;
    assert!(!bench.is_relied_on(&other));
}

#[tokio::test(start_paused = true)]
async fn nothing_is_served_stale_past_the_bound_unless_that_is_said() {
    let stale = |verifier: PatVerifierBuilder| verifier.without_refresh().with_serve_stale_for(SECOND * 600);
    for (allowed, expected) in [(false, false), (true, true)] {
        let bench = Bench::wired(
            |ledger| ledger,
            |verifier| if allowed { stale(verifier).with_insecure_stale_despite_feed() } else { stale(verifier) },
        );
        let _follower = bench.follow();
        sleep(MOMENT).await;
        let token = bench.remembered().await;
        bench.log.set_weather(Weather::Fails);
        bench.ledger.set_mood(Mood::Fails);
        sleep(BOUND + SECOND).await;
        assert_eq!(bench.verify(&token).await.is_ok(), expected);
    }
}

#[tokio::test(start_paused = true)]
async fn feed_that_fails_is_tried_again_ever_more_seldom_and_is_followed_once_it_answers() {
    for weather in [Weather::Fails, Weather::Hangs, Weather::Panics] {
        let (bench, follower) = Bench::followed().await;
        bench.log.set_wakes(Wakes::Always);
        bench.log.set_weather(weather);
        let before = bench.log.readings();
        sleep(SECOND * 20).await;
        let readings = bench.log.readings() - before;
        assert!((10..=30).contains(&readings), "{weather:?}: {readings}");
        bench.log.set_weather(Weather::Fair);
        sleep(SECOND * 3).await;
        assert!(follower.health().is_current(), "{weather:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn of_several_followers_the_strictest_bound_counts_and_goes_with_the_last_of_them() {
    let (bench, strict) = Bench::followed().await;
    let lax = || FeedFollower::builder(bench.log.clone()).with_clock(bench.clock.clone()).with_max_staleness(BOUND * 4);
    let beside = lax().start();
    sleep(MOMENT).await;
    let token = bench.remembered().await;
    bench.log.set_weather(Weather::Fails);
    sleep(BOUND + SECOND).await;
    assert!(!bench.is_relied_on(&token));
    drop((strict, beside));
    let _later = lax().start();
    let token = bench.remembered().await;
    sleep((BOUND * 4).saturating_sub(SECOND)).await;
    assert!(bench.is_relied_on(&token));
    sleep(SECOND * 2).await;
    assert!(!bench.is_relied_on(&token));
}

/// A verifier with another clock than its follower keeps the bound all the same.
#[tokio::test(start_paused = true)]
async fn what_was_heard_by_another_clock_counts_for_nothing() {
    #[derive(Debug)]
    struct Ahead(Arc<Paused>);
    impl Clock for Ahead {
        fn now(&self) -> Moment {
            let now = self.0.now();
            Moment::new(now.wall(), now.monotonic() + SECOND * 3_600)
        }
    }
    let bench = Bench::new();
    let _follower = FeedFollower::builder(bench.log.clone()).with_clock(Arc::new(Ahead(bench.clock.clone()))).start();
    sleep(MOMENT).await;
    let token = bench.remembered().await;
    sleep(BOUND.saturating_sub(TICK)).await;
    assert!(bench.is_relied_on(&token));
    sleep(TICK * 2).await;
    assert!(!bench.is_relied_on(&token));
}

#[tokio::test(start_paused = true)]
async fn token_in_use_is_looked_up_in_the_background_while_the_feed_is_away() {
    let bench = Bench::refreshing();
    let _follower = bench.follow();
    sleep(MOMENT).await;
    let tokens = [bench.remembered().await, bench.remembered().await, bench.remembered().await];
    bench.log.set_weather(Weather::Fails);
    for _ in 0..400 {
        sleep(SECOND / 10).await;
        for token in &tokens {
            assert!(matches!(bench.verify(token).now_or_never(), Some(Ok(_))), "nobody waits");
        }
    }
    // Every three to four seconds, a pause of two being the least.
    let loads = bench.ledger.calls() - 3;
    assert!((27..=42).contains(&loads), "{loads}");
}

/// Neither while the feed is well.
#[tokio::test(start_paused = true)]
async fn nothing_is_looked_up_because_of_a_feed_that_is_well() {
    let bench = Bench::refreshing();
    let _follower = bench.follow();
    let token = bench.remembered().await;
    sleep(MOMENT).await;
    let _ = bench.verify(&token).await;
    let calls = bench.ledger.calls();
    for _ in 0..300 {
        sleep(SECOND / 10).await;
        assert!(bench.is_relied_on(&token));
    }
    assert_eq!(bench.ledger.calls(), calls);
}
