//! The store in a PostgreSQL database: how it is opened, what is in the database, and what an outage does.

mod feed;
mod keeping;
mod locks;
mod migrations;
mod opening;
mod outages;
mod place;
mod plans;
mod roles;
mod server;
mod tls;

pub(crate) use place::Place;
