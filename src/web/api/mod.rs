//! The HTTP API by which people, and tokens for themselves, manage tokens.

mod builder;
mod document;
mod filter;
mod history;
mod links;
mod many;
mod member;
mod own;
mod patch;
mod problems;
mod read;
mod view;
mod wish;
mod write;

pub use builder::{ApiBuilder, api};
