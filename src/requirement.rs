//! Requirements: what a route asks of a caller's scopes.

use std::fmt;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::scope::{Scope, ScopeSet};

/// What a route asks for: one scope, all of several, or any of several, nested as needed.
///
/// Its text form is the scope itself, `all(…)` or `any(…)`, with `, ` between the parts. In serde it is the scope, or an
/// object with `all` or `any` and the list of parts.
///
/// An empty `all` or `any` is met by nobody: a list that was left empty by mistake must not open a route.
///
/// ```
/// use tower_pat::requirement::Requirement;
/// use tower_pat::scope::Scope;
///
/// let requirement = Requirement::any([
///     Requirement::scope(Scope::from_static("admin")),
///     Requirement::all([Scope::from_static("repo:read"), Scope::from_static("repo:write")]),
/// ]);
/// assert_eq!(requirement.to_string(), "any(admin, all(repo:read, repo:write))");
/// assert!(requirement.is_met_by(&"repo:read repo:write".parse()?));
/// assert!(!requirement.is_met_by(&"repo:read".parse()?));
///
/// let json = serde_json::to_string(&requirement).expect("text has a JSON form");
/// assert_eq!(json, r#"{"any":["admin",{"all":["repo:read","repo:write"]}]}"#);
/// # Ok::<(), tower_pat::invalid::InvalidValue>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requirement(Node);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Node {
    Scope(Scope),
    All(Box<[Requirement]>),
    Any(Box<[Requirement]>),
}

impl Requirement {
    /// Asks for one scope.
    #[must_use]
    pub fn scope(scope: Scope) -> Self {
        Self(Node::Scope(scope))
    }

    /// Asks for every one of the parts. Without parts nobody meets it.
    pub fn all<R: Into<Self>>(parts: impl IntoIterator<Item = R>) -> Self {
        Self(Node::All(parts.into_iter().map(Into::into).collect()))
    }

    /// Asks for at least one of the parts. Without parts nobody meets it.
    pub fn any<R: Into<Self>>(parts: impl IntoIterator<Item = R>) -> Self {
        Self(Node::Any(parts.into_iter().map(Into::into).collect()))
    }

    /// Whether these scopes are enough.
    #[must_use]
    pub fn is_met_by(&self, granted: &ScopeSet) -> bool {
        match &self.0 {
            Node::Scope(scope) => granted.contains(scope),
            Node::All(parts) => !parts.is_empty() && parts.iter().all(|part| part.is_met_by(granted)),
            Node::Any(parts) => parts.iter().any(|part| part.is_met_by(granted)),
        }
    }

    /// The scopes to name in a challenge ([RFC 6750, section 3]): the whole list of `all`, the first alternative of
    /// `any`.
    ///
    /// ```
    /// use tower_pat::requirement::Requirement;
    /// use tower_pat::scope::Scope;
    ///
    /// let scopes = || [Scope::from_static("a"), Scope::from_static("b")];
    /// assert_eq!(Requirement::all(scopes()).challenge_scopes().to_string(), "a b");
    /// assert_eq!(Requirement::any(scopes()).challenge_scopes().to_string(), "a");
    /// ```
    ///
    /// [RFC 6750, section 3]: https://www.rfc-editor.org/rfc/rfc6750#section-3
    #[must_use]
    pub fn challenge_scopes(&self) -> ScopeSet {
        let mut named = Vec::new();
        self.name_scopes(1, &mut named);
        named.into_iter().collect()
    }

    /// All scopes that are named, on whatever side of an alternative they stand.
    ///
    /// ```
    /// use tower_pat::requirement::Requirement;
    /// use tower_pat::scope::Scope;
    ///
    /// let either = Requirement::any([Scope::from_static("b"), Scope::from_static("a")]);
    /// assert_eq!(either.named_scopes().to_string(), "a b");
    /// ```
    #[must_use]
    pub fn named_scopes(&self) -> ScopeSet {
        let mut named = Vec::new();
        self.name_scopes(usize::MAX, &mut named);
        named.into_iter().collect()
    }

    /// Of an `any` so many alternatives are named.
    fn name_scopes(&self, alternatives: usize, named: &mut Vec<Scope>) {
        let (parts, count) = match &self.0 {
            Node::Scope(scope) => return named.push(scope.clone()),
            Node::All(parts) => (parts, usize::MAX),
            Node::Any(parts) => (parts, alternatives),
        };
        parts.iter().take(count).for_each(|part| part.name_scopes(alternatives, named));
    }
}

impl From<Scope> for Requirement {
    fn from(scope: Scope) -> Self {
        Self::scope(scope)
    }
}

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, parts) = match &self.0 {
            Node::Scope(scope) => return fmt::Display::fmt(scope, f),
            Node::All(parts) => ("all", parts),
            Node::Any(parts) => ("any", parts),
        };
        write!(f, "{name}(")?;
        for (position, part) in parts.iter().enumerate() {
            let separator = if position == 0 { "" } else { ", " };
            write!(f, "{separator}{part}")?;
        }
        f.write_str(")")
    }
}

impl Serialize for Requirement {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (name, parts) = match &self.0 {
            Node::Scope(scope) => return scope.serialize(serializer),
            Node::All(parts) => ("all", parts),
            Node::Any(parts) => ("any", parts),
        };
        let mut object = serializer.serialize_map(Some(1))?;
        object.serialize_entry(name, parts)?;
        object.end()
    }
}

#[cfg(test)]
mod tests {
    use super::Requirement;
    use crate::scope::{Scope, ScopeSet};

    #[test]
    fn empty_lists_are_met_by_nobody() {
        let granted: ScopeSet = "a b".parse().unwrap();
        assert!(!Requirement::all::<Scope>([]).is_met_by(&granted));
        assert!(!Requirement::any::<Scope>([]).is_met_by(&granted));
        let nested = Requirement::all([Requirement::scope(Scope::from_static("a")), Requirement::all::<Scope>([])]);
        assert!(!nested.is_met_by(&granted));
    }

    #[test]
    fn empty_grant_meets_nothing() {
        let scope = Requirement::scope(Scope::from_static("a"));
        assert!(!scope.is_met_by(&ScopeSet::default()));
        assert!(!Requirement::any([scope]).is_met_by(&ScopeSet::default()));
    }
}
