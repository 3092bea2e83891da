//! Personal access tokens for Tower and axum services.
//!
//! Two wings:
//!
//! - **verify**: [`PatAuthLayer`] reads the token of a request, has a [`PatVerifier`] check it against a
//!   [`PatResolver`] behind a cache, and puts a [`PatPrincipal`] into the request's extensions. `#[require_scope]` and the
//!   [guards](guard) decide what the caller may do.
//! - **manage**: a [store] keeps records of tokens, and a `PatManager` creates, lists, changes, rotates
//!   and revokes them; with the feature `web`, routers let people do it themselves.
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
//! | `pat.outage` | WARN | a resolver that fails again and again is not asked for a while | `failures`, `pause`, `suppressed` |
//! | `pat.recovery` | INFO | after that, it answers again | `suppressed` |
//! | `pat.feed.outage` | WARN | the [feed] of changes cannot be read, or not in time; at most once a second | `error`, `suppressed` |
//! | `pat.feed.recovery` | INFO | after that, it is read again | |
//! | `pat.stale` | WARN | a token that could not be checked was accepted on what is remembered of it, which is no longer fresh ([`with_serve_stale_for`](verifier::PatVerifierBuilder::with_serve_stale_for)) | `suppressed` |
//! | `pat.crowded` | DEBUG | a look-up was refused, for too many were waiting for theirs | `client` where it is known |
//! | `pat.unknown_scope` | WARN | a stored token has a scope that is not in the verifier's catalogue, and that allows nothing | `scope`, and `token_id` of the first such token |
//! | `pat.usage` | WARN | uses of tokens could not be written, and are tried again (`usage::UsageRecorder`) | `error`, `pause` |
//! | `pat.usage` | WARN | uses of tokens are lost: there was no room for them, or the recorder has ended | `lost` |
//! | `pat.expiry` | WARN | it cannot be seen which tokens expire soon, and is tried again (`expiry::ExpiryWatch`): when that begins, and every tenth time | `error`, `failures` |
//! | `pat.expiry` | INFO | after that, it is seen again | `failures` |
//! | `pat.reuse` | WARN | that a token was used after another had taken its place could not be reported (`reuse::ReuseWatch`); at most once a second | `error`, `suppressed` |
//! | `pat.web.outage` | WARN | tokens could not be managed: the store or what the host answers with failed (`web`); at most once a second | `error`, `suppressed` |
//! | `pat.misconfigured` | ERROR once, then DEBUG | a guard or an extractor stands where no layer has looked for a token | |
//! | `pat.misconfigured` | ERROR once for each, of a hundred at most, then DEBUG | a requirement names a parameter that its route does not have | `requirement` |
//!
//! What the service does for a request that was let pass, it does in the span `pat` of level INFO, with the fields
//! `pat.token_id`, `pat.owner` and, unless the request is given up, `pat.outcome`: `accepted`, `anonymous` or `denied`.
//! If the span around the layer, such as that of tower-http's tracing, declares these fields, they are recorded there
//! too, and `pat.outcome` also for requests that the layer itself denies.
//!
//! Nothing that a client alone can cause is above DEBUG. Of each kind of outage a verifier, or a part of a chain of
//! resolvers, logs one a second, with the number of those `suppressed` since the last. An unknown scope it logs once,
//! and after a hundred of them once, without fields, that no more are named: a client cannot put them into a token, but
//! whoever answers for another issuer may name many. No event holds a token or a digest.
//!
//! # What is measured
//!
//! [`PatVerifier::statistics`](verifier::PatVerifier::statistics) gives a snapshot of what a verifier has done. With the
//! feature `metrics` the same figures go to the recorder of the [`metrics`](https://docs.rs/metrics) facade:
//!
//! | name | type | unit | says |
//! |---|---|---|---|
//! | `pat_verifier_hits_total` | counter | tokens | [`hits`](verifier::Statistics::hits) |
//! | `pat_verifier_refused_unseen_total` | counter | tokens | [`refused_unseen`](verifier::Statistics::refused_unseen) |
//! | `pat_verifier_misses_total` | counter | tokens | [`misses`](verifier::Statistics::misses) |
//! | `pat_verifier_led_total` | counter | misses | [`led`](verifier::Statistics::led) |
//! | `pat_verifier_joined_total` | counter | misses | [`joined`](verifier::Statistics::joined) |
//! | `pat_verifier_crowded_total` | counter | misses | [`crowded`](verifier::Statistics::crowded) |
//! | `pat_verifier_held_back_total` | counter | misses | [`held_back`](verifier::Statistics::held_back) |
//! | `pat_verifier_left_total` | counter | misses | [`left`](verifier::Statistics::left) |
//! | `pat_verifier_stale_total` | counter | misses | [`stale`](verifier::Statistics::stale) |
//! | `pat_verifier_unavailable_total` | counter | misses | [`unavailable`](verifier::Statistics::unavailable) |
//! | `pat_verifier_loads_total` | counter | calls | [`loads`](verifier::Statistics::loads) |
//! | `pat_verifier_reloads_total` | counter | calls | [`reloads`](verifier::Statistics::reloads) |
//! | `pat_verifier_refreshes_total` | counter | calls | [`refreshes`](verifier::Statistics::refreshes) |
//! | `pat_verifier_loads_answered_total` | counter | calls | [`loads_answered`](verifier::Statistics::loads_answered) |
//! | `pat_verifier_loads_failed_total` | counter | calls | [`loads_failed`](verifier::Statistics::loads_failed) |
//! | `pat_verifier_loads_under_way` | gauge | calls | [`loads_under_way`](verifier::Statistics::loads_under_way) |
//! | `pat_verifier_load_duration_seconds` | histogram | seconds | how long a call to the resolver took, by the verifier's clock, which on Linux goes on in steps of 1 to 10 milliseconds; with the label `outcome`, `answered` or `failed` |
//! | `pat_verifier_uses_forgotten_total` | counter | uses | [`uses_forgotten`](verifier::Statistics::uses_forgotten) |
//! | `pat_verifier_evictions_total` | counter | verdicts | [`evictions_of_known`](verifier::Statistics::evictions_of_known) and those of unknown tokens; with the label `tokens`, `known` or `unknown` |
//!
//! Several verifiers in one process are counted together, unless they have
//! the label `verifier`, set by `PatVerifierBuilder::with_metrics_label`. There are no other labels, and nothing of a
//! token, an owner or a client is in one.
//!
//! Hits and refusals unseen are told in steps of 64 for each thread, and the rest when a load ends, when a snapshot is taken
//! and when the verifier is dropped: since a remembered token is loaded again when its time is over, no later than
//! that in a service that is in use. Evictions and forgotten uses are told when a load ends and with a
//! snapshot. Everything else is told at once.
//!
//! The recorder may be installed before a verifier is built or after. What is told before goes nowhere, as the facade has
//! it: the snapshot alone still knows.
//!
//! A recorder that panics harms no request: the panic ends where the recorder was called, the panic hook of the process
//! tells of it, and what was to be told then is lost to the recorder alone. In a program that is built to abort on panics
//! it ends the program, as any panic does. A recorder that waits has whoever calls it wait, on the thread of a request.

