use std::fmt;
use std::slice;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::one::Audience;
use crate::footprint::Footprint;
use crate::invalid::{InvalidValue, InvalidValueKind};
use crate::sorted::Sorted;

/// The services that a token is meant for, in alphabetical order. Empty by default, and an empty set means none.
///
/// As text it is audiences separated by one space each. In serde it is a list of strings.
///
/// ```
/// use tower_pat::record::{Audience, AudienceSet};
///
/// let set: AudienceSet = "https://b.example a".parse()?;
/// assert_eq!(set.to_string(), "a https://b.example");
/// assert!(set.contains(&Audience::parse("https://b.example")?));
/// assert!(!set.contains("b"));
/// # Ok::<(), tower_pat::invalid::InvalidValue>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AudienceSet(Sorted<Audience>);

impl AudienceSet {
    /// Whether the set holds this very audience.
    #[must_use]
    pub fn contains(&self, audience: impl AsRef<str>) -> bool {
        let wanted = audience.as_ref();
        self.0.as_slice().binary_search_by(|held| held.as_str().cmp(wanted)).is_ok()
    }

    /// Whether the set is empty and means no service.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many audiences the set holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.as_slice().len()
    }

    /// The audiences, in alphabetical order.
    pub fn iter(&self) -> slice::Iter<'_, Audience> {
        self.0.iter()
    }
}

impl Footprint for AudienceSet {
    fn footprint(&self) -> usize {
        self.0.footprint()
    }
}

impl FromIterator<Audience> for AudienceSet {
    fn from_iter<I: IntoIterator<Item = Audience>>(audiences: I) -> Self {
        Self(audiences.into_iter().collect())
    }
}

impl<'a> IntoIterator for &'a AudienceSet {
    type Item = &'a Audience;
    type IntoIter = slice::Iter<'a, Audience>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for AudienceSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl FromStr for AudienceSet {
    type Err = InvalidValue;

    /// Reads audiences separated by one space each; an empty text is the empty set.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let audiences = Sorted::parse(text, Audience::parse);
        audiences.map(Self).ok_or_else(|| InvalidValue::new(InvalidValueKind::AudienceSet))
    }
}

#[cfg(test)]
#[cfg(not(model))]
mod tests {
    use proptest::prelude::{prop, prop_assert, prop_assert_eq, proptest};
    use proptest::strategy::Strategy;

    use super::{Audience, AudienceSet};

    fn audience() -> impl Strategy<Value = Audience> {
        r"[!-~]{1,12}|a".prop_map(|text| Audience::parse(&text).expect("an audience"))
    }

    proptest! {
        #[test]
        fn text_and_json_round_trip(audiences in prop::collection::vec(audience(), 0..8)) {
            let set: AudienceSet = audiences.iter().cloned().collect();
            prop_assert_eq!(&set.to_string().parse::<AudienceSet>().unwrap(), &set);
            let json = serde_json::to_string(&set).unwrap();
            prop_assert_eq!(&serde_json::from_str::<AudienceSet>(&json).unwrap(), &set);
            prop_assert!(audiences.iter().all(|audience| set.contains(audience)));
        }

        #[test]
        fn any_text_is_read_or_refused(text in ".{0,40}") {
            if let Ok(audience) = Audience::parse(&text) {
                prop_assert_eq!(audience.as_str(), text);
            }
        }
    }

    #[test]
    fn order_and_repetition_make_no_difference() {
        let set: AudienceSet = "b a b".parse().unwrap();
        assert_eq!((set.to_string().as_str(), set.len()), ("a b", 2));
        assert_eq!(serde_json::from_str::<AudienceSet>(r#"["b","a","b"]"#).unwrap(), set);
    }

    #[test]
    fn audience_is_as_long_as_255_characters() {
        assert!(Audience::parse(&"a".repeat(255)).is_ok());
        assert!(Audience::parse(&"a".repeat(256)).is_err());
    }

    #[test]
    fn stray_spaces_and_controls_are_refused() {
        for text in [" ", " a", "a ", "a  b", "a\tb", "a\nb", "é", "\u{7f}"] {
            assert!(text.parse::<AudienceSet>().is_err(), "{text:?}");
        }
    }
}
