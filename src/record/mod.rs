//! The record: what is stored about a token, and what it is worth at an instant.
//!
//! [`PatRecord::status_at`] is the only place that decides whether a token is valid.

mod id;
mod name;
mod owner;
mod pat;

pub use id::TokenId;
pub use name::TokenName;
pub use owner::OwnerId;
pub use pat::{PatRecord, PatStatus};
