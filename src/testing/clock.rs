use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use crate::clock::{Clock, Moment};

/// A clock that stands still until it is turned.
///
/// ```
/// use std::time::Duration;
/// use tower_pat::clock::Clock;
/// use tower_pat::testing::ManualClock;
///
/// let clock = ManualClock::new("2030-01-01T00:00:00Z".parse()?);
/// clock.advance(Duration::from_secs(60));
/// assert_eq!(clock.now().wall().to_string(), "2030-01-01T00:01:00Z");
/// # Ok::<(), jiff::Error>(())
/// ```
#[derive(Debug)]
pub struct ManualClock(Mutex<Moment>);

impl ManualClock {
    /// A clock whose wall clock shows `wall`. Shared, since a test keeps one end of it.
    #[must_use]
    pub fn new(wall: Timestamp) -> Arc<Self> {
        Arc::new(Self(Mutex::new(Moment::new(wall, Duration::ZERO))))
    }

    /// Lets time pass, on both clocks.
    ///
    /// # Panics
    ///
    /// Past the year 9999.
    pub fn advance(&self, duration: Duration) {
        self.turn(|now| Moment::new(now.wall() + duration, now.monotonic() + duration));
    }

    /// Sets the wall clock, forth or back, as an operator may. The monotonic clock does not notice.
    pub fn set_wall(&self, wall: Timestamp) {
        self.turn(|now| Moment::new(wall, now.monotonic()));
    }

    fn turn(&self, turn: impl FnOnce(Moment) -> Moment) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now = turn(*now);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Moment {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
