use std::sync::Arc;

use moka::sync::Cache;
use papaya::HashMap;

use super::evictions::Evictions;
use super::hashing::{Beginning, ByOwnBytes};
use super::notes::Notes;
use super::weight::weight;
use crate::flight::Verdict;
use crate::token::TokenDigest;

type Front = HashMap<TokenDigest, Arc<Verdict>, ByOwnBytes>;

/// Verdicts on tokens that exist: look-ups read the front, and moka decides who leaves it.
///
/// What is in the front is in moka too, or about to be, so that the front is as bounded as moka is. That rests on an
/// order: a verdict enters the front before it enters moka, and moka tells of each that leaves. So whoever leaves moka
/// has entered the front before, and is taken out by its identity: a later verdict on the same token stays. Of two
/// threads that remember the same token, one may so take out what only moka keeps; that costs a load.
pub(super) struct Known {
    front: Arc<Front>,
    ranks: Cache<TokenDigest, Arc<Verdict>, ByOwnBytes>,
    notes: Notes,
    capacity: u64,
    evictions: Arc<Evictions>,
}

impl Known {
    /// `capacity` is a number of bytes.
    pub(super) fn new(capacity: u64) -> Self {
        let (front, evictions) = (Arc::new(Front::default()), Arc::new(Evictions::default()));
        let (mirrored, counted) = (Arc::clone(&front), Arc::clone(&evictions));
        let ranks = Cache::builder()
            .max_capacity(capacity)
            .weigher(|_, verdict| weight(verdict))
            .eviction_listener(move |digest: Arc<TokenDigest>, left, cause| {
                counted.count(cause);
                // An error says that another verdict stands there, which stays.
                let _ = mirrored.pin().remove_if(&*digest, |_, held| Arc::ptr_eq(held, &left));
            })
            .build_with_hasher(ByOwnBytes::default());
        Self { front, ranks, notes: Notes::new(), capacity, evictions }
    }

    /// What `read` makes of the verdict; where there is none, `read` is given back.
    pub(super) fn recall<T, F>(&self, digest: &TokenDigest, read: F) -> Result<T, F>
    where
        F: FnOnce(&Arc<Verdict>) -> T,
    {
        let front = self.front.pin();
        let Some(verdict) = front.get(digest) else { return Err(read) };
        self.notes.leave(Beginning::from(digest));
        Ok(read(verdict))
    }

    /// A verdict that takes more than all there is is not kept.
    pub(super) fn remember(&self, digest: TokenDigest, verdict: Arc<Verdict>) {
        if u64::from(weight(&verdict)) > self.capacity {
            self.evictions.add();
            return self.forget(&digest);
        }
        self.report(&digest);
        self.front.pin().insert(digest, Arc::clone(&verdict));
        self.ranks.insert(digest, verdict);
    }

    pub(super) fn forget(&self, digest: &TokenDigest) {
        // The listener takes it out of the front.
        self.ranks.invalidate(digest);
    }

    /// Tells moka of what was used since the last load, and of this load. Without that it would let nobody in: a newcomer
    /// has to be asked for more often than those who would have to go.
    fn report(&self, loaded: &TokenDigest) {
        // Before half of the room is taken, moka counts nothing.
        if self.ranks.weighted_size() >= self.capacity / 2 {
            self.notes.take(|token| drop(self.ranks.get(&token)));
        }
        self.ranks.get(loaded);
    }

    pub(super) fn entries(&self) -> u64 {
        u64::try_from(self.front.len()).unwrap_or(u64::MAX)
    }

    /// Has moka do what it puts off.
    pub(super) fn settle(&self) {
        self.ranks.run_pending_tasks();
    }

    pub(super) fn evictions(&self) -> u64 {
        self.evictions.so_far()
    }
}

/// What tests look at.
#[cfg(test)]
#[cfg(not(model))]
impl Known {
    pub(super) fn weighed(&self) -> u64 {
        self.ranks.weighted_size()
    }

    /// What the front holds that moka does not.
    pub(super) fn strays(&self) -> usize {
        let front = self.front.pin();
        let is_ranked =
            |digest: &_, held| self.ranks.get::<TokenDigest>(digest).is_some_and(|ranked| Arc::ptr_eq(&ranked, held));
        front.iter().filter(|(digest, held)| !is_ranked(digest, held)).count()
    }

    pub(super) fn ranked(&self) -> u64 {
        self.ranks.entry_count()
    }
}
