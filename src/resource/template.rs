use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use super::kind::ResourceKind;
use super::one::Resource;
use super::segment::MAX_SEGMENTS;
use crate::invalid::{InvalidValue, InvalidValueKind};

/// The resource that a route works on, with the parameters of its path: `repo:{owner}/{name}`, of at most 128 bytes.
///
/// ```
/// use tower_pat::resource::ResourceTemplate;
///
/// let template = ResourceTemplate::parse("repo:{owner}/{name}")?;
/// assert_eq!(template.parameters().collect::<Vec<_>>(), ["owner", "name"]);
/// assert!(ResourceTemplate::parse("repo:{owner}-x").is_err());
/// # Ok::<(), tower_pat::invalid::InvalidValue>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ResourceTemplate(Arc<str>);

impl ResourceTemplate {
    /// Reads a template.
    ///
    /// # Errors
    ///
    /// Unless the text is a template by the [grammar](crate::resource#grammar).
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        if !is_template(text.as_bytes()) {
            return Err(InvalidValue::new(InvalidValueKind::ResourceTemplate));
        }
        Ok(Self(text.into()))
    }

    /// A template written in the source.
    ///
    /// # Panics
    ///
    /// When the text is not a template. `#[require_scope]` finds that out at compile time.
    ///
    /// ```
    /// use tower_pat::resource::ResourceTemplate;
    ///
    /// assert_eq!(ResourceTemplate::from_static("team:ops").to_string(), "team:ops");
    /// ```
    #[must_use]
    pub fn from_static(text: &'static str) -> Self {
        Self::parse(text).expect("the source names a valid template of a resource")
    }

    /// The template as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The names of its parameters, in order.
    pub fn parameters(&self) -> impl Iterator<Item = &str> {
        self.as_template().parameters()
    }

    /// Whether a resource is one that the template may stand for.
    ///
    /// ```
    /// use tower_pat::resource::{Resource, ResourceTemplate};
    ///
    /// let template = ResourceTemplate::parse("repo:{owner}/site")?;
    /// assert!(template.matches(&Resource::parse("repo:acme/site")?));
    /// assert!(!template.matches(&Resource::parse("repo:acme/blog")?));
    /// assert!(!template.matches(&Resource::parse("repo:acme/blog/site")?));
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    #[must_use]
    pub fn matches(&self, resource: &Resource) -> bool {
        self.as_template().matches(resource)
    }

    pub(crate) fn as_template(&self) -> Template<'_> {
        Template(&self.0)
    }
}

impl fmt::Debug for ResourceTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

impl fmt::Display for ResourceTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for ResourceTemplate {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

/// The text of a template, wherever it stands: in a [`ResourceTemplate`], or in a type.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Template<'a>(pub(crate) &'a str);

/// What a template is made of: up to its `:` the kind, then segments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part<'a> {
    Literal(&'a str),
    Parameter(&'a str),
}

impl<'a> Template<'a> {
    pub(crate) fn kind(self) -> &'a str {
        self.halves().0
    }

    pub(crate) fn segments(self) -> impl Iterator<Item = Part<'a>> {
        self.halves().1.split('/').map(|segment| {
            let parameter = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
            parameter.map_or(Part::Literal(segment), Part::Parameter)
        })
    }

    pub(crate) fn parameters(self) -> impl Iterator<Item = &'a str> {
        self.segments().filter_map(|part| match part {
            Part::Literal(_) => None,
            Part::Parameter(name) => Some(name),
        })
    }

    pub(crate) const fn has_parameters(self) -> bool {
        end_of_run(self.0.as_bytes(), 0, b'{') < self.0.len()
    }

    pub(crate) fn matches(self, resource: &Resource) -> bool {
        let mut segments = resource.segments();
        let fits = |part| match (part, segments.next()) {
            (Part::Literal(literal), Some(segment)) => literal == segment,
            (Part::Parameter(_), segment) => segment.is_some(),
            (Part::Literal(_), None) => false,
        };
        self.kind() == resource.kind() && self.segments().all(fits) && segments.next().is_none()
    }

    fn halves(self) -> (&'a str, &'a str) {
        self.0.split_once(':').expect("a template has a colon after its kind")
    }
}

const MAX_LEN: usize = 128;

/// A constant function, because a template in a type is checked where it is compiled.
pub(crate) const fn is_template(text: &[u8]) -> bool {
    let colon = end_of_run(text, 0, b':');
    if text.len() > MAX_LEN || colon == text.len() || !ResourceKind::is_kind(text.split_at(colon).0) {
        return false;
    }
    let (mut start, mut count) = (colon + 1, 0);
    while start <= text.len() {
        let end = end_of_run(text, start, b'/');
        if count == MAX_SEGMENTS || !is_part(text, start, end) || is_repeated(text, start, end) {
            return false;
        }
        (start, count) = (end + 1, count + 1);
    }
    true
}

