use std::fmt;

use smallvec::SmallVec;

use super::catalog::ScopeCatalog;
use super::key::ScopeKey;
use crate::footprint::Footprint;

/// The scopes of a token as bits, one for each scope of a catalogue: whether one is held is then one look into the
/// catalogue's index, however many there are.
#[derive(Clone)]
pub(crate) struct ScopeBits {
    catalog: ScopeCatalog,
    /// 128 scopes fit in without an allocation.
    words: SmallVec<[u64; 2]>,
}

impl ScopeBits {
    /// Each place is less than the length of the catalogue.
    pub(super) fn new(catalog: ScopeCatalog, places: impl IntoIterator<Item = usize>) -> Self {
        let mut words = SmallVec::from_elem(0, catalog.len().div_ceil(64));
        for place in places {
            words[place / 64] |= 1 << (place % 64);
        }
        Self { catalog, words }
    }

    #[inline]
    pub(crate) fn contains(&self, key: ScopeKey<'_>) -> bool {
        self.catalog.place_of(key).is_some_and(|place| self.words[place / 64] >> (place % 64) & 1 == 1)
    }
}

impl Footprint for ScopeBits {
    /// The catalogue is its service's.
    fn footprint(&self) -> usize {
        if self.words.spilled() { size_of_val(&*self.words) } else { 0 }
    }
}

impl fmt::Debug for ScopeBits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScopeBits").finish_non_exhaustive()
    }
}
