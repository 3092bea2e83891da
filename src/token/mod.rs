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
//!
//! # Tokens of others
//!
//! A verifier can also accept tokens that this service did not make: those of another issuer, or the keys that it gave out
//! before it used this crate. [`OpaqueFormat`] says what they may look like, [`AcceptedFormats`] puts the formats together:
//!
//! ```
//! use tower_pat::token::{AcceptedFormats, OpaqueFormat, TokenDigest, TokenFormat};
//!
//! let own = TokenFormat::new("acme_pat")?;
//! let accepted = AcceptedFormats::from(own).or(OpaqueFormat::new().with_prefix("key-")?);
//!
//! // What the old system kept of a key is what a record of it is stored under.
//! let imported = TokenDigest::from_hex("90638d10ea562ee5ebc23253237111811c422ce611da1ed9961e2fe74cd42c5e")?;
//! let presented = accepted.digest("key-0f8fad5b-d9cb-469f-a165-70867728950e");
//! assert_eq!(presented, Some(imported));
//! # Ok::<(), tower_pat::invalid::InvalidValue>(())
//! ```
//!
//! - **Import.** A service that kept the SHA-256 of its keys stores a record of each under that digest,
//!   [`TokenDigest::from_bytes`] or [`TokenDigest::from_hex`], and its users keep their keys. It must be the plain SHA-256 of
//!   the whole key as it is presented, prefix and padding included; a salted, slow or keyed hash cannot be imported.
//! - **Entropy is the issuer's responsibility.** A digest protects a token because nobody can guess it. The SHA-256 of a key
//!   that can be guessed, such as a word, a date or a number of ten digits, can be reversed by whoever gets to read the
//!   store: there is no salt, and hashing is fast. Do not import such keys; give out new tokens in their place. 128 random
//!   bits are enough.
//! - **Each guess costs a look-up.** There is no checksum to refuse a mistyped or made-up token by. A required prefix and a
//!   least length refuse some; a limit on failed attempts must do the rest.

mod accepted;
mod base62;
mod digest;
mod entropy;
mod format;
mod hint;
mod layout;
mod opaque;
mod secret;

pub use accepted::AcceptedFormats;
pub use digest::{DigestMark, TokenDigest};
pub use entropy::{Entropy, EntropyError, OsEntropy};
pub use format::TokenFormat;
pub use hint::TokenHint;
pub use opaque::OpaqueFormat;
pub use secret::PatToken;
