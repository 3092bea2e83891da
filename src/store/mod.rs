//! Stores: where records are kept.
//!
//! A [`PatStore`] is a resolver that also keeps records. [`MemoryStore`] keeps them for tests and demonstrations,
//! [`SqliteStore`] in a file, [`PostgresStore`] in a database that several machines share. What is written is a [`Change`],
//! what is found a [`StoredPat`], what is listed is asked for by a [`PatQuery`]; and what was done is noted as an
//! [`AuditEvent`].

mod audit;
mod change;
mod done;
mod error;
mod key;
#[cfg(feature = "manage")]
mod memory;
mod notice;
mod port;
#[cfg(feature = "postgres")]
mod postgres;
mod query;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod sql;
#[cfg(feature = "sqlite")]
mod sqlite;
mod stored;
mod touched;
mod usage;

pub use audit::{ActorId, AuditEvent, AuditKind, EventPage, EventQuery, FieldChange, Stamp, StoredEvent};
pub use change::{Change, Insertion, OwnerLimits, Update};
pub use done::Done;
pub use error::{StoreError, StoreErrorKind};
pub use key::IdempotencyKey;
#[cfg(feature = "manage")]
pub use memory::MemoryStore;
pub use notice::ExpiryNotice;
pub use port::{BULK, MARKS, PatStore};
#[cfg(feature = "postgres")]
pub use postgres::{PostgresFeed, PostgresMigration, PostgresStore, PostgresStoreBuilder};
pub use query::{Cursor, Order, PatPage, PatQuery, Selection, Sort, SortKey, Span};
#[cfg(feature = "sqlite")]
pub use sqlite::{SqliteFeed, SqliteStore};
pub use stored::{PatDetails, StoredPat};
pub use touched::Touched;
pub use usage::{Usage, Use};
