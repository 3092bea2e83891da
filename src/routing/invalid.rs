use std::fmt;
use std::slice;

use super::entry::RouteEntry;

/// Why a [`GuardedRouter`](super::GuardedRouter) is not finished: routes that ask for what they cannot check, and a layer
/// that knows other scopes than the router.
///
/// Its text form has a line for each.
///
/// ```
/// # use tower_pat::resolver::{Answer, ResolveError, resolver_fn};
/// # use tower_pat::token::TokenDigest;
/// use tower_pat::routing::{GuardedRouter, InvalidRouteKind, get};
/// # use tower_pat::{PatAuthLayer, PatVerifier, TokenFormat};
/// # let resolver = resolver_fn(|_: TokenDigest| async { Ok::<_, ResolveError>(Answer::Unknown) });
/// # let verifier = PatVerifier::new(TokenFormat::new("acme_pat")?, resolver);
///
/// let router: GuardedRouter = GuardedRouter::new()
///     .with_catalog("invoices:read".parse()?)
///     .fallback("invoice:read", || async { "another path" });
/// let invalid = router.finish(PatAuthLayer::new(verifier)).expect_err("a scope that nobody can have");
/// assert!(invalid.catalogs_differ(), "the verifier has none");
///
/// let route = invalid.iter().next().expect("a route");
/// assert_eq!((route.kind(), route.name()), (InvalidRouteKind::UnknownScope, "invoice:read"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the routes cannot be guarded:{}{}", Catalogs(*.catalogs_differ), Lines(.routes))]
pub struct InvalidRoutes {
    routes: Box<[InvalidRoute]>,
    catalogs_differ: bool,
}

/// One mistake of [`InvalidRoutes`]. A route may have several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidRoute {
    entry: RouteEntry,
    kind: InvalidRouteKind,
    name: Box<str>,
}

/// What is wrong with a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum InvalidRouteKind {
    /// The requirement names a parameter that the path does not have.
    MissingParameter,
    /// The requirement names a parameter that is a wildcard in the path, and may hold several segments.
    WildcardParameter,
    /// The requirement names a parameter that the path has twice: guard and handler might read different ones.
    RepeatedParameter,
    /// The requirement names a scope that the catalogue does not know.
    UnknownScope,
}

impl InvalidRoutes {
    /// Nothing if there is nothing wrong.
    pub(super) fn check(routes: Vec<InvalidRoute>, catalogs_differ: bool) -> Result<(), Self> {
        if routes.is_empty() && !catalogs_differ {
            return Ok(());
        }
        Err(Self { routes: routes.into(), catalogs_differ })
    }

    /// Whether the verifier of the layer has another catalogue than the router, or none: what scopes imply would not
    /// count.
    #[must_use]
    pub fn catalogs_differ(&self) -> bool {
        self.catalogs_differ
    }

    /// Every mistake of a route, in the order of the table.
    pub fn iter(&self) -> slice::Iter<'_, InvalidRoute> {
        self.routes.iter()
    }
}

impl<'a> IntoIterator for &'a InvalidRoutes {
    type Item = &'a InvalidRoute;
    type IntoIter = slice::Iter<'a, InvalidRoute>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl InvalidRoute {
    pub(super) fn new(entry: &RouteEntry, kind: InvalidRouteKind, name: &str) -> Self {
        Self { entry: entry.clone(), kind, name: name.into() }
    }

    /// The route.
    #[must_use]
    pub fn entry(&self) -> &RouteEntry {
        &self.entry
    }

    /// What is wrong with it.
    #[must_use]
    pub fn kind(&self) -> InvalidRouteKind {
        self.kind
    }

    /// The parameter or the scope that it is about.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl fmt::Display for InvalidRoute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (entry, name) = (&self.entry, &self.name);
        write!(f, "{entry} asks for `{}`, ", entry.access())?;
        match self.kind {
            InvalidRouteKind::MissingParameter => write!(f, "but its path has no parameter `{{{name}}}`"),
            InvalidRouteKind::WildcardParameter => {
                write!(f, "but in its path `{{*{name}}}` is a wildcard, which may hold several segments")
            }
            InvalidRouteKind::RepeatedParameter => write!(f, "but its path has the parameter `{{{name}}}` twice"),
            InvalidRouteKind::UnknownScope => write!(f, "but the catalogue has no scope `{name}`"),
        }
    }
}

struct Catalogs(bool);

impl fmt::Display for Catalogs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let said = "\n- the verifier has not the catalogue of the router: give it the same, `.with_catalog(…)`";
        if self.0 { f.write_str(said) } else { Ok(()) }
    }
}

/// A line break before each.
struct Lines<'a>(&'a [InvalidRoute]);

impl fmt::Display for Lines<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|route| write!(f, "\n- {route}"))
    }
}
