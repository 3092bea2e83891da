//! What goes to the log: the names of the events, and how often one may come. The table of them is in the crate's
//! documentation.

use std::collections::BTreeSet;
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
/// The resolver answers again.
pub(crate) const RECOVERY: &str = "pat.recovery";
/// A token was accepted that could not be checked. Above DEBUG only if the resolver is to blame.
pub(crate) const STALE: &str = "pat.stale";
/// The feed of changes cannot be read.
pub(crate) const FEED_OUTAGE: &str = "pat.feed.outage";
/// The feed of changes is read again.
pub(crate) const FEED_RECOVERY: &str = "pat.feed.recovery";
/// Too many look-ups wait. Clients can cause it, so it is never above DEBUG.
pub(crate) const CROWDED: &str = "pat.crowded";
/// A stored token has a scope that the service does not know.
pub(crate) const UNKNOWN_SCOPE: &str = "pat.unknown_scope";
/// Uses of tokens could not be written, or are lost.
#[cfg(any(feature = "manage", test))]
pub(crate) const USAGE: &str = "pat.usage";
/// It cannot be seen which tokens expire soon, or can be again.
#[cfg(any(feature = "manage", test))]
pub(crate) const EXPIRY: &str = "pat.expiry";
/// That a token was used after another had taken its place could not be reported.
#[cfg(any(feature = "manage", test))]
pub(crate) const REUSE: &str = "pat.reuse";
/// Tokens cannot be managed.
#[cfg(feature = "web")]
pub(crate) const WEB_OUTAGE: &str = "pat.web.outage";
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

/// Tells texts that come for the first time from those that came before.
#[derive(Debug, Default)]
pub(crate) struct Firsts(Mutex<Seen>);

#[derive(Debug, Default)]
struct Seen {
    texts: BTreeSet<Box<str>>,
    was_full: bool,
}

/// What a text is to those that came before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Novelty {
    New,
    /// It is the first that is not remembered, since too many are. Those after it count as known.
    TooMany,
    Known,
}

impl Firsts {
    /// So many are remembered.
    const LIMIT: usize = 100;

    pub(crate) fn take(&self, text: &str) -> Novelty {
        let mut seen = lock(&self.0);
        if seen.texts.contains(text) {
            return Novelty::Known;
        }
        if seen.texts.len() < Self::LIMIT {
            seen.texts.insert(text.into());
            return Novelty::New;
        }
        if mem::replace(&mut seen.was_full, true) { Novelty::Known } else { Novelty::TooMany }
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

    use super::{
        CROWDED, DENIED, EXPIRY, FEED_OUTAGE, FEED_RECOVERY, First, Firsts, MISCONFIGURED, Novelty, OUTAGE, RECOVERY,
        REUSE, STALE, Throttle, UNKNOWN_SCOPE, USAGE,
    };
    use crate::clock::Moment;

    fn at(milliseconds: u64) -> Moment {
        Moment::new(Timestamp::UNIX_EPOCH, Duration::from_millis(milliseconds))
    }

    #[test]
    fn every_name_is_in_the_table() {
        let of_the_feed = [FEED_OUTAGE, FEED_RECOVERY];
        let of_managers = [USAGE, EXPIRY, REUSE];
        let others = [DENIED, OUTAGE, RECOVERY, STALE, CROWDED, UNKNOWN_SCOPE, MISCONFIGURED];
        for name in of_the_feed.into_iter().chain(of_managers).chain(others) {
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
    fn text_is_new_once() {
        let firsts = Firsts::default();
        let novelties = ["a", "b", "a", "b", "c"].map(|text| firsts.take(text));
        assert_eq!(novelties, [Novelty::New, Novelty::New, Novelty::Known, Novelty::Known, Novelty::New]);
    }

    #[test]
    fn hundred_texts_are_remembered_and_it_is_told_once_that_there_are_more() {
        let firsts = Firsts::default();
        let mut take = |number: usize| firsts.take(&number.to_string());
        assert!((0..100).all(|number| take(number) == Novelty::New));
        assert!((0..100).all(|number| take(number) == Novelty::Known));
        assert_eq!(
            [100, 100, 101, 99].map(&mut take),
            [Novelty::TooMany, Novelty::Known, Novelty::Known, Novelty::Known]
        );
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
