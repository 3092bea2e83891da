use super::cursor::Cursor;
use super::pat::PatQuery;
use crate::record::PatRecord;
use crate::store::stored::StoredPat;

/// A page of a list.
///
/// ```
/// use tower_pat::store::{PatPage, PatQuery};
///
/// let page = PatPage::new(Vec::new(), &PatQuery::default());
/// assert!(page.items().is_empty() && page.next().is_none());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatPage {
    items: Vec<StoredPat>,
    next: Option<Cursor>,
}

impl PatPage {
    /// A page of what was found. A store gives one more than was asked for if there is one, from which is seen that there
    /// is another page.
    #[must_use]
    pub fn new(mut found: Vec<StoredPat>, query: &PatQuery) -> Self {
        let is_last = found.len() <= query.size();
        found.truncate(query.size());
        let last = found.last().filter(|_| !is_last);
        let next = last.map(|last| Cursor::after(last, query.order()));
        Self { items: found, next }
    }

    /// The records with their details.
    #[must_use]
    pub fn items(&self) -> &[StoredPat] {
        &self.items
    }

    /// The records alone.
    pub fn records(&self) -> impl ExactSizeIterator<Item = &PatRecord> {
        self.items.iter().map(StoredPat::record)
    }

    /// Where the next page begins; none if this is the last.
    #[must_use]
    pub fn next(&self) -> Option<&Cursor> {
        self.next.as_ref()
    }
}
