//! Tokens that are used after another has taken their place.
//!
//! A [`ReuseWatch`] hears of them from a verifier, and has a manager report them.

mod told;
mod watch;

pub use watch::ReuseWatch;
