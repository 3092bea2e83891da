use std::convert::Infallible;
use std::fmt;

use axum::extract::Request;
use axum::handler::Handler;
use axum::response::IntoResponse;
use axum::routing::{self, MethodFilter, MethodRouter, Route};
use http::Method;
use tower::{Layer, Service};

use super::declares::Declares;
use super::entry::{RouteEntry, RouteKind};
use crate::guard::RequireScopeLayer;
use crate::requirement::{Access, stated};

/// The handlers of one path, by method: axum's `MethodRouter`, and what is asked of a caller of each.
///
/// [`get`] and its like make one.
///
/// ```
/// use tower_pat::guard::{AnyToken, Public};
/// use tower_pat::routing::{GuardedRouter, get};
///
/// let routes = get(|_: Public| async { "read" })
///     .put(|AnyToken(caller): AnyToken| async move { format!("written by {}", caller.owner()) })
///     .fallback("admin", || async { "another method" });
/// let router: GuardedRouter = GuardedRouter::new().route("/page", routes);
/// assert_eq!(router.table().len(), 3);
/// ```
#[must_use]
pub struct GuardedMethodRouter<S = ()> {
    inner: MethodRouter<S>,
    methods: Vec<(Method, Access)>,
    /// What answers other methods.
    rest: Option<(RouteKind, Access)>,
}

/// Makes the function and the method for one method of HTTP.
macro_rules! methods {
    ($($name:ident, $method:ident;)*) => {
        $(
            #[doc = concat!("The handler for `", stringify!($method), "` of a path.")]
            ///
            /// ```
            #[doc = concat!("use tower_pat::routing::{GuardedRouter, ", stringify!($name), "};")]
            /// use tower_pat::guard::AnyToken;
            ///
            /// async fn handler(AnyToken(caller): AnyToken) -> String {
            ///     caller.owner().to_string()
            /// }
            #[doc = concat!("let router: GuardedRouter = GuardedRouter::new().route(\"/\", ", stringify!($name), "(handler));")]
            /// ```
            pub fn $name<H, T, S>(handler: H) -> GuardedMethodRouter<S>
            where
                H: Handler<T, S>,
                T: Declares<H>,
                S: Clone + Send + Sync + 'static,
            {
                GuardedMethodRouter::new(MethodRouter::new()).$name(handler)
            }
        )*

        impl<S: Clone + Send + Sync + 'static> GuardedMethodRouter<S> {
            $(
                #[doc = concat!("Adds the handler for `", stringify!($method), "`.")]
                ///
                /// # Panics
                ///
                /// If there is one already.
                #[track_caller]
                pub fn $name<H, T>(self, handler: H) -> Self
                where
                    H: Handler<T, S>,
                    T: Declares<H>,
                {
                    self.on(Method::$method, MethodFilter::$method, handler)
                }
            )*
        }
    };
}

methods! {
    connect, CONNECT;
    delete, DELETE;
    get, GET;
    head, HEAD;
    options, OPTIONS;
    patch, PATCH;
    post, POST;
    put, PUT;
    trace, TRACE;
}

/// The handler for all methods of a path that have none of their own.
///
/// ```
/// use tower_pat::guard::Public;
/// use tower_pat::routing::{GuardedRouter, any};
///
/// let router: GuardedRouter = GuardedRouter::new().route("/echo", any(|_: Public, body: String| async { body }));
/// assert_eq!(router.table().iter().next().and_then(|entry| entry.method()), None);
/// ```
pub fn any<H, T, S>(handler: H) -> GuardedMethodRouter<S>
where
    H: Handler<T, S>,
    T: Declares<H>,
    S: Clone + Send + Sync + 'static,
{
    let rest = Some((RouteKind::Handler, T::access()));
    GuardedMethodRouter { inner: routing::any(handler), methods: Vec::new(), rest }
}

impl<S: Clone + Send + Sync + 'static> GuardedMethodRouter<S> {
    fn new(inner: MethodRouter<S>) -> Self {
        Self { inner, methods: Vec::new(), rest: None }
    }

    #[track_caller]
    fn on<H, T>(mut self, method: Method, filter: MethodFilter, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: Declares<H>,
    {
        self.inner = self.inner.on(filter, handler);
        self.methods.push((method, T::access()));
        self
    }

    /// Sets what answers the methods that have no handler, in place of a 405, and who may come in: a requirement, a
    /// scope, or an [`Access`]. The handler states nothing itself.
    ///
    /// # Panics
    ///
    /// If something answers all methods already, and when a string is not a scope.
    #[track_caller]
    pub fn fallback<H, T>(mut self, access: impl TryInto<Access, Error: fmt::Display>, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
    {
        assert!(self.rest.is_none(), "a path has one fallback, and these routes have one");
        let access = stated(access);
        self.inner = self.inner.fallback(handler.layer(RequireScopeLayer::new(access.clone())));
        self.rest = Some((RouteKind::Fallback, access));
        self
    }

    /// Adds the handlers of another one.
    ///
    /// # Panics
    ///
    /// If both answer the same method, or both answer all others.
    #[track_caller]
    pub fn merge(mut self, other: Self) -> Self {
        self.inner = self.inner.merge(other.inner);
        self.methods.extend(other.methods);
        self.rest = self.rest.or(other.rest);
        self
    }

    /// Puts a layer around what is there, axum's own 405 included.
    ///
    /// It sees a request before the guard of a handler does: what it answers by itself, it answers to everybody.
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

    /// Puts a layer around the methods that are there, but not around a fallback, which is what [`any`] makes too.
    ///
    /// # Panics
    ///
    /// If no method is there.
    #[track_caller]
    pub fn route_layer<L>(self, layer: L) -> Self
    where
        L: Layer<Route> + Clone + Send + Sync + 'static,
        L::Service: Service<Request, Error = Infallible> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Response: IntoResponse + 'static,
        <L::Service as Service<Request>>::Future: Send + 'static,
    {
        Self { inner: self.inner.route_layer(layer), ..self }
    }

    /// Gives the handlers their state.
    pub fn with_state<S2>(self, state: S) -> GuardedMethodRouter<S2> {
        GuardedMethodRouter { inner: self.inner.with_state(state), methods: self.methods, rest: self.rest }
    }

    /// axum's own, and what to note of it in a table.
    pub(super) fn into_parts(self, path: &str) -> (MethodRouter<S>, Vec<RouteEntry>) {
        let handler = |(method, access)| RouteEntry::new(Some(method), path, RouteKind::Handler, access);
        let methods = self.methods.into_iter().map(handler);
        let rest = self.rest.map(|(kind, access)| RouteEntry::new(None, path, kind, access));
        (self.inner, methods.chain(rest).collect())
    }
}

impl<S> Clone for GuardedMethodRouter<S> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), methods: self.methods.clone(), rest: self.rest.clone() }
    }
}

impl<S> fmt::Debug for GuardedMethodRouter<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (methods, rest) = (&self.methods, &self.rest);
        f.debug_struct("GuardedMethodRouter").field("methods", methods).field("rest", rest).finish_non_exhaustive()
    }
}
