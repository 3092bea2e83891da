//! Stores: where records are kept.
//!
//! A [`PatStore`] is a resolver that also keeps records. [`MemoryStore`] keeps them for tests and demonstrations,
//! [`SqliteStore`] in a file.

mod error;
mod instant;
#[cfg(feature = "manage")]
mod memory;
mod port;
#[cfg(feature = "sqlite")]
mod sqlite;

pub use error::{StoreError, StoreErrorKind};
#[cfg(feature = "manage")]
pub use memory::MemoryStore;
pub use port::{PatStore, StoredPat};
#[cfg(feature = "sqlite")]
pub use sqlite::SqliteStore;
