//! The integration tests.

#[cfg(feature = "testing")]
mod denials;
#[cfg(feature = "axum")]
mod extract;
mod floors;
#[cfg(feature = "axum")]
mod layer;
#[cfg(feature = "axum")]
mod support;
#[cfg(feature = "testing")]
mod verifier;
