//! The token: what it looks like, how it is made, and the digest that is kept in its place.
//!
//! A token is `{prefix}_{body}{checksum}`:
//!
//! - the *prefix* is the service's choice, 1 to 18 characters of `a-z`, `0-9` and inner `_`;
//! - the *body* is 30 base62 characters from a cryptographic generator, without modulo bias (178 bits);
//! - the *checksum* is the CRC-32 (IEEE 802.3) of everything before it, in base62, 6 characters, padded with `0`.
//!
//! The parts are found by position from the end, never by splitting on `_`. With the longest prefix a token is 55 bytes,
//! one block of SHA-256.
//!
//! The checksum is no security: it lets a server refuse a mistyped or truncated token, and a scanner tell a token from
//! a look-alike, without asking anybody. CRC-32 finds *every* change of one character and every swap of two different
//! characters of the body.
//!
//! ```
//! use tower_pat::token::{OsEntropy, TokenFormat};
//!
//! let format = TokenFormat::new("acme_pat")?;
//! let token = format.generate(&OsEntropy)?;
//!
//! assert!(token.expose_secret().starts_with("acme_pat_"));
//! assert_eq!(format.digest(token.expose_secret()), Some(token.digest()));
//! assert_eq!(format.digest("acme_pat_hand-made"), None);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod base62;
mod digest;
mod entropy;
mod format;
mod hint;
mod layout;
mod secret;

pub use digest::{DigestMark, TokenDigest};
pub use entropy::{Entropy, EntropyError, OsEntropy};
pub use format::TokenFormat;
pub use hint::TokenHint;
pub use secret::PatToken;
