//! Revocations: which cached verdicts are void.
//!
//! Removing an entry from a cache does not stop a load in flight from putting the old answer back. So nothing is
//! removed; instead every change *raises an epoch*, and a cached verdict counts only while the epoch it was loaded in
//! is still the current one.
//!
//! The table belongs to the resolver ([`PatResolver::revocations`](crate::PatResolver::revocations)): every verifier
//! and manager over one store uses that store's table, and nobody can forget to wire it.

use std::fmt;

use crate::sync::{AtomicU64, Ordering};
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
}

impl Revocations {
    /// A table in which nothing was ever raised.
    #[must_use]
    pub fn new() -> Self {
        Self { all: AtomicU64::new(0), slots: (0..SLOTS).map(|_| AtomicU64::new(0)).collect() }
    }

    /// Voids every verdict on the tokens that share this mark, with all that was loaded or is being loaded.
    ///
    /// Call it after the change is committed, and also when the outcome of the commit is unknown. Once it has returned,
    /// nobody accepts what was true before the change.
    pub fn raise(&self, mark: DigestMark) {
        self.slot(mark).fetch_add(1, Ordering::AcqRel);
    }

    /// Voids every verdict on every token: for changes to many, and for when it is unknown what changed.
    pub fn raise_all(&self) {
        self.all.fetch_add(1, Ordering::AcqRel);
    }

    /// The current epoch of a token.
    ///
    /// Read it before the resolver is asked, and again before its answer is relied on.
    #[must_use]
    pub fn epoch(&self, digest: &TokenDigest) -> Epoch {
        Epoch { all: self.all.load(Ordering::Acquire), slot: self.slot(digest.mark()).load(Ordering::Acquire) }
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
