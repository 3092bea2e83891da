//! Requirements: what a route asks of its caller.

mod access;
mod held;
mod node;
mod one;
#[cfg(any(feature = "openapi", all(feature = "axum", feature = "testing")))]
mod terms;

pub use access::Access;
pub(crate) use access::stated;
#[cfg(feature = "axum")]
pub(crate) use held::Parameters;
pub(crate) use held::{Held, Place, Reach};
pub use one::Requirement;
