use std::sync::Arc;
use std::time::Duration;

use super::flaw::Flaw;
use super::flights::{Flights, Lost, Outage, Pilot};
use super::freshness::Freshness;
use super::meanwhile::meanwhile;
use super::memory::Memory;
use super::verdict::Verdict;
use crate::clock::Moment;
use crate::principal::PatPrincipal;
use crate::revocations::{Epoch, Revocations};
use crate::telemetry::{OUTAGE, Throttle};
use crate::token::TokenDigest;

/// How often a load is made anew because its token changed meanwhile. A token that changes faster than it can be looked
/// up gets an outage in the end rather than a loop without end.
const ROUNDS: usize = 8;

/// The least time between two attempts to load a verdict anew in the background.
const PAUSE: Duration = Duration::from_secs(1);

/// How old a reading of a clock may be. An answer that came in time is not to be given up for it.
const TICK: Duration = Duration::from_millis(10);

/// What a look-up found.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hit<T> {
    pub(crate) decision: T,
    /// The epoch in which the verdict is to be loaded anew in the background. One caller is told, no other till after a
    /// pause.
    pub(crate) refresh: Option<Epoch>,
}

/// What a verdict says that may be past its time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stale<T> {
    pub(crate) decision: T,
    pub(crate) is_fresh: bool,
}

/// Finds verdicts: remembered ones at once, others by one load for all who wait.
#[derive(Debug)]
pub(crate) struct Recall<M> {
    revocations: Arc<Revocations>,
    memory: M,
    flights: Arc<Flights>,
    /// How long a load is waited for.
    patience: Duration,
    /// How long after an attempt in the background the next one may be made: it is over then, and hits alone do not storm
    /// a resolver that fails.
    pause: Duration,
    restless: Throttle,
    /// Whether a verdict past its time may be relied on for longer than the feed allows.
    stale_without_feed: bool,
    #[cfg(any(model, test))]
    pub(super) flaw: Option<Flaw>,
}

impl<M: Memory> Recall<M> {
    pub(crate) fn new(revocations: Arc<Revocations>, memory: M, deadline: Duration) -> Self {
        Self {
            patience: deadline.saturating_add(TICK),
            pause: deadline.max(PAUSE),
            revocations,
            memory,
            flights: Arc::default(),
            restless: Throttle::default(),
            stale_without_feed: false,
            #[cfg(any(model, test))]
            flaw: None,
        }
    }

    pub(crate) fn with_stale_without_feed(mut self, allowed: bool) -> Self {
        self.stale_without_feed = allowed;
        self
    }

    pub(crate) fn memory(&self) -> &M {
        &self.memory
    }

    /// What `decide` makes of the remembered verdict if that counts, else the epoch in which to load one.
    pub(crate) fn look_up<T>(
        &self,
        digest: &TokenDigest,
        now: Moment,
        decide: impl FnOnce(&Arc<Verdict>) -> T,
    ) -> Result<Hit<T>, Epoch> {
        let hit = self.memory.recall(digest, |verdict| {
            let (is_trusted, epoch) = self.trust(digest, verdict, now);
            if !is_trusted || !self.counts(verdict, epoch) || !verdict.is_fresh_at(now) {
                return Err(epoch);
            }
            let is_due = verdict.claim_refresh(now, self.pause)
                || (self.revocations.trusts_no_longer_soon(digest, verdict.loaded_at(), now)
                    && verdict.claim_early_refresh(now, self.pause));
            Ok(Hit { decision: decide(verdict), refresh: is_due.then_some(epoch) })
        });
        hit.unwrap_or_else(|| Err(self.revocations.epoch(digest)))
    }

