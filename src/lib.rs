//! Personal access tokens for Tower and axum services.
//!
//! Two wings:
//!
//! - **verify**: [`PatAuthLayer`] reads the token of a request, has a [`PatVerifier`] check it against a
//!   [`PatResolver`] behind a cache, and puts a [`PatPrincipal`] into the request's extensions. `#[require_scope]` and the
//!   [guards](guard) decide what the caller may do.
//! - **manage**: a [store] keeps records of tokens, and a `PatManager` creates, lists and revokes them.
//!
//! ```
//! use axum::{Router, routing::get};
//! use tower_pat::resolver::{Answer, ResolveError, resolver_fn};
//! use tower_pat::token::TokenDigest;
//! use tower_pat::{PatAuthLayer, PatPrincipal, PatVerifier, TokenFormat};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // Where the service keeps its tokens; here it has none yet.
//! let resolver = resolver_fn(|_: TokenDigest| async { Ok::<_, ResolveError>(Answer::Unknown) });
//! let verifier = PatVerifier::new(TokenFormat::new("acme_pat")?, resolver);
//!
//! let app: Router = Router::new()
//!     .route("/me", get(|caller: PatPrincipal| async move { caller.owner().to_string() }))
//!     .layer(PatAuthLayer::new(verifier));
//! # Ok(()) }
//! ```
//!
//! # What is logged
//!
//! Through `tracing`. An event has one of these names, the name of its metadata, by which a subscriber finds it; its
//! message is for people, and may change:
//!
//! | name | level | says | fields |
//! |---|---|---|---|
//! | `pat.denied` | DEBUG | a request was denied, by the verifier, the layer, or a guard or an extractor inside | `reason`, `client` where it is known |
//! | `pat.outage` | WARN | a token could not be checked | `suppressed`, and `error`, `position`, `deadline` or `rounds` |
//! | `pat.misconfigured` | ERROR once, then DEBUG | a guard or an extractor stands where no layer has looked for a token | |
//!
//! What the service does for a request that was let pass, it does in the span `pat` of level INFO, with the fields
//! `pat.token_id`, `pat.owner` and, unless the request is given up, `pat.outcome`: `accepted`, `anonymous` or `denied`. If the span around the
//! layer, such as that of tower-http's tracing, declares these fields, they are recorded there too, and `pat.outcome` also
//! for requests that the layer itself denies.
//!
//! Nothing that a client alone can cause is above DEBUG. Of each kind of outage a verifier, or a part of a chain of resolvers, logs one a second, with the number of
//! those `suppressed` since the last. No event holds a token or a digest.

mod cache;
mod caller;
pub mod client;
pub mod clock;
pub mod credential;
pub mod denial;
#[cfg(feature = "axum")]
pub mod extract;
mod flight;
pub mod guard;
#[cfg(any(feature = "manage", feature = "sqlite"))]
mod instant;
pub mod invalid;
pub mod layer;
#[cfg(feature = "manage")]
pub mod manager;
pub mod principal;
pub mod record;
pub mod requirement;
pub mod resolver;
pub mod response;
pub mod revocations;
pub mod scope;
mod sorted;
#[cfg(any(feature = "manage", feature = "sqlite"))]
pub mod store;
mod sync;
mod telemetry;
#[cfg(feature = "testing")]
pub mod testing;
pub mod token;
pub mod verifier;

pub use layer::PatAuthLayer;
#[cfg(feature = "manage")]
pub use manager::PatManager;
pub use principal::PatPrincipal;
pub use resolver::PatResolver;
pub use scope::{Scope, ScopeSet};
#[cfg(any(feature = "manage", feature = "sqlite"))]
pub use store::PatStore;
pub use token::TokenFormat;
/// ```
/// use axum::Json;
/// use tower_pat::require_scope;
///
/// #[require_scope("invoices:read")]
/// async fn list() -> Json<Vec<u64>> {
///     Json(Vec::new())
/// }
///
/// struct Invoices;
///
/// impl Invoices {
///     #[require_scope(any("admin", all("invoices:read", "invoices:write")))]
///     async fn add(Json(number): Json<u64>) -> Json<u64> {
///         Json(number)
///     }
/// }
/// # use axum::routing::get;
/// # let _: axum::Router = axum::Router::new().route("/", get(list).post(Invoices::add));
/// ```
#[cfg(feature = "macros")]
pub use tower_pat_macros::require_scope;
pub use verifier::PatVerifier;

/// The code of the README compiles.
#[cfg(all(doctest, feature = "macros", feature = "manage", feature = "sqlite"))]
#[doc = include_str!("../README.md")]
struct ReadmeDoctests;
