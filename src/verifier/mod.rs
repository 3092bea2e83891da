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
//! monotonic clock, and where a feed tells of changes that are made elsewhere, within its bound ([`crate::feed`]); else the
//! resolver is asked. Then its record is judged, at every use of the verdict, remembered or not, in this order:
//!
//! 1. The record must be valid on the wall clock at the instant of the decision
//!    ([`PatRecord::status_at`](crate::record::PatRecord::status_at)): neither revoked, nor replaced, nor its owner disabled, nor paused,
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
//! What the token may do is found when its record is loaded. With a [catalogue](PatVerifierBuilder::with_catalog) these
//! are the scopes of the record that the catalogue knows, and all that they imply; without one, the scopes of the record.
//!
//! # How long a verdict counts
//!
//! | instant | what becomes of a verdict |
//! |---|---|
//! | its look-up begins | time counts from here, for what changes from now on may not be in the answer |
//! | in the last part of the [ttl](PatVerifierBuilder::with_ttl) | it still answers; a request that uses it begins one look-up in the background, for which nobody waits ([`without_refresh`](PatVerifierBuilder::without_refresh)) |
//! | at the ttl, 60 s, or the [negative ttl](PatVerifierBuilder::with_negative_ttl), 5 s; at the token's expiry at the latest | the resolver is asked, and requests wait for it |
//! | until [`with_serve_stale_for`](PatVerifierBuilder::with_serve_stale_for) after that, 0 s | if the resolver cannot be asked and the token was accepted before, it still answers |
//! | a change is announced ([`crate::revocations`]) | it is void, whatever its age |
//!
//! So a change that nobody announces may go unseen for the ttl, and in an outage for the time to serve stale as well. No use
//! lengthens any of it, and no token is accepted at or past its expiry, by the verifier's
//! [clock](crate::clock::SystemClock).
//!
//! # Under pressure
//!
//! The resolver is asked for so many tokens at once ([`with_max_loads`](PatVerifierBuilder::with_max_loads)), once for all
//! who ask for the same. Other requests wait for their turn, in one line for each client
//! ([`with_max_waiting`](PatVerifierBuilder::with_max_waiting), [`with_max_wait`](PatVerifierBuilder::with_max_wait)). A
//! resolver that fails again and again is left alone for a while ([`with_circuit`](PatVerifierBuilder::with_circuit)).
//! Whoever cannot be helped gets [`Denial::Unavailable`](crate::denial::Denial::Unavailable), unless a verdict may be
//! [served stale](PatVerifierBuilder::with_serve_stale_for). A remembered token meets none of this: what is looked up
//! in the background has limits of its own.
//!
//! In an outage a verdict that is served stale decides as it would have when it was fresh, but for the times of its record:
//! they may have been changed since, and a token whose time is over, or has not come, is not called bad then but
//! [`Denial::Unavailable`](crate::denial::Denial::Unavailable).
//!
//! # Without HTTP
//!
//! [`PatVerifier::verify`] needs the text of a token and nothing of a request. What a layer and guards do for a handler
//! is then up to the caller: to compare a requirement ([`PatPrincipal::allows`](crate::PatPrincipal::allows)), and to
//! tell a denial from an outage. On [`Denial::Unavailable`](crate::denial::Denial::Unavailable) nothing is known of the
//! token: put the message back, or ask the client to come again; drop nothing for it.
//!
//! **A decision is worth one message.** A token can be revoked or expire while a connection is open or a job waits in a
//! queue, and nothing reaches into what was decided before. So keep the token with the connection, as a
//! [`PatToken`](crate::token::PatToken), which [`TokenFormat::parse`](crate::TokenFormat::parse) makes of a text, which does
//! not show in logs and is wiped when it is dropped (a key of another issuer as `zeroize::Zeroizing<String>`), and not the
//! principal alone; and verify it
//!
//! - for each message that comes or goes: a cached verdict costs less than a microsecond as a rule, and once a
//!   revocation in this process has returned, the next message is refused;
//! - on a timer where a connection may be silent, so that it is closed too;
//! - when a job is done, not when it is put into the queue.
//!
//! A connection whose first message is its token is open to everybody until then: give that message a deadline and a
//! limit of size. The context of all checks is that of the connection.
//!
//! ```
//! use std::time::Duration;
//! use tokio::sync::mpsc;
//! use tower_pat::PatVerifier;
//! use tower_pat::denial::Denial;
//! use tower_pat::token::PatToken;
//! use tower_pat::verifier::VerifyContext;
//!
//! /// Answers the messages of one connection for as long as its token is good.
//! async fn converse(
//!     verifier: PatVerifier,
//!     token: PatToken,
//!     context: VerifyContext,
//!     mut incoming: mpsc::Receiver<String>,
//!     outgoing: mpsc::Sender<String>,
//! ) -> Result<(), Denial> {
//!     let mut timer = tokio::time::interval(Duration::from_secs(30));
//!     loop {
//!         let message = tokio::select! {
//!             message = incoming.recv() => message,
//!             _ = timer.tick() => Some(String::new()),
//!         };
//!         let Some(message) = message else { return Ok(()) };
//!         let caller = verifier.verify(token.expose_secret(), &context).await?;
//!         if !message.is_empty() && outgoing.send(format!("{}: {message}", caller.owner())).await.is_err() {
//!             return Ok(());
//!         }
//!     }
//! }
//! ```
//!
//! [RFC 4291, section 2.5.5.2]: https://www.rfc-editor.org/rfc/rfc4291#section-2.5.5.2
//! [RFC 7519, section 4.1.3]: https://www.rfc-editor.org/rfc/rfc7519#section-4.1.3
//! [RFC 7519, sections 4.1.4 and 4.1.5]: https://www.rfc-editor.org/rfc/rfc7519#section-4.1.4
//! [RFC 8707]: https://www.rfc-editor.org/rfc/rfc8707

mod agent;
mod builder;
mod check;
mod circuit;
mod context;
mod counts;
mod course;
mod departure;
mod event;
mod gate;
mod grants;
mod judge;
mod lifetimes;
mod limits;
mod load;
#[cfg(feature = "metrics")]
mod metrics;
mod origin;
mod outages;
mod pat;
mod phase;
mod refresh;
mod stale;
mod statistics;
mod tally;
mod turns;
mod watch;

pub use builder::PatVerifierBuilder;
pub(crate) use check::{Check, Loading};
pub use context::VerifyContext;
pub use pat::PatVerifier;
pub use statistics::Statistics;
