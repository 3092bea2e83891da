use std::fmt;

use sha2::{Digest, Sha256};

use crate::invalid::{InvalidValue, InvalidValueKind};

/// By what a call that is made again is recognised as the same: the SHA-256 of a key that the caller has chosen. The key
/// itself is kept nowhere.
///
/// ```
/// use tower_pat::store::IdempotencyKey;
///
/// let key = IdempotencyKey::parse("7c4a8d09-ca37-62af-61e5-9520943dc264")?;
/// assert_eq!(key, IdempotencyKey::from_bytes(*key.as_bytes()));
/// assert_eq!(format!("{key:?}"), "IdempotencyKey(…)");
/// assert!(IdempotencyKey::parse("").is_err());
/// # Ok::<(), tower_pat::invalid::InvalidValue>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct IdempotencyKey([u8; 32]);

impl IdempotencyKey {
    const MAX_LEN: usize = 255;

    /// Hashes a key.
    ///
    /// # Errors
    ///
    /// Unless it is 1 to 255 printable ASCII characters.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        let is_printable = text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
        if !(1..=Self::MAX_LEN).contains(&text.len()) || !is_printable {
            return Err(InvalidValue::new(InvalidValueKind::IdempotencyKey));
        }
        Ok(Self(Sha256::digest(text).into()))
    }

    /// A hash read from storage.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes to store.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdempotencyKey(…)")
    }
}
