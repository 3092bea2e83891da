//! What goes to the log: the names of the events, and how often one may come. The table of them is in the crate's
//! documentation.

use std::error::Error;
use std::fmt;
use std::mem;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::clock::Moment;
use crate::sync::{Mutex, lock};

/// A client is to blame, so it is never above DEBUG: anybody can cause it, as often as they like.
pub(crate) const DENIED: &str = "pat.denied";
/// A token could not be checked.
pub(crate) const OUTAGE: &str = "pat.outage";
/// The service is put together wrongly.
pub(crate) const MISCONFIGURED: &str = "pat.misconfigured";

/// Lets one warning of a kind pass a second: an outage meets every request, and must not fill the log as well.
#[derive(Debug, Default)]
pub(crate) struct Throttle(Mutex<Quiet>);

#[derive(Debug, Default)]
struct Quiet {
    /// A reading of the monotonic clock.
    until: Duration,
    suppressed: u64,
}

impl Throttle {
    const PAUSE: Duration = Duration::from_secs(1);

    /// How many were suppressed since the last one that passed, or none when this one is suppressed too.
    pub(crate) fn admit(&self, now: Moment) -> Option<u64> {
        let mut quiet = lock(&self.0);
        if now.monotonic() < quiet.until {
            quiet.suppressed += 1;
            return None;
        }
        quiet.until = now.monotonic().saturating_add(Self::PAUSE);
        Some(mem::take(&mut quiet.suppressed))
    }
}

/// Tells the first time from all others.
#[derive(Debug)]
pub(crate) struct First(AtomicBool);

impl First {
    pub(crate) const fn new() -> Self {
        Self(AtomicBool::new(true))
    }

    /// True for one caller alone.
    pub(crate) fn take(&self) -> bool {
        // A look before the write: what happens on every request is not to fight for the line in the cache.
        self.0.load(Ordering::Relaxed) && self.0.swap(false, Ordering::Relaxed)
    }
}

/// An error with all its sources, in one line.
pub(crate) struct Chain<'a>(pub(crate) &'a (dyn Error + 'static));

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut error = self.0;
        while let Some(source) = error.source() {
            write!(f, ": {source}")?;
            error = source;
        }
        Ok(())
    }
}

#[cfg(test)]
#[cfg(not(model))]
mod tests {
    use std::thread;
    use std::time::Duration;

    use jiff::Timestamp;

    use super::{DENIED, First, MISCONFIGURED, OUTAGE, Throttle};
    use crate::clock::Moment;

    fn at(milliseconds: u64) -> Moment {
        Moment::new(Timestamp::UNIX_EPOCH, Duration::from_millis(milliseconds))
    }

    #[test]
    fn every_name_is_in_the_table() {
        for name in [DENIED, OUTAGE, MISCONFIGURED] {
            assert!(include_str!("lib.rs").contains(&format!("//! | `{name}` |")), "{name}");
        }
    }

    #[test]
    fn one_a_second_passes_with_the_number_of_those_before_it_that_did_not() {
        let throttle = Throttle::default();
        assert_eq!(throttle.admit(at(0)), Some(0));
        assert_eq!([1, 500, 999].map(|instant| throttle.admit(at(instant))), [None; 3]);
        assert_eq!(throttle.admit(at(1_000)), Some(3));
        assert_eq!(throttle.admit(at(1_999)), None);
        assert_eq!(throttle.admit(at(5_000)), Some(1));
        assert_eq!(throttle.admit(at(6_000)), Some(0));
    }

    #[test]
    fn clock_at_its_end_breaks_nothing() {
        let (throttle, end) = (Throttle::default(), Moment::new(Timestamp::MAX, Duration::MAX));
        assert_eq!(throttle.admit(end), Some(0));
        assert_eq!(throttle.admit(end), Some(0));
    }

    #[test]
    fn first_of_many_threads_is_one() {
        let first = First::new();
        let taken: usize = thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| (0..100).filter(|_| first.take()).count())).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert_eq!(taken, 1);
    }
}
