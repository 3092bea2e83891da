//! What tests of a service need: a clock that is turned by hand.

mod clock;

pub use clock::ManualClock;
