use std::sync::Arc;
// What is remembered rests on none of it: there is nothing in it for a model checker.
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::clock::Moment;

/// How often a principal was accepted since somebody was told of it, and from when on they are to be told again.
///
/// A use adds one, notes its instant and compares: nothing is read but this and the clock's reading that it brings along.
/// One in a minute is told. What comes after it waits here: for the next one that is told, or for somebody who takes it.
///
/// Adding and looking whether somebody is to be told are in one order with [`finish`](Self::finish) and its taking: so
/// that a use is either taken there, or the next to be told.
#[derive(Debug)]
pub(crate) struct Uses {
    untold: AtomicU64,
    /// The instant of the last one, in nanoseconds of the monotonic clock.
    last: AtomicU64,
    /// From when on somebody is to be told, in nanoseconds of the monotonic clock.
    due: AtomicU64,
    /// Where those go that nobody was told of.
    forgotten: Option<Arc<Forgotten>>,
}

/// How many uses nobody was told of in the end, since all who had the principal have dropped it.
#[derive(Debug, Default)]
pub(crate) struct Forgotten(AtomicU64);

/// So many uses, and when the last of them was, on the monotonic clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Taken {
    pub(crate) count: u64,
    pub(crate) last: Duration,
}

impl Uses {
    /// So often somebody is told.
    pub(crate) const INTERVAL: Duration = Duration::from_mins(1);

    /// Of a principal whose uses nobody wants to know.
    pub(crate) fn unwatched() -> Self {
        Self::new(NEVER, None)
    }

    /// The first one is told.
    pub(crate) fn watched(forgotten: &Arc<Forgotten>) -> Self {
        Self::new(0, Some(Arc::clone(forgotten)))
    }

    fn new(due: u64, forgotten: Option<Arc<Forgotten>>) -> Self {
        Self { untold: AtomicU64::new(0), last: AtomicU64::new(0), due: AtomicU64::new(due), forgotten }
    }

    /// Counts one; true if somebody is to be told, by whoever [claims](Self::claim) it.
    #[inline]
    pub(crate) fn add(&self, now: Moment) -> bool {
        let now = nanoseconds(now.monotonic());
        self.last.store(now, Ordering::Relaxed);
        self.untold.fetch_add(1, Ordering::SeqCst);
        self.due.load(Ordering::SeqCst) <= now
    }

    /// How many there are to be told of, the claimer's own among them; for one caller alone, and for the next one after
    /// the interval.
    pub(crate) fn claim(&self, now: Moment) -> Option<u64> {
        let due = self.due.load(Ordering::SeqCst);
        if due > nanoseconds(now.monotonic()) {
            return None;
        }
        let next = nanoseconds(now.monotonic().saturating_add(Self::INTERVAL));
        self.due.compare_exchange(due, next, Ordering::SeqCst, Ordering::SeqCst).ok()?;
        // None if somebody has taken them meanwhile, who knows of them then.
        self.take().map(|taken| taken.count)
    }

    /// Those that nobody was told of.
    pub(crate) fn take(&self) -> Option<Taken> {
        let count = self.untold.swap(0, Ordering::SeqCst);
        let last = Duration::from_nanos(self.last.load(Ordering::Relaxed));
        (count > 0).then_some(Taken { count, last })
    }

    /// Those that nobody was told of; the next one is told.
    pub(crate) fn finish(&self) -> Option<Taken> {
        self.due.store(0, Ordering::SeqCst);
        self.take()
    }
}

impl Drop for Uses {
    fn drop(&mut self) {
        if let Some(forgotten) = &self.forgotten {
            let untold = *self.untold.get_mut();
            if untold > 0 {
                forgotten.0.fetch_add(untold, Ordering::Relaxed);
            }
        }
    }
}

