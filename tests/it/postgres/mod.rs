//! The store in a PostgreSQL database.

mod place;
mod server;

pub(crate) use place::Place;
