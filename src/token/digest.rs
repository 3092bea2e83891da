use std::fmt;

use sha2::block_api::compress256;
use sha2::{Digest, Sha256};

use crate::invalid::{InvalidValue, InvalidValueKind};

/// The SHA-256 of a whole token: what is stored and looked up in its place.
///
/// A token carries 178 random bits, so a plain hash of it cannot be reversed by guessing; no salt and no slow hash are
/// needed. Still, `Debug` shows nothing of it. For a token of another issuer see [the module](super#tokens-of-others).
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
    #[inline]
    pub fn of(token: impl AsRef<[u8]>) -> Self {
        let token = token.as_ref();
        Self(of_one_block(token).unwrap_or_else(|| Sha256::digest(token).into()))
    }

    /// A digest read from storage.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// A digest that another system kept as hexadecimal text.
    ///
    /// # Errors
    ///
    /// Unless the text is 64 hexadecimal digits, in upper or lower case, and nothing else.
    ///
    /// ```
    /// use tower_pat::token::TokenDigest;
    ///
    /// let imported = TokenDigest::from_hex("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")?;
    /// assert_eq!(imported, TokenDigest::of("abc"));
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    pub fn from_hex(hex: &str) -> Result<Self, InvalidValue> {
        let refused = InvalidValue::new(InvalidValueKind::TokenDigest);
        let (pairs, []) = hex.as_bytes().as_chunks() else {
            return Err(refused);
        };
        let pairs: &[[u8; 2]; 32] = pairs.try_into().map_err(|_| refused)?;
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(pairs) {
            *byte = byte_of_hex(*pair).ok_or(refused)?;
        }
        Ok(Self(bytes))
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

/// The state before the first block (FIPS 180-4, section 5.3.3).
const INITIAL: [u32; 8] =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

/// The digest of a text that fits into one block with its padding, as the tokens of a service do: without the buffer that
/// texts of any length need (FIPS 180-4, section 5.1.1).
#[inline]
fn of_one_block(text: &[u8]) -> Option<[u8; 32]> {
    const LENGTH_AT: usize = 56;
    let mut block = [0; 64];
    let (content, length) = block.split_at_mut(LENGTH_AT);
    let (head, padding) = content.split_at_mut_checked(text.len())?;
    head.copy_from_slice(text);
    *padding.first_mut()? = 0x80;
    length.copy_from_slice(&(text.len() as u64 * 8).to_be_bytes());
    let mut state = INITIAL;
    compress256(&mut state, &[block]);
    let mut digest = [0; 32];
    for (bytes, word) in digest.as_chunks_mut().0.iter_mut().zip(state) {
        *bytes = word.to_be_bytes();
    }
    Some(digest)
}

fn byte_of_hex(digits: [u8; 2]) -> Option<u8> {
    let [high, low] = digits.map(|digit| char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok()));
    Some(high? << 4 | low?)
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
    ///
    /// ```
    /// use tower_pat::revocations::Revocations;
    /// use tower_pat::token::{DigestMark, TokenDigest};
    ///
    /// let digest = TokenDigest::of("acme_pat_…");
    /// // The process that changes a record writes 32 bits, with which nobody finds the token.
    /// let written = digest.mark().bits();
    /// // Another one reads them.
    /// let revocations = Revocations::new();
    /// let before = revocations.epoch(&digest);
    /// revocations.raise(DigestMark::from_bits(written));
    /// assert_ne!(revocations.epoch(&digest), before);
    /// ```
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
    use sha2::{Digest, Sha256};

    use super::TokenDigest;
    use crate::invalid::InvalidValueKind;

    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    #[test]
    fn hexadecimal_digest_is_read_in_either_case() {
        assert_eq!(TokenDigest::from_hex(ABC), Ok(TokenDigest::of("abc")));
        assert_eq!(TokenDigest::from_hex(&ABC.to_uppercase()), Ok(TokenDigest::of("abc")));
    }

    #[test]
    fn text_that_is_not_64_hexadecimal_digits_is_no_digest() {
        let spoilt = |with: &str| ABC.replacen("ba78", with, 1);
        let lengths = [String::new(), ABC[1..].to_owned(), ABC[2..].to_owned(), format!("{ABC}0"), format!("{ABC}00")];
        let others = ["+a78", "ba7g", " a78", "0xba", "b\0a7", "é78", "\u{ff11}a"].map(spoilt);
        for text in lengths.into_iter().chain(others).chain([format!("0x{ABC}"), format!("{ABC}\n")]) {
            let error = TokenDigest::from_hex(&text).expect_err(&text);
            assert_eq!(error.kind(), InvalidValueKind::TokenDigest);
            assert_eq!(error.to_string(), "a token digest is 64 hexadecimal digits");
        }
    }

    #[test]
    fn digest_is_the_same_however_many_blocks_a_text_has() {
        let text: Vec<_> = (0..200_u8).collect();
        for length in 0..=text.len() {
            let expected: [u8; 32] = Sha256::digest(&text[..length]).into();
            assert_eq!(TokenDigest::of(&text[..length]).as_bytes(), &expected, "{length}");
        }
    }

    #[test]
    fn digest_is_sha_256_of_the_whole_text() {
        // FIPS 180-2, appendix B.1.
        let bytes = *TokenDigest::of("abc").as_bytes();
        assert_eq!(bytes[..8], [0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea]);
        assert_eq!(bytes[28..], [0xf2, 0x00, 0x15, 0xad]);
    }
}
