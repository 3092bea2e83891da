//! Audiences: for which services a token is meant.

mod one;
mod set;

pub use one::Audience;
pub use set::AudienceSet;