/// Where the byte stands next, or the end of the text.
const fn end_of_run(text: &[u8], start: usize, byte: u8) -> usize {
    let mut at = start;
    while at < text.len() && text[at] != byte {
        at += 1;
    }
    at
}

const fn is_part(text: &[u8], start: usize, end: usize) -> bool {
    if start < end && text[start] == b'{' {
        return end - start > 2 && text[end - 1] == b'}' && is_name(text, start + 1, end - 1);
    }
    let dots = (end - start == 1 && text[start] == b'.')
        || (end - start == 2 && text[start] == b'.' && text[start + 1] == b'.');
    start < end && !dots && is_literal(text, start, end)
}

const fn is_literal(text: &[u8], start: usize, end: usize) -> bool {
    let mut at = start;
    while at < end {
        if !matches!(text[at], 0x21..=0x7e) || matches!(text[at], b'"' | b'\\' | b'{' | b'}' | b'*') {
            return false;
        }
        at += 1;
    }
    true
}

/// A name as parameters of a route have it: ASCII letters, digits and `_`, not beginning with a digit.
const fn is_name(text: &[u8], start: usize, end: usize) -> bool {
    let mut at = start;
    while at < end {
        if !text[at].is_ascii_alphanumeric() && text[at] != b'_' {
            return false;
        }
        at += 1;
    }
    !text[start].is_ascii_digit()
}

/// Whether a parameter stands a second time further on.
const fn is_repeated(text: &[u8], start: usize, end: usize) -> bool {
    if text[start] != b'{' {
        return false;
    }
    let mut other = end;
    while other + (end - start) < text.len() {
        let mut same = 0;
        while same < end - start && text[start + same] == text[other + 1 + same] {
            same += 1;
        }
        if same == end - start {
            return true;
        }
        other += 1;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::{Part, ResourceTemplate};
    use crate::resource::Resource;

    #[test]
    fn only_templates_are_read() {
        let (most, too_many) = (format!("r:{}", ["a"; 16].join("/")), format!("r:{}", ["a"; 17].join("/")));
        for text in ["repo:{owner}/{name}", "repo:acme", "r:{a}/b/{c}", "r:{_}", "r:{a1}", "r:a:b", "r:...", &most] {
            assert_eq!(ResourceTemplate::parse(text).unwrap().as_str(), text);
        }
        for text in
            ["", "repo", "repo:", ":{a}", "repo:/", "r:a/", "r:/a", "r:a//b", "r:.", "r:..", "r:a/../b", "r:*", "r:a/*"]
        {
            assert!(ResourceTemplate::parse(text).is_err(), "{text:?}");
        }
        for text in [
            "r:{}", "r:{", "r:}", "r:{a", "r:a}", "r:{a}b", "r:b{a}", "r:{a}{b}", "r:{*a}", "r:{1}", "r:{a-b}",
            "r:{a b}",
        ] {
            assert!(ResourceTemplate::parse(text).is_err(), "{text:?}");
        }
        for text in [
            "r:{a}/{a}",
            "r:{a}/b/{a}",
            "r:a b",
            "r:é",
            "r:a\"",
            "r:a\\b",
            "R:a",
            &too_many,
            &format!("r:{}", "a".repeat(127)),
        ] {
            assert!(ResourceTemplate::parse(text).is_err(), "{text:?}");
        }
        assert!(ResourceTemplate::parse("r:{a}/{ab}/{b}").is_ok());
        assert!(ResourceTemplate::parse(&format!("r:{}", "a".repeat(126))).is_ok());
    }

    #[test]
    fn parts_are_told_apart() {
        let template = ResourceTemplate::from_static("repo:{owner}/site");
        assert_eq!(template.as_template().kind(), "repo");
        let parts: Vec<_> = template.as_template().segments().collect();
        assert_eq!(parts, [Part::Parameter("owner"), Part::Literal("site")]);
    }

    #[test]
    fn resources_of_another_shape_do_not_match() {
        let template = ResourceTemplate::from_static("repo:{owner}/{name}");
        for (resource, expected) in [
            ("repo:a/b", true),
            ("repo:a", false),
            ("repo:a/b/c", false),
            ("team:a/b", false),
            ("repo:{owner}/b", true),
        ] {
            assert_eq!(template.matches(&Resource::parse(resource).unwrap()), expected, "{resource}");
        }
    }
}
