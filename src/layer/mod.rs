//! The layer: puts the caller of each request into its extensions, or denies the request.
//!
//! For every request [`PatAuth`]:
//!
//! 1. reads the token, exactly one, where the [sources](crate::credential) say that it may stand;
//! 2. asks the [verifier](crate::verifier) — at once when its cache can tell, else while the request waits — and tells it
//!    from [which address](crate::client) the request comes;
//! 3. puts the [`PatPrincipal`](crate::PatPrincipal) into the request's extensions, in place of any that was there, and
//!    marks the header that holds the token as sensitive, or [takes it away](PatAuthLayer::with_credential_removal);
//! 4. calls the inner service: the very instance that was polled ready.
//!
//! A request that is denied does not reach the inner service. What it gets is said in [`crate::response`]; a layer
//! [with anonymous callers](PatAuthLayer::with_anonymous) lets one without a token pass.
//!
//! # Layer order
//!
//! In an axum router the layer added last is the outermost; in a `ServiceBuilder` it is the first.
//!
//! **CORS stands outside.** A browser asks before it sends a token to another origin, with an `OPTIONS` that carries no
//! token, and it reads a denial only if that has the headers of CORS. With CORS inside this layer neither gets through.
//!
//! ```
//! # use tower_pat::resolver::{Answer, ResolveError, resolver_fn};
//! # use tower_pat::token::TokenDigest;
//! use axum::{Router, routing::get};
//! use http::header::AUTHORIZATION;
//! use tower_http::cors::{Any, CorsLayer};
//! use tower_pat::{PatAuthLayer, PatPrincipal, PatVerifier, TokenFormat};
//!
//! # let resolver = resolver_fn(|_: TokenDigest| async { Ok::<_, ResolveError>(Answer::Unknown) });
//! # let auth = PatAuthLayer::new(PatVerifier::new(TokenFormat::new("acme_pat")?, resolver));
//! let app: Router = Router::new()
//!     .route("/me", get(|caller: PatPrincipal| async move { caller.owner().to_string() }))
//!     .layer(auth)
//!     .layer(CorsLayer::new().allow_origin(Any).allow_headers([AUTHORIZATION]));
//! # Ok::<(), tower_pat::invalid::InvalidValue>(())
//! ```
//!
//! **What axum's router gives the layer.** Its `layer` and `route_layer` wrap what the router has *so far*: a route, a
//! fallback or a method that is added afterwards is not protected. An extractor or guard there answers 500, but a
//! handler that asks for no caller answers everybody, so add the layer last. Where a request matches nothing:
//!
//! | the layer is added by | path unknown | method not allowed |
//! |---|---|---|
//! | `Router::layer` | denied, then 404 | denied, then 405 |
//! | `Router::route_layer` | 404 | denied, then 405 |
//! | `MethodRouter::layer` | 404 | denied, then 405 |
//! | `layer` on a router that is nested | 404; denied first if that router has a fallback of its own | denied, then 405 |
//! | `layer` on a router that is given to `nest_service` | denied, then 404 | denied, then 405 |
//! | `layer` on a router that is merged into another | denied, then 404, outside its own routes too | denied, then 405 |
//! | `layer` on a router into which another is merged | 404 | denied, then 405 |
//!
//! "Denied" means: without a good token. `route_layer` on the router that holds the protected routes is the plainest;
//! it tells strangers which paths exist, which `layer` does not.
//!
//! **Several layers.** Layers on different nests do not know of each other. Inside one another, the inner one decides
//! anew: its principal replaces the outer's, and where it lets a caller without a token pass there is no principal,
//! whoever the outer one found. A challenge names the realm of the layer that denied, or of the one nearest to the
//! guard. Principals that anything else has put into the extensions are replaced or removed too.
//!
//! **Bodies.** A response body must be `From<Bytes>`, or one that the [responder](crate::response::Responder) can make.
//! axum's router sees to that by itself. In a bare Tower stack, layers with a body of their own, such as tower-http's
//! tracing and compression, stand outside, or have `tower_http::map_response_body` between them and this layer.
//!
//! **Timeouts.** Outside, a timeout counts the look-up of the token too; inside, only the handler, while the look-up
//! has the verifier's own deadline. A timeout that fails instead of answering, such as tower's, needs axum's
//! `HandleErrorLayer` around it. That may stand outside this layer, which passes errors on as they are.

mod auth;
mod escort;
mod future;
mod inform;
mod passage;
mod pat;
mod settings;
mod trace;

pub use auth::PatAuth;
pub use future::ResponseFuture;
pub use pat::PatAuthLayer;
