//! The layer: puts the caller of each request into its extensions, or denies the request.
//!
//! For every request [`PatAuth`]:
//!
//! 1. reads the token: exactly one `Authorization` header, the scheme `Bearer` in any case, one word;
//! 2. asks the [verifier](crate::verifier) — at once when its cache can tell, else while the request waits;
//! 3. puts the [`PatPrincipal`](crate::PatPrincipal) into the request's extensions, in place of any that was there, and
//!    marks the header as sensitive;
//! 4. calls the inner service: the very instance that was polled ready.
//!
//! | situation | status | `WWW-Authenticate` |
//! |---|---|---|
//! | no token, or another scheme | 401, or passage [with anonymous callers](PatAuthLayer::with_anonymous) | `Bearer realm="…"` |
//! | two `Authorization` headers; `Bearer` with no word or several | 400 | `error="invalid_request"` |
//! | token malformed, unknown, expired or revoked | 401 | `error="invalid_token"` |
//! | scope missing (by a [guard](crate::guard) inside) | 403 | `error="insufficient_scope", scope="…"` |
//! | the resolver fails or does not answer in time | 503, `Retry-After` | none |
//! | a guard or extractor without a layer | 500 | none |
//!
//! Each has a problem document ([RFC 9457]) as its body, of `Content-Type: application/problem+json`, and
//! `Cache-Control: no-store`. The `type` of the document is `urn:problem-type:tower-pat:` and one of `missing-token`,
//! `invalid-request`, `invalid-token`, `insufficient-scope`, `unavailable`, `misconfigured`.
//!
//! [RFC 9457]: https://www.rfc-editor.org/rfc/rfc9457

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
