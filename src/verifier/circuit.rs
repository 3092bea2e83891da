use std::sync::Arc;
use std::thread;
use std::time::Duration;

use super::counts::Counts;
use super::phase::{Change, Outcome, State, Trip};
use super::tally::Tally;
use crate::clock::{Clock, Moment};
use crate::sync::{Mutex, lock};
use crate::telemetry::{OUTAGE, RECOVERY, Throttle};

/// Spares a resolver that fails: opened by outages in a row, it lets one load through after a pause, and closes when that
/// one comes to an answer.
#[derive(Debug)]
pub(super) struct Circuit {
    /// None if it is never opened.
    trip: Option<Trip>,
    /// How long a probe is waited for.
    lease: Duration,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
    counts: Arc<Counts>,
    opened: Throttle,
    closed: Throttle,
}

impl Circuit {
    pub(super) fn new(trip: Option<Trip>, lease: Duration, clock: Arc<dyn Clock>, counts: Arc<Counts>) -> Arc<Self> {
        let (opened, closed) = (Throttle::default(), Throttle::default());
        Arc::new(Self { trip, lease, clock, state: Mutex::default(), counts, opened, closed })
    }

    /// Whether a load would be refused now.
    pub(super) fn refuses(&self) -> bool {
        let now = self.clock.now().monotonic();
        self.trip.is_some() && lock(&self.state).refuses(now)
    }

    /// Lets a load through, or none.
    pub(super) fn admit(self: &Arc<Self>) -> Option<Pass> {
        let now = self.clock.now();
        let due = now.monotonic().saturating_add(self.lease);
        let era = match self.trip {
            None => 0,
            Some(_) => lock(&self.state).admit(now.monotonic(), due)?,
        };
        let tally = Tally::begin(&self.counts, now);
        Some(Pass { circuit: Arc::clone(self), era, outcome: None, tally })
    }

    fn report(&self, era: u64, outcome: Outcome, now: Moment) {
        let Some(trip) = self.trip else { return };
        let change = lock(&self.state).report(era, outcome, now.monotonic(), trip);
        if let Some(change) = change {
            self.tell(change, trip, now);
        }
    }

    fn tell(&self, change: Change, Trip { failures, pause }: Trip, now: Moment) {
        match change {
            Change::Opened => {
                if let Some(suppressed) = self.opened.admit(now) {
                    let message = "the token resolver failed again and again and is not asked for a while";
                    tracing::warn!(name: OUTAGE, failures, ?pause, suppressed, "{message}");
                }
            }
            Change::Closed => {
                if let Some(suppressed) = self.closed.admit(now) {
                    tracing::info!(name: RECOVERY, suppressed, "the token resolver answers again");
                }
            }
        }
    }
}

/// A load that was let through. Dropped without a word it is a failure if by a panic, else it says nothing of the
/// resolver.
#[derive(Debug)]
pub(super) struct Pass {
    circuit: Arc<Circuit>,
    era: u64,
    outcome: Option<Outcome>,
    tally: Tally,
}

impl Pass {
    pub(super) fn succeed(mut self) {
        self.outcome = Some(Outcome::Answer);
    }

    pub(super) fn fail(mut self) {
        self.outcome = Some(Outcome::Failure);
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        let lost = if thread::panicking() { Outcome::Failure } else { Outcome::Lost };
        let (outcome, now) = (self.outcome.unwrap_or(lost), self.circuit.clock.now());
        self.circuit.report(self.era, outcome, now);
        self.tally.end(outcome == Outcome::Answer, now);
    }
}
