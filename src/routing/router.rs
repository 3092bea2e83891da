use std::convert::Infallible;
use std::fmt;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::handler::Handler;
use axum::response::IntoResponse;
use axum::routing::{MethodRouter, Route, any_service};
use tower::{Layer, Service};

use super::entry::{RouteEntry, RouteKind};
use super::invalid::InvalidRoutes;
use super::method_router::GuardedMethodRouter;
use super::path::OPEN_END;
use super::review::review;
use super::table::RouteTable;
use crate::guard::{RequireScope, RequireScopeLayer};
use crate::layer::PatAuthLayer;
use crate::requirement::{Access, stated};
use crate::response::Responder;
use crate::scope::ScopeCatalog;

/// A router of axum's to which no route can be added without saying who may come in: see [the module](super).
///
/// ```
/// # use tower_pat::resolver::{Answer, ResolveError, resolver_fn};
/// # use tower_pat::token::TokenDigest;
/// use tower_pat::guard::{AnyToken, Public};
/// use tower_pat::routing::{GuardedRouter, get};
/// # use tower_pat::{PatAuthLayer, PatVerifier, TokenFormat};
/// # let resolver = resolver_fn(|_: TokenDigest| async { Ok::<_, ResolveError>(Answer::Unknown) });
/// # let verifier = PatVerifier::new(TokenFormat::new("acme_pat")?, resolver);
///
/// let app: axum::Router = GuardedRouter::new()
///     .route("/health", get(|_: Public| async { "fine" }))
///     .route("/me", get(|AnyToken(caller): AnyToken| async move { caller.owner().to_string() }))
///     .finish(PatAuthLayer::new(verifier))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub struct GuardedRouter<S = ()> {
    inner: Router<S>,
    table: RouteTable,
    has_fallback: bool,
    catalog: Option<ScopeCatalog>,
}

/// A service behind a guard.
type GuardedService = RequireScope<MethodRouter>;

