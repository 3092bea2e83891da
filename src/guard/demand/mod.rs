//! Requirements as types: what [`#[require_scope]`](macro@crate::require_scope) writes into a signature.
//!
//! A type needs no item beside the handler, so that the macro works on associated functions too, and a handler without
//! it has another signature. The text of a scope is packed into numbers, 16 bytes each, because stable Rust has no text
//! in const generics. A list is nested pairs that end in `()`.
//!
//! ```
//! use tower_pat::guard::demand::{All, Any, Demand, Text, word};
//!
//! type Admin = Text<5, { word("admin", 0) }>;
//! type Read = Text<9, { word("repo:read", 0) }>;
//! type Write = Text<10, { word("repo:write", 0) }>;
//! type Change = Any<(Admin, (All<(Read, (Write, ()))>, ()))>;
//!
//! assert_eq!(Change::requirement().to_string(), "any(admin, all(repo:read, repo:write))");
//! ```

mod contract;
mod list;
mod place;
mod text;

pub use contract::Demand;
pub use list::{All, Any, DemandList};
pub use place::{Among, Concealed, On};
pub use text::{Packed, Text, word};
