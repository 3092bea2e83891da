use std::sync::Arc;

use zeroize::Zeroizing;

use super::base62;
use super::digest::TokenDigest;
use super::entropy::{Entropy, EntropyError};
use super::layout::{BODY_LEN, CHECKSUM_LEN, MAX_PREFIX_LEN, TAIL_LEN};
use super::secret::PatToken;
use crate::class::ALPHANUMERIC;
use crate::invalid::{InvalidValue, InvalidValueKind};

/// What the tokens of a service look like.
///
/// One prefix is given to new tokens; others may be accepted beside it, such as that of an older name of the service.
///
/// ```
/// use tower_pat::token::{OsEntropy, TokenFormat};
///
/// let old = TokenFormat::new("initech")?.generate(&OsEntropy)?;
/// let format = TokenFormat::new("acme_pat")?.with_accepted_prefix("initech")?;
///
/// assert!(format.digest(old.expose_secret()).is_some());
/// assert!(format.generate(&OsEntropy)?.expose_secret().starts_with("acme_pat_"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct TokenFormat {
    /// Each with its `_`; the first is that of new tokens.
    prefixes: Arc<[Box<str>]>,
}

impl TokenFormat {
    /// A format whose tokens begin with `prefix` and `_`.
    ///
    /// # Errors
    ///
    /// Unless the prefix is 1 to 18 characters of `a-z`, `0-9` and, between them, `_`.
    ///
    /// ```
    /// use tower_pat::token::TokenFormat;
    ///
    /// assert!(TokenFormat::new("acme_pat").is_ok());
    /// // The `_` behind it is not part of it.
    /// assert!(TokenFormat::new("acme_pat_").is_err());
    /// assert!(TokenFormat::new("Acme").is_err());
    /// ```
    pub fn new(prefix: &str) -> Result<Self, InvalidValue> {
        let prefixes = Arc::new([checked_prefix(prefix)?]);
        Ok(Self { prefixes })
    }

    /// Accepts tokens of another prefix too. New tokens keep the first one.
    ///
    /// # Errors
    ///
    /// As [`TokenFormat::new`].
    ///
    /// ```
    /// use tower_pat::token::TokenFormat;
    ///
    /// let format = TokenFormat::new("acme_pat")?.with_accepted_prefix("acme_ci")?;
    /// assert_eq!(format.scanner_regex(), r"(?:acme_pat|acme_ci)_[0-9A-Za-z]{36}\b");
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    pub fn with_accepted_prefix(self, prefix: &str) -> Result<Self, InvalidValue> {
        Ok(self.with_prefixes(&[checked_prefix(prefix)?]))
    }

    /// Accepts the tokens of another format too.
    pub(super) fn with_prefixes_of(self, other: &Self) -> Self {
        self.with_prefixes(&other.prefixes)
    }

    fn with_prefixes(self, others: &[Box<str>]) -> Self {
        let added = others.iter().filter(|other| !self.prefixes.contains(other));
        let prefixes = self.prefixes.iter().chain(added).cloned().collect();
        Self { prefixes }
    }

    /// Makes a new token.
    ///
    /// # Errors
    ///
    /// When the generator cannot answer.
    pub fn generate(&self, entropy: &dyn Entropy) -> Result<PatToken, EntropyError> {
        let prefix = &self.prefixes[0];
        // The exact capacity: a string that grows would leave copies of the secret behind.
        let mut text = Zeroizing::new(String::with_capacity(prefix.len() + TAIL_LEN));
        text.push_str(prefix);
        push_body(&mut text, entropy)?;
        let checksum = checksum(text.as_bytes());
        text.extend(checksum.map(char::from));
        Ok(PatToken::new(text))
    }

    /// Reads a token, such as one that a person pasted.
    ///
    /// # Errors
    ///
    /// When the text has not the shape, a prefix or the checksum of this service's tokens.
    ///
    /// ```
    /// use tower_pat::token::{OsEntropy, TokenFormat};
    ///
    /// let format = TokenFormat::new("acme_pat")?;
    /// let token = format.generate(&OsEntropy)?;
    /// assert_eq!(format.parse(token.expose_secret())?.digest(), token.digest());
    /// assert!(format.parse("acme_pat_").is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn parse(&self, text: &str) -> Result<PatToken, InvalidValue> {
        if !self.describes(text.as_bytes()) {
            return Err(InvalidValue::new(InvalidValueKind::Token));
        }
        Ok(PatToken::new(Zeroizing::new(text.to_owned())))
    }

    /// The digest of a presented token, or none when it has not the shape, a prefix or the checksum of this service's
    /// tokens. Nothing is hashed and nothing allocated for such a text, however long it is.
    #[must_use]
    pub fn digest(&self, presented: impl AsRef<[u8]>) -> Option<TokenDigest> {
        let presented = presented.as_ref();
        self.describes(presented).then(|| TokenDigest::of(presented))
    }

    /// The regular expression to give a secret scanner. What it finds may still fail the checksum. It asks for no boundary
    /// before the prefix, since a leaked token often stands behind an escape such as `\n`.
    ///
    /// ```
    /// use tower_pat::token::TokenFormat;
    ///
    /// let format = TokenFormat::new("acme_pat")?;
    /// assert_eq!(format.scanner_regex(), r"(?:acme_pat)_[0-9A-Za-z]{36}\b");
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    #[must_use]
    pub fn scanner_regex(&self) -> String {
        let prefixes: Vec<_> = self.prefixes.iter().map(|prefix| prefix.trim_end_matches('_')).collect();
        format!(r"(?:{})_[0-9A-Za-z]{{{TAIL_LEN}}}\b", prefixes.join("|"))
    }

    fn describes(&self, presented: &[u8]) -> bool {
        self.decide(presented).unwrap_or(false)
    }

    /// Whether a text is a token of this service; none if it has not a prefix and, after it, the length of a token.
    #[inline]
    pub(super) fn decide(&self, presented: &[u8]) -> Option<bool> {
        let (prefix, tail) = presented.split_at(presented.len().checked_sub(TAIL_LEN)?);
        if !self.prefixes.iter().any(|accepted| accepted.as_bytes() == prefix) {
            return None;
        }
        let (checked, given) = presented.split_at(presented.len() - CHECKSUM_LEN);
        Some(ALPHANUMERIC.has_all(tail) && base62::decode(given) == Some(crc32fast::hash(checked)))
    }
}

fn checked_prefix(prefix: &str) -> Result<Box<str>, InvalidValue> {
    let characters = prefix.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'));
    let inner = !prefix.starts_with('_') && !prefix.ends_with('_');
    if !(1..=MAX_PREFIX_LEN).contains(&prefix.len()) || !characters || !inner {
        return Err(InvalidValue::new(InvalidValueKind::TokenPrefix));
    }
    Ok(format!("{prefix}_").into())
}

fn push_body(text: &mut String, entropy: &dyn Entropy) -> Result<(), EntropyError> {
    let full = text.len() + BODY_LEN;
    // About one byte in 32 is thrown away, so one round is nearly always enough.
    let mut random = Zeroizing::new([0; BODY_LEN + 10]);
    while text.len() < full {
        entropy.fill(&mut random[..])?;
        let wanted = full - text.len();
        text.extend(random.iter().copied().filter_map(base62::unbiased).take(wanted).map(char::from));
    }
    Ok(())
}

fn checksum(checked: &[u8]) -> [u8; CHECKSUM_LEN] {
    base62::encode(crc32fast::hash(checked))
}
