use std::fmt;
use std::mem;
use std::sync::Arc;

use super::counts::Counts;
use super::event::Event;
use crate::sync::{Mutex, lock};

/// What becomes of a request that found no verdict: one thing, which is counted when it is dropped.
pub(super) struct Course {
    counts: Arc<Counts>,
    came_to: Mutex<Event>,
}

impl Course {
    /// Of a request that has done nothing yet.
    pub(super) fn new(counts: Arc<Counts>) -> Self {
        Self { counts, came_to: Mutex::new(Event::Left) }
    }

    /// What comes later counts, but whoever has begun a load has done so whatever becomes of it.
    pub(super) fn comes_to(&self, event: Event) {
        let mut came_to = lock(&self.came_to);
        if *came_to != Event::Led {
            *came_to = event;
        }
    }

    /// It begins a load, or another one.
    pub(super) fn leads(&self) {
        let before = mem::replace(&mut *lock(&self.came_to), Event::Led);
        if before == Event::Led {
            self.counts.add(Event::Reload);
        }
    }
}

impl Drop for Course {
    fn drop(&mut self) {
        let came_to = *lock(&self.came_to);
        self.counts.add(came_to);
    }
}

impl fmt::Debug for Course {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Course").field(&*lock(&self.came_to)).finish()
    }
}
