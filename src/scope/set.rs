use std::fmt;
use std::slice;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::one::Scope;
use crate::footprint::Footprint;
use crate::invalid::{InvalidValue, InvalidValueKind};
use crate::sorted::Sorted;

/// A set of scopes, in alphabetical order. Empty by default, and an empty set allows nothing.
///
/// As text it is the `scope` parameter of [RFC 6749, section 3.3]: scopes separated by one space. In serde it is a list
/// of strings.
///
/// ```
/// use tower_pat::scope::{Scope, ScopeSet};
///
/// let set: ScopeSet = [Scope::from_static("b"), Scope::from_static("a"), Scope::from_static("b")].into_iter().collect();
/// assert_eq!(set.to_string(), "a b");
/// assert_eq!(set, "b a".parse()?);
/// # Ok::<(), tower_pat::invalid::InvalidValue>(())
/// ```
///
/// [RFC 6749, section 3.3]: https://www.rfc-editor.org/rfc/rfc6749#section-3.3
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ScopeSet(Sorted<Scope>);

impl ScopeSet {
    /// Whether the set holds this very scope.
    #[must_use]
    pub fn contains(&self, scope: impl AsRef<str>) -> bool {
        self.place(scope.as_ref()).is_some()
    }

    /// Whether every scope of this set is in the other. An empty set is within any.
    ///
    /// ```
    /// use tower_pat::scope::ScopeSet;
    ///
    /// let (few, many): (ScopeSet, ScopeSet) = ("a".parse()?, "a b".parse()?);
    /// assert!(few.is_subset(&many));
    /// assert!(!many.is_subset(&few));
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    #[must_use]
    pub fn is_subset(&self, other: &Self) -> bool {
        self.iter().all(|scope| other.contains(scope))
    }

    /// Whether the set is empty and allows nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.as_slice().is_empty()
    }

    /// How many scopes the set holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.as_slice().len()
    }

    /// Where in the alphabetical order a scope stands.
    pub(super) fn place(&self, scope: &str) -> Option<usize> {
        self.as_slice().binary_search_by(|held| held.as_str().cmp(scope)).ok()
    }

    pub(super) fn as_slice(&self) -> &[Scope] {
        self.0.as_slice()
    }

    /// The scopes, in alphabetical order.
    pub fn iter(&self) -> slice::Iter<'_, Scope> {
        self.0.iter()
    }
}

impl Footprint for ScopeSet {
    fn footprint(&self) -> usize {
        self.0.footprint()
    }
}

impl FromIterator<Scope> for ScopeSet {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().collect())
    }
}

impl<'a> IntoIterator for &'a ScopeSet {
    type Item = &'a Scope;
    type IntoIter = slice::Iter<'a, Scope>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for ScopeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl FromStr for ScopeSet {
    type Err = InvalidValue;

    /// Reads scopes separated by one space each; an empty text is the empty set.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let scopes = Sorted::parse(text, Scope::parse);
        scopes.map(Self).ok_or_else(|| InvalidValue::new(InvalidValueKind::ScopeSet))
    }
}

#[cfg(test)]
#[cfg(not(model))]
mod tests {
    use proptest::prelude::{Just, prop, prop_assert, prop_assert_eq, prop_oneof, proptest};

    use super::{Scope, ScopeSet};

    fn scope() -> impl proptest::strategy::Strategy<Value = Scope> {
        use proptest::strategy::Strategy;
        prop_oneof![r"[!#-\[\]-~]{1,12}", Just("a".to_owned()), Just("*".to_owned())]
            .prop_map(|text| Scope::parse(&text).expect("a scope-token"))
    }

    proptest! {
        #[test]
        fn text_and_json_round_trip(scopes in prop::collection::vec(scope(), 0..8)) {
            let set: ScopeSet = scopes.iter().cloned().collect();
            prop_assert_eq!(&set.to_string().parse::<ScopeSet>().unwrap(), &set);
            let json = serde_json::to_string(&set).unwrap();
            prop_assert_eq!(&serde_json::from_str::<ScopeSet>(&json).unwrap(), &set);
            prop_assert!(scopes.iter().all(|scope| set.contains(scope)));
        }

        #[test]
        fn any_text_is_read_or_refused(text in ".{0,40}") {
            if let Ok(scope) = Scope::parse(&text) {
                prop_assert_eq!(scope.as_str(), text);
            }
        }
    }

    #[test]
    fn stray_spaces_and_controls_are_refused() {
        for text in [" a", "a ", "a  b", "a\tb", "a\nb", "a\"b", "a\\b", "é", "\u{7f}"] {
            assert!(text.parse::<ScopeSet>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn star_is_a_letter_like_any_other() {
        let set: ScopeSet = "*".parse().unwrap();
        assert!(set.contains("*"));
        assert!(!set.contains("invoices:read"));
    }
}
