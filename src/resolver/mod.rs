//! The resolver: answers what a token is worth. It only reads.
//!
//! A service that keeps its tokens elsewhere implements [`PatResolver`], or wraps a closure with [`resolver_fn`]:
//!
//! ```
//! use std::collections::HashMap;
//! use std::sync::Arc;
//! use tower_pat::record::PatRecord;
//! use tower_pat::resolver::{Answer, ResolveError, resolver_fn};
//! use tower_pat::token::TokenDigest;
//!
//! # let known: HashMap<TokenDigest, PatRecord> = HashMap::new();
//! let known = Arc::new(known);
//! let resolver = resolver_fn(move |digest: TokenDigest| {
//!     let known = Arc::clone(&known);
//!     async move { Ok::<_, ResolveError>(Answer::from(known.get(&digest).cloned())) }
//! });
//! ```
//!
//! Tokens that are kept in several places are looked up by [`first_of()`] several resolvers.

mod answer;
mod error;
mod first_of;
mod function;
mod port;

pub use answer::Answer;
pub use error::ResolveError;
pub use first_of::{FirstOf, first_of};
pub use function::{ResolverFn, resolver_fn};
pub use port::PatResolver;
