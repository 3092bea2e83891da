//! Records in a PostgreSQL database.
//!
//! The rules, each kept in one place:
//!
//! 1. The address is read strictly, and no error repeats it ([`address`], [`failure`]). Nor does an error hold what the
//!    server says beside its message, for there it repeats the row.
//! 2. All names are complete, with their schema, and are checked before they get into a statement ([`names`]).
//! 3. The schema is brought up to date in one transaction behind an advisory lock, so that many instances may start at
//!    once, or not at all, if the host or a role without the right to do so wants it thus ([`schema`]).
//! 4. No call waits for ever: for a connection, for a statement, or for a server that is silent. A connection on which a
//!    call has not come to its end is thrown away ([`connections`]).
//! 5. A change, its marks in the change log and its events in the audit are one transaction ([`apply`], [`bulk`],
//!    [`owners`]), which holds a lock for each owner whose tokens it writes ([`transaction`]).
//! 6. A commit is confirmed once it is as durable as the server is told to make it, or else it is an outage
//!    ([`transaction`]).
//! 7. A page of a list is a range of an index, in two parts, since records without a value come last ([`list`]).
//! 8. Changes are read on a connection of their own, which nobody else can exhaust, and no reading loses a row that becomes
//!    visible late ([`feed`], [`mod@line`]).
//! 9. A row that cannot be read is an outage, never an unknown token.

mod address;
mod apply;
mod builder;
mod bulk;
mod connections;
mod events;
mod failure;
mod feed;
mod find;
mod instant;
mod line;
mod list;
mod log;
mod migration;
mod names;
mod notices;
mod opening;
mod owners;
mod row;
mod schema;
mod seat;
mod snapshot;
mod sql;
mod store;
mod transaction;
mod uses;

pub use builder::PostgresStoreBuilder;
pub use feed::PostgresFeed;
pub use migration::PostgresMigration;
pub use store::PostgresStore;
