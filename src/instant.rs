//! Instants as stores keep them: to the microsecond.

use jiff::{Error, SignedDuration, Timestamp};

/// The instant so many microseconds after 1970 began.
///
/// [`Timestamp::from_microsecond`] refuses the last second that a timestamp can hold, which
/// [`Timestamp::as_microsecond`] gives; and a host may well write "never expires" as [`Timestamp::MAX`].
pub(crate) fn from_microsecond(microsecond: i64) -> Result<Timestamp, Error> {
    Timestamp::from_duration(SignedDuration::from_micros(microsecond))
}

/// An instant as a store would give it back.
pub(crate) fn whole_microseconds(instant: Timestamp) -> Timestamp {
    from_microsecond(instant.as_microsecond()).expect("cutting off digits moves towards 1970, never away")
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::{from_microsecond, whole_microseconds};

    #[test]
    fn first_and_last_instant_round_trip_but_for_what_is_finer() {
        for instant in [Timestamp::MIN, Timestamp::UNIX_EPOCH, Timestamp::MAX] {
            let read = whole_microseconds(instant);
            assert!(instant.duration_since(read).abs() < SignedDuration::from_micros(1), "{instant}");
        }
    }

    #[test]
    fn instant_out_of_range_is_refused() {
        for microsecond in [i64::MIN, Timestamp::MAX.as_microsecond() + 1, i64::MAX] {
            assert!(from_microsecond(microsecond).is_err(), "{microsecond}");
        }
    }
}
