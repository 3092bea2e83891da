//! The attribute stands among others in any order, but above `#[axum::debug_handler]`.
#![deny(warnings, missing_docs)]

use axum::extract::Path;
use tower_pat::require_scope;
use tower_pat::scope::Scopes;

#[derive(Scopes)]
enum Api {
    #[scope("invoices:read")]
    Read,
}

/// Documented above.
#[require_scope(Api::Read)]
#[axum::debug_handler]
async fn debugged() {}

#[require_scope("invoices:read", catalog = Api)]
#[utoipa::path(get, path = "/above/{owner}", params(("owner" = String, Path)))]
/// Documented between.
#[axum::debug_handler]
async fn above(Path(owner): Path<String>) -> String {
    owner
}

#[utoipa::path(get, path = "/below/{owner}", params(("owner" = String, Path)))]
#[require_scope(all(Api::Read, "admin"))]
/// Documented below.
async fn below(Path(owner): Path<String>) -> String {
    owner
}

#[cfg(all())]
#[require_scope("invoices:read")]
#[cfg(not(any()))]
async fn configured() {}

#[require_scope("invoices:read")]
#[cfg(any())]
async fn configured() {}

#[cfg_attr(all(), require_scope("invoices:read"))]
#[expect(unused_variables)]
async fn expecting() {
    let unused = 0;
}

#[expect(unused_variables)]
#[tower_pat::require_scope("invoices:read")]
#[allow(dead_code)]
#[must_use]
#[inline]
async fn expecting_above() -> u8 {
    let unused = 0;
    7
}

#[require_scope("invoices:read")]
#[expect(dead_code)]
async fn never_routed() {}

#[derive(utoipa::OpenApi)]
#[openapi(paths(above, below))]
struct Document;

fn main() {
    use axum::routing::get;
    let _: axum::Router = axum::Router::new()
        .route("/a", get(debugged).post(configured).put(expecting))
        .route("/b", get(|guard| async { expecting_above(guard).await.to_string() }))
        .route("/above/{owner}", get(above))
        .route("/below/{owner}", get(below));
    assert_eq!(<Document as utoipa::OpenApi>::openapi().paths.paths.len(), 2);
}
