use super::key::{ScopeKey, hash};
use super::set::ScopeSet;

/// Where in a set a scope stands, by its hash: a table that is at most half full, in which the next place is tried.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Index(Box<[Option<(u64, usize)>]>);

impl Index {
    pub(super) fn new(scopes: &ScopeSet) -> Self {
        if scopes.is_empty() {
            return Self::default();
        }
        let mut slots = vec![None; (scopes.len() * 2).next_power_of_two()].into_boxed_slice();
        for (place, scope) in scopes.iter().enumerate() {
            let hash = hash(scope.as_str());
            let mut at = start(hash, slots.len());
            while slots[at].is_some() {
                at = (at + 1) % slots.len();
            }
            slots[at] = Some((hash, place));
        }
        Self(slots)
    }

    /// The place in the set that the index was made of.
    #[inline]
    pub(super) fn place(&self, key: ScopeKey<'_>, scopes: &ScopeSet) -> Option<usize> {
        let mut at = start(key.hash, self.0.len());
        while let Some((hash, place)) = *self.0.get(at)? {
            if hash == key.hash && scopes.as_slice()[place].as_str() == key.text {
                return Some(place);
            }
            at = (at + 1) % self.0.len();
        }
        None
    }
}

/// The number of slots is a power of two.
fn start(hash: u64, slots: usize) -> usize {
    let mask = (slots as u64).wrapping_sub(1);
    // Only low bits count, so the high ones are taken in.
    usize::try_from((hash ^ (hash >> 32)) & mask).unwrap_or(0)
}

#[cfg(test)]
#[cfg(not(model))]
mod tests {
    use proptest::prelude::{prop, prop_assert_eq, proptest};

    use super::Index;
    use crate::scope::{Scope, ScopeKey, ScopeSet};

    proptest! {
        #[test]
        fn place_is_that_in_the_set(held in prop::collection::btree_set(0..200_u32, 0..100), asked in 0..200_u32) {
            let scope = |number: &u32| Scope::parse(&format!("s:{number}")).unwrap();
            let scopes: ScopeSet = held.iter().map(scope).collect();
            let index = Index::new(&scopes);
            for asked in held.iter().chain([&asked]).map(scope) {
                let place = index.place(ScopeKey::of(asked.as_str()), &scopes);
                prop_assert_eq!(place, scopes.place(asked.as_str()));
            }
        }
    }

    #[test]
    fn scope_of_the_same_hash_is_told_by_its_text() {
        let scopes: ScopeSet = "a b".parse().unwrap();
        let index = Index::new(&scopes);
        let hash = ScopeKey::of("a").hash;
        assert_eq!(index.place(ScopeKey::with_hash("a", hash), &scopes), Some(0));
        assert_eq!(index.place(ScopeKey::with_hash("b", hash), &scopes), None);
        assert_eq!(index.place(ScopeKey::with_hash("c", hash), &scopes), None);
    }

    #[test]
    fn empty_index_holds_nothing() {
        let nothing = ScopeSet::default();
        for index in [Index::default(), Index::new(&nothing)] {
            assert_eq!(index.place(ScopeKey::of("a"), &nothing), None);
        }
    }
}
