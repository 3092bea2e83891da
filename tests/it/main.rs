//! The integration tests.

#![expect(clippy::unwrap_used, reason = "a test that meets an error fails")]

#[cfg(all(feature = "axum", feature = "manage", feature = "testing"))]
mod chain;
mod client;
#[cfg(all(feature = "axum", feature = "testing"))]
mod denials;
#[cfg(all(feature = "macros", feature = "manage", feature = "sqlite"))]
mod example;
#[cfg(feature = "axum")]
mod extract;
mod floors;
#[cfg(all(feature = "axum", feature = "manage", feature = "testing"))]
mod foreign;
#[cfg(all(feature = "macros", feature = "manage", feature = "sqlite"))]
mod git;
#[cfg(all(feature = "axum", feature = "testing"))]
mod grpc;
#[cfg(feature = "axum")]
mod hyper;
#[cfg(feature = "axum")]
mod layer;
#[cfg(feature = "axum")]
mod layer_order;
#[cfg(all(feature = "axum", feature = "manage", feature = "sqlite", feature = "testing"))]
mod leaks;
#[cfg(feature = "macros")]
mod macros;
#[cfg(all(feature = "axum", feature = "manage", feature = "testing"))]
mod manager;
mod opaque;
#[cfg(all(feature = "axum", feature = "manage"))]
mod race;
#[cfg(all(feature = "macros", feature = "testing"))]
mod raw;
#[cfg(feature = "axum")]
mod readiness;
#[cfg(feature = "axum")]
mod responder;
#[cfg(all(feature = "axum", feature = "testing"))]
mod restrictions;
#[cfg(all(feature = "macros", feature = "manage", feature = "sqlite"))]
mod server;
#[cfg(all(feature = "macros", feature = "manage", feature = "sqlite"))]
mod session;
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
#[cfg(all(feature = "axum", feature = "manage", feature = "testing"))]
mod verifier_alone;
