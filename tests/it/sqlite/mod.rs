//! The store in a SQLite file: how it is opened, and what is in the file.

mod keeping;
pub(crate) mod make;
mod opening;
mod place;
mod upgrade;

pub(crate) use place::Place;
