use std::net::IpAddr;
use std::time::Duration;

use crate::clock::Moment;
use crate::resolver::ResolveError;
use crate::telemetry::{CROWDED, Chain, OUTAGE, STALE, Throttle};

/// Tells the log of outages, of each kind at most once a second.
#[derive(Debug, Default)]
pub(super) struct Outages {
    failed: Throttle,
    overdue: Throttle,
    waited: Throttle,
    stale: Throttle,
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

    /// Clients alone can cause it.
    #[expect(clippy::unused_self, reason = "it is told of beside the others")]
    pub(super) fn crowded(&self, client: Option<IpAddr>) {
        tracing::debug!(name: CROWDED, ?client, "a look-up was refused, for too many were waiting for theirs");
    }

    /// A token was accepted that could not be checked.
    pub(super) fn made_do(&self, now: Moment) {
        if let Some(suppressed) = self.stale.admit(now) {
            tracing::warn!(
                name: STALE,
                suppressed,
                "a token was accepted on what is remembered of it, for it could not be checked"
            );
        }
    }
}
