use serde_json::Value;
use utoipa::openapi::OpenApi;
use utoipa::openapi::path::Operation;

use super::error::UnknownOperations;
use super::operations::{operations, operations_mut};
use super::place::{entry_of, is_answered_by};
use super::scheme::add_scheme;
use super::security::security;
use crate::requirement::Access;
use crate::routing::entry::{RouteEntry, RouteKind};
use crate::routing::table::RouteTable;
use crate::scope::ScopeCatalog;

/// The extension that has the text form of an access.
const ACCESS: &str = "x-access";

impl RouteTable {
    /// Says in an OpenAPI document what each operation asks of its callers: see [`openapi`](super). The scheme's
    /// description lists the scopes of the catalogue, if one is given.
    ///
    /// The paths of the document are whole ones, as in the table; `{*rest}` is `{rest}` there. An operation under the path
    /// of a nested service is taken for one of that. utoipa nests the path `/` as `/prefix/`, which axum does not answer: in a
    /// nested document write `path = ""`.
    ///
    /// # Errors
    ///
    /// If an operation has no route, or only a fallback. The document is then as it was.
    pub fn secure(&self, document: &mut OpenApi, catalog: Option<&ScopeCatalog>) -> Result<(), UnknownOperations> {
        let (mut accesses, mut unknown) = (Vec::new(), Vec::new());
        for (path, item) in &document.paths.paths {
            for (method, _) in operations(item) {
                match entry_of(self, method, path) {
                    Some(entry) => accesses.push(entry.access()),
                    None => unknown.push(format!("{method} {path}")),
                }
            }
        }
        UnknownOperations::check(unknown)?;
        let operations = document.paths.paths.values_mut().flat_map(operations_mut);
        operations.zip(accesses).for_each(|((_, operation), access)| state(operation, access));
        add_scheme(document, catalog);
        Ok(())
    }

    /// The routes that a document says nothing of; fallbacks are not missed.
    ///
    /// ```
    /// use tower_pat::guard::Public;
    /// use tower_pat::routing::{GuardedRouter, get};
    /// use utoipa::OpenApi;
    ///
    /// #[derive(OpenApi)]
    /// struct Service;
    ///
    /// let router: GuardedRouter = GuardedRouter::new().route("/health", get(|_: Public| async {}));
    /// let undocumented = router.table().undocumented(&Service::openapi());
    /// assert_eq!(undocumented[0].to_string(), "GET /health");
    /// ```
    #[must_use]
    pub fn undocumented(&self, document: &OpenApi) -> Vec<&RouteEntry> {
        let is_documented = |entry: &RouteEntry| {
            let mut items = document.paths.paths.iter();
            items.any(|(path, item)| operations(item).any(|(method, _)| is_answered_by(entry, method, path)))
        };
        let routes = self.iter().filter(|entry| entry.kind() != RouteKind::Fallback);
        routes.filter(|entry| !is_documented(entry)).collect()
    }
}

fn state(operation: &mut Operation, access: &Access) {
    operation.security = Some(security(access, operation.security.take()));
    let extensions = operation.extensions.get_or_insert_default();
    extensions.insert(ACCESS.to_owned(), Value::String(access.to_string()));
}
