use axum::middleware::map_response;
use axum::routing::get;
use axum::{Json, Router};
use http::Uri;
use serde::Serialize;

use crate::invalid::{InvalidValue, InvalidValueKind};
use crate::scope::ScopeCatalog;
use crate::web::no_store::no_store;

const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";

/// What a service says of itself to clients that do not know it (RFC 9728).
///
/// ```
/// use tower_pat::web::ProtectedResource;
///
/// # use tower_pat::scope::ScopeCatalog;
/// # let catalog: ScopeCatalog = "invoices:read".parse()?;
/// let resource = ProtectedResource::parse("https://api.example/v1")?.with_scopes(&catalog).with_name("Invoices");
/// // What `PatAuthLayer::with_resource_metadata` is given, so that a client without a token finds it.
/// assert_eq!(resource.metadata_url(), "https://api.example/.well-known/oauth-protected-resource/v1");
/// // At the root of the service: the path is not to be nested.
/// let app: axum::Router = axum::Router::new().merge(resource.router());
/// # Ok::<(), tower_pat::invalid::InvalidValue>(())
/// ```
#[derive(Debug, Clone, Serialize)]
#[must_use = "it is only a description until it is served"]
pub struct ProtectedResource {
    resource: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_documentation: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    scopes_supported: Vec<String>,
    bearer_methods_supported: [&'static str; 1],
    #[serde(skip)]
    root: String,
    #[serde(skip)]
    path: String,
}

impl ProtectedResource {
    const MAX_LEN: usize = 2_000;

    /// The service of this address.
    ///
    /// # Errors
    ///
    /// Unless it is an https URL without query and fragment; http will do for the machine itself.
    pub fn parse(resource: &str) -> Result<Self, InvalidValue> {
        let refused = InvalidValue::new(InvalidValueKind::ProtectedResource);
        if resource.len() > Self::MAX_LEN || resource.contains(['?', '#', '{', '}']) {
            return Err(refused);
        }
        let uri: Uri = resource.parse().map_err(|_| refused)?;
        let (Some(scheme), Some(authority), Some(host)) = (uri.scheme_str(), uri.authority(), uri.host()) else {
            return Err(refused);
        };
        let is_here = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
        if !(scheme == "https" || scheme == "http" && is_here) || authority.as_str().contains('@') {
            return Err(refused);
        }
        Ok(Self {
            resource: resource.to_owned(),
            resource_name: None,
            resource_documentation: None,
            scopes_supported: Vec::new(),
            bearer_methods_supported: ["header"],
            root: format!("{scheme}://{authority}"),
            // RFC 9728, section 3.1: a slash at the end goes before the well-known part is put in.
            path: uri.path().trim_end_matches('/').to_owned(),
        })
    }

    /// Sets what people call the service.
    pub fn with_name(mut self, name: impl Into<String>) -> Self {
        self.resource_name = Some(name.into());
        self
    }

    /// Sets where developers read about it.
    pub fn with_documentation(mut self, url: impl Into<String>) -> Self {
        self.resource_documentation = Some(url.into());
        self
    }

    /// Sets which scopes there are.
    pub fn with_scopes(mut self, catalog: &ScopeCatalog) -> Self {
        self.scopes_supported = catalog.iter().map(|entry| entry.scope().to_string()).collect();
        self
    }

    /// Where it says this.
    #[must_use]
    pub fn metadata_url(&self) -> String {
        format!("{}{WELL_KNOWN}{}", self.root, self.path)
    }

    /// The router, for the root of the service.
    pub fn router<S: Clone + Send + Sync + 'static>(self) -> Router<S> {
        let path = format!("{WELL_KNOWN}{}", self.path);
        Router::new().route(&path, get(async move || Json(self.clone()))).layer(map_response(no_store))
    }
}
