use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::task::AbortHandle;

use super::counts::Counts;
use super::entries::Entries;
use super::statistics::Statistics;
use crate::clock::Clock;
use crate::observer::Accepted;
use crate::store::Use;
use crate::sync::{Mutex, lock};
use crate::telemetry::USAGE;

/// What a recorder and its writer have in common.
#[derive(Debug)]
pub(super) struct Shared {
    state: Mutex<State>,
    pub(super) counts: Counts,
    /// How many of the lost ones the log was told of.
    lost_told: AtomicU64,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) interval: Duration,
    pub(super) deadline: Duration,
    /// There is something to do where there was nothing, or the end has come.
    pub(super) news: Notify,
    /// True when the writer has ended.
    pub(super) ended: watch::Sender<bool>,
}

#[derive(Debug)]
struct State {
    entries: Entries,
    stage: Stage,
    /// What is on its way to the sink.
    in_flight: Option<InFlight>,
}

#[derive(Debug)]
struct InFlight {
    uses: Arc<[Use]>,
    call: Option<AbortHandle>,
}

/// It only goes forth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    Open,
    /// What there is is still written, nothing more is taken in.
    Closing,
    /// What is left is lost.
    Closed,
}

/// So many entries are looked at, and written, at a time.
const BATCH: usize = 500;

impl Shared {
    pub(super) fn new(capacity: usize, clock: Arc<dyn Clock>, interval: Duration, deadline: Duration) -> Self {
        Self {
            state: Mutex::new(State { entries: Entries::new(capacity), stage: Stage::Open, in_flight: None }),
            counts: Counts::default(),
            lost_told: AtomicU64::new(0),
            clock,
            interval,
            deadline,
            news: Notify::new(),
            ended: watch::Sender::new(false),
        }
    }

    /// Takes in what a verifier tells. The lock is never held for longer than a batch of entries is looked at.
    pub(super) fn hear(&self, accepted: &Accepted<'_>) {
        let mut state = lock(&self.state);
        let was_idle = state.entries.len() == 0;
        let is_taken_in = state.stage == Stage::Open && state.entries.add(accepted);
        drop(state);
        if !is_taken_in {
            self.counts.lost(accepted.count());
        } else if was_idle {
            self.news.notify_one();
        }
    }

    pub(super) fn stage(&self) -> Stage {
        lock(&self.state).stage
    }

    pub(super) fn is_idle(&self) -> bool {
        lock(&self.state).entries.len() == 0
    }

    pub(super) fn statistics(&self) -> Statistics {
        Statistics::new(&self.counts, lock(&self.state).entries.len())
    }

    /// The next uses that are to be written; none if there are no more for now. While the recorder closes, all are. They are
    /// on their way from here on.
    pub(super) fn next_uses(&self) -> Option<Arc<[Use]>> {
        loop {
            let mut state = lock(&self.state);
            let looked = match state.stage {
                Stage::Open => {
                    let now = self.clock.now().monotonic();
                    state.entries.take_due(now, now.saturating_add(self.interval), BATCH)
                }
                Stage::Closing => state.entries.take_last(BATCH),
                Stage::Closed => return None,
            };
            if looked.entries == 0 {
                return None;
            }
            if !looked.uses.is_empty() {
                let uses: Arc<[Use]> = looked.uses.into();
                state.in_flight = Some(InFlight { uses: Arc::clone(&uses), call: None });
                return Some(uses);
            }
        }
    }

    /// By which call the uses are written that are on their way.
    pub(super) fn goes_by(&self, call: AbortHandle) {
        match &mut lock(&self.state).in_flight {
            Some(flight) => flight.call = Some(call),
            None => call.abort(),
        }
    }

    /// What was on its way is written; unless it was given up, and is counted already.
    pub(super) fn arrived(&self) {
        let flight = lock(&self.state).in_flight.take();
        if let Some(flight) = flight {
            self.counts.wrote(count(&flight.uses));
        }
    }

    /// What was on its way could not be written, and is tried again after a pause; unless it was given up.
    pub(super) fn came_back(&self, pause: Duration) {
        let mut state = lock(&self.state);
        if let Some(flight) = state.in_flight.take() {
            let next = self.clock.now().monotonic().saturating_add(pause);
            state.entries.put_back(&flight.uses, next);
            drop(state);
            flight.end();
        }
    }

    /// Takes nothing more in, and has the writer write what there is.
    pub(super) fn close(&self) {
        self.enter(Stage::Closing);
    }

    /// Writes nothing more: what is left is lost.
    pub(super) fn give_up(&self) {
        self.enter(Stage::Closed);
        let flight = lock(&self.state).in_flight.take();
        if let Some(flight) = flight {
            self.counts.lost(count(&flight.uses));
            flight.end();
        }
        loop {
            let looked = lock(&self.state).entries.take_last(BATCH);
            if looked.entries == 0 {
                break;
            }
            self.counts.lost(count(&looked.uses));
        }
        self.tell_of_losses();
    }

    fn enter(&self, next: Stage) {
        let mut state = lock(&self.state);
        state.stage = state.stage.max(next);
        drop(state);
        self.news.notify_one();
    }

    /// Tells the log what was lost since it was told. Not where something is lost: a request may have it in hand.
    pub(super) fn tell_of_losses(&self) {
        let lost = self.counts.lost.so_far();
        let before = self.lost_told.fetch_max(lost, Ordering::Relaxed);
        if before < lost {
            tracing::warn!(name: USAGE, lost = lost - before, "uses of tokens are lost: they are written nowhere");
        }
    }
}

impl InFlight {
    fn end(self) {
        if let Some(call) = self.call {
            call.abort();
        }
    }
}

fn count(uses: &[Use]) -> u64 {
    uses.iter().fold(0, |sum, used| sum.saturating_add(used.usage().count()))
}
