use std::time::Duration;

use crate::clock::Moment;
use crate::resolver::ResolveError;
use crate::telemetry::{Chain, OUTAGE, Throttle};

/// Tells the log of outages, of each kind at most once a second.
#[derive(Debug, Default)]
pub(super) struct Outages {
    failed: Throttle,
    overdue: Throttle,
    waited: Throttle,
}

impl Outages {
    pub(super) fn failed(&self, error: &ResolveError, now: Moment) {
        if let Some(suppressed) = self.failed.admit(now) {
            tracing::warn!(name: OUTAGE, error = %Chain(error), suppressed, "the token resolver failed");
        }
    }

    pub(super) fn overdue(&self, deadline: Duration, now: Moment) {
        if let Some(suppressed) = self.overdue.admit(now) {
            tracing::warn!(name: OUTAGE, ?deadline, suppressed, "the token resolver did not answer in time");
        }
    }

    pub(super) fn waited_in_vain(&self, deadline: Duration, now: Moment) {
        if let Some(suppressed) = self.waited.admit(now) {
            tracing::warn!(name: OUTAGE, ?deadline, suppressed, "a request waited in vain for the token resolver");
        }
    }
}
