use std::fmt;

use http::Method;
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use super::path;
use crate::requirement::Access;

/// One route of a [`RouteTable`](super::RouteTable): what is asked of a caller there.
///
/// ```
/// use tower_pat::guard::Public;
/// use tower_pat::routing::{GuardedRouter, RouteKind, get};
///
/// async fn health(_: Public) -> &'static str {
///     "fine"
/// }
///
/// let router: GuardedRouter = GuardedRouter::new().route("/health", get(health));
/// let entry = router.table().iter().next().expect("a route");
/// assert_eq!((entry.method().map(|method| method.as_str()), entry.path()), (Some("GET"), "/health"));
/// assert_eq!((entry.access().to_string().as_str(), entry.kind()), ("public", RouteKind::Handler));
/// assert_eq!(entry.to_string(), "GET /health");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteEntry {
    method: Option<Method>,
    path: Box<str>,
    kind: RouteKind,
    access: Access,
}

/// What answers at a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum RouteKind {
    /// A handler of its own, which declares by its first argument who may call it.
    Handler,
    /// A service, which was given with an access.
    Service,
    /// What answers where nothing else does: for the other methods of a path, or for the other paths of a router. It was
    /// given with an access.
    Fallback,
}

impl RouteEntry {
    pub(super) fn new(method: Option<Method>, path: &str, kind: RouteKind, access: Access) -> Self {
        Self { method, path: path.into(), kind, access }
    }

    pub(super) fn nested(self, prefix: &str) -> Self {
        Self { path: path::join(prefix, &self.path).into(), ..self }
    }

    /// The method, or none if all are meant that have no entry of their own. One for `GET` also answers `HEAD`, unless
    /// that has its own.
    #[must_use]
    pub fn method(&self) -> Option<&Method> {
        self.method.as_ref()
    }

    /// The whole path as axum matches it, with the prefixes of the routers it is nested in: `/repos/{owner}`.
    ///
    /// Where a nested service or the fallback of a router answers, `{*}` at the end stands for whatever comes there; for
    /// nothing, too, so that `/files/{*}` also is `/files/` and, unless the prefix was written `/files/`, `/files`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Who may come in.
    #[must_use]
    pub fn access(&self) -> &Access {
        &self.access
    }

    /// What answers there.
    #[must_use]
    pub fn kind(&self) -> RouteKind {
        self.kind
    }

    /// Whether it is the fallback of a whole router.
    pub(super) fn is_router_fallback(&self) -> bool {
        self.kind == RouteKind::Fallback && path::is_open(&self.path)
    }

    pub(super) fn method_text(&self) -> &str {
        self.method.as_ref().map_or("any", Method::as_str)
    }

    /// By path, then method, `any` at the end.
    pub(super) fn order(&self) -> impl Ord {
        (&*self.path, self.method.is_none(), self.method_text(), self.kind)
    }
}

impl RouteKind {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Handler => "handler",
            Self::Service => "service",
            Self::Fallback => "fallback",
        }
    }
}

impl fmt::Display for RouteEntry {
    /// The method, or `any`, and the path.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method_text(), self.path)
    }
}

impl Serialize for RouteEntry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("RouteEntry", 4)?;
        object.serialize_field("method", self.method_text())?;
        object.serialize_field("path", &*self.path)?;
        object.serialize_field("kind", self.kind.as_str())?;
        object.serialize_field("access", &self.access)?;
        object.end()
    }
}
