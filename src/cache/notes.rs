use std::array;
use std::num::NonZero;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread;

use super::hashing::Beginning;
use crate::stripe::thread_number;

/// Few enough to be brought to moka in the shadow of one load.
const PLACES: usize = 64;
const MAX_PAGES: usize = 16;

/// Which tokens were used of late: left by look-ups, taken by loads.
///
/// Not all are there. A page has few places, and of notes for one place the last one stays; a token that is used again
/// and again takes up one place, not those of others. Which tokens share a place changes each time a page is taken, so
/// that none is always overwritten by another. A note costs a look-up two stores' worth of time, and threads have pages
/// of their own as long as there are some.
pub(super) struct Notes {
    pages: Box<[Page]>,
    /// Which page is taken next.
    turn: AtomicUsize,
}

/// As long as two lines of a processor's cache are, so that threads do not disturb each other.
#[repr(align(128))]
struct Page {
    /// Odd. Which place a token has.
    factor: AtomicU64,
    /// Zero is no note.
    places: [AtomicU64; PLACES],
}

impl Notes {
    pub(super) fn new() -> Self {
        let threads = thread::available_parallelism().map_or(1, NonZero::get);
        let pages = threads.next_power_of_two().min(MAX_PAGES);
        Self { pages: (0..pages).map(Page::new).collect(), turn: AtomicUsize::new(0) }
    }

    /// Notes that a token was used.
    pub(super) fn leave(&self, token: Beginning) {
        // There is a power of two of pages.
        let page = &self.pages[thread_number() & (self.pages.len() - 1)];
        let place = token.0.wrapping_mul(page.factor.load(Ordering::Relaxed)) >> (u64::BITS - PLACES.ilog2());
        page.places[usize::try_from(place).unwrap_or_default() % PLACES].store(token.0, Ordering::Relaxed);
    }

    /// Takes the notes of one page, of another each time.
    pub(super) fn take(&self, mut take: impl FnMut(Beginning)) {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        let page = &self.pages[turn & (self.pages.len() - 1)];
        for place in &page.places {
            if place.load(Ordering::Relaxed) != 0 {
                let token = place.swap(0, Ordering::Relaxed);
                // Another load may have been quicker.
                if token != 0 {
                    take(Beginning(token));
                }
            }
        }
        page.factor.store(factor(turn), Ordering::Relaxed);
    }
}

impl Page {
    fn new(number: usize) -> Self {
        Self { factor: AtomicU64::new(factor(number)), places: array::from_fn(|_| AtomicU64::new(0)) }
    }
}

/// An odd number without a pattern (the mixer of `SplitMix64`).
fn factor(turn: usize) -> u64 {
    let turn = u64::try_from(turn).unwrap_or_default().wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (turn ^ (turn >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (mixed ^ (mixed >> 31)) | 1
}

#[cfg(test)]
#[cfg(not(model))]
mod tests {
    use std::collections::BTreeMap;

    use super::super::hashing::Beginning;
    use super::{Notes, PLACES};
    use crate::token::TokenDigest;

    fn token(number: u32) -> Beginning {
        Beginning::from(&TokenDigest::of(number.to_be_bytes()))
    }

    fn take_all(notes: &Notes) -> Vec<u64> {
        let mut taken = Vec::new();
        for _ in 0..notes.pages.len() {
            notes.take(|token| taken.push(token.0));
        }
        taken
    }

    #[test]
    fn note_is_taken_once() {
        let notes = Notes::new();
        notes.leave(token(1));
        notes.leave(token(1));
        assert_eq!(take_all(&notes), [token(1).0]);
        assert!(take_all(&notes).is_empty());
    }

    #[test]
    fn token_that_is_used_without_pause_takes_up_one_place() {
        let notes = Notes::new();
        for number in 0..10 {
            notes.leave(token(number));
            for _ in 0..1_000 {
                notes.leave(token(1_000));
            }
        }
        assert!(take_all(&notes).len() > 5);
    }

    /// Whatever is used after it, and however often: a token is not overlooked for ever.
    #[test]
    fn no_token_is_always_overwritten() {
        let notes = Notes::new();
        let mut seen = BTreeMap::new();
        for _ in 0..1_000 {
            for number in 0..128 {
                notes.leave(token(number));
            }
            for taken in take_all(&notes) {
                *seen.entry(taken).or_insert(0) += 1;
            }
        }
        assert_eq!(seen.len(), 2 * PLACES);
        // The first is always there before the others, each of which takes its place one time in 64.
        assert!(seen[&token(0).0] > 50, "{}", seen[&token(0).0]);
    }
}
