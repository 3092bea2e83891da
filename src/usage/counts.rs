use std::sync::atomic::{AtomicU64, Ordering};

/// What a recorder has done. With the feature `metrics` the recorder of metrics is told at once.
#[derive(Debug, Default)]
pub(super) struct Counts {
    pub(super) written: Count,
    pub(super) lost: Count,
    pub(super) writes: Count,
    pub(super) failures: Count,
}

#[derive(Debug, Default)]
pub(super) struct Count(AtomicU64);

impl Count {
    pub(super) fn so_far(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    fn add(&self, times: u64) {
        self.0.fetch_add(times, Ordering::Relaxed);
    }
}

impl Counts {
    pub(super) fn wrote(&self, uses: u64) {
        self.writes.add(1);
        self.written.add(uses);
        #[cfg(feature = "metrics")]
        {
            metrics::counter!("pat_usage_writes_total").increment(1);
            metrics::counter!("pat_usage_written_total").increment(uses);
        }
    }

    pub(super) fn failed(&self) {
        self.failures.add(1);
        #[cfg(feature = "metrics")]
        metrics::counter!("pat_usage_failures_total").increment(1);
    }

    pub(super) fn lost(&self, uses: u64) {
        self.lost.add(uses);
        #[cfg(feature = "metrics")]
        metrics::counter!("pat_usage_lost_total").increment(uses);
    }
}

/// Tells the recorder of metrics what the names mean.
#[cfg(feature = "metrics")]
pub(super) fn describe() {
    use metrics::{Unit, describe_counter};

    describe_counter!("pat_usage_written_total", Unit::Count, "Uses of tokens that were written.");
    describe_counter!("pat_usage_lost_total", Unit::Count, "Uses of tokens that were lost unwritten.");
    describe_counter!("pat_usage_writes_total", Unit::Count, "Calls that wrote uses of tokens.");
    describe_counter!("pat_usage_failures_total", Unit::Count, "Calls to write uses of tokens that failed.");
}
