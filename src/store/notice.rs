use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};

use crate::invalid::{InvalidValue, InvalidValueKind};

/// How long before its expiry the owner of a token is to hear of it.
///
/// ```
/// use tower_pat::store::ExpiryNotice;
///
/// assert_eq!(ExpiryNotice::Week.as_str(), "7 days");
/// assert_eq!("1 day".parse(), Ok(ExpiryNotice::Day));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ExpiryNotice {
    /// Seven days.
    Week,
    /// One day.
    Day,
}

impl ExpiryNotice {
    const ALL: [Self; 2] = [Self::Week, Self::Day];

    /// The word for it, to be stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Week => "7 days",
            Self::Day => "1 day",
        }
    }

    /// How long before the expiry it is due.
    #[must_use]
    pub fn lead(self) -> SignedDuration {
        match self {
            Self::Week => SignedDuration::from_hours(7 * 24),
            Self::Day => SignedDuration::from_hours(24),
        }
    }

    /// When the first notice of an expiry is due that has held since an instant; none if it has held for so short a time that
    /// there is nothing to tell. Without that instant it counts as long ago.
    ///
    /// ```
    /// use tower_pat::store::ExpiryNotice;
    ///
    /// let expiry: jiff::Timestamp = "2030-03-10T00:00:00Z".parse()?;
    /// let due = |since: &str| ExpiryNotice::first_due(Some(since.parse().unwrap()), expiry).map(|due| due.to_string());
    /// assert_eq!(due("2030-01-01T00:00:00Z").as_deref(), Some("2030-03-03T00:00:00Z"));
    /// assert_eq!(due("2030-03-03T00:00:00Z").as_deref(), Some("2030-03-09T00:00:00Z"));
    /// assert_eq!(due("2030-03-09T00:00:00Z"), None);
    /// # Ok::<(), jiff::Error>(())
    /// ```
    #[must_use]
    pub fn first_due(since: Option<Timestamp>, expiry: Timestamp) -> Option<Timestamp> {
        let is_long = |notice: &Self| since.is_none_or(|since| expiry.duration_since(since) > notice.lead());
        let notice = Self::ALL.into_iter().find(is_long)?;
        // What expired before 1970 is over, and there need not be an instant before it.
        expiry.checked_sub(notice.lead()).ok().filter(|_| expiry > Timestamp::UNIX_EPOCH)
    }

    /// Which notice is due of a token that has not expired yet, if one is: that of seven days is no longer when one is left.
    #[must_use]
    pub fn at(now: Timestamp, expiry: Timestamp) -> Self {
        if expiry.duration_since(now) > Self::Day.lead() { Self::Week } else { Self::Day }
    }

    /// When the one after this is due; none after the last.
    #[must_use]
    pub fn next_due(self, expiry: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Week => expiry.checked_sub(Self::Day.lead()).ok(),
            Self::Day => None,
        }
    }
}

impl FromStr for ExpiryNotice {
    type Err = InvalidValue;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let notice = Self::ALL.into_iter().find(|notice| notice.as_str() == word);
        notice.ok_or_else(|| InvalidValue::new(InvalidValueKind::Audit))
    }
}
