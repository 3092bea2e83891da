//! The store in a SQLite file: how it is opened, and what is in the file.

mod feed;
mod keeping;
pub(crate) mod make;
mod opening;
mod place;
mod upgrade;

#[cfg(all(feature = "manage", feature = "testing"))]
pub(crate) use place::Place;
