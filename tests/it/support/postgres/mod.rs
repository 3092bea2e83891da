//! A PostgreSQL server of the tests' own, and databases on it.
//!
//! Nothing of it is left behind, however the tests end: see [`keeper`].

mod binaries;
mod database;
mod keeper;
mod server;

pub(crate) use database::Database;
pub(crate) use server::Server;
