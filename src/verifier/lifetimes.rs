use std::time::Duration;

use jiff::Timestamp;

use crate::clock::Moment;
use crate::flight::Freshness;
use crate::principal::PatPrincipal;
use crate::record::PatStatus;
use crate::token::TokenDigest;

/// How long verdicts are relied on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lifetimes {
    pub(super) ttl: Duration,
    pub(super) negative_ttl: Duration,
    /// How long beyond that in an outage.
    pub(super) stale: Duration,
    /// Whether they are loaded anew in the background.
    pub(super) refresh: bool,
}

impl Default for Lifetimes {
    fn default() -> Self {
        let (ttl, negative_ttl) = (Duration::from_mins(1), Duration::from_secs(5));
        Self { ttl, negative_ttl, stale: Duration::ZERO, refresh: true }
    }
}

impl Lifetimes {
    /// Of a verdict whose load began at `started` and may take until the deadline. It counts from there, for what changed
    /// since may not be in the answer, and ends with the token at the latest.
    pub(super) fn freshness(
        &self,
        digest: &TokenDigest,
        principal: Option<&PatPrincipal>,
        started: Moment,
        deadline: Duration,
    ) -> Freshness {
        let end = principal.and_then(|principal| principal.record().ends_at());
        let end = end.and_then(|end| reading_at(end, started));
        let until = |ttl| end.unwrap_or(Duration::MAX).min(started.monotonic().saturating_add(ttl));
        if !principal.is_some_and(|principal| is_active(principal, started)) {
            return until(self.negative_ttl).into();
        }
        let until = until(self.ttl);
        let refresh_from = started.monotonic().saturating_add(self.refresh_after(digest, deadline));
        Freshness {
            until,
            // Not for a token that ends before: the nearer its end, the more often it would be asked for.
            refresh_from: (self.refresh && refresh_from < until).then_some(refresh_from),
            stale_until: (!self.stale.is_zero()).then(|| until.saturating_add(self.stale)),
        }
    }

    /// At four fifths of the ttl, or earlier if a load may take longer than the rest, but not before the half; and up to an
    /// eighth of that earlier by bits of the digest, for tokens that were loaded together. These bits are not those by
    /// which changes are announced in common.
    fn refresh_after(&self, digest: &TokenDigest, deadline: Duration) -> Duration {
        let left = deadline.min(self.ttl / 2).max(self.ttl / 5);
        let latest = self.ttl.saturating_sub(left);
        let spread = latest / 8 / (1 << 16) * (digest.mark().bits() >> 16);
        latest.saturating_sub(spread)
    }
}

/// What the monotonic clock reads when the wall clock comes to an instant; none if that is past.
fn reading_at(instant: Timestamp, now: Moment) -> Option<Duration> {
    let ahead = Duration::try_from(instant.duration_since(now.wall())).ok()?;
    (!ahead.is_zero()).then(|| now.monotonic().saturating_add(ahead))
}

pub(super) fn is_active(principal: &PatPrincipal, now: Moment) -> bool {
    principal.record().status_at(now.wall()) == PatStatus::Active
}

#[cfg(test)]
#[cfg(not(model))]
mod tests {
    use std::time::Duration;

    use jiff::{SignedDuration, Timestamp};
    use uuid::Uuid;

    use super::Lifetimes;
    use crate::clock::Moment;
    use crate::flight::Freshness;
    use crate::principal::PatPrincipal;
    use crate::record::{OwnerId, PatRecord, TokenId};
    use crate::token::TokenDigest;

    const SECOND: Duration = Duration::from_secs(1);
    const DEADLINE: Duration = Duration::from_secs(2);

    /// When the load began: a thousand seconds after the origin of the monotonic clock.
    fn started() -> Moment {
        Moment::new(Timestamp::UNIX_EPOCH, SECOND * 1_000)
    }

