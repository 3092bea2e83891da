use jiff::Timestamp;

/// A stretch of time: from an instant on, up to another but without it, or between both. A record that has no such
/// instant is in none, but in the one without ends.
///
/// ```
/// use jiff::{SignedDuration, Timestamp};
/// use tower_pat::store::Span;
///
/// let (start, end) = (Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH + SignedDuration::from_hours(1));
/// let hour = Span::default().with_start(start).with_end(end);
/// assert!(hour.holds(Some(start)) && !hour.holds(Some(end)) && !hour.holds(None));
/// assert!(Span::default().holds(None));
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Span {
    start: Option<Timestamp>,
    end: Option<Timestamp>,
}

impl Span {
    /// Sets the first instant in it.
    #[must_use]
    pub fn with_start(mut self, instant: Timestamp) -> Self {
        self.start = Some(instant);
        self
    }

    /// Sets the first instant after it.
    #[must_use]
    pub fn with_end(mut self, instant: Timestamp) -> Self {
        self.end = Some(instant);
        self
    }

    /// The first instant in it.
    #[must_use]
    pub fn start(&self) -> Option<Timestamp> {
        self.start
    }

    /// The first instant after it.
    #[must_use]
    pub fn end(&self) -> Option<Timestamp> {
        self.end
    }

    /// Whether an instant is in it.
    #[must_use]
    pub fn holds(&self, instant: Option<Timestamp>) -> bool {
        let Some(instant) = instant else {
            return *self == Self::default();
        };
        self.start.is_none_or(|start| instant >= start) && self.end.is_none_or(|end| instant < end)
    }
}
