use jiff::{Error, SignedDuration, Timestamp};

/// The instant so many microseconds after 1970 began.
///
/// [`Timestamp::from_microsecond`] refuses the last second that a timestamp can hold, which
/// [`Timestamp::as_microsecond`] gives; and a host may well write "never expires" as [`Timestamp::MAX`].
pub(super) fn from_microsecond(microsecond: i64) -> Result<Timestamp, Error> {
    Timestamp::from_duration(SignedDuration::from_micros(microsecond))
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::from_microsecond;

    #[test]
    fn first_and_last_instant_round_trip_but_for_what_is_finer() {
        for instant in [Timestamp::MIN, Timestamp::UNIX_EPOCH, Timestamp::MAX] {
            let read = from_microsecond(instant.as_microsecond()).unwrap();
            assert!(
                instant.duration_since(read) < SignedDuration::from_micros(1),
                "{instant}"
            );
        }
    }

    #[test]
    fn instant_out_of_range_is_refused() {
        for microsecond in [i64::MIN, Timestamp::MAX.as_microsecond() + 1, i64::MAX] {
            assert!(from_microsecond(microsecond).is_err(), "{microsecond}");
        }
    }
}
