use std::time::Duration;

use jiff::Timestamp;

use crate::instant::whole_microseconds;

/// For how long a token is wanted.
///
/// ```
/// use std::time::Duration;
/// use tower_pat::policy::{Lifetime, Policy};
///
/// let now = "2030-01-01T00:00:00Z".parse()?;
/// let read = "invoices:read".parse()?;
/// let week = Lifetime::For(Duration::from_hours(24 * 7));
/// assert_eq!(Policy::default().expiry(week, &read, now)?, Some("2030-01-08T00:00:00Z".parse()?));
/// assert!(Policy::default().expiry(Lifetime::Endless, &read, now).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Lifetime {
    /// As long as the policy has it for whoever does not say.
    Usual,
    /// For ever.
    Endless,
    /// So long from now on.
    For(Duration),
    /// Until an instant.
    Until(Timestamp),
}

/// A token may not live so long, or would be over already.
///
/// ```
/// use tower_pat::policy::LifetimeNotAllowed;
///
/// assert_eq!(LifetimeNotAllowed.to_string(), "a token of this service cannot have this lifetime");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a token of this service cannot have this lifetime")]
pub struct LifetimeNotAllowed;

/// The instant so long after another; none past the year 9999, and for less than a microsecond.
pub(super) fn after(now: Timestamp, lifetime: Duration) -> Option<Timestamp> {
    now.checked_add(lifetime).ok().map(whole_microseconds).filter(|instant| *instant > now)
}

/// The instant so long after another: the same for less than a microsecond, and the last there is past the year 9999.
pub(super) fn at_most(now: Timestamp, lifetime: Duration) -> Timestamp {
    now.checked_add(lifetime).map_or(Timestamp::MAX, whole_microseconds)
}
