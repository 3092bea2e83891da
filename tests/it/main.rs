//! The integration tests.

#![expect(clippy::unwrap_used, reason = "a test that meets an error fails")]

#[cfg(all(feature = "axum", feature = "testing"))]
mod denials;
#[cfg(feature = "axum")]
mod extract;
mod floors;
#[cfg(feature = "axum")]
mod layer;
#[cfg(all(feature = "axum", feature = "manage", feature = "sqlite", feature = "testing"))]
mod leaks;
#[cfg(feature = "macros")]
mod macros;
#[cfg(all(feature = "axum", feature = "manage", feature = "testing"))]
mod manager;
#[cfg(all(feature = "axum", feature = "manage"))]
mod race;
#[cfg(all(feature = "macros", feature = "manage", feature = "sqlite"))]
mod server;
#[cfg(feature = "sqlite")]
mod sqlite;
#[cfg(any(feature = "manage", feature = "sqlite"))]
mod store_contract;
mod support;
#[cfg(all(feature = "axum", feature = "testing"))]
mod telemetry;
mod token;
#[cfg(all(feature = "axum", feature = "testing"))]
mod verifier;