impl<S: Clone + Send + Sync + 'static> GuardedRouter<S> {
    /// A router without routes.
    pub fn new() -> Self {
        Self { inner: Router::new(), table: RouteTable::default(), has_fallback: false, catalog: None }
    }

    /// Adds the handlers of a path; to those that it has, if it has some.
    ///
    /// # Panics
    ///
    /// If one of them is there already, if the path could not be told from another, or if it is none that axum can match.
    ///
    /// ```
    /// use tower_pat::guard::Public;
    /// use tower_pat::routing::{GuardedRouter, get, post};
    ///
    /// async fn handler(_: Public) {}
    /// let router: GuardedRouter = GuardedRouter::new().route("/a", get(handler)).route("/a", post(handler));
    /// assert_eq!(router.table().len(), 2);
    /// ```
    #[track_caller]
    pub fn route(mut self, path: &str, routes: GuardedMethodRouter<S>) -> Self {
        let (routes, entries) = routes.into_parts(path);
        self.inner = self.inner.route(path, routes);
        self.table.take(entries);
        self
    }

    /// Has a service answer all methods of a path, to those who may come in: who meet a requirement, hold a scope, or
    /// whom an [`Access`] lets pass.
    ///
    /// # Panics
    ///
    /// If the path is there already or is none that axum can match, and when a string is not a scope.
    ///
    /// ```
    /// use axum::routing::any;
    /// use tower_pat::routing::GuardedRouter;
    ///
    /// let service = any(|| async { "a service" });
    /// let router: GuardedRouter = GuardedRouter::new().route_service("/legacy", "admin", service);
    /// ```
    #[track_caller]
    pub fn route_service<T>(mut self, path: &str, access: impl TryInto<Access, Error: fmt::Display>, service: T) -> Self
    where
        T: Service<Request, Error = Infallible> + Clone + Send + Sync + 'static,
        T::Response: IntoResponse + 'static,
        T::Future: Send + 'static,
    {
        let access = stated(access);
        self.inner = self.inner.route_service(path, guarded(&access, service));
        self.table.add(RouteEntry::new(None, path, RouteKind::Service, access));
        self
    }

    /// Adds the routes of another router under a prefix, with its fallback if it has one. Layers and states stay
    /// with the router that they were given to.
    ///
    /// # Panics
    ///
    /// If a route is there already, and if the prefix is empty, `/`, or has a wildcard.
    ///
    /// ```
    /// use tower_pat::guard::Public;
    /// use tower_pat::routing::{GuardedRouter, get};
    ///
    /// let repos = GuardedRouter::new().route("/{name}", get(|_: Public| async {}));
    /// let router: GuardedRouter = GuardedRouter::new().nest("/repos/{owner}", repos);
    /// assert_eq!(router.table().iter().next().expect("a route").path(), "/repos/{owner}/{name}");
    /// ```
    #[track_caller]
    pub fn nest(mut self, prefix: &str, router: Self) -> Self {
        self.inner = self.inner.nest(prefix, router.inner);
        // axum takes over fallbacks of routers inside only if the router itself has one.
        let answers = |entry: &RouteEntry| router.has_fallback || !entry.is_router_fallback();
        self.table.take(router.table.into_iter().filter(answers).map(|entry| entry.nested(prefix)));
        self.catalog = self.catalog.or(router.catalog);
        self
    }

    /// Has a service answer all paths under a prefix and the prefix itself, to those who may come in.
    ///
    /// The guard reads the parameters of the prefix. A service that is a router may have a parameter of the same name,
    /// which its handlers see in place of this one: do not use one name for both.
    ///
    /// # Panics
    ///
    /// If a path is there already, if the prefix is empty, `/`, or has a wildcard, and when a string is not a scope.
    ///
    /// ```
    /// use axum::routing::any;
    /// use tower_pat::requirement::Access;
    /// use tower_pat::routing::GuardedRouter;
    ///
    /// let files = any(|| async { "a file" });
    /// let router: GuardedRouter = GuardedRouter::new().nest_service("/files", Access::AnyToken, files);
    /// assert_eq!(router.table().iter().next().expect("a route").path(), "/files/{*}");
    /// ```
    #[track_caller]
    pub fn nest_service<T>(
        mut self,
        prefix: &str,
        access: impl TryInto<Access, Error: fmt::Display>,
        service: T,
    ) -> Self
    where
        T: Service<Request, Error = Infallible> + Clone + Send + Sync + 'static,
        T::Response: IntoResponse + 'static,
        T::Future: Send + 'static,
    {
        let access = stated(access);
        self.inner = self.inner.nest_service(prefix, guarded(&access, service));
        self.table.add(RouteEntry::new(None, OPEN_END, RouteKind::Service, access).nested(prefix));
        self
    }

    /// Adds the routes of another router, with its fallback if it has one.
    ///
    /// # Panics
    ///
    /// If a route is there already, and if both have a fallback.
    ///
    /// ```
    /// use tower_pat::guard::Public;
    /// use tower_pat::routing::{GuardedRouter, get};
    ///
    /// let health = GuardedRouter::new().route("/health", get(|_: Public| async { "fine" }));
    /// let router: GuardedRouter = GuardedRouter::new().merge(health);
    /// assert_eq!(router.table().len(), 1);
    /// ```
    #[track_caller]
    pub fn merge(mut self, router: Self) -> Self {
        self.inner = self.inner.merge(router.inner);
        self.table.take(router.table);
        self.has_fallback |= router.has_fallback;
        self.catalog = self.catalog.or(router.catalog);
        self
    }

    /// Sets what answers where no route is, in place of a 404, and who may come in there. The handler states nothing
    /// itself.
    ///
    /// # Panics
    ///
    /// If there is a fallback already, and when a string is not a scope.
    ///
    /// ```
    /// use http::StatusCode;
    /// use tower_pat::requirement::Access;
    /// use tower_pat::routing::GuardedRouter;
    ///
    /// let nothing_here = || async { (StatusCode::NOT_FOUND, "Nothing is here.") };
    /// let router: GuardedRouter = GuardedRouter::new().fallback(Access::Public, nothing_here);
    /// assert_eq!(router.table().iter().next().expect("a route").path(), "/{*}");
    /// ```
    #[track_caller]
    pub fn fallback<H, T>(self, access: impl TryInto<Access, Error: fmt::Display>, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
    {
        let access = stated(access);
        let handler = handler.layer(RequireScopeLayer::new(access.clone()));
        self.with_fallback(access, |router| router.fallback(handler))
    }

    /// Has a service answer where no route is, to those who may come in.
    ///
    /// # Panics
    ///
    /// If there is a fallback already, and when a string is not a scope.
    ///
    /// ```
    /// use axum::routing::any;
    /// use tower_pat::routing::GuardedRouter;
    ///
    /// let site = any(|| async { "a page" });
    /// let router: GuardedRouter = GuardedRouter::new().fallback_service("site:read", site);
    /// ```
    #[track_caller]
    pub fn fallback_service<T>(self, access: impl TryInto<Access, Error: fmt::Display>, service: T) -> Self
    where
        T: Service<Request, Error = Infallible> + Clone + Send + Sync + 'static,
        T::Response: IntoResponse + 'static,
        T::Future: Send + 'static,
    {
        let access = stated(access);
        let service = guarded(&access, service);
        self.with_fallback(access, |router| router.fallback_service(service))
    }

    #[track_caller]
    fn with_fallback(mut self, access: Access, set: impl FnOnce(Router<S>) -> Router<S>) -> Self {
        assert!(!self.has_fallback, "a router has one fallback, and this one has it");
        self.inner = set(self.inner);
        self.has_fallback = true;
        self.table.add(RouteEntry::new(None, OPEN_END, RouteKind::Fallback, access));
        self
    }

    /// Sets what answers other methods of the paths that are there by now, in place of a 405, and who may come in there.
    /// Paths with a fallback of their own keep that, and services answer all methods.
    ///
    /// # Panics
    ///
    /// When a string is not a scope.
    ///
    /// ```
    /// use http::StatusCode;
    /// use tower_pat::guard::Public;
    /// use tower_pat::requirement::Access;
    /// use tower_pat::routing::{GuardedRouter, get};
    ///
    /// let router: GuardedRouter = GuardedRouter::new()
    ///     .route("/health", get(|_: Public| async { "fine" }))
    ///     .method_not_allowed_fallback(Access::Public, || async { StatusCode::METHOD_NOT_ALLOWED });
    /// assert_eq!(router.table().len(), 2);
    /// ```
    #[track_caller]
    pub fn method_not_allowed_fallback<H, T>(
        mut self,
        access: impl TryInto<Access, Error: fmt::Display>,
        handler: H,
    ) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
    {
        let access = stated(access);
        let handler = handler.layer(RequireScopeLayer::new(access.clone()));
        self.inner = self.inner.method_not_allowed_fallback(handler);
        self.table.add_method_fallbacks(&access);
        self
    }

    /// Puts a layer around all that is there by now, axum's own 404 included.
    ///
    /// It sees a request after the token was checked, and before the guard of a route: what it answers by itself, it
    /// answers to everybody. What is to see a request before the token is checked, such as a log, is put around the
    /// finished router.
    pub fn layer<L>(self, layer: L) -> Self
    where
        L: Layer<Route> + Clone + Send + Sync + 'static,
        L::Service: Service<Request> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Response: IntoResponse + 'static,
        <L::Service as Service<Request>>::Error: Into<Infallible> + 'static,
        <L::Service as Service<Request>>::Future: Send + 'static,
    {
        Self { inner: self.inner.layer(layer), ..self }
    }

    /// Puts a layer around the routes that are there by now, but not around the fallback of the router: see
    /// [`layer`](Self::layer).
    ///
    /// # Panics
    ///
    /// If there is no route.
    #[track_caller]
    pub fn route_layer<L>(self, layer: L) -> Self
    where
        L: Layer<Route> + Clone + Send + Sync + 'static,
        L::Service: Service<Request> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Response: IntoResponse + 'static,
        <L::Service as Service<Request>>::Error: Into<Infallible> + 'static,
        <L::Service as Service<Request>>::Future: Send + 'static,
    {
        Self { inner: self.inner.route_layer(layer), ..self }
    }

    /// Gives the handlers their state.
    pub fn with_state<S2>(self, state: S) -> GuardedRouter<S2> {
        let Self { inner, table, has_fallback, catalog } = self;
        GuardedRouter { inner: inner.with_state(state), table, has_fallback, catalog }
    }

    /// Names the scopes that the service knows: [`finish`](Self::finish) then refuses routes that ask for others, and a
    /// verifier that has not the same catalogue. A router that is nested or merged hands on its own to one that has none.
    ///
    /// ```
    /// use tower_pat::routing::GuardedRouter;
    /// use tower_pat::scope::ScopeCatalog;
    ///
    /// let catalog: ScopeCatalog = "invoices:read invoices:write".parse()?;
    /// let router: GuardedRouter = GuardedRouter::new().with_catalog(catalog);
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    pub fn with_catalog(self, catalog: ScopeCatalog) -> Self {
        Self { catalog: Some(catalog), ..self }
    }

    /// Who may come in where. Clone it before the router is finished, to keep it.
    #[must_use]
    pub fn table(&self) -> &RouteTable {
        &self.table
    }

    #[cfg(feature = "testing")]
    pub(crate) fn catalog(&self) -> Option<&ScopeCatalog> {
        self.catalog.as_ref()
    }

    /// The router, with the layer around it that checks tokens.
    ///
    /// The layer lets requests without a token pass, as [`PatAuthLayer::with_anonymous`] says: the guards of the routes
    /// deny those that need one, with the same 401. A bad token is refused everywhere, also where everybody may come in.
    ///
    /// What is added to the router that this gives is guarded by nothing, and not in the table.
    ///
    /// # Errors
    ///
    /// If a requirement names a parameter that its path does not have, has twice, or has as a wildcard, and if it names a
    /// scope that the [catalogue](Self::with_catalog) does not know, or that of the verifier if the router has none; and
    /// if the verifier has another catalogue than the router, or none.
    pub fn finish<R>(self, auth: PatAuthLayer<R>) -> Result<Router<S>, InvalidRoutes>
    where
        R: Responder<Body> + Send + Sync + 'static,
    {
        review(&self.table, self.catalog.as_ref(), auth.verifier().catalog())?;
        Ok(self.inner.layer(auth.with_anonymous()))
    }
}

fn guarded<T>(access: &Access, service: T) -> GuardedService
where
    T: Service<Request, Error = Infallible> + Clone + Send + Sync + 'static,
    T::Response: IntoResponse + 'static,
    T::Future: Send + 'static,
{
    RequireScopeLayer::new(access.clone()).layer(any_service(service))
}

impl<S: Clone + Send + Sync + 'static> Default for GuardedRouter<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S> Clone for GuardedRouter<S> {
    fn clone(&self) -> Self {
        let (inner, table, catalog) = (self.inner.clone(), self.table.clone(), self.catalog.clone());
        Self { inner, table, has_fallback: self.has_fallback, catalog }
    }
}

impl<S> fmt::Debug for GuardedRouter<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GuardedRouter").field("table", &self.table).finish_non_exhaustive()
    }
}
