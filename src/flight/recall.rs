use std::sync::Arc;
use std::time::Duration;

use super::flights::{Flights, Outage, Pilot};
use super::memory::Memory;
use super::verdict::Verdict;
use crate::clock::Moment;
use crate::principal::PatPrincipal;
use crate::revocations::{Epoch, Revocations};
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
    #[cfg(model)]
    pub(super) flaw: Option<Flaw>,
}

impl<M: Memory> Recall<M> {
    pub(crate) fn new(revocations: Arc<Revocations>, memory: M) -> Self {
        Self {
            revocations,
            memory,
            flights: Arc::default(),
            #[cfg(model)]
            flaw: None,
        }
    }

    /// The remembered verdict if it counts, else the epoch in which to load one.
    pub(crate) fn look_up(&self, digest: &TokenDigest, now: Moment) -> Result<Arc<Verdict>, Epoch> {
        let verdict = self.memory.recall(digest);
        // Read after the verdict was taken: this is the instant at which the decision is made.
        let epoch = self.revocations.epoch(digest);
        verdict
            .filter(|verdict| self.counts(verdict, epoch) && verdict.is_fresh_at(now))
            .ok_or(epoch)
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
            let (passenger, pilot) = self.flights.board(self.key(digest, epoch));
            if let Some(pilot) = pilot {
                self.fly(pilot, now(), &depart);
            }
            let verdict = passenger.await?;
            let current = self.revocations.epoch(&digest);
            if current == epoch || self.is_flawed(Flaw::NoSecondLook) {
                return Ok(verdict);
            }
            epoch = current;
        }
        Err(Outage)
    }

    /// Takes in the answer of a load: the principal, if there is one, and until when on the monotonic clock it is fresh.
    pub(crate) fn settle(&self, pilot: Pilot, principal: Option<PatPrincipal>, fresh_until: Duration) {
        let digest = pilot.digest();
        let verdict = Arc::new(Verdict::new(principal, pilot.epoch(), fresh_until));
        // A verdict that is void already would only push out a better one.
        if self.revocations.epoch(&digest) == verdict.epoch() {
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
        let epoch = if self.is_flawed(Flaw::FlightsByDigestAlone) {
            Epoch::default()
        } else {
            epoch
        };
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