    /// What `decide` makes of a verdict that was accepted and may be no longer fresh, for want of a better one: after an
    /// outage, so that a change during the outage counts.
    pub(crate) fn look_up_stale<T>(
        &self,
        digest: &TokenDigest,
        now: Moment,
        decide: impl FnOnce(&Arc<Verdict>) -> T,
    ) -> Option<Stale<T>> {
        let decided = self.memory.recall(digest, |verdict| {
            let (is_trusted, epoch) = self.trust(digest, verdict, now);
            let counts = verdict.epoch() == epoch || self.is_flawed(Flaw::NoEpochOnStale);
            let is_fresh = verdict.is_fresh_at(now) && is_trusted;
            (counts && (is_trusted || self.stale_without_feed) && verdict.is_of_use_at(now))
                .then(|| Stale { decision: decide(verdict), is_fresh })
        });
        decided.flatten()
    }

    /// Opens a flight that loads a remembered verdict anew, in the epoch of the look-up that said so; none if one is under
    /// way, or the epoch is over. Nobody waits for it but those who find no verdict meanwhile.
    pub(crate) fn refresh(&self, digest: TokenDigest, epoch: Epoch, now: Moment) -> Option<Pilot> {
        if self.revocations.epoch(&digest) != epoch {
            return None;
        }
        let due = now.monotonic().saturating_add(self.patience);
        let (_, pilot) = self.flights.board(self.key(digest, epoch), now, due);
        pilot
    }

    /// Lets a later hit ask again for the refresh that could not be begun, after an eighth of the pause that follows one.
    pub(crate) fn put_refresh_back(&self, digest: &TokenDigest, now: Moment) {
        let again = now.monotonic().saturating_add(self.pause / 8);
        self.memory.recall(digest, |verdict| verdict.refresh_from(again));
    }

    /// Loads a verdict, or waits for the load under way. `depart` starts a load, perhaps after a wait: whatever becomes
    /// of it, the pilot lands. If it may not, the load is an outage for this request alone; others who waited for it try
    /// for themselves.
    pub(crate) async fn load<D>(
        &self,
        digest: TokenDigest,
        mut epoch: Epoch,
        now: impl Fn() -> Moment,
        depart: impl Fn(Pilot) -> D,
    ) -> Result<Arc<Verdict>, Outage>
    where
        D: Future<Output = Result<(), Outage>>,
    {
        let mut rounds = 0;
        while rounds < ROUNDS {
            let boarded = now();
            let due = boarded.monotonic().saturating_add(self.patience);
            let (passenger, pilot) = self.flights.board(self.key(digest, epoch), boarded, due);
            let is_own = pilot.is_some();
            if let Some(pilot) = pilot {
                self.fly(pilot, boarded, &depart).await?;
            }
            let verdict = match passenger.await {
                Ok(verdict) => verdict,
                Err(Lost::Cancelled) if !is_own => {
                    epoch = self.revocations.epoch(&digest);
                    continue;
                }
                Err(_) => return Err(Outage::Failed),
            };
            rounds += 1;
            // After a standstill of the process an answer may have come in time, and be taken up long after.
            if now().monotonic() > due {
                return Err(Outage::Failed);
            }
            let (is_trusted, current) = self.trust(&digest, &verdict, now());
            if (is_trusted && current == epoch) || self.is_flawed(Flaw::NoSecondLook) {
                return Ok(verdict);
            }
            epoch = current;
        }
        if let Some(suppressed) = self.restless.admit(now()) {
            tracing::warn!(name: OUTAGE, rounds = ROUNDS, suppressed, "a token changes faster than it can be looked up");
        }
        Err(Outage::Failed)
    }

    /// Takes in the answer of a load: the principal, if there is one, and how long that is relied on.
    pub(crate) fn settle(&self, pilot: Pilot, principal: Option<PatPrincipal>, freshness: impl Into<Freshness>) {
        let digest = pilot.digest();
        let verdict = Arc::new(Verdict::new(principal, self.epoch_of(&pilot), freshness));
        // A verdict that is void already, or that comes after a later flight has been opened, would only push out a better
        // one.
        if self.revocations.epoch(&digest) == verdict.epoch() && pilot.is_expected() {
            self.memory.remember(digest, Arc::clone(&verdict));
        }
        pilot.land(Ok(verdict));
    }

