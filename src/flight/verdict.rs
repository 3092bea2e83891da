use std::time::Duration;

use crate::clock::Moment;
use crate::principal::PatPrincipal;
use crate::revocations::Epoch;

/// An answer as the memory holds it: a principal or none, the epoch it was asked in, and until when it is fresh.
///
/// Whether the principal's token is valid is not part of it: that is judged at each use.
#[derive(Debug)]
pub(crate) struct Verdict {
    principal: Option<PatPrincipal>,
    epoch: Epoch,
    fresh_until: Duration,
}

impl Verdict {
    /// `fresh_until` is a reading of the monotonic clock.
    pub(crate) fn new(principal: Option<PatPrincipal>, epoch: Epoch, fresh_until: Duration) -> Self {
        Self { principal, epoch, fresh_until }
    }

    pub(crate) fn principal(&self) -> Option<&PatPrincipal> {
        self.principal.as_ref()
    }

    pub(super) fn epoch(&self) -> Epoch {
        self.epoch
    }

    pub(super) fn is_fresh_at(&self, now: Moment) -> bool {
        now.monotonic() < self.fresh_until
    }
}
