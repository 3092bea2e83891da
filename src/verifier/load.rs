use std::sync::Arc;

use tokio::time::timeout;

use super::circuit::Pass;
use super::gate::Permit;
use super::pat::Inner;
use super::watch::Watch;
use crate::clock::Moment;
use crate::flight::Pilot;
use crate::principal::Uses;
use crate::resolver::Answer;

impl Inner {
    /// Makes one load, and says to the circuit what became of it. The permit is held until it has landed. It is a task of
    /// its own, so that a client that hangs up neither ends nor repeats it.
    pub(super) async fn fly(self: Arc<Self>, pilot: Pilot, _permit: Permit, pass: Pass) {
        let started = self.clock.now();
        let digest = pilot.digest();
        match timeout(self.deadline, self.resolver.resolve(&digest)).await {
            Ok(Ok(answer)) => {
                pass.succeed();
                self.settle(pilot, answer, started);
            }
            Ok(Err(error)) => {
                pass.fail();
                self.outages.failed(&error, self.clock.now());
            }
            Err(_) => {
                pass.fail();
                self.outages.overdue(self.deadline, self.clock.now());
            }
        }
    }

    #[cfg(feature = "metrics")]
    pub(super) fn tell_of_what_left(&self) {
        self.counts.metrics().count_evictions(self.recall.memory().evictions());
        self.counts.metrics().count_forgotten(self.forgotten());
    }

    fn new_uses(&self) -> Uses {
        self.watch.as_ref().map_or_else(Uses::unwatched, Watch::uses)
    }

    /// Freshness counts from the start of the load: what changed since then may not be in the answer.
    fn settle(&self, pilot: Pilot, answer: Answer, started: Moment) {
        let principal = match answer {
            Answer::Known(record) => Some(self.grants.principal(record, self.new_uses())),
            Answer::Unknown => None,
        };
        let freshness = self.lifetimes.freshness(&pilot.digest(), principal.as_ref(), started, self.deadline);
        self.recall.settle(pilot, principal, freshness);
        #[cfg(feature = "metrics")]
        self.tell_of_what_left();
    }
}
