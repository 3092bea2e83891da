use std::fmt;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::held::{Held, Reach};
use crate::resource::{ResourceKind, ResourceTemplate};
use crate::scope::{Scope, ScopeKey, ScopeSet, hash_of};

/// A requirement, or a part of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Node {
    /// With the hash of its text.
    Scope(Scope, u64),
    All(Box<[Node]>),
    Any(Box<[Node]>),
    On(Box<Node>, ResourceTemplate),
    Among(Box<Node>, ResourceKind),
}

impl Node {
    pub(super) fn scope(scope: Scope) -> Self {
        let hash = hash_of(scope.as_str());
        Self::Scope(scope, hash)
    }

    /// Whether it is met by what is held.
    pub(super) fn is_met(&self, held: &Held<'_>, reach: Reach) -> bool {
        match self {
            Self::Scope(scope, hash) => held.has(ScopeKey::with_hash(scope.as_str(), *hash), reach),
            Self::All(parts) => !parts.is_empty() && parts.iter().all(|part| part.is_met(held, reach)),
            Self::Any(parts) => parts.iter().any(|part| part.is_met(held, reach)),
            Self::On(part, template) => part.is_met(held, reach.and(held.reaches(template.as_template()))),
            Self::Among(part, kind) => part.is_met(held, reach.and(held.reaches_some(kind.as_str()))),
        }
    }

    pub(super) fn is_met_by_scopes(&self, held: &ScopeSet) -> bool {
        match self {
            Self::Scope(scope, _) => held.contains(scope),
            Self::All(parts) => !parts.is_empty() && parts.iter().all(|part| part.is_met_by_scopes(held)),
            Self::Any(parts) => parts.iter().any(|part| part.is_met_by_scopes(held)),
            Self::On(part, _) | Self::Among(part, _) => part.is_met_by_scopes(held),
        }
    }

    pub(super) fn names_resources(&self) -> bool {
        match self {
            Self::Scope(..) => false,
            Self::All(parts) | Self::Any(parts) => parts.iter().any(Self::names_resources),
            Self::On(..) | Self::Among(..) => true,
        }
    }

    /// Of an `any` so many alternatives are named.
    pub(super) fn name_scopes(&self, alternatives: usize, named: &mut Vec<Scope>) {
        let (parts, count) = match self {
            Self::Scope(scope, _) => return named.push(scope.clone()),
            Self::All(parts) => (&**parts, usize::MAX),
            Self::Any(parts) => (&**parts, alternatives),
            Self::On(part, _) | Self::Among(part, _) => return part.name_scopes(alternatives, named),
        };
        parts.iter().take(count).for_each(|part| part.name_scopes(alternatives, named));
    }

    /// Whether this is true of every template of a resource that is named.
    pub(super) fn every_template<'a>(&'a self, is_true: &mut dyn FnMut(&'a ResourceTemplate) -> bool) -> bool {
        match self {
            Self::Scope(..) => true,
            Self::All(parts) | Self::Any(parts) => parts.iter().all(|part| part.every_template(is_true)),
            Self::On(part, template) => is_true(template) && part.every_template(is_true),
            Self::Among(part, _) => part.every_template(is_true),
        }
    }
}

/// Whether a scope can be taken for nothing else in the text of a requirement or an access. It holds neither spaces nor
/// quotes.
fn is_plain(scope: &str) -> bool {
    scope != "public" && !scope.contains(['(', ')', ','])
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, parts) = match self {
            Self::Scope(scope, _) if is_plain(scope.as_str()) => return fmt::Display::fmt(scope, f),
            Self::Scope(scope, _) => return write!(f, "\"{scope}\""),
            Self::On(part, template) => return write!(f, "{part} on {template}"),
            Self::Among(part, kind) => return write!(f, "{part} among {kind}"),
            Self::All(parts) => ("all", parts),
            Self::Any(parts) => ("any", parts),
        };
        write!(f, "{name}(")?;
        for (position, part) in parts.iter().enumerate() {
            let separator = if position == 0 { "" } else { ", " };
            write!(f, "{separator}{part}")?;
        }
        f.write_str(")")
    }
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Self::Scope(scope, _) = self {
            return scope.serialize(serializer);
        }
        let mut object = serializer.serialize_map(None)?;
        match self {
            Self::Scope(..) => {}
            Self::All(parts) => object.serialize_entry("all", parts)?,
            Self::Any(parts) => object.serialize_entry("any", parts)?,
            Self::On(part, template) => {
                object.serialize_entry("scope", part)?;
                object.serialize_entry("on", template.as_str())?;
            }
            Self::Among(part, kind) => {
                object.serialize_entry("scope", part)?;
                object.serialize_entry("among", kind.as_str())?;
            }
        }
        object.end()
    }
}
