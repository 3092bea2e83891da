//! What people fill in.

mod choices;
mod draft;
mod expiry;
mod fault;
mod fields;
mod filter;
mod key;
mod page;
mod wish;

pub(super) use choices::{Pick, ScopeGroup};
pub(super) use draft::Draft;
pub(super) use expiry::ExpiryChoice;
pub(super) use fault::Fault;
pub(super) use fields::{Fields, Sent};
pub(super) use filter::Filter;
pub(super) use key::new_key;
pub(super) use page::page;
