use crate::store::query::{Cursor, SortKey};

/// Of a list whose last records are those without a value to sort by. Each is a range of an index, which one condition for
/// both would not be.
#[derive(Clone, Copy)]
pub(in crate::store) enum Part<'a> {
    /// Those with a value, perhaps after a place.
    Valued(Option<&'a Cursor>),
    /// Those without, perhaps after a place.
    Bare(Option<&'a Cursor>),
}

/// What is left of a list after a place.
pub(in crate::store) fn parts(after: Option<&Cursor>) -> Vec<Part<'_>> {
    match after {
        Some(cursor) if *cursor.key() == SortKey::None => vec![Part::Bare(after)],
        _ => vec![Part::Valued(after), Part::Bare(None)],
    }
}
