use std::sync::Arc;
use std::time::Duration;

use super::flights::{Flights, Outage, Pilot};
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

/// Finds verdicts: remembered ones at once, others by one load for all who wait.
#[derive(Debug)]
pub(crate) struct Recall<M> {
    revocations: Arc<Revocations>,
    memory: M,
    flights: Arc<Flights>,
    /// How long a load is waited for.
    patience: Duration,
    restless: Throttle,
    #[cfg(model)]
    pub(super) flaw: Option<Flaw>,
}

impl<M: Memory> Recall<M> {
    pub(crate) fn new(revocations: Arc<Revocations>, memory: M, patience: Duration) -> Self {
        Self {
            patience,
            revocations,
            memory,
            flights: Arc::default(),
            restless: Throttle::default(),
            #[cfg(model)]
            flaw: None,
        }
    }

    /// The remembered verdict if it counts, else the epoch in which to load one.
    pub(crate) fn look_up(&self, digest: &TokenDigest, now: Moment) -> Result<Arc<Verdict>, Epoch> {
        let verdict = self.memory.recall(digest);
        // Read after the verdict was taken: this is the instant at which the decision is made.
        let epoch = self.revocations.epoch(digest);
        verdict.filter(|verdict| self.counts(verdict, epoch) && verdict.is_fresh_at(now)).ok_or(epoch)
    }

    /// Loads a verdict, or waits for the load under way. `depart` starts a load: whatever becomes of it, the pilot
    /// lands.
    pub(crate) async fn load(
        &self,
        digest: TokenDigest,
        mut epoch: Epoch,
        now: impl Fn() -> Moment,
        depart: impl Fn(Pilot),
    ) -> Result<Arc<Verdict>, Outage> {
        for _ in 0..ROUNDS {
            let boarded = now();
            let due = boarded.monotonic().saturating_add(self.patience);
            let (passenger, pilot) = self.flights.board(self.key(digest, epoch), boarded, due);
            if let Some(pilot) = pilot {
                self.fly(pilot, boarded, &depart);
            }
            let verdict = passenger.await?;
            // After a standstill of the process an answer may have come in time, and be taken up long after.
            if now().monotonic() > due {
                return Err(Outage);
            }
            let current = self.revocations.epoch(&digest);
            if current == epoch || self.is_flawed(Flaw::NoSecondLook) {
                return Ok(verdict);
            }
            epoch = current;
        }
        if let Some(suppressed) = self.restless.admit(now()) {
            tracing::warn!(name: OUTAGE, rounds = ROUNDS, suppressed, "a token changes faster than it can be looked up");
        }
        Err(Outage)
    }

    /// Takes in the answer of a load: the principal, if there is one, and until when on the monotonic clock it is fresh.
    pub(crate) fn settle(&self, pilot: Pilot, principal: Option<PatPrincipal>, fresh_until: Duration) {
        let digest = pilot.digest();
        let verdict = Arc::new(Verdict::new(principal, pilot.epoch(), fresh_until));
        // A verdict that is void already, or that comes after a later flight has been opened, would only push out a better
        // one.
        if self.revocations.epoch(&digest) == verdict.epoch() && pilot.is_expected() {
            self.memory.remember(digest, Arc::clone(&verdict));
        }
        pilot.land(Ok(verdict));
    }

    /// Between a look-up and a boarding the flight of others may have landed: what it brought is taken, not loaded
    /// again.
    fn fly(&self, pilot: Pilot, now: Moment, depart: &impl Fn(Pilot)) {
        let brought = self.memory.recall(&pilot.digest());
        match brought.filter(|verdict| verdict.epoch() == pilot.epoch() && verdict.is_fresh_at(now)) {
            Some(verdict) => pilot.land(Ok(verdict)),
            None => depart(pilot),
        }
    }

    fn counts(&self, verdict: &Verdict, epoch: Epoch) -> bool {
        verdict.epoch() == epoch || self.is_flawed(Flaw::NoEpochOnHit)
    }

    fn key(&self, digest: TokenDigest, epoch: Epoch) -> (TokenDigest, Epoch) {
        let epoch = if self.is_flawed(Flaw::FlightsByDigestAlone) { Epoch::default() } else { epoch };
        (digest, epoch)
    }

    #[cfg(model)]
    fn is_flawed(&self, flaw: Flaw) -> bool {
        self.flaw == Some(flaw)
    }

    #[cfg(not(model))]
    #[expect(clippy::unused_self, reason = "only under the model checker can a flaw be planted")]
    const fn is_flawed(&self, _flaw: Flaw) -> bool {
        false
    }
}

/// A mistake that the model checker must find when it is planted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flaw {
    /// A remembered verdict counts whatever was raised since.
    NoEpochOnHit,
    /// Who arrives after a change waits for a load from before it.
    FlightsByDigestAlone,
    /// A load counts whatever was raised while it was under way.
    NoSecondLook,
}

#[cfg(test)]
#[cfg(not(model))]
mod tests {
    use std::cell::Cell;
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
        fn recall(&self, _digest: &TokenDigest) -> Option<Arc<Verdict>> {
            lock(&self.0).clone()
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
            let remembered = recall.memory.recall(&digest);
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
        assert!(recall.memory.recall(&digest).is_none());
    }

    #[test]
    fn what_others_brought_since_the_look_up_is_not_loaded_again() {
        let (recall, revocations, digest) = recall();
        let brought = Arc::new(Verdict::new(None, revocations.epoch(&digest), Duration::MAX));
        recall.memory.remember(digest, Arc::clone(&brought));
        let landing = load(&recall, digest, |_| panic!("nothing is to be loaded"));
        assert!(Arc::ptr_eq(&landing.unwrap(), &brought));
    }
}
