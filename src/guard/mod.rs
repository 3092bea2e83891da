//! Guards: what holds a route's requirement against the caller.
//!
//! - [`#[require_scope]`](macro@crate::require_scope) guards one axum handler. It is the guard to prefer: it stands
//!   beside the code it protects, and the handler cannot be routed without it.
//! - [`RequireScopeLayer`] guards several routes, or a service that is not axum's.
//!
//! Either stands inside a [`PatAuthLayer`](crate::PatAuthLayer), which has checked the token by then. A caller who lacks
//! a scope is denied with 403 before any other extractor runs and before the body of the request is read; a request
//! without a token, which a layer with anonymous callers lets pass, is denied with 401. Where no layer stands at all, a
//! guard denies every request with 500 and the log names the missing layer.
//!
//! A request that passes costs one look-up a scope, and no allocation.

pub mod demand;
mod future;
mod grpc;
mod layer;
#[cfg(feature = "axum")]
mod require;
mod rule;
mod service;

pub use future::ResponseFuture;
pub use grpc::GrpcRequirements;
pub use layer::RequireScopeLayer;
#[cfg(feature = "axum")]
pub use require::Require;
pub use service::RequireScope;
