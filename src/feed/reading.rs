use uuid::Uuid;

use crate::token::DigestMark;

/// A change that a log tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FeedChange {
    /// A token with this mark was changed.
    Token(DigestMark),
    /// Any token may have been changed.
    All,
}

/// Where in a log a reading goes on.
///
/// ```
/// use tower_pat::feed::FeedPosition;
/// use uuid::Uuid;
///
/// let position = FeedPosition::new(Uuid::from_u128(7), 1_000);
/// assert_eq!((position.generation(), position.number()), (Uuid::from_u128(7), 1_000));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FeedPosition {
    generation: Uuid,
    number: u64,
    check: u64,
}

impl FeedPosition {
    /// A position in the log of a generation. Numbers never go down as long as that is the same.
    #[must_use]
    pub fn new(generation: Uuid, number: u64) -> Self {
        Self { generation, number, check: 0 }
    }

    /// Sets what tells the row before from another with its number, if the feed has such a thing.
    ///
    /// ```
    /// use tower_pat::feed::FeedPosition;
    /// use uuid::Uuid;
    ///
    /// let position = FeedPosition::new(Uuid::from_u128(7), 1_000).with_check(0x5eed);
    /// assert_eq!(position.check(), 0x5eed);
    /// ```
    #[must_use]
    pub fn with_check(mut self, check: u64) -> Self {
        self.check = check;
        self
    }

    /// What tells the row before from another with its number; zero if nothing does.
    #[must_use]
    pub fn check(&self) -> u64 {
        self.check
    }

    /// Which log it is: a database that was restored from a copy is to be given another one.
    #[must_use]
    pub fn generation(&self) -> Uuid {
        self.generation
    }

    /// From where on the next reading takes rows.
    #[must_use]
    pub fn number(&self) -> u64 {
        self.number
    }
}

/// What a reading of a log has found.
///
/// ```
/// use tower_pat::feed::{FeedChange, FeedPosition, FeedReading};
/// use uuid::Uuid;
///
/// let reading = FeedReading::new(FeedPosition::new(Uuid::from_u128(7), 1_000))
///     .with_changes([FeedChange::All])
///     .with_kept_from(900);
/// ```
#[derive(Debug, Clone)]
#[must_use = "what it tells of is to be voided"]
pub struct FeedReading {
    position: FeedPosition,
    changes: Vec<FeedChange>,
    kept_from: u64,
    has_gap: bool,
}

impl FeedReading {
    /// A reading that has found nothing, in a log that was never pruned.
    pub fn new(position: FeedPosition) -> Self {
        Self { position, changes: Vec::new(), kept_from: 0, has_gap: false }
    }

    /// Sets what was changed, in any order.
    pub fn with_changes(mut self, changes: impl IntoIterator<Item = FeedChange>) -> Self {
        self.changes = changes.into_iter().collect();
        self
    }

    /// Sets from which number on no row was deleted. It must be read no earlier than the rows.
    pub fn with_kept_from(mut self, number: u64) -> Self {
        self.kept_from = number;
        self
    }

    /// Says that something may be missing between the position that was asked for and what is told of, such as in a log that
    /// was set back and written to since.
    ///
    /// ```
    /// use tower_pat::feed::{FeedPosition, FeedReading};
    /// use uuid::Uuid;
    ///
    /// let position = FeedPosition::new(Uuid::from_u128(7), 1_000);
    /// assert!(!FeedReading::new(position).with_gap().goes_on_from(position));
    /// ```
    pub fn with_gap(mut self) -> Self {
        self.has_gap = true;
        self
    }

    /// Where the next reading goes on.
    #[must_use]
    pub fn position(&self) -> FeedPosition {
        self.position
    }

    /// What was changed.
    #[must_use]
    pub fn changes(&self) -> &[FeedChange] {
        &self.changes
    }

    /// Whether nothing lies between the end of an earlier reading and this one: it is the same log, which was not set back
    /// and still has every row from there on.
    ///
    /// ```
    /// use tower_pat::feed::{FeedPosition, FeedReading};
    /// use uuid::Uuid;
    ///
    /// let at = |number| FeedPosition::new(Uuid::from_u128(7), number);
    /// let reading = FeedReading::new(at(1_000)).with_kept_from(900);
    /// assert!(reading.goes_on_from(at(900)));
    /// assert!(!reading.goes_on_from(at(899)), "rows are missing");
    /// assert!(!reading.goes_on_from(at(1_001)), "the log was set back");
    /// ```
    #[must_use]
    pub fn goes_on_from(&self, earlier: FeedPosition) -> bool {
        let (from, to) = (earlier.number, self.position.number);
        !self.has_gap && earlier.generation == self.position.generation && from <= to && self.kept_from <= from
    }
}
