use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::footprint::Footprint;
use crate::invalid::{InvalidValue, InvalidValueKind};

/// A service that a token is meant for: 1 to 255 printable ASCII characters without space, such as a name or a URL.
///
/// It is what [RFC 7519, section 4.1.3] calls `aud`, and what [RFC 8707, section 2] calls a resource. Compared to the
/// letter: `https://api.example` and `https://api.example/` are two. Cloning it is cheap.
///
/// ```
/// use tower_pat::record::Audience;
///
/// assert_eq!(Audience::parse("https://api.example")?.as_str(), "https://api.example");
/// assert!(Audience::parse("").is_err());
/// assert!(Audience::parse("two words").is_err());
/// # Ok::<(), tower_pat::invalid::InvalidValue>(())
/// ```
///
/// [RFC 7519, section 4.1.3]: https://www.rfc-editor.org/rfc/rfc7519#section-4.1.3
/// [RFC 8707, section 2]: https://www.rfc-editor.org/rfc/rfc8707#section-2
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Audience(Arc<str>);

impl Audience {
    const MAX_LEN: usize = 255;

    /// Reads an audience.
    ///
    /// # Errors
    ///
    /// Unless the text is 1 to 255 printable ASCII characters without space.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        let fits = (1..=Self::MAX_LEN).contains(&text.len());
        if !fits || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(InvalidValue::new(InvalidValueKind::Audience));
        }
        Ok(Self(text.into()))
    }

    /// The audience as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Footprint for Audience {
    fn footprint(&self) -> usize {
        self.0.footprint()
    }
}

impl fmt::Debug for Audience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

impl fmt::Display for Audience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for Audience {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl FromStr for Audience {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl Serialize for Audience {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Audience {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(de::Error::custom)
    }
}
