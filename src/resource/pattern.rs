use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::kind::ResourceKind;
use super::one::Resource;
use crate::footprint::Footprint;
use crate::invalid::{InvalidValue, InvalidValueKind};

/// What a token may be limited to: one resource (`repo:acme/site`), everything under one (`repo:acme/*`), or all of a
/// kind (`repo:*`).
///
/// ```
/// use tower_pat::resource::{Resource, ResourceKind, ResourcePattern};
///
/// let acme = Resource::parse("repo:acme")?;
/// assert_eq!(ResourcePattern::under(&acme), ResourcePattern::parse("repo:acme/*")?);
/// assert_eq!(ResourcePattern::all_of(&ResourceKind::from_static("repo")).to_string(), "repo:*");
/// assert_eq!(ResourcePattern::from(acme).to_string(), "repo:acme");
/// assert!(ResourcePattern::parse("repo:*/site").is_err());
/// assert!(ResourcePattern::parse("repo:ac*").is_ok_and(|literal| literal.to_string() == "repo:ac*"));
/// # Ok::<(), tower_pat::invalid::InvalidValue>(())
/// ```
///
/// The `*` has its meaning only as the whole of the last segment; within one it is a letter like any other.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourcePattern(Arc<str>);

impl ResourcePattern {
    /// Everything under a resource, at any depth, but not the resource itself.
    #[must_use]
    pub fn under(resource: &Resource) -> Self {
        Self(format!("{resource}/*").into())
    }

    /// All resources of a kind.
    #[must_use]
    pub fn all_of(kind: &ResourceKind) -> Self {
        Self(format!("{kind}:*").into())
    }

    /// Reads a pattern.
    ///
    /// # Errors
    ///
    /// Unless the text is a resource, perhaps followed by `/*`, or a kind followed by `:*`.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        let kind = text.strip_suffix(":*").is_some_and(|kind| ResourceKind::is_kind(kind.as_bytes()));
        if !kind && !Resource::is_resource(text.strip_suffix("/*").unwrap_or(text)) {
            return Err(InvalidValue::new(InvalidValueKind::ResourcePattern));
        }
        Ok(Self(text.into()))
    }

    /// The pattern as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this resource is one of those that are meant.
    ///
    /// ```
    /// use tower_pat::resource::{Resource, ResourcePattern};
    ///
    /// let pattern = ResourcePattern::parse("repo:acme/*")?;
    /// assert!(pattern.covers(&Resource::parse("repo:acme/site/main")?));
    /// assert!(!pattern.covers(&Resource::parse("repo:acme")?));
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    #[must_use]
    pub fn covers(&self, resource: &Resource) -> bool {
        match self.prefix() {
            Some(prefix) => resource.as_str().starts_with(prefix),
            None => self.0[..] == *resource.as_str(),
        }
    }

    /// What sort of things it means.
    ///
    /// ```
    /// # use tower_pat::resource::ResourcePattern;
    /// assert_eq!(ResourcePattern::parse("repo:*")?.kind(), "repo");
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    #[must_use]
    pub fn kind(&self) -> &str {
        self.0.split(':').next().unwrap_or_default()
    }

    /// How every resource begins that is meant, up to and with the `/`, or the `:` after the kind, before the star; none if
    /// one resource is meant.
    ///
    /// Whatever begins so is meant: a segment is never taken for the beginning of another. A `:` within a segment is a
    /// letter.
    ///
    /// ```
    /// # use tower_pat::resource::ResourcePattern;
    /// assert_eq!(ResourcePattern::parse("repo:acme/*")?.prefix(), Some("repo:acme/"));
    /// assert_eq!(ResourcePattern::parse("repo:acme")?.prefix(), None);
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    #[must_use]
    pub fn prefix(&self) -> Option<&str> {
        let prefix = self.0.strip_suffix('*')?;
        let whole_kind = prefix.find(':') == Some(prefix.len() - 1);
        (whole_kind || prefix.ends_with('/')).then_some(prefix)
    }
}

impl Footprint for ResourcePattern {
    fn footprint(&self) -> usize {
        self.0.footprint()
    }
}

impl From<Resource> for ResourcePattern {
    fn from(resource: Resource) -> Self {
        Self(resource.as_str().into())
    }
}

impl fmt::Debug for ResourcePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

impl fmt::Display for ResourcePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for ResourcePattern {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl Serialize for ResourcePattern {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for ResourcePattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::ResourcePattern;
    use crate::resource::Resource;

    fn covers(pattern: &str, resource: &str) -> bool {
        ResourcePattern::parse(pattern).unwrap().covers(&Resource::parse(resource).unwrap())
    }

    #[test]
    fn patterns_cover_by_whole_segments() {
        for (pattern, resource, expected) in [
            ("repo:acme/site", "repo:acme/site", true),
            ("repo:acme/site", "repo:acme/sit", false),
            ("repo:acme/site", "repo:acme/site2", false),
            ("repo:acme/site", "repo:acme/site/main", false),
            ("repo:acme/site", "repo:acme/Site", false),
            ("repo:acme/site", "team:acme/site", false),
            ("repo:acme/*", "repo:acme/site", true),
            ("repo:acme/*", "repo:acme/site/main", true),
            ("repo:acme/*", "repo:acme/*x", true),
            ("repo:acme/*", "repo:acme", false),
            ("repo:acme/*", "repo:acme-evil/x", false),
            ("repo:acme/*", "repo:acm/e", false),
            ("repo:acme/*", "repo:acme%2Fx", false),
            ("repo:acme/*", "repo:acme:x/y", false),
            ("repo:acme/*", "repo:ACME/x", false),
            ("repo:acme/*", "xrepo:acme/x", false),
            ("repo:*", "repo:acme", true),
            ("repo:*", "repo:acme/site", true),
            ("repo:*", "repository:acme", false),
            ("repo:*", "rep:o", false),
            ("r:a:*", "r:a:b", false),
            ("r:a:*", "r:a:*", true),
            ("r:ac*", "r:acme", false),
            ("r:ac*", "r:ac*", true),
            ("r:\u{e9}", "r:e\u{301}", false),
            ("r:\u{e9}", "r:\u{e9}", true),
        ] {
            assert_eq!(covers(pattern, resource), expected, "{pattern} of {resource}");
        }
    }

    #[test]
    fn only_patterns_are_read() {
        for text in ["repo:*", "repo:acme/*", "repo:acme/site/*", "repo:acme", "r:a:*", "r:**"] {
            assert_eq!(ResourcePattern::parse(text).unwrap().as_str(), text);
        }
        for text in [
            "",
            "*",
            "*:acme",
            "repo:",
            "repo:*/*",
            "repo:*/site",
            "repo:acme/*/x",
            "repo:/*",
            "Repo:*",
            ":*",
            "repo:a/../*",
        ] {
            assert!(ResourcePattern::parse(text).is_err(), "{text:?}");
        }
    }
}