    /// Between a look-up and a boarding the flight of others may have landed: what it brought is taken, not loaded
    /// again.
    async fn fly<D>(&self, pilot: Pilot, now: Moment, depart: &impl Fn(Pilot) -> D) -> Result<(), Outage>
    where
        D: Future<Output = Result<(), Outage>>,
    {
        let brought = self.memory.recall(&pilot.digest(), |verdict| {
            let is_trusted = self.revocations.trusts(verdict.loaded_at(), now);
            let counts = is_trusted && verdict.epoch() == pilot.epoch() && verdict.is_fresh_at(now);
            counts.then(|| Arc::clone(verdict))
        });
        match brought.flatten() {
            Some(verdict) => pilot.land(Ok(verdict)),
            None => depart(pilot).await?,
        }
        Ok(())
    }

    /// Whether a verdict may be relied on by what was heard of a feed, and the current epoch. They are read in this order,
    /// and after the verdict was taken: this is the instant at which a decision is made.
    fn trust(&self, digest: &TokenDigest, verdict: &Verdict, now: Moment) -> (bool, Epoch) {
        if self.is_flawed(Flaw::TrustAfterEpoch) {
            let epoch = self.revocations.epoch(digest);
            meanwhile();
            return (self.revocations.trusts(verdict.loaded_at(), now), epoch);
        }
        let is_trusted = self.revocations.trusts(verdict.loaded_at(), now);
        meanwhile();
        (is_trusted, self.revocations.epoch(digest))
    }

    fn counts(&self, verdict: &Verdict, epoch: Epoch) -> bool {
        verdict.epoch() == epoch || self.is_flawed(Flaw::NoEpochOnHit)
    }

    fn epoch_of(&self, pilot: &Pilot) -> Epoch {
        if self.is_flawed(Flaw::EpochOfLanding) { self.revocations.epoch(&pilot.digest()) } else { pilot.epoch() }
    }

    fn key(&self, digest: TokenDigest, epoch: Epoch) -> (TokenDigest, Epoch) {
        let epoch = if self.is_flawed(Flaw::FlightsByDigestAlone) { Epoch::default() } else { epoch };
        (digest, epoch)
    }

    #[cfg(any(model, test))]
    fn is_flawed(&self, flaw: Flaw) -> bool {
        self.flaw == Some(flaw)
    }

    #[cfg(not(any(model, test)))]
    #[expect(clippy::unused_self, reason = "only under a model checker can a flaw be planted")]
    const fn is_flawed(&self, _flaw: Flaw) -> bool {
        false
    }
}

#[cfg(test)]
#[cfg(not(model))]
mod tests {
    use std::cell::Cell;
    use std::future::{pending, ready};
    use std::pin::pin;
    use std::sync::Arc;
    use std::task::{Context, Poll, Waker};
    use std::time::Duration;

    use super::super::flights::{Outage, Pilot};
    use super::super::memory::Memory;
    use super::super::verdict::Verdict;
    use super::Recall;
    use crate::clock::Moment;
    use crate::revocations::Revocations;
    use crate::sync::{Mutex, lock};
    use crate::token::TokenDigest;

    /// A memory of one place.
    #[derive(Default)]
    struct Slot(Mutex<Option<Arc<Verdict>>>);

    impl Memory for Slot {
        fn recall<T>(&self, _digest: &TokenDigest, read: impl FnOnce(&Arc<Verdict>) -> T) -> Option<T> {
            lock(&self.0).as_ref().map(read)
        }

        fn remember(&self, _digest: TokenDigest, verdict: Arc<Verdict>) {
            *lock(&self.0) = Some(verdict);
        }
    }

    fn recall() -> (Recall<Slot>, Arc<Revocations>, TokenDigest) {
        let revocations = Arc::new(Revocations::new());
        let recall = Recall::new(Arc::clone(&revocations), Slot::default(), Duration::from_secs(2));
        (recall, revocations, TokenDigest::of("…"))
    }

    fn now() -> Moment {
        Moment::new(jiff::Timestamp::UNIX_EPOCH, Duration::ZERO)
    }

