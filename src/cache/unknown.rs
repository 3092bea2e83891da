use std::sync::Arc;

use moka::policy::EvictionPolicy;
use moka::sync::Cache;

use super::evictions::Evictions;
use crate::flight::Verdict;
use crate::token::TokenDigest;

/// Verdicts on tokens that nobody knows. Whoever makes tokens up chooses what stands here: the hash is keyed, and the
/// last of a flood stay, where a count of uses would let none in.
pub(super) struct Unknown {
    verdicts: Cache<TokenDigest, Arc<Verdict>>,
    evictions: Arc<Evictions>,
}

impl Unknown {
    /// `capacity` is a number of tokens.
    pub(super) fn new(capacity: u64) -> Self {
        let evictions = Arc::new(Evictions::default());
        let counted = Arc::clone(&evictions);
        let verdicts = Cache::builder()
            .max_capacity(capacity)
            .eviction_policy(EvictionPolicy::lru())
            .eviction_listener(move |_, _, cause| counted.count(cause))
            .build();
        Self { verdicts, evictions }
    }

    pub(super) fn recall<T>(&self, digest: &TokenDigest, read: impl FnOnce(&Arc<Verdict>) -> T) -> Option<T> {
        self.verdicts.get(digest).as_ref().map(read)
    }

    pub(super) fn remember(&self, digest: TokenDigest, verdict: Arc<Verdict>) {
        self.verdicts.insert(digest, verdict);
    }

    pub(super) fn forget(&self, digest: &TokenDigest) {
        self.verdicts.invalidate(digest);
    }

    pub(super) fn entries(&self) -> u64 {
        self.verdicts.entry_count()
    }

    pub(super) fn evictions(&self) -> u64 {
        self.evictions.so_far()
    }

    /// Has moka do what it puts off.
    pub(super) fn settle(&self) {
        self.verdicts.run_pending_tasks();
    }
}
