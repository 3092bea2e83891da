//! Revocations: which cached verdicts are void.
//!
//! Removing an entry from a cache does not stop a load in flight from putting the old answer back. So nothing is
//! removed; instead every change *raises an epoch*, and a cached verdict counts only while the epoch it was loaded in
//! is still the current one.
//!
//! The table belongs to the resolver ([`PatResolver::revocations`](crate::PatResolver::revocations)): every verifier
//! and manager over one store uses that store's table, and nobody can forget to wire it. A resolver that asks others has
//! a table that [follows](Revocations::following) theirs.

use std::fmt;
use std::sync::{Arc, Weak};
use std::time::Duration;

use crate::clock::{Moment, nanoseconds};
use crate::sync::{AtomicU64, Mutex, Ordering, lock};
use crate::token::{DigestMark, TokenDigest};

/// Small enough to stay in the processor's cache (32 KiB), large enough that a change voids one verdict in 4,096.
#[cfg(not(model))]
const SLOTS: usize = 4_096;
#[cfg(model)]
const SLOTS: usize = 2;

/// The epochs that say which verdicts are void: a fixed table indexed by bits of the digest, and one for all.
///
/// ```
/// use tower_pat::revocations::Revocations;
/// use tower_pat::token::TokenDigest;
///
/// let revocations = Revocations::new();
/// let digest = TokenDigest::of("…");
/// let before = revocations.epoch(&digest);
///
/// revocations.raise(digest.mark());
/// let between = revocations.epoch(&digest);
/// assert_ne!(between, before);
///
/// revocations.raise_all();
/// assert_ne!(revocations.epoch(&digest), between);
/// ```
pub struct Revocations {
    all: AtomicU64,
    slots: Box<[AtomicU64]>,
    /// Each is younger than this table, so that there are no circles and a table locks only younger ones.
    followers: Mutex<Vec<Weak<Revocations>>>,
    /// Those that this table follows. Each is older.
    followed: Box<[Arc<Revocations>]>,
    hearing: Hearing,
}

/// How recently a feed was heard. The times are those of the monotonic clock, in nanoseconds.
struct Hearing {
    /// How old may be what is relied on; [`FOR_EVER`] where there is no feed.
    bound: AtomicU64,
    /// When the last reading began.
    heard: AtomicU64,
    /// How many are followed.
    feeds: AtomicU64,
    /// Is held by whoever begins to follow.
    beginning: Mutex<()>,
}

const FOR_EVER: u64 = u64::MAX;

/// By how much a reading may seem to have begun in the future: readings of one clock on two processors differ by less. A
/// clock that differs by more is another one, and what was heard by it counts for nothing.
const AHEAD: u64 = 1_000_000_000;

impl Hearing {
    fn new() -> Self {
        let (heard, feeds) = (AtomicU64::new(0), AtomicU64::new(0));
        Self { bound: AtomicU64::new(FOR_EVER), heard, feeds, beginning: Mutex::new(()) }
    }

    /// Whether a part of the bound has not passed since a load, or since the feed was heard.
    #[inline]
    fn reaches(&self, loaded_at: u64, now: Moment, parts: u32, of: u32) -> bool {
        let bound = self.bound.load(Ordering::Relaxed);
        if bound == FOR_EVER {
            return true;
        }
        let (now, reach) = (now.monotonic_nanos(), bound / u64::from(of) * u64::from(parts));
        let heard = self.heard.load(Ordering::Acquire);
        let was_heard = heard <= now.saturating_add(AHEAD) && now <= heard.saturating_add(reach);
        was_heard || now <= loaded_at.saturating_add(reach)
    }
}

impl Revocations {
    /// A table in which nothing was ever raised.
    #[must_use]
    pub fn new() -> Self {
        Self::with_followed(Box::default())
    }

    fn with_followed(followed: Box<[Arc<Self>]>) -> Self {
        let slots = (0..SLOTS).map(|_| AtomicU64::new(0)).collect();
        Self { all: AtomicU64::new(0), slots, followers: Mutex::new(Vec::new()), followed, hearing: Hearing::new() }
    }

