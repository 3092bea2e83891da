use std::fmt;

use serde::{Serialize, Serializer};

use crate::invalid::{InvalidValue, InvalidValueKind};

/// What a person wrote about a token: 1 to 500 characters, white space around them taken away. It may have several lines.
///
/// ```
/// use tower_pat::record::Description;
///
/// assert_eq!(Description::parse(" for the nightly build\n")?.as_str(), "for the nightly build");
/// assert!(Description::parse(&"long ".repeat(200)).is_err());
/// # Ok::<(), tower_pat::invalid::InvalidValue>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Description(Box<str>);

impl Description {
    const MAX_CHARS: usize = 500;

    /// Reads a description.
    ///
    /// # Errors
    ///
    /// Unless it has 1 to 500 characters beside white space at its ends, and no control character but tab and the ends of
    /// lines.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        let text = text.trim();
        let is_control = |char: char| char.is_control() && !matches!(char, '\n' | '\r' | '\t');
        if !(1..=Self::MAX_CHARS).contains(&text.chars().count()) || text.chars().any(is_control) {
            return Err(InvalidValue::new(InvalidValueKind::Description));
        }
        Ok(Self(text.into()))
    }

    /// The description as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Description {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Description {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}
