//! What HTTP and gRPC make of a denial, and how a host says it otherwise.
//!
//! | denial | status | `WWW-Authenticate: Bearer` | `type` of the problem | gRPC |
//! |---|---|---|---|---|
//! | [`MissingCredential`] | 401 | `realm` | `missing-token` | 16 |
//! | [`InvalidRequest`] | 400 | `error="invalid_request"` | `invalid-request` | 16 |
//! | [`InvalidToken`] | 401 | `error="invalid_token"` | `invalid-token` | 16 |
//! | [`NetworkNotAllowed`] | 403 | none | `network-not-allowed` | 7 |
//! | [`InsufficientScope`] | 403 | `error="insufficient_scope", scope="…"` | `insufficient-scope` | 7 |
//! | the same, concealed by the [layer][concealed] or the [requirement] | 404 | none | `not-found` | 5 |
//! | [`TooManyRequests`] | 429, `Retry-After` | none | `too-many-requests` | 8 |
//! | [`Unavailable`] | 503, `Retry-After` | none | `unavailable` | 14 |
//! | [`MissingLayer`], [`MissingParameter`] | 500 | none | `misconfigured` | 13 |
//!
//! A challenge ([RFC 6750, section 3]) always has `realm`, with an error also `error_description`, for a missing scope
//! `scope` (the whole list of `all`, the first alternative of `any`), and
//! `resource_metadata` ([RFC 9728, section 5.1]) where the layer has it
//! [set](crate::PatAuthLayer::with_resource_metadata). Beside it stands one of the scheme `Basic` with status 401, in a
//! header of its own, if the layer is [told so](crate::PatAuthLayer::with_basic_challenge).
//!
//! The body is a problem document ([RFC 9457]) with `type` (`urn:problem-type:tower-pat:` and the word of the table),
//! `title`, `status` and `detail`. For a missing scope or resource it also has `held_scopes`, a list, and `required_scopes`,
//! the [requirement](crate::requirement::Requirement) in its form for serde. It is not to be stored: `Cache-Control: no-store`. A
//! response to a `HEAD` request has no body, and the `Content-Length` that it would have for `GET`.
//!
//! A `POST` whose `Content-Type` is `application/grpc`, alone or followed by `+` or `;`, is answered in gRPC's form:
//! status 200 without body, `grpc-status` and `grpc-message` among the headers.
//!
//! An extractor of axum, and `#[require_scope]`, which is one, answer in HTTP's form where no layer stands around them: it is
//! the layer that knows what a request asks for.
//!
//! # Denials from inside
//!
//! What a guard, an extractor or a handler denies, the layer nearest to it says as it says its own. Headers that others
//! have added on the way stay. A response of which others have made another one, of a different status or
//! `Content-Type`, stays theirs, but for its challenge; unless it could tell a client of a [concealing] or [discreet] layer
//! about scopes, or the client speaks gRPC. Of the same status and type it is said anew, body and all: who wants to change
//! a problem document does so in a responder, or outside the layer.
//!
//! # Another form
//!
//! A host replaces all of this with a [`Responder`], such as a closure that is given the denial and the response that
//! would be sent. Keep the headers of that one: the challenge is among them, and `no-store`. What goes to a client of
//! gRPC is complete as it is.
//!
//! ```
//! # use tower_pat::resolver::{Answer, ResolveError, resolver_fn};
//! # use tower_pat::token::TokenDigest;
//! use axum::Router;
//! use axum::body::Body;
//! use bytes::Bytes;
//! use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
//! use http::{HeaderValue, Response};
//! use tower_pat::denial::Denial;
//! use tower_pat::{PatAuthLayer, PatVerifier, TokenFormat};
//!
//! fn in_plain_words(denial: &Denial, usual: Response<Bytes>) -> Response<Body> {
//!     let (mut parts, body) = usual.into_parts();
//!     if parts.headers.contains_key("grpc-status") {
//!         return Response::from_parts(parts, body.into());
//!     }
//!     parts.headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
//!     // It is there for HEAD, and tells how long the document would be.
//!     parts.headers.remove(CONTENT_LENGTH);
//!     let hint = match denial {
//!         Denial::MissingCredential => " Make yourself one at /settings/tokens.",
//!         _ => "",
//!     };
//!     Response::from_parts(parts, Body::from(format!("{denial}{hint}")))
//! }
//!
//! # let resolver = resolver_fn(|_: TokenDigest| async { Ok::<_, ResolveError>(Answer::Unknown) });
//! # let verifier = PatVerifier::new(TokenFormat::new("acme_pat")?, resolver);
//! let app: Router = Router::new().layer(PatAuthLayer::new(verifier).with_responder(in_plain_words));
//! # Ok::<(), tower_pat::invalid::InvalidValue>(())
//! ```
//!
//! The responder is part of the layer's type: a function that returns this one returns
//! `PatAuthLayer<impl Responder<Body>>`, with `Send + Sync + 'static` for axum.
//!
//! [`MissingCredential`]: crate::denial::Denial::MissingCredential
//! [`InvalidRequest`]: crate::denial::Denial::InvalidRequest
//! [`InvalidToken`]: crate::denial::Denial::InvalidToken
//! [`NetworkNotAllowed`]: crate::denial::Denial::NetworkNotAllowed
//! [`InsufficientScope`]: crate::denial::Denial::InsufficientScope
//! [`TooManyRequests`]: crate::denial::Denial::TooManyRequests
//! [`Unavailable`]: crate::denial::Denial::Unavailable
//! [`MissingLayer`]: crate::denial::Denial::MissingLayer
//! [`MissingParameter`]: crate::denial::Denial::MissingParameter
//! [concealed]: crate::PatAuthLayer::with_concealment
//! [requirement]: crate::requirement::Requirement::concealed
//! [concealing]: crate::PatAuthLayer::with_concealment
//! [discreet]: crate::PatAuthLayer::with_undisclosed_scopes
//! [RFC 6750, section 3]: https://www.rfc-editor.org/rfc/rfc6750#section-3
//! [RFC 9457]: https://www.rfc-editor.org/rfc/rfc9457
//! [RFC 9728, section 5.1]: https://www.rfc-editor.org/rfc/rfc9728#section-5.1

mod asked;
#[cfg(feature = "axum")]
mod axum;
mod challenge;
mod kind;
mod manner;
mod pending;
mod problem;
mod responder;
mod usual;

pub(crate) use asked::Asked;
pub(crate) use challenge::{Realm, ResourceMetadata};
pub(crate) use manner::Manner;
pub(crate) use pending::{denial_of, deny, is_said, restate, say};
pub use responder::{BodilessResponder, ProblemResponder, Responder};
