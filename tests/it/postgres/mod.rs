//! The store in a PostgreSQL database.

mod server;
