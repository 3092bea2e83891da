//! Time, which always comes in from outside.
//!
//! Validity (expiry, revocation) is judged on the wall clock, freshness of cached answers on the monotonic one. Both
//! are read together, once a decision, as a [`Moment`].

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;

/// One reading of both clocks.
///
/// ```
/// use std::time::Duration;
/// use tower_pat::clock::Moment;
///
/// let moment = Moment::new("2030-01-01T00:00:00Z".parse()?, Duration::from_secs(7));
/// assert_eq!(moment.wall().to_string(), "2030-01-01T00:00:00Z");
/// assert_eq!(moment.monotonic(), Duration::from_secs(7));
/// # Ok::<(), jiff::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    wall: Timestamp,
    monotonic: Duration,
}

impl Moment {
    /// A moment of the given readings: the wall clock, and the time since an origin that one clock never changes.
    #[must_use]
    pub fn new(wall: Timestamp, monotonic: Duration) -> Self {
        Self { wall, monotonic }
    }

    /// The wall clock: may be set back or forth.
    #[must_use]
    pub fn wall(&self) -> Timestamp {
        self.wall
    }

    /// The monotonic clock: the time since an origin of the clock's choosing; never runs backwards.
    #[must_use]
    pub fn monotonic(&self) -> Duration {
        self.monotonic
    }

    /// The same in nanoseconds.
    pub(crate) fn monotonic_nanos(&self) -> u64 {
        nanoseconds(self.monotonic)
    }
}

/// The last nanosecond that is counted comes after 584 years.
pub(crate) fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

/// Where time comes from.
///
/// ```
/// use std::time::Duration;
/// use tower_pat::clock::{Clock, Moment};
///
/// /// A clock that stands still.
/// #[derive(Debug)]
/// struct Noon;
///
/// impl Clock for Noon {
///     fn now(&self) -> Moment {
///         Moment::new("2030-01-01T12:00:00Z".parse().expect("a timestamp"), Duration::ZERO)
///     }
/// }
///
/// assert_eq!(Noon.now(), Noon.now());
/// ```
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// Reads both clocks.
    fn now(&self) -> Moment;
}

/// The clocks of the operating system.
///
/// On Linux they are read as of the last tick of the kernel (`CLOCK_REALTIME_COARSE`, `CLOCK_MONOTONIC_COARSE`), which is
/// several times as fast and 1 to 10 milliseconds behind, depending on the kernel: by so much a token may outlive its
/// expiry, as by an error of the clock itself.
///
/// ```
/// use tower_pat::clock::{Clock, SystemClock};
///
/// let (earlier, later) = (SystemClock.now(), SystemClock.now());
/// assert!(earlier.monotonic() <= later.monotonic());
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[inline]
    fn now(&self) -> Moment {
        system::now()
    }
}

#[cfg(target_os = "linux")]
mod system {
    use std::time::Duration;

    use jiff::Timestamp;
    use nix::time::{ClockId, clock_gettime};

    use super::Moment;

    pub(super) fn now() -> Moment {
        let wall = read(ClockId::CLOCK_REALTIME_COARSE);
        let wall = Timestamp::new(wall.as_secs().cast_signed(), wall.subsec_nanos().cast_signed());
        Moment::new(wall.expect("the clock shows a year before 10,000"), read(ClockId::CLOCK_MONOTONIC_COARSE))
    }

    /// Years before 1970 wrap around.
    fn read(clock: ClockId) -> Duration {
        clock_gettime(clock).expect("every Linux has these clocks").into()
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    use std::sync::LazyLock;
    use std::time::Instant;

    use jiff::Timestamp;

    use super::Moment;

    /// Shared by all, so that readings of any two clocks compare.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the monotonic clock")]
    static ORIGIN: LazyLock<Instant> = LazyLock::new(Instant::now);

    #[expect(clippy::disallowed_methods, reason = "the one place that reads the wall clock")]
    pub(super) fn now() -> Moment {
        Moment::new(Timestamp::now(), ORIGIN.elapsed())
    }
}
