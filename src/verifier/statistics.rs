use std::fmt;

use super::counts::Counts;
use super::event::Event;
use crate::cache::BySort;

/// What a verifier and its clones have done since it was built; see
/// [`PatVerifier::statistics`](super::PatVerifier::statistics).
///
/// Every token that is verified is counted once, as soon as it is known which it is:
///
/// - [`hits`](Self::hits) + [`misses`](Self::misses) + [`refused_unseen`](Self::refused_unseen) =
///   [`verifications`](Self::verifications).
///
/// Every miss is counted once more when its request ends, by what became of it; while it waits, it is not yet in one of
/// these:
///
/// - [`led`](Self::led) + [`joined`](Self::joined) + [`crowded`](Self::crowded) + [`held_back`](Self::held_back) +
///   [`left`](Self::left) + those that wait = misses.
///
/// A load is one call to the resolver:
///
/// - led + [`reloads`](Self::reloads) + [`refreshes`](Self::refreshes) = [`loads`](Self::loads), but for the led ones that
///   still wait;
/// - [`loads_answered`](Self::loads_answered) + [`loads_failed`](Self::loads_failed) +
///   [`loads_under_way`](Self::loads_under_way) = loads.
///
/// While requests come and go, the numbers of one snapshot are not of one instant, and the sums may be off by those under
/// way. Each number only grows, but `loads_under_way` and those of what is remembered.
///
/// ```
/// use tower_pat::resolver::{Answer, ResolveError, resolver_fn};
/// use tower_pat::token::{OsEntropy, TokenDigest};
/// use tower_pat::verifier::VerifyContext;
/// use tower_pat::{PatVerifier, TokenFormat};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let nobody = resolver_fn(|_: TokenDigest| async { Ok::<_, ResolveError>(Answer::Unknown) });
/// let format = TokenFormat::new("acme_pat")?;
/// let token = format.generate(&OsEntropy)?;
/// let verifier = PatVerifier::new(format, nobody);
/// for token in [token.expose_secret(), token.expose_secret(), "acme_pat_hand-made"] {
///     let denied = verifier.verify(token, &VerifyContext::default()).await;
///     assert!(denied.is_err());
/// }
///
/// let statistics = verifier.statistics();
/// assert_eq!(statistics.verifications(), 3);
/// assert_eq!((statistics.misses(), statistics.hits(), statistics.refused_unseen()), (1, 1, 1));
/// assert_eq!((statistics.led(), statistics.loads()), (1, 1));
/// # Ok(()) }
/// ```
///
/// What a service may ask of two snapshots, a minute apart:
///
/// ```
/// use tower_pat::verifier::Statistics;
///
/// fn complaint(earlier: &Statistics, later: &Statistics) -> Option<&'static str> {
///     let more = |figure: fn(&Statistics) -> u64| figure(later) - figure(earlier);
///     if more(Statistics::held_back) > 0 {
///         return Some("the resolver fails, and is left alone for a while");
///     }
///     if more(Statistics::crowded) > 0 {
///         return Some("look-ups find no place in the line: a flood, or a slow resolver");
///     }
///     (more(Statistics::evictions_of_known) > more(Statistics::hits)).then_some("the memory for tokens is too small")
/// }
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Statistics {
    counted: [u64; Event::ALL.len()],
    evicted: BySort,
    remembered: BySort,
    forgotten: u64,
}

impl Statistics {
    pub(super) fn new(counts: &Counts, evicted: BySort, remembered: BySort, forgotten: u64) -> Self {
        Self { counted: Event::ALL.map(|event| counts.sum(event)), evicted, remembered, forgotten }
    }

    fn of(&self, event: Event) -> u64 {
        self.counted[event.place()]
    }

    /// How many tokens were verified: for each request that carries exactly one, one. Requests without a token, or with
    /// several, do not come to the verifier.
    #[must_use]
    pub fn verifications(&self) -> u64 {
        self.hits() + self.misses() + self.refused_unseen()
    }

    /// Tokens decided on by a remembered verdict, for or against them.
    #[must_use]
    pub fn hits(&self) -> u64 {
        self.of(Event::Hit)
    }

    /// Tokens of the right form of which nothing was remembered that could be relied on: never seen, forgotten, no longer
    /// fresh, or changed since.
    #[must_use]
    pub fn misses(&self) -> u64 {
        self.of(Event::Miss)
    }

