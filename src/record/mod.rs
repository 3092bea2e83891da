//! The record: what is stored about a token, and what it is worth at an instant.
//!
//! [`PatRecord::status_at`] is the only place that decides whether a token is valid. A record may also say from which
//! [networks](NetworkSet) its token may be used and for which [audiences](AudienceSet) it is meant; these depend on the
//! request, and the [verifier](crate::verifier) holds them against it.
//!
//! What no verifier needs is not in the record, which is remembered by the million, but beside it in the store: what a
//! person wrote about the token ([`Description`], [`Metadata`]) and why it was revoked ([`Reason`]).

mod audience;
mod description;
mod family;
mod id;
mod metadata;
mod name;
mod network;
mod owner;
mod pat;
mod reason;
mod status;

pub use audience::{Audience, AudienceSet};
pub use description::Description;
pub use family::FamilyId;
pub use id::TokenId;
pub use metadata::Metadata;
pub use name::TokenName;
#[cfg(any(feature = "manage", feature = "postgres", feature = "sqlite"))]
pub(crate) use name::folded;
pub use network::{Network, NetworkSet};
pub use owner::OwnerId;
pub use pat::PatRecord;
pub use reason::Reason;
pub use status::PatStatus;