    /// Seconds of the wall clock from then.
    fn after(seconds: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds)
    }

    fn record() -> PatRecord {
        PatRecord::new(TokenId::from_uuid(Uuid::nil()), OwnerId::parse("alice").unwrap())
    }

    /// With so many seconds of time to serve stale.
    fn freshness(stale: u64, record: Option<PatRecord>) -> Freshness {
        let lifetimes = Lifetimes { stale: SECOND * u32::try_from(stale).unwrap(), ..Lifetimes::default() };
        let principal = record.map(PatPrincipal::new);
        lifetimes.freshness(&TokenDigest::from_bytes([0; 32]), principal.as_ref(), started(), DEADLINE)
    }

    fn fresh_for(record: impl Into<Option<PatRecord>>) -> Duration {
        freshness(0, record.into()).until.saturating_sub(started().monotonic())
    }

    #[test]
    fn accepted_token_has_the_ttl_and_every_other_the_negative_one() {
        assert_eq!(fresh_for(record()), SECOND * 60);
        assert_eq!(fresh_for(None), SECOND * 5);
        for refused in [
            record().with_revocation(after(0)),
            record().with_owner_disabled(after(0)),
            record().with_pause(after(0)),
            record().with_expiry(after(0)),
            record().with_expiry(Timestamp::MIN),
            record().with_not_before(after(1)),
        ] {
            assert_eq!(fresh_for(refused), SECOND * 5);
        }
    }

    #[test]
    fn both_end_with_the_token() {
        for (seconds, ttl, negative_ttl) in [(1, 1, 1), (4, 4, 4), (5, 5, 5), (6, 6, 5), (59, 59, 5), (61, 60, 5)] {
            let record = record().with_expiry(after(seconds));
            assert_eq!(fresh_for(record.clone()), SECOND * ttl);
            assert_eq!(fresh_for(record.with_pause(after(0))), SECOND * negative_ttl);
        }
        let replaced = record().with_retirement(after(4)).with_expiry(after(6));
        assert_eq!(fresh_for(replaced), SECOND * 4);
        let nanosecond = record().with_expiry(after(0) + SignedDuration::from_nanos(1));
        assert_eq!(fresh_for(nanosecond), Duration::from_nanos(1));
        assert_eq!(fresh_for(record().with_expiry(Timestamp::MAX)), SECOND * 60);
    }

    fn refreshed_after(ttl: u64, deadline: u64, bits: u8) -> Duration {
        let (ttl, deadline) = (Duration::from_millis(ttl), Duration::from_millis(deadline));
        Lifetimes { ttl, ..Lifetimes::default() }.refresh_after(&TokenDigest::from_bytes([bits; 32]), deadline)
    }

    #[test]
    fn refresh_leaves_a_fifth_of_the_ttl_or_the_deadline_but_never_more_than_half() {
        for (ttl, deadline, after) in [
            (60_000, 2_000, 48_000),
            (10_000, 2_000, 8_000),
            (9_000, 2_000, 7_000),
            (5_000, 2_000, 3_000),
            (1_000, 2_000, 500),
            (0, 2_000, 0),
        ] {
            assert_eq!(refreshed_after(ttl, deadline, 0), Duration::from_millis(after));
        }
    }

    #[test]
    fn refreshes_of_what_was_loaded_together_are_spread_over_an_eighth_of_the_time_before() {
        let instants: Vec<_> = (0..=255).map(|bits| refreshed_after(60_000, 2_000, bits)).collect();
        assert_eq!(instants[0], SECOND * 48);
        assert!(instants.is_sorted_by(|earlier, later| earlier > later));
        assert!(instants[255] > SECOND * 42 && instants[255] < Duration::from_millis(42_100));
        // What shares a slot of the table of epochs is spread too.
        let of = |high| Lifetimes::default().refresh_after(&TokenDigest::from_bytes([high; 32]), DEADLINE);
        assert_ne!(of(0x10), of(0x20));
    }

    #[test]
    fn only_what_is_accepted_is_refreshed_or_served_stale_and_only_if_that_is_wanted() {
        let accepted = freshness(30, Some(record()));
        assert_eq!(accepted.refresh_from, Some(SECOND * 1_048));
        assert_eq!(accepted.stale_until, Some(SECOND * 1_090));
        for refused in [None, Some(record().with_pause(after(0))), Some(record().with_not_before(after(1)))] {
            let refused = freshness(30, refused);
            assert_eq!((refused.refresh_from, refused.stale_until), (None, None));
        }
        assert_eq!(freshness(0, Some(record())).stale_until, None);
        let lifetimes = Lifetimes { refresh: false, ..Lifetimes::default() };
        let principal = PatPrincipal::new(record());
        let digest = TokenDigest::from_bytes([0; 32]);
        assert_eq!(lifetimes.freshness(&digest, Some(&principal), started(), DEADLINE).refresh_from, None);
    }

    #[test]
    fn token_that_ends_before_its_refresh_is_not_refreshed() {
        for (seconds, refresh_from) in [(47, None), (48, None), (49, Some(SECOND * 1_048))] {
            let record = record().with_expiry(after(seconds));
            assert_eq!(freshness(0, Some(record)).refresh_from, refresh_from);
        }
    }

    #[test]
    fn times_without_end_break_nothing() {
        let lifetimes =
            Lifetimes { ttl: Duration::MAX, negative_ttl: Duration::MAX, stale: Duration::MAX, refresh: true };
        let (principal, digest) = (PatPrincipal::new(record()), TokenDigest::from_bytes([0xff; 32]));
        let freshness = lifetimes.freshness(&digest, Some(&principal), started(), Duration::MAX);
        assert_eq!(freshness.until, Duration::MAX);
        assert_eq!(lifetimes.freshness(&digest, None, started(), Duration::MAX).until, Duration::MAX);
    }
}
