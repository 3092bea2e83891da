//! Which route answers an operation.

use http::Method;

use crate::routing::entry::{RouteEntry, RouteKind};
use crate::routing::path::{OPEN_END, Piece, pieces};
use crate::routing::table::RouteTable;

/// The route of a documented operation: its own, that of all methods, or the nested service that its path is under. What
/// only a fallback answers is none.
pub(super) fn entry_of<'t>(table: &'t RouteTable, method: &str, path: &str) -> Option<&'t RouteEntry> {
    let path = documented(path);
    let routes = || table.iter().filter(|entry| entry.kind() != RouteKind::Fallback);
    let here = |wanted: Option<&str>| {
        routes().find(|entry| entry.method().map(Method::as_str) == wanted && documented(entry.path()) == path)
    };
    let head = (method == "HEAD").then_some("GET");
    let under = || routes().filter(|entry| is_under(&path, entry)).max_by_key(|entry| entry.path().len());
    here(Some(method)).or_else(|| here(Some(head?))).or_else(|| here(None)).or_else(under)
}

/// Whether a documented operation is one of this route.
pub(super) fn is_answered_by(entry: &RouteEntry, method: &str, path: &str) -> bool {
    let path = documented(path);
    let here = documented(entry.path()) == path || is_under(&path, entry);
    here && entry.method().is_none_or(|own| own.as_str() == method)
}

/// A path as a document has it: it knows no wildcards. Braces that are letters cannot be said there, and stay doubled.
fn documented(path: &str) -> String {
    let text = |piece| match piece {
        Piece::Literal(literal) => literal.replace('{', "{{").replace('}', "}}"),
        Piece::Parameter(name) | Piece::Wildcard(name) => format!("{{{name}}}"),
    };
    pieces(path).into_iter().map(text).collect()
}

/// Whether a documented path is that of a nested service, or one under it.
fn is_under(path: &str, entry: &RouteEntry) -> bool {
    let prefix = entry.path().strip_suffix(OPEN_END).map(documented);
    let rest = prefix.and_then(|prefix| path.strip_prefix(prefix.as_str()).map(str::to_owned));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
