use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::invalid::{InvalidValue, InvalidValueKind};

/// What sort of thing a resource is: 1 to 64 lowercase ASCII letters, digits, `_` and `-`, beginning with a letter.
///
/// ```
/// use tower_pat::resource::ResourceKind;
///
/// assert_eq!(ResourceKind::parse("repo")?.as_str(), "repo");
/// assert!(ResourceKind::parse("Repo").is_err());
/// # Ok::<(), tower_pat::invalid::InvalidValue>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourceKind(Arc<str>);

impl ResourceKind {
    const MAX_LEN: usize = 64;

    /// Reads a kind.
    ///
    /// # Errors
    ///
    /// Unless the text is a kind.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        if !Self::is_kind(text.as_bytes()) {
            return Err(InvalidValue::new(InvalidValueKind::ResourceKind));
        }
        Ok(Self(text.into()))
    }

    /// A kind written in the source.
    ///
    /// # Panics
    ///
    /// When the text is not a kind.
    ///
    /// ```
    /// use tower_pat::resource::ResourceKind;
    ///
    /// assert_eq!(ResourceKind::from_static("repo").to_string(), "repo");
    /// ```
    #[must_use]
    pub fn from_static(text: &'static str) -> Self {
        Self::parse(text).expect("the source names a valid kind of resources")
    }

    /// The kind as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) const fn is_kind(bytes: &[u8]) -> bool {
        if bytes.is_empty() || bytes.len() > Self::MAX_LEN || !bytes[0].is_ascii_lowercase() {
            return false;
        }
        let mut at = 0;
        while at < bytes.len() {
            if !matches!(bytes[at], b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-') {
                return false;
            }
            at += 1;
        }
        true
    }
}

impl fmt::Debug for ResourceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

impl fmt::Display for ResourceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for ResourceKind {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::ResourceKind;

    #[test]
    fn only_kinds_are_read() {
        for text in ["r", "repo", "pull_request", "pull-request", "v2", &"a".repeat(64)] {
            assert!(ResourceKind::parse(text).is_ok(), "{text:?}");
        }
        for text in ["", "Repo", "2v", "_a", "-a", "a:b", "a b", "a/b", "é", "a*", &"a".repeat(65)] {
            assert!(ResourceKind::parse(text).is_err(), "{text:?}");
        }
    }
}
