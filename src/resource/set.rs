use std::fmt;
use std::slice;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::one::Resource;
use super::pattern::ResourcePattern;
use crate::footprint::Footprint;
use crate::invalid::{InvalidValue, InvalidValueKind};
use crate::sorted::Sorted;

/// The resources that a token is limited to. Empty by default, and an empty set covers nothing.
///
/// As text it is one pattern a line, for a segment may hold a space. In serde it is a list of strings. Patterns within
/// others are kept as they are written.
///
/// ```
/// use tower_pat::resource::{Resource, ResourceSet};
///
/// let limits: ResourceSet = "team:ops\nrepo:acme/*".parse()?;
/// assert_eq!(limits.to_string(), "repo:acme/*\nteam:ops");
/// assert!(limits.covers(&Resource::parse("repo:acme/site")?));
/// assert!(!ResourceSet::default().covers(&Resource::parse("repo:acme/site")?));
/// # Ok::<(), tower_pat::invalid::InvalidValue>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ResourceSet(Sorted<ResourcePattern>);

impl ResourceSet {
    /// Whether one of the patterns covers a resource.
    #[must_use]
    pub fn covers(&self, resource: &Resource) -> bool {
        self.covers_text(resource.as_str())
    }

    /// Whether every resource that this set covers is covered by the other. An empty set is within any.
    ///
    /// ```
    /// use tower_pat::resource::ResourceSet;
    ///
    /// let (few, many): (ResourceSet, ResourceSet) = ("repo:acme/site".parse()?, "repo:acme/*".parse()?);
    /// assert!(few.is_within(&many));
    /// assert!(!many.is_within(&few));
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    #[must_use]
    pub fn is_within(&self, other: &Self) -> bool {
        self.iter().all(|pattern| other.covers_text(pattern.as_str()))
    }

    /// Whether the set is empty and covers nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many patterns the set holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.as_slice().len()
    }

    /// The patterns, in alphabetical order.
    pub fn iter(&self) -> slice::Iter<'_, ResourcePattern> {
        self.0.iter()
    }

    /// As [`covers`](Self::covers), of the text of a resource or, star and all, of a pattern.
    pub(crate) fn covers_text(&self, resource: &str) -> bool {
        let above = resource.match_indices('/').map(|(slash, _)| &resource[..=slash]);
        let kind = resource.split_inclusive(':').next();
        self.holds(resource, "") || kind.into_iter().chain(above).any(|prefix| self.holds(prefix, "*"))
    }

    /// Whether there is a pattern of this beginning and end.
    fn holds(&self, beginning: &str, end: &str) -> bool {
        let order = |held: &ResourcePattern| {
            let held = held.as_str().as_bytes();
            let (start, rest) = held.split_at(held.len().min(beginning.len()));
            start.cmp(beginning.as_bytes()).then_with(|| rest.cmp(end.as_bytes()))
        };
        self.0.as_slice().binary_search_by(order).is_ok()
    }
}

impl Footprint for ResourceSet {
    fn footprint(&self) -> usize {
        self.0.footprint()
    }
}

impl FromIterator<ResourcePattern> for ResourceSet {
    fn from_iter<I: IntoIterator<Item = ResourcePattern>>(patterns: I) -> Self {
        Self(patterns.into_iter().collect())
    }
}

impl<'a> IntoIterator for &'a ResourceSet {
    type Item = &'a ResourcePattern;
    type IntoIter = slice::Iter<'a, ResourcePattern>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for ResourceSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, pattern) in self.iter().enumerate() {
            let separator = if position == 0 { "" } else { "\n" };
            write!(f, "{separator}{pattern}")?;
        }
        Ok(())
    }
}

impl FromStr for ResourceSet {
    type Err = InvalidValue;

    /// Reads one pattern a line; an empty text is the empty set.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.is_empty() {
            return Ok(Self::default());
        }
        let patterns: Option<_> = text.split('\n').map(|line| ResourcePattern::parse(line).ok()).collect();
        patterns.map(Self).ok_or_else(|| InvalidValue::new(InvalidValueKind::ResourceSet))
    }
}

#[cfg(test)]
#[cfg(not(model))]
mod tests {
    use proptest::prelude::{prop, prop_assert, prop_assert_eq, proptest};
    use proptest::strategy::Strategy;

    use super::{Resource, ResourcePattern, ResourceSet};

    fn resource() -> impl Strategy<Value = Resource> {
        r"[ab]:([ab*]{2}|[ab :]|é)(/([ab*]{2}|[ab:])){0,3}".prop_map(|text| Resource::parse(&text).expect("a resource"))
    }

    fn pattern() -> impl Strategy<Value = ResourcePattern> {
        let text = r"[ab]:(\*|([ab*]{2}|[ab :]|é)(/([ab*]{2}|[ab:])){0,2}(/\*)?)";
        text.prop_map(|text| ResourcePattern::parse(&text).expect("a pattern"))
    }

    proptest! {
        #[test]
        fn set_covers_what_one_of_its_patterns_covers(
            patterns in prop::collection::vec(pattern(), 0..6),
            resource in resource(),
        ) {
            let set: ResourceSet = patterns.iter().cloned().collect();
            let one = patterns.iter().any(|pattern| pattern.covers(&resource));
            prop_assert_eq!(set.covers(&resource), one, "{:?} of {}", set, resource);
        }

        #[test]
        fn text_and_json_round_trip(patterns in prop::collection::vec(pattern(), 0..6)) {
            let set: ResourceSet = patterns.into_iter().collect();
            prop_assert_eq!(&set.to_string().parse::<ResourceSet>().unwrap(), &set);
            let json = serde_json::to_string(&set).unwrap();
            prop_assert_eq!(&serde_json::from_str::<ResourceSet>(&json).unwrap(), &set);
        }

        #[test]
        fn set_within_another_covers_nothing_else(
            few in prop::collection::vec(pattern(), 0..4),
            many in prop::collection::vec(pattern(), 0..4),
            resource in resource(),
        ) {
            let (few, many): (ResourceSet, ResourceSet) = (few.into_iter().collect(), many.into_iter().collect());
            if few.is_within(&many) && few.covers(&resource) {
                prop_assert!(many.covers(&resource));
            }
            let both = few.iter().chain(&many).cloned().collect();
            prop_assert!(few.is_within(&both));
        }
    }

    #[test]
    fn stray_lines_are_refused() {
        for text in ["\n", "repo:a\n", "\nrepo:a", "repo:a\n\nrepo:b", "repo:a\r\nrepo:b", "repo:", "*"] {
            assert!(text.parse::<ResourceSet>().is_err(), "{text:?}");
        }
        assert!("".parse::<ResourceSet>().unwrap().is_empty());
        assert_eq!("repo:a b".parse::<ResourceSet>().unwrap().len(), 1);
    }
}
