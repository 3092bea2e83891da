use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::footprint::Footprint;
use crate::invalid::{InvalidValue, InvalidValueKind};

/// One permission: 1 to 128 printable ASCII characters without space, `"` and `\` ([RFC 6749, section 3.3]).
///
/// ```
/// use tower_pat::scope::Scope;
///
/// let scope = Scope::parse("invoices:read")?;
/// assert_eq!(scope.as_str(), "invoices:read");
/// assert!(Scope::parse("").is_err());
/// assert!(Scope::parse("two words").is_err());
/// # Ok::<(), tower_pat::invalid::InvalidValue>(())
/// ```
///
/// [RFC 6749, section 3.3]: https://www.rfc-editor.org/rfc/rfc6749#section-3.3
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scope(Arc<str>);

impl Scope {
    const MAX_LEN: usize = 128;

    /// Reads a scope.
    ///
    /// # Errors
    ///
    /// Unless the text is a scope-token of 1 to 128 characters.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        if !Self::is_scope(text) {
            return Err(InvalidValue::new(InvalidValueKind::Scope));
        }
        Ok(Self(text.into()))
    }

    /// A scope written in the source.
    ///
    /// # Panics
    ///
    /// When the text is not a scope. `#[require_scope]` finds that out at compile time.
    ///
    /// ```
    /// use tower_pat::scope::Scope;
    ///
    /// assert_eq!(Scope::from_static("invoices:read").to_string(), "invoices:read");
    /// ```
    #[must_use]
    pub fn from_static(text: &'static str) -> Self {
        Self::parse(text).expect("the source names a valid scope")
    }

    /// Whether a text is a scope; for constants too.
    pub(crate) const fn is_scope(text: &str) -> bool {
        let text = text.as_bytes();
        let mut at = 0;
        while at < text.len() {
            if !matches!(text[at], 0x21 | 0x23..=0x5b | 0x5d..=0x7e) {
                return false;
            }
            at += 1;
        }
        !text.is_empty() && text.len() <= Self::MAX_LEN
    }

    /// The scope as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Footprint for Scope {
    fn footprint(&self) -> usize {
        self.0.footprint()
    }
}

impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for Scope {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for Scope {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl FromStr for Scope {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl Serialize for Scope {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Scope {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(de::Error::custom)
    }
}
