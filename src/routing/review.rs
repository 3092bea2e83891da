use std::collections::BTreeSet;

use super::entry::RouteEntry;
use super::invalid::{InvalidRoute, InvalidRouteKind, InvalidRoutes};
use super::path::{Piece, pieces};
use super::table::RouteTable;
use crate::scope::ScopeCatalog;

/// Whether each route can check what it asks for, of a verifier with this catalogue.
pub(super) fn review(
    table: &RouteTable,
    own: Option<&ScopeCatalog>,
    verifier: Option<&ScopeCatalog>,
) -> Result<(), InvalidRoutes> {
    let catalog = own.or(verifier);
    let invalid = table.iter().flat_map(|entry| parameters(entry).into_iter().chain(scopes(entry, catalog)));
    InvalidRoutes::check(invalid.collect(), own.is_some() && own != verifier)
}

fn parameters(entry: &RouteEntry) -> Vec<InvalidRoute> {
    let Some(requirement) = entry.access().requirement() else { return Vec::new() };
    // Of several templates, each may name the same.
    let names: BTreeSet<_> = requirement.parameters().collect();
    let mistakes = names.into_iter().filter_map(|name| Some((mistake(entry.path(), name)?, name)));
    mistakes.map(|(kind, name)| InvalidRoute::new(entry, kind, name)).collect()
}

fn mistake(path: &str, name: &str) -> Option<InvalidRouteKind> {
    let mut pieces = pieces(path);
    pieces.retain(|piece| matches!(piece, Piece::Parameter(found) | Piece::Wildcard(found) if *found == name));
    match pieces[..] {
        [] => Some(InvalidRouteKind::MissingParameter),
        [Piece::Parameter(_)] => None,
        [Piece::Wildcard(_)] => Some(InvalidRouteKind::WildcardParameter),
        _ => Some(InvalidRouteKind::RepeatedParameter),
    }
}

fn scopes(entry: &RouteEntry, catalog: Option<&ScopeCatalog>) -> Vec<InvalidRoute> {
    let (Some(requirement), Some(catalog)) = (entry.access().requirement(), catalog) else { return Vec::new() };
    let unknown = catalog.unknown(&requirement.named_scopes());
    unknown.iter().map(|scope| InvalidRoute::new(entry, InvalidRouteKind::UnknownScope, scope.as_str())).collect()
}
