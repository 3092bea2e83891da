//! Scopes: what a token may do.
//!
//! A scope is one permission, a *scope-token* of [RFC 6749, section 3.3], such as `invoices:read`. Scopes are compared
//! to the letter; no character has a meaning, `*` neither. An empty set allows nothing.
//!
//! ```
//! use tower_pat::scope::{Scope, ScopeSet};
//!
//! let granted: ScopeSet = "invoices:read profile:read".parse()?;
//! assert!(granted.contains("invoices:read"));
//! assert!(!granted.contains("invoices"));
//! assert!(!ScopeSet::default().contains("invoices:read"));
//! # Ok::<(), tower_pat::invalid::InvalidValue>(())
//! ```
//!
//! [RFC 6749, section 3.3]: https://www.rfc-editor.org/rfc/rfc6749#section-3.3

mod one;
mod set;

pub use one::Scope;
pub use set::ScopeSet;
