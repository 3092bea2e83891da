//! Where in a request a token stands.
//!
//! A [layer](crate::PatAuthLayer) reads `Authorization: Bearer` and nothing else, unless it is told where clients put
//! their tokens:
//!
//! ```
//! # use tower_pat::resolver::{Answer, ResolveError, resolver_fn};
//! # use tower_pat::token::TokenDigest;
//! use tower_pat::credential::{CredentialSource, CredentialSources};
//! use tower_pat::{PatAuthLayer, PatVerifier, TokenFormat};
//!
//! # let resolver = resolver_fn(|_: TokenDigest| async { Ok::<_, ResolveError>(Answer::Unknown) });
//! # let verifier = PatVerifier::new(TokenFormat::new("acme_pat")?, resolver);
//! // What GitLab's clients send, and a header of the service's own.
//! let sources = CredentialSources::gitlab().with(CredentialSource::header("x-acme-token".parse()?));
//! let layer = PatAuthLayer::new(verifier).with_sources(sources);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What clients send
//!
//! | clients of | send | accepted by |
//! |---|---|---|
//! | git over HTTP | Basic, the token as password, or as user name | [`CredentialSources::git`], with a [challenge](crate::PatAuthLayer::with_basic_challenge) |
//! | GitHub | Bearer, the scheme `token`, Basic both ways | [`CredentialSources::github`] |
//! | Gitea | as GitHub's; old ones in the query, as `token` or `access_token` | [`CredentialSources::github`]; [insecurely](crate::PatAuthLayer::with_insecure_query_parameter) the query |
//! | GitLab | Bearer, `PRIVATE-TOKEN`, git's Basic | [`CredentialSources::gitlab`] |
//! | Azure DevOps | Bearer, Basic with an empty user name | [`CredentialSources::azure_devops`] |
//! | Jira | Bearer (Data Center), Basic with an address of electronic mail as user name (Cloud) | [`CredentialSource::bearer`], [`CredentialSource::basic_password`] |
//! | Figma | `X-Figma-Token` | [`CredentialSource::header`] |
//! | Asana | Bearer | [`CredentialSource::bearer`] |
//! | npm | Bearer (`_authToken`), Basic (`_auth`) | [`CredentialSource::bearer`], [`CredentialSource::basic_password`] |
//! | cargo | `Authorization` with the token alone | [`CredentialSource::raw`] |
//! | `PyPI` | Basic, the user name being `__token__` | [`CredentialSource::basic_password`] |
//!
//! Whatever is accepted, a denial challenges with the scheme Bearer, and with Basic if the layer is told so: the other
//! places have no scheme. Where Bearer is not accepted, clients must know from elsewhere what is.
//!
//! # Exactly one
//!
//! All places that a layer accepts are looked at, and a request with a token in two of them is refused, even when it is
//! the same token twice; so are two `Authorization` headers, whatever they hold. What stands in a place that the layer
//! does not accept is no token: a scheme that is not accepted may be meant for somebody else. But where the layer accepts
//! any form of `Authorization`, a value that does not begin with the name of a scheme, such as `Bearer:…`, is malformed.
//!
//! Schemes are read in any case, with one or more spaces behind them and white space around the whole value
//! ([RFC 9110, section 11.4]). Basic is base64 without a character too many, with all of its padding or none
//! ([RFC 7617], [RFC 4648, section 4]).
//!
//! [RFC 4648, section 4]: https://www.rfc-editor.org/rfc/rfc4648#section-4
//! [RFC 7617]: https://www.rfc-editor.org/rfc/rfc7617
//! [RFC 9110, section 11.4]: https://www.rfc-editor.org/rfc/rfc9110#section-11.4

mod authorization;
mod basic;
mod presented;
mod query;
mod source;
mod sources;
#[cfg(test)]
#[cfg(not(model))]
mod tests;

pub(crate) use query::QueryParameter;
pub use source::CredentialSource;
pub use sources::CredentialSources;
