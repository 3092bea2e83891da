//! The principal: who is calling, and what they may do.

mod pat;
mod uses;

pub use pat::PatPrincipal;
pub(crate) use uses::{Forgotten, Taken, Uses};
