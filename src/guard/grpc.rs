use std::collections::HashMap;

use crate::requirement::Requirement;
use crate::scope::Scope;

/// What the methods of gRPC services ask for; for [`RequireScopeLayer::grpc`](super::RequireScopeLayer::grpc).
///
/// What is said of a method goes before what is said of its service. A method of which nothing is said is denied to
/// everybody: one that is added to a service is closed until somebody opens it.
///
/// ```
/// use tower_pat::Scope;
/// use tower_pat::guard::GrpcRequirements;
///
/// let requirements = GrpcRequirements::new()
///     .with_service("acme.v1.Invoices", Scope::from_static("invoices:read"))
///     .with_method("acme.v1.Invoices", "Send", Scope::from_static("invoices:send"))
///     .with_any_token("grpc.health.v1.Health");
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
/// use tower_pat::{PatAuthLayer, PatVerifier, Scope, TokenFormat};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let resolver = resolver_fn(|_: TokenDigest| async { Ok::<_, ResolveError>(Answer::Unknown) });
/// # let verifier = PatVerifier::new(TokenFormat::new("acme_pat")?, resolver);
/// let requirements =
///     GrpcRequirements::new().with_method("grpc.health.v1.Health", "Check", Scope::from_static("health:read"));
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
    methods: HashMap<Box<str>, Need>,
    /// By `acme.v1.Invoices`.
    services: HashMap<Box<str>, Need>,
    /// Met by nobody.
    unlisted: Need,
}

#[derive(Debug, Clone)]
pub(super) enum Need {
    AnyToken,
    Scopes(Requirement),
}

impl GrpcRequirements {
    /// Denies everything until something is said.
    #[must_use]
    pub fn new() -> Self {
        Self {
            methods: HashMap::new(),
            services: HashMap::new(),
            unlisted: Need::Scopes(Requirement::any::<Scope>([])),
        }
    }

    /// All methods of a service, named with its package (`acme.v1.Invoices`), ask for this.
    #[must_use]
    pub fn with_service(mut self, service: &str, requirement: impl Into<Requirement>) -> Self {
        self.services.insert(service.into(), Need::Scopes(requirement.into()));
        self
    }

    /// This method of a service asks for this.
    #[must_use]
    pub fn with_method(mut self, service: &str, method: &str, requirement: impl Into<Requirement>) -> Self {
        self.methods.insert(format!("{service}/{method}").into(), Need::Scopes(requirement.into()));
        self
    }

    /// The methods of a service are open to every caller with a token, whatever its scopes.
    #[must_use]
    pub fn with_any_token(mut self, service: &str) -> Self {
        self.services.insert(service.into(), Need::AnyToken);
        self
    }

    /// What a path, `/acme.v1.Invoices/Send`, asks for.
    pub(super) fn of(&self, path: &str) -> &Need {
        path.strip_prefix('/').and_then(|name| self.listed(name)).unwrap_or(&self.unlisted)
    }

    fn listed(&self, name: &str) -> Option<&Need> {
        if let Some(need) = self.methods.get(name) {
            return Some(need);
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
    use super::{GrpcRequirements, Need};
    use crate::scope::Scope;

    #[test]
    fn method_goes_before_its_service_and_the_unlisted_are_closed() {
        let requirements = GrpcRequirements::new()
            .with_service("a.S", Scope::from_static("s"))
            .with_method("a.S", "M", Scope::from_static("m"))
            .with_any_token("b.Open");
        for (path, expected) in [
            ("/a.S/M", Some("m")),
            ("/a.S/N", Some("s")),
            ("/a.S/M/", Some("any()")),
            ("/a.S", Some("any()")),
            ("/a.S/", Some("any()")),
            ("/b.Open/X", None),
            ("/c.Other/X", Some("any()")),
            ("//a.S/M", Some("any()")),
            ("/", Some("any()")),
            ("", Some("any()")),
        ] {
            let asked = match requirements.of(path) {
                Need::AnyToken => None,
                Need::Scopes(requirement) => Some(requirement.to_string()),
            };
            assert_eq!(asked.as_deref(), expected, "{path}");
        }
    }
}
