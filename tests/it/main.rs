//! The integration tests.

#![expect(clippy::unwrap_used, reason = "a test that meets an error fails")]

#[cfg(feature = "macros")]
mod allocations;
#[cfg(all(feature = "axum", feature = "manage", feature = "sqlite", feature = "testing"))]
mod catalog;
#[cfg(all(feature = "axum", feature = "manage", feature = "testing"))]
mod chain;
mod client;
#[cfg(all(feature = "manage", feature = "sqlite"))]
mod crashes;
#[cfg(all(feature = "axum", feature = "testing"))]
mod denials;
#[cfg(all(feature = "macros", feature = "manage", feature = "sqlite"))]
mod example;
#[cfg(feature = "axum")]
mod extract;
mod feed;
mod floors;
#[cfg(all(feature = "axum", feature = "manage", feature = "testing"))]
mod foreign;
#[cfg(all(feature = "axum", feature = "testing"))]
mod freshness;
#[cfg(all(feature = "macros", feature = "manage", feature = "sqlite"))]
mod git;
#[cfg(all(feature = "axum", feature = "testing"))]
mod grpc;
#[cfg(feature = "axum")]
mod guards;
#[cfg(feature = "axum")]
mod hyper;
#[cfg(feature = "axum")]
mod layer;
#[cfg(feature = "axum")]
mod layer_order;
#[cfg(all(feature = "axum", feature = "manage", feature = "sqlite", feature = "testing"))]
mod leaks;
#[cfg(all(feature = "manage", feature = "sqlite", feature = "testing"))]
mod lifecycle;
mod literals;
#[cfg(all(feature = "axum", feature = "testing"))]
mod loads;
#[cfg(feature = "macros")]
mod macros;
#[cfg(all(feature = "axum", feature = "manage", feature = "testing"))]
mod manager;
#[cfg(all(feature = "metrics", feature = "testing"))]
mod metrics;
#[cfg(all(feature = "axum", feature = "testing"))]
mod observer;
mod opaque;
#[cfg(all(feature = "axum", feature = "manage", feature = "postgres", feature = "sqlite", feature = "testing"))]
mod postgres;
#[cfg(all(feature = "axum", feature = "manage"))]
mod race;
#[cfg(all(feature = "macros", feature = "testing"))]
mod raw;
#[cfg(feature = "axum")]
mod readiness;
mod requirements;
#[cfg(feature = "macros")]
mod resources;
#[cfg(feature = "axum")]
mod responder;
#[cfg(all(feature = "axum", feature = "testing"))]
mod restrictions;
#[cfg(feature = "axum")]
mod routing;
#[cfg(all(feature = "macros", feature = "manage", feature = "sqlite"))]
mod server;
#[cfg(all(feature = "macros", feature = "manage", feature = "sqlite"))]
mod session;
#[cfg(feature = "sqlite")]
mod sqlite;
#[cfg(feature = "testing")]
mod statistics;
#[cfg(all(feature = "manage", feature = "sqlite", feature = "testing"))]
mod store_contract;
mod support;
#[cfg(all(feature = "axum", feature = "testing"))]
mod telemetry;
mod token;
#[cfg(feature = "macros")]
mod uploads;
#[cfg(all(feature = "axum", feature = "manage", feature = "sqlite", feature = "testing"))]
mod usage;
#[cfg(all(feature = "axum", feature = "testing"))]
mod verifier;
#[cfg(all(feature = "axum", feature = "manage", feature = "testing"))]
mod verifier_alone;
#[cfg(all(feature = "sqlite", feature = "testing", feature = "web"))]
mod web;
