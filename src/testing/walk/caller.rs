use std::fmt;

use super::expected::Expected;
use super::path::Params;
use super::universe::Universe;
use crate::requirement::{Access, Held, Parameters, Place, Requirement};
use crate::resource::{Resource, ResourceFilter, ResourcePattern, ResourceSet, ResourceTemplate};
use crate::scope::ScopeSet;

/// So many ways to meet a requirement, or not to meet it, are walked.
const MOST: usize = 256;

/// Whom the walk sends, and what they must get.
#[derive(Debug, Clone)]
pub(super) struct Caller {
    /// None has no token.
    pub(super) holds: Option<Holds>,
    pub(super) expected: Expected,
}

/// What the token of a caller has.
#[derive(Debug, Clone)]
pub(super) struct Holds {
    pub(super) scopes: ScopeSet,
    pub(super) resources: Option<ResourceSet>,
}

/// A requirement that can be met, or not met, in more ways than are walked.
#[derive(Debug, Clone, Copy)]
pub(super) struct TooManyWays;

impl Caller {
    pub(super) fn without_token(expected: Expected) -> Self {
        Self { holds: None, expected }
    }

    pub(super) fn holding(scopes: ScopeSet, expected: Expected) -> Self {
        Self { holds: Some(Holds { scopes, resources: None }), expected }
    }

    fn limited(scopes: ScopeSet, resources: ResourceSet, expected: Expected) -> Self {
        Self { holds: Some(Holds { scopes, resources: Some(resources) }), expected }
    }

    /// Those who are sent where this is asked for.
    pub(super) fn all_for(access: &Access, universe: &Universe, params: &Params) -> Result<Vec<Self>, TooManyWays> {
        match access {
            Access::Public => {
                Ok(vec![Self::without_token(Expected::Passage), Self::holding(ScopeSet::default(), Expected::Passage)])
            }
            Access::AnyToken => Ok(vec![
                Self::without_token(Expected::MissingToken),
                Self::holding(ScopeSet::default(), Expected::Passage),
                Self::limited(ScopeSet::default(), ResourceSet::default(), Expected::Passage),
            ]),
            Access::Requires(requirement) => Asked { requirement, universe, params }.callers(),
        }
    }
}

/// A requirement, where and among which scopes it is asked for.
struct Asked<'a> {
    requirement: &'a Requirement,
    universe: &'a Universe,
    params: &'a Params,
}

impl Asked<'_> {
    fn callers(&self) -> Result<Vec<Caller>, TooManyWays> {
        let lacking = self.requirement.obstacles(MOST).ok_or(TooManyWays)?;
        let enough = self.requirement.alternatives(MOST).ok_or(TooManyWays)?;
        let lacking = lacking.iter().map(|lacking| Caller::holding(self.universe.without(lacking), self.denied()));
        let enough = enough.into_iter().map(|scopes| Caller::holding(scopes, Expected::Passage));
        let nobody = [Caller::without_token(Expected::MissingToken)];
        Ok(nobody.into_iter().chain(lacking).chain(enough).chain(self.limited()).collect())
    }

    fn denied(&self) -> Expected {
        Expected::Lacking { concealed: self.requirement.is_concealed() }
    }

    /// Tokens with every scope that may use no resource, some of which none is asked for, or just those that are.
    fn limited(&self) -> Vec<Caller> {
        let asked: Vec<_> =
            self.requirement.templates().into_iter().filter_map(|template| self.filled(template)).collect();
        let others = asked.iter().flat_map(others).map(|other| [other].into_iter().collect());
        let own = asked.iter().map(|resource| [resource.clone().into()].into_iter().collect());
        let all = (!asked.is_empty()).then(|| asked.iter().cloned().map(ResourcePattern::from).collect());
        let limits = [ResourceSet::default(), self.foreign()].into_iter().chain(others).chain(own).chain(all);
        let mut limits: Vec<ResourceSet> = limits.collect();
        limits.dedup();
        limits.into_iter().map(|limits| self.limited_to(limits)).collect()
    }

    /// Whether such a caller must be denied is decided as for any other principal: what the walk finds out is whether
    /// the guard stands there, on the resource that it names.
    fn limited_to(&self, limits: ResourceSet) -> Caller {
        let scopes = self.universe.close(self.universe.scopes());
        let held = Held::new(&scopes, ResourceFilter::new(Some(&limits)), Place::Path(self.params));
        let expected = if self.requirement.is_met(&held) { Expected::Passage } else { self.denied() };
        Caller::limited(self.universe.scopes().clone(), limits, expected)
    }

    fn filled(&self, template: &ResourceTemplate) -> Option<Resource> {
        let mut text = template.as_str().to_owned();
        for name in template.parameters() {
            let value = self.params.value(name)?;
            text = text.replace(&format!("{{{name}}}"), value);
        }
        Resource::parse(&text).ok().filter(|resource| template.matches(resource))
    }

    /// All of a kind that the requirement does not name.
    fn foreign(&self) -> ResourceSet {
        let named = self.requirement.to_string();
        let mut kind = "elsewhere".to_owned();
        while named.contains(&kind) {
            kind.push('e');
        }
        format!("{kind}:*").parse().expect("a kind is letters")
    }
}

/// What is not the resource, but close to it: a neighbour whose name begins like its own, and what is under it.
fn others(resource: &Resource) -> impl Iterator<Item = ResourcePattern> + use<> {
    let neighbour = Resource::parse(&format!("{resource}-evil")).map(ResourcePattern::from);
    neighbour.into_iter().chain([ResourcePattern::under(resource)])
}

impl fmt::Display for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(Holds { scopes, resources }) = &self.holds else { return f.write_str("no token") };
        if scopes.is_empty() {
            f.write_str("a token without scopes")?;
        } else {
            write!(f, "a token with `{scopes}`")?;
        }
        match resources.as_ref().map(ToString::to_string) {
            None => Ok(()),
            Some(limits) if limits.is_empty() => f.write_str(", limited to no resource"),
            Some(limits) => write!(f, ", limited to `{}`", limits.replace('\n', "`, `")),
        }
    }
}
