//! Personal access tokens for Tower and axum services.

mod cache;
mod caller;
pub mod clock;
mod credential;
pub mod denial;
#[cfg(feature = "axum")]
pub mod extract;
mod flight;
pub mod guard;
pub mod invalid;
pub mod layer;
#[cfg(feature = "manage")]
pub mod manager;
pub mod principal;
pub mod record;
pub mod requirement;
pub mod resolver;
mod response;
pub mod revocations;
pub mod scope;
#[cfg(any(feature = "manage", feature = "sqlite"))]
pub mod store;
mod sync;
#[cfg(feature = "testing")]
pub mod testing;
pub mod token;
pub mod verifier;

pub use layer::PatAuthLayer;
#[cfg(feature = "manage")]
pub use manager::PatManager;
pub use principal::PatPrincipal;
pub use resolver::PatResolver;
pub use scope::{Scope, ScopeSet};
pub use token::TokenFormat;
pub use verifier::PatVerifier;
