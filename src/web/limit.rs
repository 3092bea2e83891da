use std::fmt;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use governor::clock::Clock as GovernorClock;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};

use super::problem::{Problem, ProblemKind};
use crate::clock::Clock;

/// How often something may be done: so often at once, and then as often again in the course of a time.
///
/// ```
/// use std::num::NonZeroU32;
/// use std::time::Duration;
/// use tower_pat::web::Rate;
///
/// let rate = Rate::new(NonZeroU32::new(20).expect("20"), Duration::from_mins(10));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    burst: NonZeroU32,
    period: Duration,
}

impl Rate {
    /// `burst` times at once; that many again after `period`, and one of them after each part of it.
    #[must_use]
    pub const fn new(burst: NonZeroU32, period: Duration) -> Self {
        Self { burst, period }
    }

    /// 30 at once, and 30 an hour: for what people do with their hands.
    pub(super) const BY_HAND: Self = Self::new(NonZeroU32::new(30).expect("30 is not zero"), Duration::from_hours(1));

    /// 60 at once, and 60 a minute: for what programs do.
    pub(super) const BY_PROGRAM: Self = Self::new(NonZeroU32::new(60).expect("60 is not zero"), Duration::from_mins(1));
}

/// Counts who does something how often, by the clock of a manager.
pub(super) struct Limiter<K: Hash + Eq + Clone> {
    inner: RateLimiter<K, DashMapStateStore<K>, Ticks, NoOpMiddleware<Duration>>,
    asked: AtomicUsize,
}

impl<K: Hash + Eq + Clone> Limiter<K> {
    /// Whenever this many have asked, keys that have their whole rate again are forgotten.
    const SWEEP: usize = 1_000;

    pub(super) fn new(rate: Rate, clock: &Arc<dyn Clock>) -> Self {
        // A time of zero is no limit to speak of.
        let one = (rate.period / rate.burst.get()).max(Duration::from_nanos(1));
        let quota = Quota::with_period(one).expect("it is not zero").allow_burst(rate.burst);
        let inner = RateLimiter::dashmap_with_clock(quota, Ticks(Arc::clone(clock)));
        Self { inner, asked: AtomicUsize::new(1) }
    }

    /// Counts one more.
    ///
    /// # Errors
    ///
    /// When it is one too many.
    pub(super) fn admit(&self, key: &K) -> Result<(), Problem> {
        if self.asked.fetch_add(1, Ordering::Relaxed).is_multiple_of(Self::SWEEP) {
            self.inner.retain_recent();
        }
        self.inner.check_key(key).map_err(|early| {
            let wait = early.wait_time_from(self.inner.clock().now());
            Problem::new(ProblemKind::TooManyRequests, "this was done too often: wait a little").with_retry_after(wait)
        })
    }
}

impl<K: Hash + Eq + Clone> fmt::Debug for Limiter<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limiter").finish_non_exhaustive()
    }
}

/// A monotonic clock as the limiter knows it.
#[derive(Debug, Clone)]
struct Ticks(Arc<dyn Clock>);

impl GovernorClock for Ticks {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.0.now().monotonic()
    }
}

/// Who is counted together: an address, or the network of one household (RFC 6177); all of whom nothing is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Household(Option<IpAddr>);

impl From<Option<IpAddr>> for Household {
    fn from(address: Option<IpAddr>) -> Self {
        Self(address.map(|address| match address.to_canonical() {
            IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
            address @ IpAddr::V4(_) => address,
        }))
    }
}
