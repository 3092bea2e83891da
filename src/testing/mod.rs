//! What tests of a service need: a clock that is turned by hand, a walk through the routes of a guarded router, and what
//! every store promises.

mod clock;
#[cfg(any(feature = "manage", feature = "postgres", feature = "sqlite"))]
pub mod store_contract;
#[cfg(feature = "axum")]
pub mod walk;

pub use clock::ManualClock;
