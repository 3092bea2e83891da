//! Which sets of scopes are enough for a requirement, and which it is enough to lack.

use std::iter;

use super::node::Node;
use super::one::Requirement;
use crate::scope::ScopeSet;

/// None if there would be too many.
type Terms = Option<Vec<ScopeSet>>;

impl Requirement {
    /// The sets of scopes of which one is enough, leaving aside on what. None of them holds all of another. There are
    /// none if nobody meets the requirement; nothing is said if there would be more than `most`.
    pub(crate) fn alternatives(&self, most: usize) -> Terms {
        self.node.enough(most)
    }

    /// The sets of scopes of which it is enough to lack one, the whole of it, in order not to meet the requirement.
    #[cfg(all(feature = "axum", feature = "testing"))]
    pub(crate) fn obstacles(&self, most: usize) -> Terms {
        self.node.too_little(most)
    }
}

impl Node {
    /// The least sets of scopes that are enough, wherever they are asked for; none if there are more than `most`.
    fn enough(&self, most: usize) -> Terms {
        match self {
            Self::Scope(scope, _) => Some(vec![iter::once(scope.clone()).collect()]),
            Self::All(parts) if parts.is_empty() => Some(Vec::new()),
            Self::All(parts) => all_of(parts.iter().map(|part| part.enough(most)), most),
            Self::Any(parts) => any_of(parts.iter().map(|part| part.enough(most)), most),
            Self::On(part, _) | Self::Among(part, _) => part.enough(most),
        }
    }

    /// The least sets of scopes that it is enough to lack; none if there are more than `most`.
    #[cfg(all(feature = "axum", feature = "testing"))]
    fn too_little(&self, most: usize) -> Terms {
        match self {
            Self::Scope(scope, _) => Some(vec![iter::once(scope.clone()).collect()]),
            Self::All(parts) if parts.is_empty() => Some(vec![ScopeSet::default()]),
            Self::All(parts) => any_of(parts.iter().map(|part| part.too_little(most)), most),
            Self::Any(parts) => all_of(parts.iter().map(|part| part.too_little(most)), most),
            Self::On(part, _) | Self::Among(part, _) => part.too_little(most),
        }
    }
}

fn any_of(parts: impl Iterator<Item = Terms>, most: usize) -> Terms {
    let mut terms = Vec::new();
    for part in parts {
        terms = least(terms.into_iter().chain(part?), most)?;
    }
    Some(terms)
}

fn all_of(parts: impl Iterator<Item = Terms>, most: usize) -> Terms {
    let mut terms = vec![ScopeSet::default()];
    for part in parts {
        let part = part?;
        let pairs = terms.iter().flat_map(|left| part.iter().map(move |right| (left, right)));
        terms = least(pairs.map(|(left, right)| left.iter().chain(right).cloned().collect()), most)?;
    }
    Some(terms)
}

/// Without those that hold all of another.
fn least(sets: impl Iterator<Item = ScopeSet>, most: usize) -> Terms {
    let mut kept: Vec<ScopeSet> = Vec::new();
    for set in sets {
        if kept.iter().any(|other| other.is_subset(&set)) {
            continue;
        }
        kept.retain(|other| !set.is_subset(other));
        kept.push(set);
        if kept.len() > most {
            return None;
        }
    }
    Some(kept)
}

#[cfg(all(test, feature = "axum", feature = "testing"))]
mod tests {
    use super::Node;
    use crate::scope::{Scope, ScopeSet};

    fn scope(text: &'static str) -> Node {
        Node::scope(Scope::from_static(text))
    }

    fn show(terms: Option<Vec<ScopeSet>>) -> Option<Vec<String>> {
        terms.map(|terms| terms.iter().map(ToString::to_string).collect())
    }

    fn either(parts: impl Into<Box<[Node]>>) -> Node {
        Node::Any(parts.into())
    }

    fn every(parts: impl Into<Box<[Node]>>) -> Node {
        Node::All(parts.into())
    }

    #[test]
    fn what_is_enough_and_what_is_too_little_are_least_sets() {
        for (node, enough, too_little) in [
            (scope("a"), vec!["a"], vec!["a"]),
            (every([scope("a"), scope("b")]), vec!["a b"], vec!["a", "b"]),
            (either([scope("a"), scope("b")]), vec!["a", "b"], vec!["a b"]),
            (either([scope("a"), every([scope("a"), scope("b")])]), vec!["a"], vec!["a"]),
            (every([either([scope("a"), scope("b")]), scope("c")]), vec!["a c", "b c"], vec!["a b", "c"]),
            (every([]), vec![], vec![""]),
            (either([]), vec![], vec![""]),
            (every([scope("a"), either([])]), vec![], vec![""]),
            (either([scope("a"), every([])]), vec!["a"], vec!["a"]),
        ] {
            let terms = |terms: Vec<&str>| Some(terms.into_iter().map(str::to_owned).collect::<Vec<_>>());
            assert_eq!(show(node.enough(9)), terms(enough), "{node}");
            assert_eq!(show(node.too_little(9)), terms(too_little), "{node}");
        }
    }

    #[test]
    fn more_sets_than_are_wanted_are_not_named() {
        let pair = |a, b| either([scope(a), scope(b)]);
        let many = every([pair("a", "b"), pair("c", "d"), pair("e", "f")]);
        assert_eq!(many.enough(8).map(|terms| terms.len()), Some(8));
        assert_eq!(many.enough(7), None);
    }
}
