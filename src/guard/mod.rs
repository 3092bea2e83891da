//! Guards: what holds a route's requirement against the caller.
//!
//! - [`#[require_scope]`](macro@crate::require_scope) guards one axum handler. It is the guard to prefer: it stands
//!   beside the code it protects, and the handler cannot be routed without it.
//! - [`RequireScopeLayer`] guards several routes, or a service that is not axum's; [`MethodRouterExt`] puts it around the
//!   methods of one path.
//! - [`Require`], [`AnyToken`] and [`Public`] are the extractors that a handler's first argument can be. A
//!   [`GuardedRouter`](crate::routing::GuardedRouter) takes no handler without one of them.
//!
//! Either stands inside a [`PatAuthLayer`](crate::PatAuthLayer), which has checked the token by then. A caller who lacks
//! a scope is denied with 403 before any other extractor runs and before the body of the request is read; a request
//! without a token, which a layer with anonymous callers lets pass, is denied with 401. Where no layer stands at all, a
//! guard denies every request with 500 and the log names the missing layer.
//!
//! A guard may ask for a scope on a [resource](crate::resource), which it reads from the parameters of the path by which
//! axum's router has routed the request. Where the path lacks such a parameter, or has it twice, every request with a
//! token is denied with 500 and the log names the requirement. So is every one
//! where a layer with such a requirement stands around a whole router as a service, which has not looked at the path yet,
//! or in a service that is not axum's; and, with `Router::layer`, every one for a path that is not there: say
//! `Router::route_layer`.
//!
//! A request that passes costs one look-up a scope, and one for each segment of a resource, and no allocation; unless the
//! layer tells its clients which scopes are accepted, or the path has more than eight parameters or uncommonly long ones.

#[cfg(feature = "axum")]
mod any_token;
pub mod demand;
#[cfg(feature = "axum")]
mod extension;
mod future;
mod grpc;
mod hold;
mod layer;
#[cfg(feature = "axum")]
mod parameters;
#[cfg(feature = "axum")]
mod public;
#[cfg(feature = "axum")]
mod require;
mod rule;
mod service;
mod terms;

#[cfg(feature = "axum")]
pub use any_token::AnyToken;
#[cfg(feature = "axum")]
pub use extension::MethodRouterExt;
pub use future::ResponseFuture;
pub use grpc::GrpcRequirements;
pub use layer::RequireScopeLayer;
#[cfg(feature = "axum")]
pub use public::Public;
#[cfg(feature = "axum")]
pub use require::Require;
pub use service::RequireScope;
/// ```
/// use tower_pat::guard::demand::Demand;
/// use tower_pat::guard::{Require, demand};
///
/// async fn list(_: Require<demand!("invoices:read")>) -> &'static str {
///     "no invoices"
/// }
/// # let _: axum::Router = axum::Router::new().route("/", axum::routing::get(list));
///
/// type Change = demand!(any("admin", all("invoices:read", "invoices:write")));
/// assert_eq!(Change::requirement().to_string(), "any(admin, all(invoices:read, invoices:write))");
/// ```
///
/// Where the crate has another name:
///
/// ```
/// extern crate tower_pat as pats;
/// use pats::guard::demand::Demand;
/// use pats::guard::demand;
///
/// type Show = demand!("repo:read", on = "repo:{owner}/{name}", conceal, crate = pats);
/// assert_eq!(Show::requirement().to_string(), "repo:read on repo:{owner}/{name} (concealed)");
/// ```
#[cfg(feature = "macros")]
pub use tower_pat_macros::demand;
