use std::fmt;

use sha2::{Digest, Sha256};

/// The SHA-256 of a whole token: what is stored and looked up in its place.
///
/// A token carries 178 random bits, so a plain hash of it cannot be reversed by guessing; no salt and no slow hash are
/// needed. Still, `Debug` shows nothing of it.
///
/// ```
/// use tower_pat::token::TokenDigest;
///
/// let digest = TokenDigest::of("acme_pat_…");
/// assert_eq!(digest, TokenDigest::from_bytes(*digest.as_bytes()));
/// assert_eq!(format!("{digest:?}"), "TokenDigest(…)");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TokenDigest([u8; 32]);

impl TokenDigest {
    /// Hashes a token.
    pub fn of(token: impl AsRef<[u8]>) -> Self {
        Self(Sha256::digest(token.as_ref()).into())
    }

    /// A digest read from storage.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes to store.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The first 32 bits, by which changes are announced.
    #[must_use]
    pub fn mark(&self) -> DigestMark {
        let [a, b, c, d, ..] = self.0;
        DigestMark(u32::from_be_bytes([a, b, c, d]))
    }
}

impl fmt::Debug for TokenDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenDigest(…)")
    }
}

/// The first 32 bits of a digest: enough to say whose cached verdicts are void, too little to find the token by.
///
/// ```
/// use tower_pat::token::TokenDigest;
///
/// let mark = TokenDigest::from_bytes([1; 32]).mark();
/// assert_eq!(mark.bits(), 0x0101_0101);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DigestMark(u32);

impl DigestMark {
    /// A mark read from a change log.
    #[must_use]
    pub fn from_bits(bits: u32) -> Self {
        Self(bits)
    }

    /// The number to write to a change log.
    #[must_use]
    pub fn bits(self) -> u32 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::TokenDigest;

    #[test]
    fn digest_is_sha_256_of_the_whole_text() {
        // FIPS 180-2, appendix B.1.
        let bytes = *TokenDigest::of("abc").as_bytes();
        assert_eq!(bytes[..8], [0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea]);
        assert_eq!(bytes[28..], [0xf2, 0x00, 0x15, 0xad]);
    }
}
