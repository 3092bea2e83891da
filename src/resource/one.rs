use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::kind::ResourceKind;
use super::segment::are_segments;
use crate::invalid::{InvalidValue, InvalidValueKind};

/// How long the text of a resource is at most, in bytes.
pub(crate) const MAX_LEN: usize = 1_024;

/// One thing that a scope may be used on: a kind and 1 to 16 segments, `repo:acme/site`, of at most 1,024 bytes.
///
/// Two are equal if they are equal to the letter. Cloning it is cheap.
///
/// ```
/// use tower_pat::resource::{Resource, ResourceKind};
///
/// let repo = ResourceKind::from_static("repo");
/// let site = Resource::new(&repo, ["acme", "site"])?;
/// assert_eq!(site, Resource::parse("repo:acme/site")?);
/// assert!(Resource::new(&repo, ["acme", ".."]).is_err());
/// assert!(Resource::new(&repo, ["acme/site"]).is_err());
/// # Ok::<(), tower_pat::invalid::InvalidValue>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Resource(Arc<str>);

impl Resource {
    /// The resource of a kind that these segments name.
    ///
    /// # Errors
    ///
    /// When one of them is no segment, or there are none, more than 16 or too long ones.
    pub fn new<T: AsRef<str>>(
        kind: &ResourceKind,
        segments: impl IntoIterator<Item = T>,
    ) -> Result<Self, InvalidValue> {
        let mut text = kind.to_string();
        for (position, segment) in segments.into_iter().enumerate() {
            let segment = segment.as_ref();
            if segment.contains('/') {
                return Err(InvalidValue::new(InvalidValueKind::Resource));
            }
            text.push(if position == 0 { ':' } else { '/' });
            text.push_str(segment);
        }
        Self::parse(&text)
    }

    /// Reads a resource.
    ///
    /// # Errors
    ///
    /// Unless the text is a kind, `:`, and 1 to 16 segments with `/` between them, of at most 1,024 bytes.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        if !Self::is_resource(text) {
            return Err(InvalidValue::new(InvalidValueKind::Resource));
        }
        Ok(Self(text.into()))
    }

    /// The resource as text.
    ///
    /// ```
    /// # use tower_pat::resource::Resource;
    /// assert_eq!(Resource::parse("repo:acme/site")?.as_str(), "repo:acme/site");
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What sort of thing it is.
    ///
    /// ```
    /// # use tower_pat::resource::Resource;
    /// assert_eq!(Resource::parse("repo:acme/site")?.kind(), "repo");
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    #[must_use]
    pub fn kind(&self) -> &str {
        self.parts().0
    }

    /// Its segments.
    ///
    /// ```
    /// # use tower_pat::resource::Resource;
    /// let site = Resource::parse("repo:acme/site")?;
    /// assert_eq!(site.segments().collect::<Vec<_>>(), ["acme", "site"]);
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    pub fn segments(&self) -> impl Iterator<Item = &str> {
        self.parts().1.split('/')
    }

    fn parts(&self) -> (&str, &str) {
        self.0.split_once(':').expect("a resource has a colon after its kind")
    }

    pub(super) fn is_resource(text: &str) -> bool {
        let parts = text.split_once(':').filter(|_| text.len() <= MAX_LEN);
        parts.is_some_and(|(kind, segments)| ResourceKind::is_kind(kind.as_bytes()) && are_segments(segments))
    }
}

impl fmt::Debug for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Resource {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl Serialize for Resource {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Resource {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::Resource;
    use crate::resource::ResourceKind;

    #[test]
    fn only_resources_are_read() {
        for text in ["repo:acme", "repo:acme/site", "r:a b", "r:名/Ä", "r:a:b/c:d", "r:{a}"] {
            assert_eq!(Resource::parse(text).unwrap().as_str(), text);
        }
        for text in
            ["", "repo", "repo:", ":acme", "repo:/", "repo:acme/", "repo:/acme", "repo:a//b", "repo:..", "repo:a/./b"]
        {
            assert!(Resource::parse(text).is_err(), "{text:?}");
        }
        for text in ["repo:*", "repo:acme/*", "repo:*/site", "Repo:acme", "repo:a\nb", "repo :a"] {
            assert!(Resource::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn length_is_bounded() {
        assert!(Resource::parse(&format!("r:{}", "a".repeat(1_022))).is_ok());
        assert!(Resource::parse(&format!("r:{}", "a".repeat(1_023))).is_err());
    }

    #[test]
    fn segments_cannot_smuggle_others() {
        let kind = ResourceKind::from_static("repo");
        for segments in [&["a/b"][..], &["a", "b/c"], &[], &[""], &["a", ""], &["."], &["*"], &["a"; 17]] {
            assert!(Resource::new(&kind, segments).is_err(), "{segments:?}");
        }
        let site = Resource::new(&kind, ["a:b", "c"]).unwrap();
        assert_eq!((site.kind(), site.segments().collect::<Vec<_>>()), ("repo", vec!["a:b", "c"]));
    }
}
