use std::sync::Arc;

use super::counts::Counts;
use super::event::Event;
#[cfg(feature = "metrics")]
use super::metrics::UnderWay;
use crate::clock::Moment;

/// Counts a load when it begins, and when it ends.
#[derive(Debug)]
pub(super) struct Tally {
    counts: Arc<Counts>,
    #[cfg(feature = "metrics")]
    under_way: UnderWay,
}

impl Tally {
    pub(super) fn begin(counts: &Arc<Counts>, now: Moment) -> Self {
        counts.add(Event::Load);
        #[cfg(not(feature = "metrics"))]
        let _ = now;
        Self {
            #[cfg(feature = "metrics")]
            under_way: counts.metrics().load_begins(now),
            counts: Arc::clone(counts),
        }
    }

    pub(super) fn end(&self, is_answered: bool, now: Moment) {
        self.counts.add(if is_answered { Event::Answered } else { Event::Failed });
        #[cfg(feature = "metrics")]
        {
            self.counts.metrics().load_ends(&self.under_way, is_answered, now);
            self.counts.tell_the_rest();
        }
        #[cfg(not(feature = "metrics"))]
        let _ = now;
    }
}
