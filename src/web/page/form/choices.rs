use std::collections::BTreeSet;

use crate::policy::Policy;
use crate::record::OwnerId;
use crate::scope::{ScopeCatalog, ScopeSet};
use crate::web::resources::ResourceChoice;

/// A scope that can be ticked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::web::page) struct ScopeChoice {
    pub(in crate::web::page) value: String,
    pub(in crate::web::page) description: String,
    pub(in crate::web::page) implies: Vec<String>,
    pub(in crate::web::page) is_ticked: bool,
    /// Whether the token has it, and could not get it now.
    pub(in crate::web::page) is_gone: bool,
}

/// Scopes of one sort of thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::web::page) struct ScopeGroup {
    /// What stands before the colon; none if there is none.
    pub(in crate::web::page) name: Option<String>,
    pub(in crate::web::page) scopes: Vec<ScopeChoice>,
}

/// What an owner may give to a token, and what it has already, by the sort of thing, in the order of the catalogue.
pub(super) fn groups(
    (catalog, policy): (&ScopeCatalog, &Policy),
    owner: &OwnerId,
    held: &ScopeSet,
    ticked: &[String],
) -> Vec<ScopeGroup> {
    let ticked: BTreeSet<_> = ticked.iter().map(String::as_str).collect();
    let mut groups: Vec<ScopeGroup> = Vec::new();
    let mut add = |choice: ScopeChoice| {
        let name = choice.value.split_once(':').map(|(name, _)| name.to_owned());
        match groups.iter_mut().find(|group| group.name == name) {
            Some(group) => group.scopes.push(choice),
            None => groups.push(ScopeGroup { name, scopes: vec![choice] }),
        }
    };
    for entry in catalog.iter() {
        let (scope, may) = (entry.scope(), policy.may_grant(owner, entry.scope()));
        if may || held.contains(scope) {
            add(ScopeChoice {
                value: scope.to_string(),
                description: entry.description().to_owned(),
                implies: entry.implies().iter().map(ToString::to_string).collect(),
                is_ticked: ticked.contains(scope.as_str()),
                is_gone: !may,
            });
        }
    }
    for scope in &catalog.unknown(held) {
        let (value, is_ticked) = (scope.to_string(), ticked.contains(scope.as_str()));
        add(ScopeChoice { value, description: String::new(), implies: Vec::new(), is_ticked, is_gone: true });
    }
    groups
}

/// A resource that can be ticked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::web::page) struct Pick {
    pub(in crate::web::page) value: String,
    pub(in crate::web::page) label: String,
    pub(in crate::web::page) is_ticked: bool,
}

/// What was picked already, and what else there is.
pub(super) fn picks(found: &[ResourceChoice], picked: &[String]) -> Vec<Pick> {
    let pick = |value: &str, label: &str| {
        let is_ticked = picked.iter().any(|picked| picked == value);
        Pick { value: value.to_owned(), label: label.to_owned(), is_ticked }
    };
    let is_found = |value: &String| found.iter().any(|choice| choice.pattern().as_str() == value);
    let others = picked.iter().filter(|value| !is_found(value)).map(|value| pick(value, ""));
    let found = found.iter().map(|choice| pick(choice.pattern().as_str(), choice.label()));
    others.chain(found).collect()
}
