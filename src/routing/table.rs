use std::collections::BTreeSet;
use std::fmt;
use std::slice;

use serde::{Serialize, Serializer};

use super::entry::{RouteEntry, RouteKind};
use crate::requirement::Access;

/// Who may come in where: the routes of a [`GuardedRouter`](super::GuardedRouter), by path, then method.
///
/// Its text form is for people who review it: a line a route, and a heading. Keep it beside the code and have a test
/// compare it, and a change of what is open to whom is seen in the diff. In serde it is a list of objects with `method`,
/// `path`, `kind` and `access`, all text.
///
/// What axum itself answers, 404 for another path and 405 for another method, is not listed.
///
/// ```
/// use axum::routing::any;
/// use tower_pat::guard::{AnyToken, Public};
/// use tower_pat::routing::{GuardedRouter, get};
///
/// async fn health(_: Public) {}
/// async fn me(AnyToken(caller): AnyToken) -> String {
///     caller.owner().to_string()
/// }
///
/// let router: GuardedRouter = GuardedRouter::new()
///     .route("/health", get(health))
///     .route("/me", get(me))
///     .nest_service("/files", "files:read", any(|| async { "a file" }));
/// let review = "\
/// METHOD  PATH        ACCESS
/// any     /files/{*}  files:read  (service)
/// GET     /health     public
/// GET     /me         any token
/// ";
/// assert_eq!(router.table().to_string(), review);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RouteTable(Vec<RouteEntry>);

impl RouteTable {
    /// The routes, by path, then method.
    pub fn iter(&self) -> slice::Iter<'_, RouteEntry> {
        self.0.iter()
    }

    /// How many routes there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no route.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn add(&mut self, entry: RouteEntry) {
        let place = self.0.partition_point(|other| other.order() < entry.order());
        self.0.insert(place, entry);
    }

    /// Takes over the routes of another table.
    pub(super) fn take(&mut self, entries: impl IntoIterator<Item = RouteEntry>) {
        self.0.extend(entries);
        self.0.sort_by(|left, right| left.order().cmp(&right.order()));
    }

    /// Notes a fallback for each path whose routes have none, as axum gives it to them.
    pub(super) fn add_method_fallbacks(&mut self, access: &Access) {
        let whole: BTreeSet<_> = self.iter().filter(|entry| entry.method().is_none()).map(RouteEntry::path).collect();
        let open: BTreeSet<_> = self.iter().map(RouteEntry::path).filter(|path| !whole.contains(path)).collect();
        let fallback = |path: &str| RouteEntry::new(None, path, RouteKind::Fallback, access.clone());
        let fallbacks: Vec<_> = open.into_iter().map(fallback).collect();
        self.take(fallbacks);
    }
}

impl<'a> IntoIterator for &'a RouteTable {
    type Item = &'a RouteEntry;
    type IntoIter = slice::Iter<'a, RouteEntry>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl IntoIterator for RouteTable {
    type Item = RouteEntry;
    type IntoIter = std::vec::IntoIter<RouteEntry>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

const METHOD: &str = "METHOD";
const PATH: &str = "PATH";
const ACCESS: &str = "ACCESS";

impl fmt::Display for RouteTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows: Vec<_> = self.iter().map(|entry| (entry, entry.access().to_string())).collect();
        let width = |heading: &str, texts: &mut dyn Iterator<Item = &str>| {
            texts.map(|text| text.chars().count()).fold(heading.len(), usize::max)
        };
        let methods = width(METHOD, &mut self.iter().map(RouteEntry::method_text));
        let paths = width(PATH, &mut self.iter().map(RouteEntry::path));
        let accesses = width(ACCESS, &mut rows.iter().map(|(_, access)| access.as_str()));
        writeln!(f, "{METHOD:methods$}  {PATH:paths$}  {ACCESS}")?;
        for (entry, access) in &rows {
            let (method, path) = (entry.method_text(), entry.path());
            write!(f, "{method:methods$}  {path:paths$}  ")?;
            match entry.kind() {
                RouteKind::Handler => writeln!(f, "{access}")?,
                kind => writeln!(f, "{access:accesses$}  ({})", kind.as_str())?,
            }
        }
        Ok(())
    }
}

impl Serialize for RouteTable {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self)
    }
}
