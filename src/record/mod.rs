//! The record: what is stored about a token, and what it is worth at an instant.
//!
//! [`PatRecord::status_at`] is the only place that decides whether a token is valid. A record may also say from which
//! [networks](NetworkSet) its token may be used and for which [audiences](AudienceSet) it is meant; these depend on the
//! request, and the [verifier](crate::verifier) holds them against it.

mod audience;
mod id;
mod name;
mod network;
mod owner;
mod pat;
mod status;

pub use audience::{Audience, AudienceSet};
pub use id::TokenId;
pub use name::TokenName;
pub use network::{Network, NetworkSet};
pub use owner::OwnerId;
pub use pat::PatRecord;
pub use status::PatStatus;
