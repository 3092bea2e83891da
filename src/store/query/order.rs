#[cfg(feature = "manage")]
use std::cmp::Ordering;

use jiff::Timestamp;

use crate::record::TokenName;
use crate::store::stored::StoredPat;
use crate::store::usage::Usage;

/// By what records are sorted.
///
/// ```
/// use tower_pat::store::{Order, Sort};
///
/// assert_eq!(Order::default(), Order::descending(Sort::Creation));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Sort {
    /// When the token was made.
    Creation,
    /// When it expires.
    Expiry,
    /// When it was last used.
    LastUse,
    /// What its owner calls it, without regard to upper and lower case, by code points.
    Name,
}

/// The order of a list: by what, and whether upwards or downwards. Where two records are equal their identifiers decide, in
/// the same direction. Records without such a value come last, in either direction.
///
/// By default the newest come first.
///
/// ```
/// use tower_pat::store::{Order, Sort};
///
/// assert!(Order::descending(Sort::Name).is_descending());
/// assert_eq!(Order::ascending(Sort::Name).sort(), Sort::Name);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Order {
    sort: Sort,
    descending: bool,
}

impl Order {
    /// The smallest first.
    #[must_use]
    pub fn ascending(sort: Sort) -> Self {
        Self { sort, descending: false }
    }

    /// The largest first.
    #[must_use]
    pub fn descending(sort: Sort) -> Self {
        Self { sort, descending: true }
    }

    /// By what.
    #[must_use]
    pub fn sort(self) -> Sort {
        self.sort
    }

    /// Whether the largest come first.
    #[must_use]
    pub fn is_descending(self) -> bool {
        self.descending
    }

    /// How two places in a list follow each other.
    #[cfg(feature = "manage")]
    pub(in crate::store) fn compare<I: Ord>(self, a: &(SortKey, I), b: &(SortKey, I)) -> Ordering {
        match (&a.0, &b.0) {
            (SortKey::None, SortKey::None) => self.turn(a.1.cmp(&b.1)),
            (SortKey::None, _) => Ordering::Greater,
            (_, SortKey::None) => Ordering::Less,
            _ => self.turn(a.cmp(b)),
        }
    }

    #[cfg(feature = "manage")]
    fn turn(self, ordering: Ordering) -> Ordering {
        if self.descending { ordering.reverse() } else { ordering }
    }
}

impl Default for Order {
    fn default() -> Self {
        Self::descending(Sort::Creation)
    }
}

/// The value of a record by which it is sorted.
///
/// ```
/// # use tower_pat::record::{OwnerId, PatRecord, TokenId};
/// # use tower_pat::token::TokenDigest;
/// # use uuid::Uuid;
/// use tower_pat::store::{Sort, SortKey, StoredPat};
///
/// # let record = PatRecord::new(TokenId::from_uuid(Uuid::from_u128(7)), OwnerId::parse("alice")?);
/// let stored = StoredPat::new(record, TokenDigest::of("acme_pat_…").mark());
/// assert_eq!(SortKey::of(&stored, Sort::Expiry), SortKey::None);
/// # Ok::<(), tower_pat::invalid::InvalidValue>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum SortKey {
    /// The record has no such value.
    None,
    /// Of a sort by time.
    Instant(Timestamp),
    /// Of a sort by name: the name without regard to upper and lower case ([`TokenName::folded`]).
    Text(String),
}

impl SortKey {
    /// By what a record is sorted.
    #[must_use]
    pub fn of(stored: &StoredPat, sort: Sort) -> Self {
        let record = stored.record();
        let instant = match sort {
            Sort::Name => return record.name().map(TokenName::folded).map_or(Self::None, Self::Text),
            Sort::Creation => record.created_at(),
            Sort::Expiry => record.expires_at(),
            Sort::LastUse => stored.usage().map(Usage::last_used_at),
        };
        instant.map_or(Self::None, Self::Instant)
    }
}
