use std::sync::atomic::{AtomicU64, Ordering};

use moka::notification::RemovalCause;

/// How many verdicts left for want of room.
#[derive(Default)]
pub(super) struct Evictions(AtomicU64);

impl Evictions {
    /// Counts one that left, if that is why.
    pub(super) fn count(&self, cause: RemovalCause) {
        if cause == RemovalCause::Size {
            self.add();
        }
    }

    pub(super) fn add(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn so_far(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}
