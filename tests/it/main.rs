//! The integration tests.

#[cfg(feature = "sqlite")]
mod sqlite;
#[cfg(any(feature = "manage", feature = "sqlite"))]
mod store_contract;
