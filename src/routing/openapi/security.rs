use utoipa::openapi::security::SecurityRequirement;

use super::scheme::PAT;
use crate::requirement::{Access, Requirement};
use crate::scope::ScopeSet;

/// So many alternatives are spelt out.
const MOST: usize = 32;

/// What an operation asks for. An empty list is one that everybody meets, and comes of nothing but a public route.
pub(super) fn security(access: &Access, before: Option<Vec<SecurityRequirement>>) -> Vec<SecurityRequirement> {
    match access {
        Access::Public => before.into_iter().flatten().filter(is_of_others).collect(),
        Access::AnyToken => vec![SecurityRequirement::new(PAT, [""; 0])],
        Access::Requires(requirement) => alternatives(requirement),
    }
}

fn alternatives(requirement: &Requirement) -> Vec<SecurityRequirement> {
    let names = |scopes: &ScopeSet| SecurityRequirement::new(PAT, scopes.iter().map(ToString::to_string));
    match requirement.alternatives(MOST).as_deref() {
        None | Some([]) => vec![SecurityRequirement::new(PAT, [requirement.to_string()])],
        Some(alternatives) => alternatives.iter().map(names).collect(),
    }
}

/// Whether this asks for something, and not for a token: a session, for example.
fn is_of_others(before: &SecurityRequirement) -> bool {
    let names = serde_json::to_value(before).unwrap_or_default();
    names.as_object().is_some_and(|names| !names.is_empty() && !names.contains_key(PAT))
}
