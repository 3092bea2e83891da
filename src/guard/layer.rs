use std::sync::Arc;

use tower::Layer;

use super::service::RequireScope;
use crate::requirement::Requirement;

/// The guard of several routes, or of any Tower service: a layer that lets pass only callers who meet a requirement.
///
/// It works inside a [`PatAuthLayer`](crate::PatAuthLayer). In axum, `route_layer` leaves unknown paths with their 404.
///
/// ```
/// use axum::Router;
/// use axum::routing::get;
/// use tower_pat::Scope;
/// use tower_pat::guard::RequireScopeLayer;
///
/// let app: Router = Router::new()
///     .route("/invoices", get(|| async { "no invoices" }))
///     .route_layer(RequireScopeLayer::new(Scope::from_static("invoices:read")));
/// ```
#[derive(Debug, Clone)]
pub struct RequireScopeLayer {
    requirement: Arc<Requirement>,
}

impl RequireScopeLayer {
    /// A guard that asks for this.
    ///
    /// ```
    /// use tower_pat::Scope;
    /// use tower_pat::guard::RequireScopeLayer;
    /// use tower_pat::requirement::Requirement;
    ///
    /// let either = Requirement::any([Scope::from_static("admin"), Scope::from_static("invoices:read")]);
    /// let layer = RequireScopeLayer::new(either);
    /// ```
    #[must_use]
    pub fn new(requirement: impl Into<Requirement>) -> Self {
        Self { requirement: Arc::new(requirement.into()) }
    }
}

impl<S> Layer<S> for RequireScopeLayer {
    type Service = RequireScope<S>;

    fn layer(&self, inner: S) -> Self::Service {
        RequireScope::new(inner, Arc::clone(&self.requirement))
    }
}