    /// Tokens refused for their form, prefix or checksum. Neither the cache nor the resolver was asked.
    #[must_use]
    pub fn refused_unseen(&self) -> u64 {
        self.of(Event::RefusedUnseen)
    }

    /// Misses whose request began a load by itself, whatever came of it.
    #[must_use]
    pub fn led(&self) -> u64 {
        self.of(Event::Led)
    }

    /// Misses that needed no load of their own, for one of the same token was under way or had just ended; whatever came of
    /// it.
    #[must_use]
    pub fn joined(&self) -> u64 {
        self.of(Event::Joined)
    }

    /// Misses whose load was not made, for too many were waiting for theirs, or their turn did not come in time.
    #[must_use]
    pub fn crowded(&self) -> u64 {
        self.of(Event::Crowded)
    }

    /// Misses whose load was not made, for the resolver had failed in a row and was being left alone.
    #[must_use]
    pub fn held_back(&self) -> u64 {
        self.of(Event::HeldBack)
    }

    /// Misses whose client went away before its load had begun.
    #[must_use]
    pub fn left(&self) -> u64 {
        self.of(Event::Left)
    }

    /// Misses decided on, in an outage, by a verdict that was past its time. They are also among those by what became of
    /// their own attempt.
    #[must_use]
    pub fn stale(&self) -> u64 {
        self.of(Event::Stale)
    }

    /// Misses denied with [`Denial::Unavailable`](crate::denial::Denial::Unavailable): crowded or held back, or their load
    /// failed.
    #[must_use]
    pub fn unavailable(&self) -> u64 {
        self.of(Event::Unavailable)
    }

    /// Calls to the resolver, those in the background included.
    #[must_use]
    pub fn loads(&self) -> u64 {
        self.of(Event::Load)
    }

    /// Loads that a miss began beyond its first, for its token had changed while that was under way.
    #[must_use]
    pub fn reloads(&self) -> u64 {
        self.of(Event::Reload)
    }

    /// Loads in the background, for tokens that were remembered and asked for.
    #[must_use]
    pub fn refreshes(&self) -> u64 {
        self.of(Event::Refresh)
    }

    /// Loads that were answered, also by that nobody knows the token.
    #[must_use]
    pub fn loads_answered(&self) -> u64 {
        self.of(Event::Answered)
    }

    /// Loads that came to no answer: an error, a passed deadline, a panic, or a runtime that was shut down.
    #[must_use]
    pub fn loads_failed(&self) -> u64 {
        self.of(Event::Failed)
    }

    /// Loads that have begun and not ended.
    #[must_use]
    pub fn loads_under_way(&self) -> u64 {
        self.loads().saturating_sub(self.loads_answered() + self.loads_failed())
    }

    /// Verdicts on known tokens that had to make room for others. Those that are replaced or no longer fresh are not
    /// counted.
    #[must_use]
    pub fn evictions_of_known(&self) -> u64 {
        self.evicted.known
    }

    /// The same of verdicts on unknown tokens.
    #[must_use]
    pub fn evictions_of_unknown(&self) -> u64 {
        self.evicted.unknown
    }

    /// Uses of tokens that the [observer](super::PatVerifierBuilder::with_observer) was not told of, and will not be: they
    /// came after the last one that was told, the verdict has been dropped, and nobody had asked for
    /// [later ones](crate::observer::LaterUses). Zero without an observer.
    #[must_use]
    pub fn uses_forgotten(&self) -> u64 {
        self.forgotten
    }

    /// Of how many known tokens a verdict is kept, fresh or not.
    #[must_use]
    pub fn remembered_known(&self) -> u64 {
        self.remembered.known
    }

    /// The same of unknown tokens.
    #[must_use]
    pub fn remembered_unknown(&self) -> u64 {
        self.remembered.unknown
    }
}

impl fmt::Debug for Statistics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counted = Event::ALL.map(|event| (event.name(), self.of(event)));
        let kept = [
            ("evictions_of_known", self.evicted.known),
            ("evictions_of_unknown", self.evicted.unknown),
            ("uses_forgotten", self.forgotten),
            ("remembered_known", self.remembered.known),
            ("remembered_unknown", self.remembered.unknown),
        ];
        f.debug_map().entries(counted).entries(kept).finish()
    }
}
