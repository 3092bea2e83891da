//! Personal access tokens for Tower and axum services.

mod caller;
pub mod clock;
pub mod denial;
#[cfg(feature = "axum")]
pub mod extract;
pub mod guard;
pub mod invalid;
pub mod principal;
pub mod record;
pub mod requirement;
pub mod resolver;
mod response;
pub mod revocations;
pub mod scope;
// pub mod store;
mod sync;
pub mod token;

pub use principal::PatPrincipal;
pub use resolver::PatResolver;
pub use scope::{Scope, ScopeSet};
pub use token::TokenFormat;
