#[cfg(all(test, not(model)))]
use std::cell::RefCell;

#[cfg(all(test, not(model)))]
type Next = Box<dyn FnOnce()>;

#[cfg(all(test, not(model)))]
thread_local! {
    static NEXT: RefCell<Option<Next>> = const { RefCell::new(None) };
}

/// What a checker of states has happen between the two readings of a decision.
#[cfg(all(test, not(model)))]
pub(super) fn meanwhile() {
    if let Some(next) = NEXT.take() {
        next();
    }
}

/// Sets what happens at the next such point in this thread.
#[cfg(all(test, not(model)))]
pub(super) fn happens_meanwhile(next: impl FnOnce() + 'static) {
    NEXT.set(Some(Box::new(next)));
}

/// Sets that nothing does, and tells whether anything was left to happen.
#[cfg(all(test, not(model)))]
pub(super) fn nothing_happens() -> bool {
    NEXT.take().is_some()
}

#[cfg(not(all(test, not(model))))]
#[inline]
pub(super) const fn meanwhile() {}
