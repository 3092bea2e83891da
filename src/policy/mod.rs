//! What a service allows people to do with their tokens.

mod lifetime;
mod names;
mod pat;

pub use lifetime::{Lifetime, LifetimeNotAllowed};
pub use pat::Policy;
