//! Personal access tokens for Tower and axum services.

pub mod clock;
pub mod denial;
pub mod invalid;
pub mod principal;
pub mod record;
pub mod requirement;
pub mod resolver;
pub mod revocations;
pub mod scope;
#[cfg(any(feature = "manage", feature = "sqlite"))]
pub mod store;
mod sync;
pub mod token;

pub use principal::PatPrincipal;
pub use resolver::PatResolver;
pub use scope::{Scope, ScopeSet};
pub use token::TokenFormat;
