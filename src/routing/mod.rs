//! Routing: routes that cannot be left open.
//!
//! A [`GuardedRouter`] takes the place of axum's `Router`, and [`get`], [`post`] and their like those of axum. A handler
//! whose first argument does not say who may call it does not compile:
//!
//! | first argument | who may call |
//! |---|---|
//! | the one that [`#[require_scope]`](macro@crate::require_scope) writes, [`Require`](crate::guard::Require) | who meets the requirement |
//! | [`AnyToken`](crate::guard::AnyToken) | who has a token that is accepted |
//! | [`Public`](crate::guard::Public) | everybody |
//!
//! A service and a fallback have no arguments: what adds one takes an [`Access`](crate::requirement::Access), or a
//! scope, and guards it. A plain `Router` comes in as such a service only.
//!
//! [`GuardedRouter::finish`] puts the layer around that checks tokens, and gives axum's `Router`. What is open to whom
//! is then in the [table](GuardedRouter::table), as data, and as text that people review.
//!
//! ```
//! use axum::routing::any;
//! # use tower_pat::resolver::{Answer, ResolveError, resolver_fn};
//! # use tower_pat::token::TokenDigest;
//! use tower_pat::guard::{AnyToken, Public};
//! use tower_pat::routing::{GuardedRouter, get};
//! use tower_pat::{PatAuthLayer, PatVerifier, TokenFormat, require_scope};
//!
//! async fn health(_: Public) -> &'static str {
//!     "fine"
//! }
//!
//! async fn me(AnyToken(caller): AnyToken) -> String {
//!     caller.owner().to_string()
//! }
//!
//! #[require_scope("invoices:read")]
//! async fn list() -> &'static str {
//!     "no invoices"
//! }
//!
//! #[require_scope(all("invoices:read", "invoices:write"))]
//! async fn add(body: String) -> String {
//!     body
//! }
//!
//! # let resolver = resolver_fn(|_: TokenDigest| async { Ok::<_, ResolveError>(Answer::Unknown) });
//! # let verifier = PatVerifier::new(TokenFormat::new("acme_pat")?, resolver);
//! let invoices = GuardedRouter::new().route("/", get(list).post(add));
//! let router = GuardedRouter::new()
//!     .route("/health", get(health))
//!     .route("/me", get(me))
//!     .nest("/invoices", invoices)
//!     .nest_service("/files", "files:read", any(|| async { "a file" }));
//!
//! let review = "\
//! METHOD  PATH        ACCESS
//! any     /files/{*}  files:read                          (service)
//! GET     /health     public
//! GET     /invoices   invoices:read
//! POST    /invoices   all(invoices:read, invoices:write)
//! GET     /me         any token
//! ";
//! assert_eq!(router.table().to_string(), review);
//!
//! let app: axum::Router = router.finish(PatAuthLayer::new(verifier))?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What is not in the table
//!
//! - A handler for `GET` also answers `HEAD`, behind the same guard, unless the path has a handler for `HEAD`.
//! - Where nothing is, axum answers 404, and 405 for another method of a path; nobody needs a token for that, and a bad
//!   one is refused there too. A service that hides what it has sets a fallback that asks for a token.
//! - A layer of the host sees a request before the guard of a route does. What it answers by itself, it answers to
//!   everybody.
//! - What is added to the finished router is guarded by nothing.
//!
//! As axum does, the router panics where it is set up if a route is there twice.

mod declaration;
mod declares;
mod entry;
mod invalid;
mod method_router;
#[cfg(feature = "openapi")]
pub mod openapi;
mod path;
mod pins;
mod review;
mod router;
mod table;

pub use declares::Declares;
pub use entry::{RouteEntry, RouteKind};
pub use invalid::{InvalidRoute, InvalidRouteKind, InvalidRoutes};
pub use method_router::{GuardedMethodRouter, any, connect, delete, get, head, options, patch, post, put, trace};
#[cfg(feature = "testing")]
pub(crate) use path::{Piece, is_open, pieces};
pub use router::GuardedRouter;
pub use table::RouteTable;
