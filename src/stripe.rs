//! Who writes where, so that threads do not write to one line of the processor's cache.

use std::cell::Cell;
// No decision rests on it: there is nothing in it for a model checker.
use std::sync::atomic::{AtomicUsize, Ordering};

/// The number of this thread, from zero on.
#[inline]
pub(crate) fn thread_number() -> usize {
    const NONE: usize = usize::MAX;
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static NUMBER: Cell<usize> = const { Cell::new(NONE) };
    }
    NUMBER.with(|number| {
        if number.get() == NONE {
            number.set(NEXT.fetch_add(1, Ordering::Relaxed));
        }
        number.get()
    })
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::thread_number;

    #[test]
    fn thread_keeps_a_number_of_its_own() {
        let numbers = [(); 2].map(|()| thread::spawn(|| (thread_number(), thread_number())).join().unwrap());
        assert!(numbers.iter().all(|(first, again)| first == again));
        assert_ne!(numbers[0], numbers[1]);
    }
}