    /// A new table that follows others: what is raised in one of them is raised in this one too, before the call that
    /// raises it returns. What is raised in this one is not raised in theirs.
    ///
    /// It is for a resolver that asks others, such as [`first_of`](crate::resolver::first_of). The tables know it weakly:
    /// once it is dropped they forget it. Where one of them is told of changes by a [feed](crate::feed), what is heard of
    /// that feed counts for this one too.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use tower_pat::revocations::Revocations;
    /// use tower_pat::token::TokenDigest;
    ///
    /// let (one, other) = (Arc::new(Revocations::new()), Arc::new(Revocations::new()));
    /// let both = Revocations::following([&one, &other]);
    /// let digest = TokenDigest::of("…");
    /// let before = both.epoch(&digest);
    ///
    /// one.raise(digest.mark());
    /// assert_ne!(both.epoch(&digest), before);
    /// ```
    #[must_use]
    pub fn following<'a>(tables: impl IntoIterator<Item = &'a Arc<Self>>) -> Arc<Self> {
        let tables: Box<[_]> = tables.into_iter().cloned().collect();
        let follower = Arc::new(Self::with_followed(tables));
        for table in &follower.followed {
            let mut followers = lock(&table.followers);
            followers.retain(|follower| follower.strong_count() > 0);
            followers.push(Arc::downgrade(&follower));
        }
        follower
    }

    /// Voids every verdict on the tokens that share this mark, with all that was loaded or is being loaded.
    ///
    /// Call it after the change is committed, and also when the outcome of the commit is unknown. Once it has returned,
    /// nobody accepts what was true before the change.
    ///
    /// ```
    /// use std::io;
    /// use tower_pat::revocations::Revocations;
    /// use tower_pat::token::TokenDigest;
    ///
    /// fn revoke(
    ///     digest: &TokenDigest,
    ///     commit: impl FnOnce() -> io::Result<()>,
    ///     revocations: &Revocations,
    /// ) -> io::Result<()> {
    ///     let outcome = commit();
    ///     // Also after an error: the connection may have been lost when all was done.
    ///     revocations.raise(digest.mark());
    ///     outcome
    /// }
    /// ```
    pub fn raise(&self, mark: DigestMark) {
        self.slot(mark).fetch_add(1, Ordering::AcqRel);
        self.forward(|follower| follower.raise(mark));
    }

    /// Voids every verdict on every token: for changes to many, and for when it is unknown what changed.
    pub fn raise_all(&self) {
        self.all.fetch_add(1, Ordering::AcqRel);
        self.forward(Self::raise_all);
    }

    /// The current epoch of a token.
    ///
    /// Read it before the resolver is asked, and again before its answer is relied on.
    #[must_use]
    pub fn epoch(&self, digest: &TokenDigest) -> Epoch {
        Epoch { all: self.all.load(Ordering::Acquire), slot: self.slot(digest.mark()).load(Ordering::Acquire) }
    }

    /// From now on verdicts are relied on only as long as either they or what was heard of a feed are no older than this.
    /// Of several bounds the strictest counts.
    pub(crate) fn is_fed(&self, max_staleness: Duration, now: Moment) {
        let bound = nanoseconds(max_staleness).min(FOR_EVER - 1);
        // Of two that begin at once neither may put its bound in the place of the other's.
        let _alone = lock(&self.hearing.beginning);
        if self.hearing.feeds.fetch_add(1, Ordering::AcqRel) == 0 {
            // Nothing was heard: what was loaded before is trusted no longer than what is loaded now, and what is too old not even
            // at this instant.
            let unheard = now.monotonic_nanos().saturating_sub(bound).saturating_sub(1);
            self.hearing.heard.fetch_max(unheard, Ordering::AcqRel);
            self.hearing.bound.store(bound, Ordering::Release);
        } else {
            self.hearing.bound.fetch_min(bound, Ordering::AcqRel);
        }
    }

    /// A feed is followed no more. The bound stays.
    pub(crate) fn is_left(&self) {
        self.hearing.feeds.fetch_sub(1, Ordering::AcqRel);
    }

    /// A feed was read, and all that it told of is raised. `started` is the instant at which the reading began.
    pub(crate) fn has_heard(&self, started: Moment) {
        self.hearing.heard.fetch_max(started.monotonic_nanos(), Ordering::AcqRel);
    }

    /// The bound that counts, where there is a feed.
    pub(crate) fn bound(&self) -> Option<Duration> {
        let bound = self.hearing.bound.load(Ordering::Acquire);
        (bound != FOR_EVER).then(|| Duration::from_nanos(bound))
    }

    /// Whether a verdict may be relied on whose load began at this reading of the monotonic clock.
    ///
    /// Ask before the epoch is read: who sees that the feed was heard must also see what was raised because of it.
    #[inline]
    pub(crate) fn trusts(&self, loaded_at: u64, now: Moment) -> bool {
        self.hearing.reaches(loaded_at, now, 1, 1) && self.followed.iter().all(|table| table.trusts(loaded_at, now))
    }

    /// Whether that will soon be over, and the verdict is worth loading anew: from three fifths of the bound on, and up to a
    /// fifth later by bits of the digest, so that not all are loaded at one instant.
    #[inline]
    pub(crate) fn trusts_no_longer_soon(&self, digest: &TokenDigest, loaded_at: u64, now: Moment) -> bool {
        let fifteenth = 9 + (digest.mark().bits() >> 16) % 4;
        !self.hearing.reaches(loaded_at, now, fifteenth, 15)
            || self.followed.iter().any(|table| table.trusts_no_longer_soon(digest, loaded_at, now))
    }

    /// A follower that is not in the list yet has no verdict yet: it is there before its resolver can be asked.
    fn forward(&self, raise: impl Fn(&Self)) {
        lock(&self.followers).retain(|follower| follower.upgrade().inspect(|follower| raise(follower)).is_some());
    }

    fn slot(&self, mark: DigestMark) -> &AtomicU64 {
        &self.slots[mark.bits() as usize % SLOTS]
    }
}

