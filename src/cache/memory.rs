use std::fmt;
use std::sync::Arc;

use super::known::Known;
use super::unknown::Unknown;
use crate::flight::{Memory, Verdict};
use crate::token::TokenDigest;

/// Known tokens apart from unknown ones, so that a flood of made-up tokens pushes out no good one.
pub(crate) struct MokaMemory {
    pub(super) known: Known,
    pub(super) unknown: Unknown,
}

/// A number for known tokens and one for unknown ones.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct BySort {
    pub(crate) known: u64,
    pub(crate) unknown: u64,
}

impl MokaMemory {
    /// Room for so many bytes of verdicts on known tokens, and for so many verdicts on unknown ones.
    pub(crate) fn new(known_bytes: u64, unknown: u64) -> Self {
        Self { known: Known::new(known_bytes), unknown: Unknown::new(unknown) }
    }

    /// Makes room for what was remembered, which moka puts off.
    pub(crate) fn catch_up(&self) {
        self.known.settle();
        self.unknown.settle();
    }

    /// How many verdicts are remembered, about.
    pub(crate) fn entries(&self) -> BySort {
        BySort { known: self.known.entries(), unknown: self.unknown.entries() }
    }

    /// How many verdicts were pushed out by others, or found no room.
    pub(crate) fn evictions(&self) -> BySort {
        BySort { known: self.known.evictions(), unknown: self.unknown.evictions() }
    }
}

/// Counts alone: whose tokens are remembered is nobody's business.
impl fmt::Debug for MokaMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut memory = f.debug_struct("MokaMemory");
        memory.field("entries", &self.entries()).field("evictions", &self.evictions()).finish_non_exhaustive()
    }
}

impl Memory for MokaMemory {
    fn recall<T>(&self, digest: &TokenDigest, read: impl FnOnce(&Arc<Verdict>) -> T) -> Option<T> {
        match self.known.recall(digest, read) {
            Ok(made) => Some(made),
            Err(read) => self.unknown.recall(digest, read),
        }
    }

    fn remember(&self, digest: TokenDigest, verdict: Arc<Verdict>) {
        if verdict.principal().is_some() {
            self.unknown.forget(&digest);
            self.known.remember(digest, verdict);
        } else {
            self.known.forget(&digest);
            self.unknown.remember(digest, verdict);
        }
    }
}
