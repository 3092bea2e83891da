//! A walk through the routes of a guarded router: is each open to whom its table says, and to nobody else?
//!
//! The table says what the types of the handlers say. A walk asks the router itself, layers, services and all, with tokens
//! of its own, and compares. Per route, and for `GET` with `HEAD` too, it sends requests
//!
//! - without a token, which must get 401 with a `Bearer` challenge, unless the route is public;
//! - with tokens that lack what is asked for, which must get 403 `insufficient_scope`, or 404 where the requirement is
//!   concealed. For `all` each part is missing in turn, with everything that implies it; for `any` all are;
//! - with tokens that have every scope and are limited to other resources, which must be denied likewise;
//! - with tokens that have what is asked for, each way of `any` in turn, which must not be denied;
//! - with methods that are not in the table, which must get 405.
//!
//! What denies must be a guard of this crate: an answer that only looks so is a surprise.
//!
//! ```
//! use axum::extract::Request;
//! use axum::middleware::{Next, from_fn};
//! use tower_pat::guard::{AnyToken, Public};
//! use tower_pat::routing::{GuardedRouter, get};
//! use tower_pat::testing::walk::Walk;
//!
//! fn routes() -> GuardedRouter {
//!     GuardedRouter::new()
//!         .route("/health", get(|_: Public| async { "fine" }))
//!         .route("/users/{name}", get(|_: AnyToken| async { "a user" }))
//! }
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let report = Walk::new(routes()).with_param("name", "alice").run().await?;
//! assert_eq!((report.routes(), report.unreached().len()), (2, 0));
//!
//! // A layer of the host that answers by itself answers to everybody.
//! async fn hello(_: Request, _: Next) -> &'static str {
//!     "hello"
//! }
//!
//! let open_after_all = routes().layer(from_fn(hello));
//! let error = Walk::new(open_after_all).run().await.expect_err("a hole");
//! assert!(error.to_string().contains("GET /users/1 with no token: expected 401"));
//! # Ok(()) }
//! ```
//!
//! Handlers are called, with an empty body: have them work on the state of a test. What they answer is theirs, be it 404
//! or 500; but a panic ends the walk.

mod caller;
mod error;
mod expected;
mod ledger;
mod path;
mod plan;
mod report;
mod universe;
mod walker;
mod witness;

pub use error::{Surprise, WalkError, WalkErrorKind};
pub use report::WalkReport;
pub use walker::Walk;
