//! The verifier: a presented token in, a principal or a denial out. It knows nothing of HTTP.
//!
//! [`PatAuthLayer`](crate::PatAuthLayer) asks it for every request; a queue consumer or the first message of a
//! WebSocket can ask it as well:
//!
//! ```
//! use tower_pat::denial::{Denial, InvalidToken};
//! use tower_pat::resolver::{Answer, ResolveError, resolver_fn};
//! use tower_pat::token::{TokenDigest, TokenFormat};
//! use tower_pat::verifier::{PatVerifier, VerifyContext};
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let nobody = resolver_fn(|_: TokenDigest| async { Ok::<_, ResolveError>(Answer::Unknown) });
//! let verifier = PatVerifier::new(TokenFormat::new("acme_pat")?, nobody);
//!
//! let denied = verifier.verify("acme_pat_hand-made", &VerifyContext::default()).await;
//! assert_eq!(denied, Err(Denial::InvalidToken(InvalidToken::Malformed)));
//! # Ok(()) }
//! ```
//!
//! Three things decide about a token whose digest is known: its cached verdict must be of the current epoch
//! ([`crate::revocations`]), it must be fresh on the monotonic clock, and the record must be valid on the wall clock at
//! the instant of the decision.

mod builder;
mod check;
mod context;
mod outages;
mod pat;

pub use builder::PatVerifierBuilder;
pub(crate) use check::{Check, Loading};
pub use context::VerifyContext;
pub use pat::PatVerifier;