    /// Loads by `depart`, which lands at once.
    fn load(recall: &Recall<Slot>, digest: TokenDigest, depart: impl Fn(Pilot)) -> Result<Arc<Verdict>, Outage> {
        let epoch = recall.revocations.epoch(&digest);
        let depart = |pilot| {
            depart(pilot);
            ready(Ok(()))
        };
        let load = pin!(recall.load(digest, epoch, now, depart));
        let Poll::Ready(landing) = load.poll(&mut Context::from_waker(Waker::noop())) else {
            panic!("every load lands at once");
        };
        landing
    }

    #[test]
    fn token_that_changes_faster_than_it_is_looked_up_is_an_outage_in_the_end() {
        let (recall, revocations, digest) = recall();
        let loads = Cell::new(0);
        let landing = load(&recall, digest, |pilot| {
            loads.set(loads.get() + 1);
            revocations.raise(digest.mark());
            recall.settle(pilot, None, Duration::MAX);
        });
        assert!(landing.is_err());
        assert_eq!(loads.get(), 8);
    }

    #[test]
    fn void_verdict_is_not_remembered() {
        let (recall, revocations, digest) = recall();
        let changes = Cell::new(1);
        let landing = load(&recall, digest, |pilot| {
            let epoch = pilot.epoch();
            if changes.replace(0) == 1 {
                revocations.raise(digest.mark());
            }
            recall.settle(pilot, None, Duration::MAX);
            let remembered = recall.memory.recall(&digest, Arc::clone);
            let current = revocations.epoch(&digest);
            assert_eq!(remembered.is_some(), epoch == current);
        });
        assert!(landing.is_ok());
    }

    #[test]
    fn verdict_of_a_flight_that_was_given_up_is_not_remembered() {
        let (recall, revocations, digest) = recall();
        let key = (digest, revocations.epoch(&digest));
        let later = Moment::new(jiff::Timestamp::UNIX_EPOCH, Duration::from_secs(3));
        let (_waiting, given_up) = recall.flights.board(key, now(), Duration::from_secs(2));
        let (_waiting, _expected) = recall.flights.board(key, later, Duration::from_secs(5));
        recall.settle(given_up.unwrap(), None, Duration::MAX);
        assert!(recall.memory.recall(&digest, Arc::clone).is_none());
    }

    #[test]
    fn what_others_brought_since_the_look_up_is_not_loaded_again() {
        let (recall, revocations, digest) = recall();
        let brought = Arc::new(Verdict::new(None, revocations.epoch(&digest), Duration::MAX));
        recall.memory.remember(digest, Arc::clone(&brought));
        let landing = load(&recall, digest, |_| panic!("nothing is to be loaded"));
        assert!(Arc::ptr_eq(&landing.unwrap(), &brought));
    }

    #[test]
    fn request_whose_load_may_not_be_made_fails_alone_and_who_waited_for_it_tries_for_itself() {
        let (recall, revocations, digest) = recall();
        let epoch = revocations.epoch(&digest);
        let mut cx = Context::from_waker(Waker::noop());
        let waits = |pilot| async move {
            let _pilot: Pilot = pilot;
            pending().await
        };
        let settles = |pilot: Pilot| {
            recall.settle(pilot.take_off(), None, Duration::MAX);
            ready(Ok(()))
        };
        let mut gone = Box::pin(recall.load(digest, epoch, now, waits));
        assert!(gone.as_mut().poll(&mut cx).is_pending());
        let mut waiting = pin!(recall.load(digest, epoch, now, settles));
        assert!(waiting.as_mut().poll(&mut cx).is_pending());
        drop(gone);
        assert!(matches!(waiting.as_mut().poll(&mut cx), Poll::Ready(Ok(_))));

        let refused = |_: Pilot| ready(Err(Outage::Failed));
        revocations.raise(digest.mark());
        let mut refused = pin!(recall.load(digest, revocations.epoch(&digest), now, refused));
        assert!(matches!(refused.as_mut().poll(&mut cx), Poll::Ready(Err(Outage::Failed))));
    }

    #[test]
    fn own_flight_that_is_lost_before_it_took_off_is_an_outage() {
        let (recall, _revocations, digest) = recall();
        assert!(load(&recall, digest, drop).is_err());
    }
}
