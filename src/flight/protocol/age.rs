use std::time::Duration;

use crate::clock::Moment;

/// How long ago something was, in ticks of which [`BOUND`] are the bound. What is older than that is all one, so that time
/// has no end and the states do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Age(u8);

const BOUND: u8 = 1;

/// Longer than a clock may seem to go ahead.
const TICK: Duration = Duration::from_secs(10);

impl Age {
    pub(super) const ZERO: Self = Self(0);
    pub(super) const OLD: Self = Self(BOUND + 1);

    pub(super) fn next(self) -> Self {
        Self(self.0 + 1).min(Self::OLD)
    }

    pub(super) fn moment(self) -> Moment {
        let ago = TICK * self.0.into();
        Moment::new(jiff::Timestamp::UNIX_EPOCH, now().monotonic().saturating_sub(ago))
    }

    pub(super) fn nanoseconds(self) -> u64 {
        self.moment().monotonic_nanos()
    }

    pub(super) fn of(nanoseconds: u64) -> Self {
        let passed = now().monotonic().saturating_sub(Duration::from_nanos(nanoseconds));
        let ticks = passed.as_nanos().div_ceil(TICK.as_nanos());
        Self(u8::try_from(ticks).unwrap_or(u8::MAX)).min(Self::OLD)
    }
}

/// It is always the same moment, and what was grows older.
pub(super) fn now() -> Moment {
    Moment::new(jiff::Timestamp::UNIX_EPOCH, TICK * 100)
}

pub(super) fn bound() -> Duration {
    TICK * BOUND.into()
}
