use std::fmt;

use serde::{Serialize, Serializer};

use crate::footprint::Footprint;
use crate::invalid::{InvalidValue, InvalidValueKind};

/// What a person calls a token: 1 to 100 characters, white space around them taken away.
///
/// ```
/// use tower_pat::record::TokenName;
///
/// assert_eq!(TokenName::parse("  nightly build ")?.as_str(), "nightly build");
/// assert!(TokenName::parse("   ").is_err());
/// assert!(TokenName::parse(&"long".repeat(100)).is_err());
/// # Ok::<(), tower_pat::invalid::InvalidValue>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TokenName(Box<str>);

impl TokenName {
    const MAX_CHARS: usize = 100;

    /// Reads a name.
    ///
    /// # Errors
    ///
    /// Unless it has 1 to 100 characters beside white space at its ends, and no control character.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        let name = text.trim();
        let fits = (1..=Self::MAX_CHARS).contains(&name.chars().count());
        if !fits || name.chars().any(char::is_control) {
            return Err(InvalidValue::new(InvalidValueKind::TokenName));
        }
        Ok(Self(name.into()))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name without regard to upper and lower case, in which lists are searched and sorted and names compared.
    ///
    /// ```
    /// # use tower_pat::record::TokenName;
    /// assert_eq!(TokenName::parse("Ärger")?.folded(), TokenName::parse("äRGER")?.folded());
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    #[must_use]
    pub fn folded(&self) -> String {
        folded(&self.0)
    }
}

/// A text in lower case, letter by letter, so that what a letter becomes does not hang on those beside it.
pub(crate) fn folded(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

impl Footprint for TokenName {
    fn footprint(&self) -> usize {
        self.0.footprint()
    }
}

impl fmt::Display for TokenName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for TokenName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}
