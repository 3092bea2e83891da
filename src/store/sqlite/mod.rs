//! Records in a SQLite file.
//!
//! The rules, each kept in one place:
//!
//! 1. The address is read strictly, and a database in memory is refused ([`address`]).
//! 2. The file is prepared by one connection before anybody uses it: schema, then write-ahead log ([`opening`]).
//! 3. The whole schema is brought up to date in one transaction that takes the write lock first, so that several
//!    processes may open a new file at the same moment ([`schema`]).
//! 4. There is one connection to write by and a few to read by, and every write takes the lock at its beginning
//!    ([`pools`]): a transaction that reads first and then wants to write is refused by SQLite at once, without waiting.
//! 5. Whoever opens the same file in one process announces changes in the same table ([`shared`]).
//! 6. A change, its marks in the change log and its events in the audit are one transaction ([`apply`], [`bulk`],
//!    [`owners`]). What must hold for an owner is looked at in it when all is written: there is one writer.
//! 7. A page of a list is a range of an index, in two parts, since records without a value come last ([`list`]).
//! 8. A row that cannot be read is an outage, never an unknown token ([`row`]).

mod address;
mod apply;
mod bulk;
mod events;
mod failure;
mod feed;
mod find;
mod list;
mod log;
mod notices;
mod opening;
mod owners;
mod pools;
mod row;
mod schema;
mod shared;
mod sql;
mod store;
mod uses;

pub use feed::SqliteFeed;
pub use store::SqliteStore;
