//! What tests of a service need: a clock that is turned by hand, and a walk through the routes of a guarded router.

mod clock;
#[cfg(feature = "axum")]
pub mod walk;

pub use clock::ManualClock;
