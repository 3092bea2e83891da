use std::time::Duration;

/// How a feed is doing: a snapshot for a readiness check, or for an operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FeedHealth {
    pub(super) staleness: Option<Duration>,
    pub(super) max_staleness: Duration,
    pub(super) readings: u64,
    pub(super) failures: u64,
    pub(super) gaps: u64,
    pub(super) changes: u64,
}

impl FeedHealth {
    /// Whether the feed was heard recently enough for what is remembered to be relied on. If not, the instance still keeps
    /// its promise, but looks tokens up all the time.
    #[must_use]
    pub fn is_current(&self) -> bool {
        self.staleness.is_some_and(|staleness| staleness <= self.max_staleness)
    }

    /// How long ago the last reading that came to its end began; none if there was none.
    #[must_use]
    pub fn staleness(&self) -> Option<Duration> {
        self.staleness
    }

    /// How often the feed was read.
    #[must_use]
    pub fn readings(&self) -> u64 {
        self.readings
    }

    /// How often it could not be read, or not in time.
    #[must_use]
    pub fn failures(&self) -> u64 {
        self.failures
    }

    /// How often a reading did not go on where the one before had ended, so that everything was voided. The first reading is
    /// one of them.
    #[must_use]
    pub fn gaps(&self) -> u64 {
        self.gaps
    }

    /// How many changes the feed told of.
    #[must_use]
    pub fn changes(&self) -> u64 {
        self.changes
    }
}
