use std::fmt;
// No decision rests on a number: there is nothing in it for a model checker.
use std::sync::atomic::{AtomicU64, Ordering};

use super::event::Event;
#[cfg(feature = "metrics")]
use super::metrics::Metrics;
use crate::stripe::thread_number;

/// How often what happened.
///
/// A hit is counted on a line of the processor's cache that other threads seldom write to, so that threads which verify
/// at the same time do not wait for each other.
pub(super) struct Counts {
    stripes: Box<[Stripe]>,
    #[cfg(feature = "metrics")]
    metrics: Metrics,
}

/// More threads than this share stripes.
const STRIPES: usize = 64;

/// The numbers of one thread, or of a few. The processor fetches lines of 64 bytes in pairs.
#[derive(Default)]
#[repr(align(128))]
struct Stripe {
    counted: [AtomicU64; Event::ALL.len()],
    /// How many of those the recorder of metrics was told of.
    #[cfg(feature = "metrics")]
    told: [AtomicU64; Event::ALL.len()],
}

impl Counts {
    #[cfg(not(feature = "metrics"))]
    pub(super) fn new() -> Self {
        Self { stripes: stripes() }
    }

    #[cfg(feature = "metrics")]
    pub(super) fn new(metrics: Metrics) -> Self {
        Self { stripes: stripes(), metrics }
    }

    #[inline]
    pub(super) fn add(&self, event: Event) {
        let stripe = &self.stripes[thread_number() % STRIPES];
        let before = stripe.counted[event.place()].fetch_add(1, Ordering::Relaxed);
        #[cfg(feature = "metrics")]
        self.tell_in_steps(stripe, event, before);
        #[cfg(not(feature = "metrics"))]
        let _ = before;
    }

    pub(super) fn sum(&self, event: Event) -> u64 {
        self.stripes.iter().map(|stripe| stripe.counted[event.place()].load(Ordering::Relaxed)).sum()
    }
}

fn stripes() -> Box<[Stripe]> {
    (0..STRIPES).map(|_| Stripe::default()).collect()
}

#[cfg(feature = "metrics")]
const STEP: u64 = 64;

#[cfg(feature = "metrics")]
const OF_EVERY_REQUEST: [Event; 2] = [Event::Hit, Event::RefusedUnseen];

#[cfg(feature = "metrics")]
impl Counts {
    pub(super) fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    #[inline]
    fn tell_in_steps(&self, stripe: &Stripe, event: Event, before: u64) {
        if !OF_EVERY_REQUEST.contains(&event) || before % STEP == STEP - 1 {
            self.tell(stripe, event);
        }
    }

    /// Tells of what was counted in steps and not told yet.
    pub(super) fn tell_the_rest(&self) {
        for stripe in &self.stripes {
            for event in OF_EVERY_REQUEST {
                self.tell(stripe, event);
            }
        }
    }

    #[cold]
    fn tell(&self, stripe: &Stripe, event: Event) {
        let counted = stripe.counted[event.place()].load(Ordering::Relaxed);
        let told = &stripe.told[event.place()];
        if told.load(Ordering::Relaxed) < counted {
            // Whoever raises it tells what lies between: nothing is told twice.
            let before = told.fetch_max(counted, Ordering::Relaxed);
            self.metrics.count(event, counted.saturating_sub(before));
        }
    }
}

#[cfg(feature = "metrics")]
impl Drop for Counts {
    fn drop(&mut self) {
        self.tell_the_rest();
    }
}

impl fmt::Debug for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(Event::ALL.map(|event| (event, self.sum(event)))).finish()
    }
}

#[cfg(test)]
#[cfg(not(model))]
mod tests {
    use std::thread;

    use super::{Counts, Event, STRIPES, Stripe};

    fn counts() -> Counts {
        Counts::new(
            #[cfg(feature = "metrics")]
            super::Metrics::new(None),
        )
    }

    #[test]
    fn nothing_is_lost_among_more_threads_than_stripes() {
        let counts = counts();
        thread::scope(|scope| {
            for _ in 0..STRIPES * 2 {
                scope.spawn(|| {
                    for _ in 0..100 {
                        counts.add(Event::Hit);
                    }
                    counts.add(Event::Failed);
                });
            }
        });
        assert_eq!(counts.sum(Event::Hit), 12_800);
        assert_eq!(counts.sum(Event::Failed), 128);
        assert_eq!(counts.sum(Event::Miss), 0);
    }

    #[test]
    fn stripe_has_lines_of_its_own() {
        assert_eq!(align_of::<Stripe>(), 128);
    }
}
