//! The one file that reads the clock.

use std::time::{Duration, Instant};

/// Begun when it is made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    #[expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    pub(crate) fn elapsed(self) -> Duration {
        self.0.elapsed()
    }

    pub(crate) fn nanos(self) -> u64 {
        u64::try_from(self.elapsed().as_nanos()).expect("no measurement takes centuries")
    }
}

/// What a reading of the clock costs by itself, as it shows in single measurements.
pub(crate) fn own_cost() -> u64 {
    let mut readings: Vec<_> = (0..10_001).map(|_| Stopwatch::start().nanos()).collect();
    crate::number::quantile(&mut readings, 0.5)
}
