use std::collections::HashMap;
use std::fmt;

use crate::requirement::{Access, Requirement, stated};
use crate::scope::Scope;

/// What the methods of gRPC services ask for; for [`RequireScopeLayer::grpc`](super::RequireScopeLayer::grpc).
///
/// What is said of a method goes before what is said of its service. A method of which nothing is said is denied to
/// everybody: one that is added to a service is closed until somebody opens it.
///
/// ```
/// use tower_pat::guard::GrpcRequirements;
/// use tower_pat::requirement::Access;
///
/// let requirements = GrpcRequirements::new()
///     .with_service("acme.v1.Invoices", "invoices:read")
///     .with_method("acme.v1.Invoices", "Send", "invoices:send")
///     .with_service("acme.v1.Accounts", Access::AnyToken)
///     .with_service("grpc.health.v1.Health", Access::Public);
/// ```
///
/// # With tonic
///
/// Bodies of tonic can only be made empty, hence [`BodilessResponder`](crate::response::BodilessResponder). `Server::layer`
/// puts the layers around all services; what `add_service` takes is one service with layers around it, by tonic's
/// `LayerExt::named_layer`.
///
/// ```
/// # use tower_pat::resolver::{Answer, ResolveError, resolver_fn};
/// # use tower_pat::token::TokenDigest;
/// use tonic::service::LayerExt;
/// use tonic::transport::Server;
/// use tower_pat::guard::{GrpcRequirements, RequireScopeLayer};
/// use tower_pat::response::BodilessResponder;
/// use tower_pat::{PatAuthLayer, PatVerifier, TokenFormat};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let resolver = resolver_fn(|_: TokenDigest| async { Ok::<_, ResolveError>(Answer::Unknown) });
/// # let verifier = PatVerifier::new(TokenFormat::new("acme_pat")?, resolver);
/// let requirements = GrpcRequirements::new().with_method("grpc.health.v1.Health", "Check", "health:read");
/// let auth = PatAuthLayer::new(verifier).with_responder(BodilessResponder);
/// let guard = RequireScopeLayer::grpc(requirements).with_responder(BodilessResponder);
/// let (_, health) = tonic_health::server::health_reporter();
///
/// // The layer that is named first is the outer one.
/// let all = Server::builder().layer(auth.clone()).layer(guard.clone()).add_service(health.clone());
/// let one = Server::builder().add_service((auth, guard).named_layer(health));
/// # Ok(()) }
/// ```
///
/// A handler finds the caller by `request.extensions().get::<PatPrincipal>()`. The address of a connection is in the
/// `TcpConnectInfo` that tonic leaves there, for a [`client_addr_fn`](crate::client::client_addr_fn).
///
/// A token is looked at when a call begins. A stream that was accepted goes on when the token is revoked or expires, and
/// the next call is denied.
#[derive(Debug, Clone)]
pub struct GrpcRequirements {
    /// By `acme.v1.Invoices/Send`.
    methods: HashMap<Box<str>, Access>,
    /// By `acme.v1.Invoices`.
    services: HashMap<Box<str>, Access>,
    /// Met by nobody.
    unlisted: Access,
}

impl GrpcRequirements {
    /// Denies everything until something is said.
    #[must_use]
    pub fn new() -> Self {
        Self { methods: HashMap::new(), services: HashMap::new(), unlisted: Requirement::any::<Scope>([]).into() }
    }

    /// All methods of a service, named with its package (`acme.v1.Invoices`), ask for this: a requirement, a scope, or
    /// an [`Access`].
    ///
    /// # Panics
    ///
    /// When a string is not a scope.
    #[must_use]
    #[track_caller]
    pub fn with_service(mut self, service: &str, access: impl TryInto<Access, Error: fmt::Display>) -> Self {
        self.services.insert(service.into(), stated(access));
        self
    }

    /// This method of a service asks for this.
    ///
    /// # Panics
    ///
    /// When a string is not a scope.
    #[must_use]
    #[track_caller]
    pub fn with_method(
        mut self,
        service: &str,
        method: &str,
        access: impl TryInto<Access, Error: fmt::Display>,
    ) -> Self {
        self.methods.insert(format!("{service}/{method}").into(), stated(access));
        self
    }

    /// What a path, `/acme.v1.Invoices/Send`, asks for.
    pub(super) fn of(&self, path: &str) -> &Access {
        path.strip_prefix('/').and_then(|name| self.listed(name)).unwrap_or(&self.unlisted)
    }

    fn listed(&self, name: &str) -> Option<&Access> {
        if let Some(access) = self.methods.get(name) {
            return Some(access);
        }
        let (service, method) = name.split_once('/')?;
        let whole = !method.is_empty() && !method.contains('/');
        self.services.get(service).filter(|_| whole)
    }
}

impl Default for GrpcRequirements {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::GrpcRequirements;
    use crate::requirement::Access;

    #[test]
    fn method_goes_before_its_service_and_the_unlisted_are_closed() {
        let requirements = GrpcRequirements::new()
            .with_service("a.S", "s")
            .with_method("a.S", "M", "m")
            .with_method("a.S", "Hello", Access::Public)
            .with_service("b.Open", Access::AnyToken);
        for (path, expected) in [
            ("/a.S/M", "m"),
            ("/a.S/Hello", "public"),
            ("/a.S/N", "s"),
            ("/a.S/M/", "any()"),
            ("/a.S", "any()"),
            ("/a.S/", "any()"),
            ("/b.Open/X", "any token"),
            ("/b.Open/", "any()"),
            ("/c.Other/X", "any()"),
            ("//a.S/M", "any()"),
            ("/", "any()"),
            ("", "any()"),
        ] {
            assert_eq!(requirements.of(path).to_string(), expected, "{path}");
        }
    }

    #[test]
    #[should_panic(expected = "a scope is")]
    fn service_is_not_set_up_with_what_is_no_scope() {
        let _ = GrpcRequirements::new().with_service("a.S", "two words");
    }
}
