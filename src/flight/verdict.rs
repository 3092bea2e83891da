use std::time::Duration;

use super::freshness::Freshness;
use crate::clock::{Moment, nanoseconds};
use crate::footprint::Footprint;
use crate::principal::PatPrincipal;
use crate::revocations::Epoch;
use crate::sync::{AtomicU64, Ordering};

/// An answer as the memory holds it: a principal or none, the epoch it was asked in, and how long it is relied on.
///
/// Whether the principal's token is valid is not part of it: that is judged at each use.
#[derive(Debug)]
pub(crate) struct Verdict {
    principal: Option<PatPrincipal>,
    epoch: Epoch,
    /// When its load began: this and what follows are readings of the monotonic clock, in nanoseconds.
    loaded_at: u64,
    fresh_until: u64,
    /// Zero if it is of no use once it is no longer fresh.
    stale_until: u64,
    /// From when on it may be loaded anew in the background. It says when, and guards nothing.
    next_refresh: AtomicU64,
}

impl Verdict {
    pub(crate) fn new(principal: Option<PatPrincipal>, epoch: Epoch, freshness: impl Into<Freshness>) -> Self {
        let Freshness { since, until, refresh_from, stale_until } = freshness.into();
        let next_refresh = AtomicU64::new(refresh_from.map_or(NEVER, nanoseconds));
        let (loaded_at, fresh_until) = (nanoseconds(since), nanoseconds(until));
        let stale_until = stale_until.map_or(0, nanoseconds);
        Self { principal, epoch, loaded_at, fresh_until, stale_until, next_refresh }
    }

    pub(crate) fn principal(&self) -> Option<&PatPrincipal> {
        self.principal.as_ref()
    }

    pub(super) fn epoch(&self) -> Epoch {
        self.epoch
    }

    pub(super) fn loaded_at(&self) -> u64 {
        self.loaded_at
    }

    pub(super) fn is_fresh_at(&self, now: Moment) -> bool {
        now.monotonic_nanos() < self.fresh_until
    }

    /// Whether it is better than nothing.
    pub(super) fn is_of_use_at(&self, now: Moment) -> bool {
        now.monotonic_nanos() < self.stale_until
    }

    /// Whether it is to be loaded anew: true for one caller alone, and for the next one after a pause.
    pub(super) fn claim_refresh(&self, now: Moment, pause: Duration) -> bool {
        let due = self.next_refresh.load(Ordering::Relaxed);
        due <= now.monotonic_nanos() && self.put_off(due, now.monotonic().saturating_add(pause))
    }

    /// The same, long before it is due.
    #[cold]
    pub(super) fn claim_early_refresh(&self, now: Moment, pause: Duration) -> bool {
        let (due, next) = (self.next_refresh.load(Ordering::Relaxed), now.monotonic().saturating_add(pause));
        // Whoever has claimed it before has left it due within a pause.
        due != NEVER && due > nanoseconds(next) && self.put_off(due, next)
    }

    /// Sets when it is next asked for anew, unless it never is.
    pub(super) fn refresh_from(&self, instant: Duration) {
        if self.next_refresh.load(Ordering::Relaxed) != NEVER {
            self.next_refresh.store(nanoseconds(instant), Ordering::Relaxed);
        }
    }

    #[cold]
    fn put_off(&self, due: u64, next: Duration) -> bool {
        self.next_refresh.compare_exchange(due, nanoseconds(next), Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }
}

const NEVER: u64 = u64::MAX;

impl Footprint for Verdict {
    fn footprint(&self) -> usize {
        self.principal.footprint()
    }
}

#[cfg(test)]
#[cfg(not(model))]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;
    use std::time::Duration;

    use super::Verdict;
    use crate::clock::Moment;
    use crate::flight::freshness::Freshness;
    use crate::revocations::Epoch;

    const SECOND: Duration = Duration::from_secs(1);

    fn at(reading: Duration) -> Moment {
        Moment::new(jiff::Timestamp::UNIX_EPOCH, reading)
    }

    fn just_before(reading: Duration) -> Duration {
        reading.saturating_sub(Duration::from_nanos(1))
    }

    /// Fresh for a minute, refreshed from the 48th second on, of use for ten seconds more.
    fn verdict() -> Verdict {
        let freshness = Freshness {
            since: Duration::ZERO,
            until: SECOND * 60,
            refresh_from: Some(SECOND * 48),
            stale_until: Some(SECOND * 70),
        };
        Verdict::new(None, Epoch::default(), freshness)
    }

    #[test]
    fn verdict_is_fresh_and_of_use_until_its_instants_and_not_at_them() {
        let verdict = verdict();
        assert!(verdict.is_fresh_at(at(just_before(SECOND * 60))) && !verdict.is_fresh_at(at(SECOND * 60)));
        assert!(verdict.is_of_use_at(at(just_before(SECOND * 70))) && !verdict.is_of_use_at(at(SECOND * 70)));
    }

    #[test]
    fn refresh_is_due_from_its_instant_on_and_again_after_each_pause() {
        let verdict = verdict();
        let claim = |reading| verdict.claim_refresh(at(reading), SECOND * 2);
        assert!(!claim(just_before(SECOND * 48)));
        assert!(claim(SECOND * 48) && !claim(SECOND * 48));
        assert!(!claim(just_before(SECOND * 50)));
        assert!(claim(SECOND * 55) && !claim(SECOND * 56) && claim(SECOND * 57));
    }

    #[test]
    fn refresh_is_claimed_by_one_of_many() {
        let (verdict, claimed) = (verdict(), AtomicUsize::new(0));
        let claim = || {
            let is_claimed = verdict.claim_refresh(at(SECOND * 50), SECOND);
            claimed.fetch_add(usize::from(is_claimed), Ordering::SeqCst);
        };
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| (0..1_000).for_each(|_| claim()));
            }
        });
        assert_eq!(claimed.into_inner(), 1);
    }

    #[test]
    fn verdict_of_which_nothing_else_is_said_is_only_fresh() {
        let verdict = Verdict::new(None, Epoch::default(), SECOND);
        assert!(verdict.is_fresh_at(at(Duration::ZERO)));
        assert!(!verdict.is_of_use_at(at(Duration::ZERO)));
        assert!(!verdict.claim_refresh(at(SECOND * 1_000_000_000), SECOND));
    }

    #[test]
    fn clock_at_its_end_breaks_nothing() {
        let freshness = Freshness {
            since: Duration::ZERO,
            until: Duration::MAX,
            refresh_from: Some(Duration::MAX),
            stale_until: Some(Duration::MAX),
        };
        let verdict = Verdict::new(None, Epoch::default(), freshness);
        assert!(!verdict.claim_refresh(at(SECOND), Duration::MAX));
        verdict.claim_refresh(at(Duration::MAX), Duration::MAX);
    }
}
