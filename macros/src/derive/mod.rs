//! `#[derive(Scopes)]`: a catalogue out of an enum.
//!
//! `shape` says what an enum must be, `attribute` reads what stands above a variant and `description` its doc comment;
//! `catalogue` holds the variants against each other, with `circle`, and `expand` writes the code.

mod attribute;
mod catalogue;
mod circle;
mod description;
mod expand;
mod shape;

pub(crate) use catalogue::Catalogue;
