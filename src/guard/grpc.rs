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