impl Forgotten {
    pub(crate) fn so_far(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

const NEVER: u64 = u64::MAX;

/// The last nanosecond that is counted comes after 584 years.
fn nanoseconds(reading: Duration) -> u64 {
    u64::try_from(reading.as_nanos()).unwrap_or(NEVER)
}

#[cfg(test)]
#[cfg(not(model))]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
    use std::thread;
    use std::time::Duration;

    use super::{Forgotten, Taken, Uses};
    use crate::clock::Moment;

    const SECOND: Duration = Duration::from_secs(1);

    fn at(reading: Duration) -> Moment {
        Moment::new(jiff::Timestamp::UNIX_EPOCH, reading)
    }

    fn uses() -> (Uses, Arc<Forgotten>) {
        let forgotten = Arc::default();
        (Uses::watched(&forgotten), forgotten)
    }

    /// Adds one, and tells of it if it is due.
    fn told(uses: &Uses, reading: Duration) -> Option<u64> {
        uses.add(at(reading)).then(|| uses.claim(at(reading))).flatten()
    }

    #[test]
    fn first_use_is_told_and_then_one_a_minute_with_those_between() {
        let (uses, _) = uses();
        assert_eq!(told(&uses, Duration::ZERO), Some(1));
        for second in 1..60 {
            assert_eq!(told(&uses, SECOND * second), None);
        }
        assert_eq!(told(&uses, SECOND * 60), Some(60));
        assert_eq!(told(&uses, SECOND * 119), None);
        assert_eq!(told(&uses, SECOND * 300), Some(2));
    }

    #[test]
    fn what_is_not_told_is_taken_with_its_last_instant_and_once() {
        let (uses, _) = uses();
        assert_eq!(uses.take(), None);
        told(&uses, SECOND);
        told(&uses, SECOND * 2);
        told(&uses, SECOND * 3);
        assert_eq!(uses.take(), Some(Taken { count: 2, last: SECOND * 3 }));
        assert_eq!(uses.take(), None);
    }

    #[test]
    fn after_the_finish_the_next_use_is_told() {
        let (uses, _) = uses();
        told(&uses, SECOND);
        told(&uses, SECOND * 2);
        assert_eq!(uses.finish(), Some(Taken { count: 1, last: SECOND * 2 }));
        assert_eq!(told(&uses, SECOND * 3), Some(1));
    }

    #[test]
    fn what_is_never_told_is_forgotten_and_counted() {
        let (uses, forgotten) = uses();
        for _ in 0..5 {
            told(&uses, SECOND);
        }
        drop(uses);
        assert_eq!(forgotten.so_far(), 4);
    }

    #[test]
    fn nobody_is_told_of_what_is_not_watched() {
        let uses = Uses::unwatched();
        assert_eq!(told(&uses, SECOND * 1_000_000_000), None);
        let (uses, end) = (Uses::unwatched(), at(Duration::MAX));
        uses.add(end);
    }

    /// Whoever comes in between: each use is told, taken or forgotten, and none twice.
    #[test]
    fn counts_add_up_over_many_threads_while_others_take_and_finish() {
        let ((uses, forgotten), counted) = (uses(), AtomicU64::new(0));
        let is_over = AtomicBool::new(false);
        let count = |count: Option<u64>| {
            counted.fetch_add(count.unwrap_or(0), Ordering::Relaxed);
        };
        thread::scope(|scope| {
            let adders: Vec<_> = (0..4)
                .map(|_| scope.spawn(|| (0..50_000).for_each(|number| count(told(&uses, SECOND * (number / 100))))))
                .collect();
            scope.spawn(|| {
                while !is_over.load(Ordering::Relaxed) {
                    count(uses.take().map(|taken| taken.count));
                    count(uses.finish().map(|taken| taken.count));
                }
            });
            for adder in adders {
                adder.join().unwrap();
            }
            is_over.store(true, Ordering::Relaxed);
        });
        drop(uses);
        assert_eq!(counted.into_inner() + forgotten.so_far(), 200_000);
    }

    /// A use that comes while somebody finishes is taken there, or told: nothing stays behind.
    #[test]
    fn nothing_stays_behind_a_finish() {
        for _ in 0..5_000 {
            let (uses, _) = uses();
            told(&uses, Duration::ZERO);
            let (told, taken) = thread::scope(|scope| {
                let adder = scope.spawn(|| told(&uses, SECOND));
                let taken = uses.finish().map_or(0, |taken| taken.count);
                (adder.join().unwrap().unwrap_or(0), taken)
            });
            assert_eq!((told + taken, uses.take()), (1, None));
        }
    }
}
