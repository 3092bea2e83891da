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
//! # Catalogue
//!
//! A [`ScopeCatalog`] holds the scopes that a service knows, with what each is for and which others it implies. A manager
//! gives tokens the scopes of its catalogue and no others. A verifier that has one closes the scopes of a token over the
//! implications when it loads the token, and what the catalogue does not know allows nothing.
//!
//! A service that knows its scopes when it is compiled declares them as an enum, a type that is [`Scopes`](trait@Scopes); others build
//! a catalogue at run time:
//!
//! ```
//! use tower_pat::scope::{Scope, ScopeCatalog};
//!
//! let (read, write) = (Scope::from_static("repo:read"), Scope::from_static("repo:write"));
//! let catalog = ScopeCatalog::builder()
//!     .with_scope(read.clone(), "See repositories and what is in them")
//!     .with_scope(write.clone(), "Push to repositories")
//!     .with_implication(write, read)
//!     .build()?;
//!
//! assert_eq!(catalog.close(&"repo:write".parse()?).to_string(), "repo:read repo:write");
//! assert!(catalog.close(&"repo:delete".parse()?).is_empty());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [RFC 6749, section 3.3]: https://www.rfc-editor.org/rfc/rfc6749#section-3.3

mod bits;
mod builder;
mod catalog;
mod declared;
mod implications;
mod index;
mod invalid_catalog;
mod key;
mod one;
mod set;

pub(crate) use bits::ScopeBits;
pub use builder::ScopeCatalogBuilder;
pub use catalog::{CatalogEntry, ScopeCatalog};
pub use declared::{DeclaredScope, Scopes, known, text_of};
pub use invalid_catalog::{InvalidCatalog, InvalidCatalogKind};
pub(crate) use key::{ScopeKey, hash as hash_of};
pub use one::Scope;
pub use set::ScopeSet;
/// ```
/// use tower_pat::scope::{Scopes, ScopeSet};
///
/// #[derive(Scopes)]
/// enum Api {
///     /// Read invoices.
///     #[scope("invoices:read")]
///     Read,
///     /// Read and change
///     /// invoices.
///     #[scope("invoices:write", implies = Read)]
///     Write,
///     /// Everything.
///     #[scope("admin", implies = ["invoices:write", "profile:read"])]
///     Admin,
///     /// Read your profile.
///     #[scope("profile:read")]
///     Profile,
/// }
///
/// let catalog = Api::catalog();
/// assert_eq!(catalog.iter().nth(1).map(|entry| entry.description()), Some("Read and change invoices."));
/// assert_eq!(catalog.close(&"admin".parse()?).to_string(), "admin invoices:read invoices:write profile:read");
/// assert_eq!(Api::Write.as_ref(), "invoices:write");
/// # Ok::<(), tower_pat::invalid::InvalidValue>(())
/// ```
#[cfg(feature = "macros")]
pub use tower_pat_macros::Scopes;
