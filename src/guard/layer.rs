use std::fmt;
use std::sync::Arc;

use tower::Layer;

use super::grpc::GrpcRequirements;
use super::rule::Rule;
use super::service::RequireScope;
use super::terms::Terms;
use crate::requirement::{Access, stated};
use crate::response::ProblemResponder;

/// The guard of several routes, or of any Tower service: a layer that lets pass only callers who meet a requirement.
///
/// It works inside a [`PatAuthLayer`](crate::PatAuthLayer). In axum, `route_layer` leaves unknown paths with their 404.
///
/// ```
/// use axum::Router;
/// use axum::routing::get;
/// use tower_pat::guard::RequireScopeLayer;
///
/// let app: Router = Router::new()
///     .route("/invoices", get(|| async { "no invoices" }))
///     .route_layer(RequireScopeLayer::new("invoices:read"));
/// ```
pub struct RequireScopeLayer<R = ProblemResponder>(Arc<Terms<R>>);

impl RequireScopeLayer {
    /// A guard that asks for this: a requirement, a scope, or an [`Access`].
    ///
    /// # Panics
    ///
    /// When a string is not a scope.
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
    #[track_caller]
    pub fn new(access: impl TryInto<Access, Error: fmt::Display>) -> Self {
        Self::by(Rule::Always(stated(access)))
    }

    /// A guard of gRPC services that asks for this by service and method.
    ///
    /// ```
    /// use tower_pat::guard::{GrpcRequirements, RequireScopeLayer};
    /// use tower_pat::response::BodilessResponder;
    ///
    /// let requirements = GrpcRequirements::new().with_service("acme.v1.Invoices", "invoices:read");
    /// let layer = RequireScopeLayer::grpc(requirements).with_responder(BodilessResponder);
    /// ```
    #[must_use]
    pub fn grpc(requirements: GrpcRequirements) -> Self {
        Self::by(Rule::Grpc(requirements))
    }

    fn by(rule: Rule) -> Self {
        Self(Arc::new(Terms::new(rule)))
    }
}

impl<R> RequireScopeLayer<R> {
    /// Makes denials for bodies that cannot be made from [`Bytes`](bytes::Bytes). The layer around the guard has the
    /// last word on what they say.
    ///
    /// ```
    /// use tower_pat::guard::RequireScopeLayer;
    /// use tower_pat::response::BodilessResponder;
    ///
    /// let layer = RequireScopeLayer::new("echo").with_responder(BodilessResponder);
    /// ```
    #[must_use]
    pub fn with_responder<T>(self, responder: T) -> RequireScopeLayer<T> {
        RequireScopeLayer(Arc::new(self.0.with_responder(responder)))
    }
}

impl<S, R> Layer<S> for RequireScopeLayer<R> {
    type Service = RequireScope<S, R>;

    fn layer(&self, inner: S) -> Self::Service {
        RequireScope::new(inner, Arc::clone(&self.0))
    }
}

/// A responder need not be clonable.
impl<R> Clone for RequireScopeLayer<R> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<R> fmt::Debug for RequireScopeLayer<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequireScopeLayer").field("rule", self.0.rule()).finish_non_exhaustive()
    }
}
