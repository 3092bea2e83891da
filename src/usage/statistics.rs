use std::fmt;

use super::counts::Counts;

/// What a recorder has done since it was started; see [`UsageRecorder::statistics`](super::UsageRecorder::statistics).
///
/// ```
/// use std::sync::Arc;
/// use tower_pat::store::MemoryStore;
/// use tower_pat::usage::UsageRecorder;
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let recorder = UsageRecorder::start(Arc::new(MemoryStore::new()));
/// let statistics = recorder.statistics();
/// assert_eq!((statistics.written(), statistics.lost(), statistics.waiting()), (0, 0, 0));
/// # }
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Statistics {
    written: u64,
    lost: u64,
    writes: u64,
    failures: u64,
    waiting: usize,
}

impl Statistics {
    pub(super) fn new(counts: &Counts, waiting: usize) -> Self {
        let Counts { written, lost, writes, failures } = counts;
        let [written, lost, writes, failures] = [written, lost, writes, failures].map(super::counts::Count::so_far);
        Self { written, lost, writes, failures, waiting }
    }

    /// Uses that were written.
    #[must_use]
    pub fn written(&self) -> u64 {
        self.written
    }

    /// Uses that were told and will not be written: there was no room for an entry of their token, or the recorder was
    /// shut down or dropped before.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.lost
    }

    /// Calls to the sink that have written something.
    #[must_use]
    pub fn writes(&self) -> u64 {
        self.writes
    }

    /// Calls to the sink that failed, panicked or did not end in time. What they were to write is tried again.
    #[must_use]
    pub fn failures(&self) -> u64 {
        self.failures
    }

    /// Of how many tokens there is an entry: something to write, or something that was written in the last minute.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.waiting
    }
}

impl fmt::Debug for Statistics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { written, lost, writes, failures, waiting } = self;
        let mut map = f.debug_map();
        map.entry(&"written", written).entry(&"lost", lost).entry(&"writes", writes).entry(&"failures", failures);
        map.entry(&"waiting", waiting).finish()
    }
}
