//! Resources: on what a scope is used.
//!
//! A resource is a kind and a list of segments, `repo:acme/site`. A token may be limited to some: to one, to everything
//! under segments (`repo:acme/*`), to all of a kind (`repo:*`), or to several of these. What a limit covers is decided
//! by whole segments, to the letter: `repo:acme/*` covers neither `repo:acme-evil/site` nor `repo:acme` itself.
//!
//! A route names the resource it works on with a template, `repo:{owner}/{name}`. Each parameter stands for exactly one
//! segment, which is filled with the parameter of that name in the path of the request.
//!
//! ```
//! use tower_pat::resource::{Resource, ResourceSet};
//!
//! let limits: ResourceSet = "repo:acme/*\nteam:ops".parse()?;
//! assert!(limits.covers(&Resource::parse("repo:acme/site")?));
//! assert!(!limits.covers(&Resource::parse("repo:acme-evil/site")?));
//! assert!(!limits.covers(&Resource::parse("team:ops/night")?));
//! # Ok::<(), tower_pat::invalid::InvalidValue>(())
//! ```
//!
//! # Grammar
//!
//! - A *kind* is 1 to 64 lowercase ASCII letters, digits, `_` and `-`, beginning with a letter.
//! - A *segment* is text without `/` and control characters. It is not empty, and not `.`, `..` or `*`.
//! - A *resource* is a kind, `:`, and 1 to 16 segments separated by `/`, of at most 1,024 bytes.
//! - A *pattern* is a resource; or one followed by `/*`; or a kind followed by `:*`.
//! - A *template* is a resource of at most 128 bytes in printable ASCII, without space, `"`, `\` and `*`, in which whole
//!   segments may be parameters such as `{owner}`, each once. Braces stand nowhere else.
//!
//! Nothing is folded: neither letters of different case, nor different ways to write one character in Unicode, are equal.
//! A service that takes `Acme` and `acme` for one calls it by one name before it asks.

mod filter;
mod kind;
mod one;
mod pattern;
mod segment;
mod set;
mod template;

pub use filter::ResourceFilter;
pub use kind::ResourceKind;
pub(crate) use one::MAX_LEN as MAX_RESOURCE_LEN;
pub use one::Resource;
pub use pattern::ResourcePattern;
pub(crate) use segment::is_segment;
pub use set::ResourceSet;
pub use template::ResourceTemplate;
pub(crate) use template::{Part, Template, is_template};