impl Default for Revocations {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Revocations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Revocations").field("slots", &self.slots.len()).finish_non_exhaustive()
    }
}

/// A table whose hearing a checker of states sets as it was in the state that it goes on from.
#[cfg(all(test, not(model)))]
impl Revocations {
    pub(crate) fn heard(&self) -> u64 {
        self.hearing.heard.load(Ordering::Acquire)
    }

    pub(crate) fn hears_as_of(&self, bound: Duration, heard: u64) {
        self.hearing.bound.store(nanoseconds(bound), Ordering::Release);
        self.hearing.heard.store(heard, Ordering::Release);
    }
}

/// The state of the table for one token: it differs from another reading if anything was raised between the two.
///
/// ```
/// use tower_pat::revocations::Revocations;
/// use tower_pat::token::TokenDigest;
///
/// let revocations = Revocations::new();
/// let digest = TokenDigest::of("…");
/// assert_eq!(revocations.epoch(&digest), revocations.epoch(&digest));
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Epoch {
    all: u64,
    slot: u64,
}

#[cfg(test)]
#[cfg(not(model))]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::sync::{Arc, Barrier};
    use std::thread;
    use std::time::Duration;

    use super::Revocations;
    use crate::clock::{Clock, SystemClock};
    use crate::sync::lock;
    use crate::token::TokenDigest;

    fn table() -> Arc<Revocations> {
        Arc::new(Revocations::new())
    }

    /// Whether `table` was raised for this digest, and for another, by `raise`.
    fn raised(table: &Revocations, raise: impl FnOnce()) -> (bool, bool) {
        let digests = [1, 2].map(|byte| TokenDigest::from_bytes([byte; 32]));
        let before = digests.map(|digest| table.epoch(&digest));
        raise();
        let after = digests.map(|digest| table.epoch(&digest));
        (before[0] != after[0], before[1] != after[1])
    }

    fn mark() -> super::DigestMark {
        TokenDigest::from_bytes([1; 32]).mark()
    }

    #[test]
    fn follower_is_raised_with_each_table_it_follows_and_as_far() {
        let (one, other) = (table(), table());
        let follower = Revocations::following([&one, &other]);
        assert_eq!(raised(&follower, || one.raise(mark())), (true, false));
        assert_eq!(raised(&follower, || other.raise(mark())), (true, false));
        assert_eq!(raised(&follower, || other.raise_all()), (true, true));
    }

    #[test]
    fn of_two_feeds_that_are_followed_at_once_the_stricter_bound_counts() {
        let (strict, lax) = (Duration::from_secs(1), Duration::from_secs(5));
        for _ in 0..2_000 {
            let (table, start) = (table(), Barrier::new(2));
            let follow = |bound| {
                let now = SystemClock.now();
                start.wait();
                table.is_fed(bound, now);
            };
            thread::scope(|scope| {
                scope.spawn(|| follow(lax));
                follow(strict);
            });
            assert_eq!(table.bound(), Some(strict));
        }
    }

    #[test]
    fn table_is_not_raised_with_its_followers_nor_with_its_neighbours() {
        let (one, other) = (table(), table());
        let follower = Revocations::following([&one, &other]);
        assert_eq!(raised(&one, || follower.raise_all()), (false, false));
        assert_eq!(raised(&one, || other.raise_all()), (false, false));
    }

    #[test]
    fn follower_of_a_follower_is_raised_also_by_two_ways() {
        let root = table();
        let first = Revocations::following([&root]);
        let second = Revocations::following([&first, &root, &root]);
        assert_eq!(raised(&second, || root.raise(mark())), (true, false));
        assert_eq!(raised(&second, || root.raise_all()), (true, true));
    }

    #[test]
    fn dropped_follower_is_forgotten_at_the_next_raise_or_the_next_follower() {
        let root = table();
        let count = || lock(&root.followers).len();
        drop(Revocations::following([&root]));
        root.raise(mark());
        assert_eq!(count(), 0);
        for _ in 0..3 {
            drop(Revocations::following([&root]));
        }
        assert_eq!(count(), 1);
    }

    #[test]
    fn list_that_was_locked_by_a_thread_that_panicked_is_still_followed() {
        let root = table();
        let follower = Revocations::following([&root]);
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            let _locked = lock(&root.followers);
            panic!("while the list is locked");
        }));
        assert!(panicked.is_err());
        assert_eq!(raised(&follower, || root.raise(mark())), (true, false));
    }
}
