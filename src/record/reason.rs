use std::fmt;

use serde::{Serialize, Serializer};

use crate::invalid::{InvalidValue, InvalidValueKind};

/// Why somebody revoked a token: 1 to 200 characters on one line, white space around them taken away.
///
/// ```
/// use tower_pat::record::Reason;
///
/// assert_eq!(Reason::parse("laptop stolen ")?.as_str(), "laptop stolen");
/// assert!(Reason::parse("").is_err());
/// # Ok::<(), tower_pat::invalid::InvalidValue>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Reason(Box<str>);

impl Reason {
    const MAX_CHARS: usize = 200;

    /// Reads a reason.
    ///
    /// # Errors
    ///
    /// Unless it has 1 to 200 characters beside white space at its ends, and no control character.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        let text = text.trim();
        if !(1..=Self::MAX_CHARS).contains(&text.chars().count()) || text.chars().any(char::is_control) {
            return Err(InvalidValue::new(InvalidValueKind::Reason));
        }
        Ok(Self(text.into()))
    }

    /// The reason as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Reason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}
