use std::time::Duration;

/// How long a verdict is relied on. All instants are readings of the monotonic clock.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Freshness {
    /// When its load began.
    pub(crate) since: Duration,
    /// From here on it is asked for anew.
    pub(crate) until: Duration,
    /// From when on it is worth loading anew in the background; none if it never is.
    pub(crate) refresh_from: Option<Duration>,
    /// Until when it is better than nothing while it cannot be asked for; none if it never is.
    pub(crate) stale_until: Option<Duration>,
}

impl From<Duration> for Freshness {
    /// Until an instant, since ever, and no more.
    fn from(until: Duration) -> Self {
        Self { since: Duration::ZERO, until, refresh_from: None, stale_until: None }
    }
}
