//! The memory behind the core: two moka caches, and the only file that names moka.
//!
//! moka holds capacity and nothing else: epoch, freshness and expiry are in the verdict, so that a clock turned by hand
//! tests them.

use std::sync::Arc;

use moka::policy::EvictionPolicy;
use moka::sync::Cache;

use crate::flight::{Memory, Verdict};
use crate::token::TokenDigest;

/// Known tokens apart from unknown ones, so that a flood of made-up tokens pushes out no good one.
#[derive(Debug)]
pub(crate) struct MokaMemory {
    known: Cache<TokenDigest, Arc<Verdict>>,
    unknown: Cache<TokenDigest, Arc<Verdict>>,
}

impl MokaMemory {
    /// Each capacity is a number of tokens.
    pub(crate) fn new(known: u64, unknown: u64) -> Self {
        // An attacker chooses the unknown ones: recency keeps the last of a flood, where frequency would admit none.
        let recent = Cache::builder().max_capacity(unknown).eviction_policy(EvictionPolicy::lru());
        Self { known: Cache::new(known), unknown: recent.build() }
    }
}

impl Memory for MokaMemory {
    fn recall(&self, digest: &TokenDigest) -> Option<Arc<Verdict>> {
        self.known.get(digest).or_else(|| self.unknown.get(digest))
    }

    fn remember(&self, digest: TokenDigest, verdict: Arc<Verdict>) {
        let (cache, other) = match verdict.principal() {
            Some(_) => (&self.known, &self.unknown),
            None => (&self.unknown, &self.known),
        };
        other.invalidate(&digest);
        cache.insert(digest, verdict);
    }
}

#[cfg(test)]
#[cfg(not(model))]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use uuid::Uuid;

    use super::MokaMemory;
    use crate::flight::{Memory, Verdict};
    use crate::principal::PatPrincipal;
    use crate::record::{OwnerId, PatRecord, TokenId};
    use crate::revocations::Epoch;
    use crate::token::TokenDigest;

    fn verdict(owner: Option<&str>) -> Arc<Verdict> {
        let principal = owner.map(|owner| {
            let owner = OwnerId::parse(owner).unwrap();
            PatPrincipal::new(PatRecord::new(TokenId::from_uuid(Uuid::nil()), owner))
        });
        Arc::new(Verdict::new(principal, Epoch::default(), Duration::MAX))
    }

    #[test]
    fn later_verdict_replaces_the_earlier_one_of_the_other_sort() {
        let memory = MokaMemory::new(10, 10);
        let digest = TokenDigest::of("…");
        for owner in [Some("alice"), None, Some("alice")] {
            memory.remember(digest, verdict(owner));
            let recalled = memory.recall(&digest).unwrap();
            assert_eq!(recalled.principal().map(|known| known.owner().as_str()), owner);
        }
    }

    #[test]
    fn flood_of_unknown_tokens_pushes_out_no_known_one() {
        let memory = MokaMemory::new(10, 10);
        let known = TokenDigest::of("known");
        memory.remember(known, verdict(Some("alice")));
        for number in 0..10_000_u32 {
            memory.remember(TokenDigest::of(number.to_be_bytes()), verdict(None));
        }
        memory.unknown.run_pending_tasks();
        assert!(memory.recall(&known).is_some());
        assert!(memory.unknown.entry_count() <= 10);
    }
}
