use std::fmt;

use serde::{Serialize, Serializer};

use crate::footprint::Footprint;
use crate::invalid::{InvalidValue, InvalidValueKind};

/// By what people recognise a token in a list: its prefix and its last four characters.
///
/// The last four characters belong to the checksum and tell 24 of the body's 178 bits.
///
/// ```
/// use tower_pat::token::{OsEntropy, TokenFormat};
///
/// let token = TokenFormat::new("acme_pat")?.generate(&OsEntropy)?;
/// let hint = token.hint().to_string();
/// assert!(hint.starts_with("acme_pat_…"));
/// assert!(token.expose_secret().ends_with(&hint[hint.len() - 4..]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenHint(Box<str>);

impl TokenHint {
    const MAX_CHARS: usize = 32;

    pub(super) fn new(prefix: &str, last: &str) -> Self {
        Self(format!("{prefix}…{last}").into())
    }

    /// A hint read from storage.
    ///
    /// # Errors
    ///
    /// Unless the text has 1 to 32 characters and no control character.
    ///
    /// ```
    /// use tower_pat::token::TokenHint;
    ///
    /// let hint = TokenHint::parse("acme_pat_…x7Qz")?;
    /// assert_eq!(hint.as_str(), "acme_pat_…x7Qz");
    /// assert!(TokenHint::parse("").is_err());
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        let fits = (1..=Self::MAX_CHARS).contains(&text.chars().count());
        if !fits || text.chars().any(char::is_control) {
            return Err(InvalidValue::new(InvalidValueKind::TokenHint));
        }
        Ok(Self(text.into()))
    }

    /// The hint as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Footprint for TokenHint {
    fn footprint(&self) -> usize {
        self.0.footprint()
    }
}

impl Serialize for TokenHint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl fmt::Display for TokenHint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
