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
//! # Rules
//!
//! A verdict on a token whose digest is known must be of the current epoch ([`crate::revocations`]) and fresh on the
//! monotonic clock; else the resolver is asked. Then its record is judged, at every use of the verdict, remembered or not,
//! in this order:
//!
//! 1. The record must be valid on the wall clock at the instant of the decision
//!    ([`PatRecord::status_at`](crate::record::PatRecord::status_at)): neither revoked, nor its owner disabled, nor paused,
//!    nor expired, nor before its beginning ([RFC 7519, sections 4.1.4 and 4.1.5]).
//! 2. If it names [audiences](crate::record::AudienceSet), the service that the request is made to must be among them
//!    ([RFC 7519, section 4.1.3]; [RFC 8707]): the one of the context, else the one that the verifier speaks for. With
//!    neither, the token is refused.
//! 3. If it names [networks](crate::record::NetworkSet), the address of the client must be in one of them. An
//!    IPv4-mapped IPv6 address is the IPv4 address ([RFC 4291, section 2.5.5.2]). If the address is not known, the token is
//!    not allowed.
//!
//! A record without audiences is for any service, one without networks is good from anywhere.
//!
//! [RFC 4291, section 2.5.5.2]: https://www.rfc-editor.org/rfc/rfc4291#section-2.5.5.2
//! [RFC 7519, section 4.1.3]: https://www.rfc-editor.org/rfc/rfc7519#section-4.1.3
//! [RFC 7519, sections 4.1.4 and 4.1.5]: https://www.rfc-editor.org/rfc/rfc7519#section-4.1.4
//! [RFC 8707]: https://www.rfc-editor.org/rfc/rfc8707

mod builder;
mod check;
mod context;
mod judge;
mod pat;

pub use builder::PatVerifierBuilder;
pub(crate) use check::{Check, Loading};
pub use context::VerifyContext;
pub use pat::PatVerifier;