mod cache;
mod caller;
mod class;
pub mod client;
pub mod clock;
pub mod credential;
pub mod denial;
#[cfg(feature = "manage")]
pub mod expiry;
#[cfg(feature = "axum")]
pub mod extract;
pub mod feed;
mod flight;
mod footprint;
pub mod guard;
#[cfg(any(feature = "manage", feature = "postgres", feature = "sqlite"))]
mod instant;
pub mod invalid;
pub mod layer;
#[cfg(feature = "manage")]
pub mod manager;
pub mod observer;
#[cfg(feature = "manage")]
pub mod policy;
pub mod principal;
pub mod record;
pub mod requirement;
pub mod resolver;
pub mod resource;
pub mod response;
#[cfg(feature = "manage")]
pub mod reuse;
pub mod revocations;
#[cfg(feature = "axum")]
pub mod routing;
pub mod scope;
mod sorted;
#[cfg(any(feature = "manage", feature = "postgres", feature = "sqlite"))]
pub mod store;
mod stripe;
mod sync;
mod telemetry;
#[cfg(feature = "testing")]
pub mod testing;
pub mod token;
#[cfg(feature = "manage")]
pub mod usage;
pub mod verifier;
#[cfg(feature = "web")]
pub mod web;

pub use layer::PatAuthLayer;
#[cfg(feature = "manage")]
pub use manager::PatManager;
pub use principal::PatPrincipal;
pub use resolver::PatResolver;
pub use scope::{Scope, ScopeSet};
#[cfg(any(feature = "manage", feature = "postgres", feature = "sqlite"))]
pub use store::PatStore;
pub use token::TokenFormat;
#[cfg(feature = "macros")]
pub use tower_pat_macros::Scopes;
/// ```
/// use axum::Json;
/// use tower_pat::require_scope;
/// use tower_pat::scope::Scopes;
///
/// #[derive(Scopes)]
/// enum Api {
///     /// Read invoices.
///     #[scope("invoices:read")]
///     Read,
///     /// Write invoices.
///     #[scope("invoices:write", implies = Read)]
///     Write,
/// }
///
/// #[require_scope(Api::Read)]
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
///
///     #[require_scope("invoices:write", catalog = Api)]
///     async fn clear() {}
/// }
///
/// #[require_scope("repo:read", on = "repo:{owner}/{name}", conceal)]
/// async fn show() {}
/// # use axum::routing::get;
/// # let routes = get(list).post(Invoices::add).delete(Invoices::clear);
/// # let _: axum::Router = axum::Router::new().route("/", routes).route("/{owner}/{name}", get(show));
/// ```
#[cfg(feature = "macros")]
pub use tower_pat_macros::require_scope;
pub use verifier::PatVerifier;

/// The code of the guides compiles.
#[cfg(all(doctest, feature = "macros", feature = "manage"))]
#[doc = include_str!("../docs/guide/scopes.md")]
struct GuideDoctests;

/// The code of the guide to the life of a token compiles.
#[cfg(all(doctest, feature = "manage"))]
#[doc = include_str!("../docs/guide/lifecycle.md")]
struct LifecycleDoctests;

/// The code of the guide to the routers compiles.
#[cfg(all(doctest, feature = "web"))]
#[doc = include_str!("../docs/guide/web.md")]
struct WebDoctests;

/// The code of the guide to stores compiles.
#[cfg(all(doctest, feature = "manage", feature = "testing"))]
#[doc = include_str!("../docs/guide/stores.md")]
struct StoresDoctests;

/// The code of the README compiles.
#[cfg(all(doctest, feature = "macros", feature = "manage", feature = "postgres", feature = "sqlite"))]
#[doc = include_str!("../README.md")]
struct ReadmeDoctests;
