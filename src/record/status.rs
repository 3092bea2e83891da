use jiff::Timestamp;
use serde::Serialize;

use super::pat::PatRecord;

/// What a token is worth at an instant. In serde it is one word in lower case, `_` between its parts.
///
/// ```
/// use tower_pat::record::PatStatus;
///
/// assert_eq!(serde_json::to_string(&PatStatus::Revoked)?, r#""revoked""#);
/// assert_eq!(serde_json::to_string(&PatStatus::NotYetValid)?, r#""not_yet_valid""#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PatStatus {
    /// It is accepted.
    Active,
    /// Its time has not come.
    NotYetValid,
    /// Its time is over.
    Expired,
    /// It is paused, and may be resumed.
    Paused,
    /// The user it belongs to is disabled.
    OwnerDisabled,
    /// Another has taken its place, and the time in which both were accepted is over, if there was one. Whoever presents it
    /// has what should be used no more: it may be in wrong hands.
    Rotated,
    /// It was revoked.
    Revoked,
}

impl PatStatus {
    /// The word for it, as in serde.
    ///
    /// ```
    /// use tower_pat::record::PatStatus;
    ///
    /// assert_eq!(PatStatus::OwnerDisabled.as_str(), "owner_disabled");
    /// ```
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::NotYetValid => "not_yet_valid",
            Self::Expired => "expired",
            Self::Paused => "paused",
            Self::OwnerDisabled => "owner_disabled",
            Self::Rotated => "rotated",
            Self::Revoked => "revoked",
        }
    }
}

impl PatRecord {
    /// What the token is worth at an instant.
    ///
    /// A revocation goes before all else. Then comes that the token was replaced, which is to be seen whatever else holds: at
    /// once and whatever the clock says, or from the end of its grace on.
    /// After it goes what somebody decided, without a look at the clock: a disabled owner, then a pause. A token is expired *at* its expiry, not only after it, and valid *at* its beginning, as `exp` and
    /// `nbf` are in [RFC 7519, sections 4.1.4 and 4.1.5]. Where it is presented plays no part.
    ///
    /// [RFC 7519, sections 4.1.4 and 4.1.5]: https://www.rfc-editor.org/rfc/rfc7519#section-4.1.4
    #[must_use]
    pub fn status_at(&self, now: Timestamp) -> PatStatus {
        if self.revoked_at().is_some() {
            PatStatus::Revoked
        } else if self.is_replaced() && self.retires_at().is_none_or(|retirement| now >= retirement) {
            PatStatus::Rotated
        } else if self.owner_disabled_at().is_some() {
            PatStatus::OwnerDisabled
        } else if self.paused_at().is_some() {
            PatStatus::Paused
        } else if self.expires_at().is_some_and(|expiry| now >= expiry) {
            PatStatus::Expired
        } else if self.not_before().is_some_and(|start| now < start) {
            PatStatus::NotYetValid
        } else {
            PatStatus::Active
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use uuid::Uuid;

    use super::{PatRecord, PatStatus};
    use crate::record::{OwnerId, TokenId};

    const NANOSECOND: jiff::SignedDuration = jiff::SignedDuration::from_nanos(1);

    fn record() -> PatRecord {
        PatRecord::new(TokenId::from_uuid(Uuid::nil()), OwnerId::parse("alice").unwrap())
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn token_is_expired_at_its_very_expiry() {
        let record = record().with_expiry(at(1_000));
        assert_eq!(record.status_at(at(1_000) - NANOSECOND), PatStatus::Active);
        assert_eq!(record.status_at(at(1_000)), PatStatus::Expired);
        assert_eq!(record.status_at(Timestamp::MAX), PatStatus::Expired);
    }

    #[test]
    fn token_is_valid_at_its_very_beginning() {
        let record = record().with_not_before(at(1_000));
        assert_eq!(record.status_at(Timestamp::MIN), PatStatus::NotYetValid);
        assert_eq!(record.status_at(at(1_000) - NANOSECOND), PatStatus::NotYetValid);
        assert_eq!(record.status_at(at(1_000)), PatStatus::Active);
    }

    #[test]
    fn token_that_begins_at_its_expiry_is_never_valid() {
        let record = record().with_not_before(at(1_000)).with_expiry(at(1_000));
        assert_eq!(record.status_at(at(1_000) - NANOSECOND), PatStatus::NotYetValid);
        assert_eq!(record.status_at(at(1_000)), PatStatus::Expired);
    }

    #[test]
    fn token_that_ends_before_it_begins_is_expired_between() {
        let record = record().with_expiry(at(1_000)).with_not_before(at(2_000));
        assert_eq!(record.status_at(at(999)), PatStatus::NotYetValid);
        assert_eq!(record.status_at(at(1_500)), PatStatus::Expired);
        assert_eq!(record.status_at(at(2_000)), PatStatus::Expired);
    }

    #[test]
    fn token_without_expiry_lasts() {
        assert_eq!(record().status_at(Timestamp::MAX), PatStatus::Active);
    }

    #[test]
    fn what_somebody_decided_counts_whatever_the_clock_says() {
        for (record, status) in [
            (record().with_revocation(Timestamp::MAX), PatStatus::Revoked),
            (record().with_owner_disabled(Timestamp::MAX), PatStatus::OwnerDisabled),
            (record().with_pause(Timestamp::MAX), PatStatus::Paused),
            (record().with_replacement(Timestamp::MAX), PatStatus::Rotated),
        ] {
            for now in [Timestamp::MIN, at(0), Timestamp::MAX] {
                assert_eq!(record.status_at(now), status);
                assert_eq!(record.clone().with_expiry(Timestamp::MIN).status_at(now), status);
                assert_eq!(record.clone().with_not_before(Timestamp::MAX).status_at(now), status);
            }
        }
    }

    #[test]
    fn replaced_token_is_rotated_from_the_end_of_its_grace_on_whatever_else_holds_but_a_revocation() {
        let replaced = record().with_retirement(at(1_000));
        let late = replaced.clone().with_replacement(Timestamp::MAX);
        let replaced = [late, replaced.clone(), replaced.with_expiry(at(1_000))];
        for record in replaced {
            assert_eq!(record.status_at(at(1_000) - NANOSECOND), PatStatus::Active);
            assert_eq!(record.status_at(at(1_000)), PatStatus::Rotated);
            let refused = record.with_owner_disabled(at(0)).with_pause(at(0)).with_not_before(Timestamp::MAX);
            assert_eq!(refused.status_at(at(1_000) - NANOSECOND), PatStatus::OwnerDisabled);
            assert_eq!(refused.status_at(at(1_000)), PatStatus::Rotated);
            assert_eq!(refused.with_revocation(at(2_000)).status_at(at(1_000)), PatStatus::Revoked);
        }
    }

    #[test]
    fn revocation_goes_before_a_disabled_owner_and_that_before_a_pause() {
        let paused = record().with_pause(at(3));
        let disabled = paused.with_owner_disabled(at(2));
        assert_eq!(disabled.status_at(at(0)), PatStatus::OwnerDisabled);
        assert_eq!(disabled.with_revocation(at(1)).status_at(at(0)), PatStatus::Revoked);
    }
}
