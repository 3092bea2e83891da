//! The sync types of the core.
//!
//! The revocations, the flights and the look-up loop take their atomics and locks from here and from nowhere else, so
//! that a model checker can put its own in their place (`--cfg model`).

#[cfg(model)]
pub(crate) use loom::sync::{
    Mutex, MutexGuard,
    atomic::{AtomicU64, Ordering},
};
use std::sync::PoisonError;
#[cfg(not(model))]
pub(crate) use std::sync::{
    Mutex, MutexGuard,
    atomic::{AtomicU64, Ordering},
};

/// Locks, also when a thread panicked while it held the lock.
///
/// Every critical section of the core leaves its data whole at each step, so a poisoned lock guards nothing broken.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
