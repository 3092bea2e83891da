use jiff::{SignedDuration, Timestamp};

use crate::clock::Moment;
use crate::principal::{PatPrincipal, Taken};
use crate::record::TokenId;

/// The uses of a token that come after one that was told.
///
/// As long as somebody has this, none of them is forgotten when the cache drops the token. It keeps the record of the
/// token in memory.
///
/// ```
/// use tower_pat::observer::LaterUses;
///
/// fn look(later: &LaterUses) {
///     if let Some(taken) = later.take() {
///         println!("{} was used {} times, last at {}", later.token_id(), taken.count(), taken.last_at());
///     }
/// }
/// ```
#[derive(Debug)]
pub struct LaterUses {
    principal: PatPrincipal,
    /// When its principal was told of.
    told: Moment,
}

/// Uses of a token that were taken: they are not told any more.
///
/// ```
/// use tower_pat::observer::TakenUses;
///
/// fn line(taken: &TakenUses) -> String {
///     format!("{} uses, the last at {}", taken.count(), taken.last_at())
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TakenUses {
    count: u64,
    last_at: Timestamp,
}

impl LaterUses {
    pub(super) fn new(principal: PatPrincipal, told: Moment) -> Self {
        Self { principal, told }
    }

    /// Which token it is.
    #[must_use]
    pub fn token_id(&self) -> TokenId {
        self.principal.token_id()
    }

    /// Takes the uses since the last one that was told or taken; none if there were none.
    #[must_use]
    pub fn take(&self) -> Option<TakenUses> {
        self.principal.uses().take().map(|taken| self.dated(taken))
    }

    /// Takes them, and has the next one told at once: for who looks after this token no longer. Whoever merely drops this
    /// is told when the minute is over.
    #[must_use]
    pub fn finish(self) -> Option<TakenUses> {
        self.principal.uses().finish().map(|taken| self.dated(taken))
    }

    /// Whether both take the same uses.
    #[cfg(feature = "manage")]
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.principal.is_same(&other.principal)
    }

    /// With the instant on the wall clock, as it went since the token was told of.
    fn dated(&self, Taken { count, last }: Taken) -> TakenUses {
        let since = last.saturating_sub(self.told.monotonic());
        let since = SignedDuration::try_from(since).unwrap_or(SignedDuration::MAX);
        TakenUses { count, last_at: self.told.wall().checked_add(since).unwrap_or(Timestamp::MAX) }
    }
}

impl TakenUses {
    /// How many they are, one at least.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// When the last of them was.
    #[must_use]
    pub fn last_at(&self) -> Timestamp {
        self.last_at
    }
}
