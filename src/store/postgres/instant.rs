use jiff::Timestamp;
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::postgres::types::Oid;
use sqlx::postgres::{PgArgumentBuffer, PgHasArrayType, PgTypeInfo, PgValueRef, Postgres};
use sqlx::{Decode, Encode, Type};

use crate::instant::from_microsecond;
use crate::store::error::{StoreError, StoreErrorKind};

/// An instant as PostgreSQL keeps it (`timestamptz`): microseconds from 2000 on, the least and the greatest number standing
/// for "before" and "after all others".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Instant(i64);

impl Instant {
    /// From 1970 to 2000, in microseconds.
    const EPOCH: i64 = 946_684_800_000_000;
    /// The 1st of January 4713 before Christ in the calendar of Julius Caesar. The latest that the server can keep is far
    /// later than what a timestamp can be.
    const FIRST: i64 = -211_813_488_000_000_000;

    /// To be kept.
    pub(super) fn kept(instant: Timestamp) -> Result<Self, StoreError> {
        let micros = instant.as_microsecond() - Self::EPOCH;
        if micros < Self::FIRST {
            return Err(StoreError::new(
                StoreErrorKind::OutOfRange,
                "an instant lies before the year 4713 before Christ",
            ));
        }
        Ok(Self(micros))
    }

    /// The same, where there is one.
    pub(super) fn kept_if(instant: Option<Timestamp>) -> Result<Option<Self>, StoreError> {
        instant.map(Self::kept).transpose()
    }

    /// To be compared with those that are kept, which are all later than what the server cannot keep.
    pub(super) fn compared(instant: Timestamp) -> Self {
        Self::kept(instant).unwrap_or(Self(i64::MIN))
    }

    /// As everybody else has it. The server can keep what a timestamp cannot be.
    pub(super) fn timestamp(self) -> Result<Timestamp, BoxDynError> {
        let micros = self.0.checked_add(Self::EPOCH).ok_or("an instant has no end")?;
        Ok(from_microsecond(micros)?)
    }
}

impl Type<Postgres> for Instant {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(Oid(1184))
    }
}

impl PgHasArrayType for Instant {
    fn array_type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(Oid(1185))
    }
}

impl Encode<'_, Postgres> for Instant {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        <i64 as Encode<Postgres>>::encode_by_ref(&self.0, buffer)
    }
}

/// In the binary form, in which prepared statements answer.
impl Decode<'_, Postgres> for Instant {
    fn decode(value: PgValueRef<'_>) -> Result<Self, BoxDynError> {
        Ok(Self(i64::from_be_bytes(value.as_bytes()?.try_into()?)))
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::{Instant, StoreErrorKind};

    #[test]
    fn instants_round_trip_from_the_first_that_can_be_kept() {
        let first: Timestamp = "-004713-11-24T00:00:00Z".parse().unwrap();
        let second: Timestamp = "2000-01-01T00:00:01Z".parse().unwrap();
        assert_eq!(Instant::kept(second).unwrap(), Instant(1_000_000));
        assert_eq!(Instant::kept(first).unwrap(), Instant(Instant::FIRST));
        for instant in [first, Timestamp::UNIX_EPOCH, second] {
            assert_eq!(Instant::kept(instant).unwrap().timestamp().unwrap(), instant);
        }
        let last = Instant::kept(Timestamp::MAX).unwrap().timestamp().unwrap();
        assert_eq!(last.as_microsecond(), Timestamp::MAX.as_microsecond());
    }

    #[test]
    fn earlier_instant_is_not_kept_and_compared_as_the_earliest() {
        for instant in [Timestamp::MIN, "-004713-11-23T23:59:59.999999Z".parse().unwrap()] {
            assert_eq!(Instant::kept(instant).unwrap_err().kind(), StoreErrorKind::OutOfRange);
            assert_eq!(Instant::compared(instant), Instant(i64::MIN));
        }
    }

    #[test]
    fn instant_that_no_timestamp_can_be_is_refused() {
        for micros in [i64::MIN, i64::MAX, i64::MAX - Instant::EPOCH, Timestamp::MAX.as_microsecond()] {
            assert!(Instant(micros).timestamp().is_err(), "{micros}");
        }
    }
}
