use std::fmt;

use axum::routing::MethodRouter;

use super::layer::RequireScopeLayer;
use crate::requirement::Access;

/// Keeps the trait to axum's type, so that it can grow.
pub trait Sealed {}

/// `.require_scope("…")` on the routes of one path.
///
/// ```
/// use axum::Router;
/// use axum::routing::get;
/// use tower_pat::guard::MethodRouterExt;
///
/// let app: Router = Router::new()
///     .route("/invoices", get(|| async { "no invoices" }).require_scope("invoices:read"));
/// ```
pub trait MethodRouterExt: Sealed + Sized {
    /// Puts a [`RequireScopeLayer`] around the methods that are there, and around the fallback if there is one, which
    /// is what axum's `any` makes. Methods that are added later are not guarded; methods that are not there keep their
    /// 405.
    ///
    /// # Panics
    ///
    /// Where nothing is there to be guarded, and when a string is not a scope.
    ///
    /// ```
    /// use axum::routing::{MethodRouter, get};
    /// use tower_pat::Scope;
    /// use tower_pat::guard::MethodRouterExt;
    /// use tower_pat::requirement::Requirement;
    ///
    /// let both = Requirement::all([Scope::from_static("invoices:read"), Scope::from_static("invoices:write")]);
    /// let routes: MethodRouter =
    ///     get(|| async { "no invoices" }).require_scope("invoices:read").post(|| async {}).require_scope(both);
    /// ```
    #[must_use]
    fn require_scope(self, access: impl TryInto<Access, Error: fmt::Display>) -> Self;
}

impl<S, E> Sealed for MethodRouter<S, E> {}

impl<S: Clone + 'static, E: 'static> MethodRouterExt for MethodRouter<S, E> {
    #[track_caller]
    fn require_scope(self, access: impl TryInto<Access, Error: fmt::Display>) -> Self {
        let guard = RequireScopeLayer::new(access);
        if has_fallback(&self) { self.layer(guard) } else { self.route_layer(guard) }
    }
}

/// `route_layer` would leave a fallback open. axum tells it from its own 405 by its `Debug` form alone; in another form
/// it counts as a fallback, and what then stands around the 405 is a guard too many.
fn has_fallback<S: Clone, E>(router: &MethodRouter<S, E>) -> bool {
    !format!("{router:?}").contains("fallback: Default(")
}
