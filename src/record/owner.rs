use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};

use crate::footprint::Footprint;
use crate::invalid::{InvalidValue, InvalidValueKind};

/// The user a token belongs to, as the host names users: 1 to 255 bytes without control characters.
///
/// Compared to the letter. Take the key of the user's row rather than a name that can pass to somebody else.
///
/// ```
/// use tower_pat::record::OwnerId;
///
/// assert_eq!(OwnerId::parse("user-42")?.as_str(), "user-42");
/// assert!(OwnerId::parse("").is_err());
/// # Ok::<(), tower_pat::invalid::InvalidValue>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct OwnerId(Arc<str>);

impl OwnerId {
    pub(crate) const MAX_LEN: usize = 255;

    /// Reads an owner.
    ///
    /// # Errors
    ///
    /// Unless it has 1 to 255 bytes and no control character.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        if !(1..=Self::MAX_LEN).contains(&text.len()) || text.chars().any(char::is_control) {
            return Err(InvalidValue::new(InvalidValueKind::Owner));
        }
        Ok(Self(text.into()))
    }

    /// The owner as the host wrote it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Footprint for OwnerId {
    fn footprint(&self) -> usize {
        self.0.footprint()
    }
}

impl fmt::Display for OwnerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for OwnerId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}
