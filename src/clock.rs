//! Time, which always comes in from outside.
//!
//! Validity (expiry, revocation) is judged on the wall clock, freshness of cached answers on the monotonic one. Both
//! are read together, once a decision, as a [`Moment`].

use std::fmt;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

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
/// ```
/// use tower_pat::clock::{Clock, SystemClock};
///
/// let (earlier, later) = (SystemClock.now(), SystemClock.now());
/// assert!(earlier.monotonic() <= later.monotonic());
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

/// Shared by all, so that readings of any two `SystemClock`s compare.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the monotonic clock")]
static ORIGIN: LazyLock<Instant> = LazyLock::new(Instant::now);

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the wall clock")]
    fn now(&self) -> Moment {
        Moment::new(Timestamp::now(), ORIGIN.elapsed())
    }
}
