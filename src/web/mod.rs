//! The web wing: people manage their own tokens.
//!
//! Who is signed in is the host's business: [`TokenOwner`] is what its extractor says of them. What people can pick as
//! resources, it may [say too](ResourceChoices).
//!
//! # Who asks
//!
//! | the request has | it is of | what it may do |
//! |---|---|---|
//! | a token that a [`PatAuthLayer`](crate::PatAuthLayer) outside has accepted, whatever session there is | the token | see, rotate and revoke itself |
//! | none, and the host's extractor finds somebody | that person | manage their own tokens; an administrator, see and stop those of others |
//! | neither | nobody | what the host's extractor answers |
//!
//! **A token never makes, changes or lists tokens.** A request with a token is the token's, also in a browser that is signed
//! in, so that a script with somebody's cookies has no more than its token.
//!
//! So a router of this wing stands inside a [`PatAuthLayer`](crate::PatAuthLayer::with_anonymous) that lets requests without a
//! token pass, or in a [`GuardedRouter`](crate::routing::GuardedRouter). Where no layer has looked for a token every request
//! is refused with 500, and the log says so.
//!
//! A browser attaches a cookie also to what another site has it send. So what changes something and has no token must come
//! from the service's own pages, by `Sec-Fetch-Site` and `Origin` ([`tower_http::csrf`]).
//!
//! # The page
//!
//! [`page()`] is for people what [`api()`] is for programs, and neither needs the other. Every answer of it has a strict
//! `Content-Security-Policy`; a secret is in one answer and in no address.
//!
//! # Standard endpoints
//!
//! | router | says |
//! |---|---|
//! | [`introspection`] | what a token is worth, to clients that are known (RFC 7662): `POST /introspect` |
//! | [`revocation`] | that a token is to be revoked, by whoever has it (RFC 7009): `POST /revoke` |
//! | [`ProtectedResource`] | what a service accepts (RFC 9728): `GET /.well-known/oauth-protected-resource` |
//! | [`leak_report`] | which tokens were found where they do not belong: `POST /leaks` |
//!
//! Programs call them, without a session: they stand outside of the layer that looks for tokens, or inside, as it fits.
//!
//! # Problems
//!
//! What cannot be done is answered with a problem document (RFC 9457): `type` (`urn:problem-type:tower-pat:` and a word),
//! `title`, `status`, `detail`, and `errors`, a list of which fields are wrong: `field`, `detail` and, where the field is
//! in a JSON body, `pointer` (RFC 6901). Nothing of what was sent is repeated. No answer is to be stored.

mod api;
mod asker;
mod desk;
mod input;
mod limit;
mod no_store;
mod owner;
mod page;
mod path;
mod problem;
mod resources;
mod same_origin;
mod standard;
mod status;

pub use api::{ApiBuilder, api};
pub use limit::Rate;
pub use owner::TokenOwner;
pub use page::{Color, InvalidLanguage, InvalidLanguageKind, Logo, PageBuilder, page};
pub use resources::{ResourceChoice, ResourceChoices};
pub use standard::{
    IntrospectionClient, IntrospectionClients, OpenEndpoint, ProtectedResource, introspection, leak_report, revocation,
};
