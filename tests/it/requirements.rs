//! What a requirement decides, against an evaluator that is written as naively as possible.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{BoxedStrategy, Just, Strategy, prop_assert, prop_assert_eq, prop_oneof, proptest};
use proptest::sample::{select, subsequence};
use tower_pat::PatPrincipal;
use tower_pat::Scope;
use tower_pat::requirement::Requirement;
use tower_pat::resource::{Resource, ResourceKind, ResourcePattern, ResourceSet, ResourceTemplate};

use crate::support::{record, scopes};

const SCOPES: [&str; 4] = ["a", "b", "c", "*"];
const TEMPLATES: [&str; 5] = ["r:x", "r:x/y", "r:{p}", "r:{p}/{q}", "s:{p}/y"];
const KINDS: [&str; 2] = ["r", "s"];
const RESOURCES: [&str; 7] = ["r:x", "r:x/y", "r:xx/y", "r:x/y/z", "s:x", "s:x/y", "r:X"];
const PATTERNS: [&str; 10] = ["r:*", "s:*", "r:x", "r:x/*", "r:x/y", "r:xx/*", "r:x/y/*", "s:x/*", "rs:*", "r:X/*"];

/// A requirement as a test would write it down.
#[derive(Debug, Clone)]
enum Wish {
    Scope(&'static str),
    All(Vec<Wish>),
    Any(Vec<Wish>),
    On(Box<Wish>, &'static str),
    Among(Box<Wish>, &'static str),
    Concealed(Box<Wish>),
}

#[derive(Debug, Clone)]
struct Grant {
    scopes: Vec<&'static str>,
    limits: Option<Vec<&'static str>>,
}

impl Wish {
    fn requirement(&self) -> Requirement {
        match self {
            Self::Scope(scope) => Scope::from_static(scope).into(),
            Self::All(parts) => Requirement::all(parts.iter().map(Self::requirement)),
            Self::Any(parts) => Requirement::any(parts.iter().map(Self::requirement)),
            Self::On(part, template) => part.requirement().on(ResourceTemplate::from_static(template)),
            Self::Among(part, kind) => part.requirement().among(ResourceKind::from_static(kind)),
            Self::Concealed(part) => part.requirement().concealed(),
        }
    }

    /// `here` says of each place that is named further out whether the token may be used there.
    fn is_met(&self, grant: &Grant, resource: Option<&str>, here: &[bool]) -> bool {
        let and = |place| [here, &[place]].concat();
        match self {
            Self::Scope(scope) => {
                let free = resource.map_or(grant.limits.is_none(), |resource| grant.may_use(resource));
                let reached = if here.is_empty() { free } else { !here.contains(&false) };
                reached && grant.scopes.contains(scope)
            }
            Self::All(parts) => {
                let missing = parts.iter().filter(|part| !part.is_met(grant, resource, here)).count();
                !parts.is_empty() && missing == 0
            }
            Self::Any(parts) => parts.iter().filter(|part| part.is_met(grant, resource, here)).count() > 0,
            Self::On(part, template) => part.is_met(grant, resource, &and(grant.may_use_template(template, resource))),
            Self::Among(part, kind) => {
                let of_kind = |text: &str| split(text).0 == *kind;
                let some = match resource {
                    Some(resource) => of_kind(resource) && grant.may_use(resource),
                    None => grant.limits.as_ref().is_none_or(|limits| limits.iter().any(|limit| of_kind(limit))),
                };
                part.is_met(grant, resource, &and(some))
            }
            Self::Concealed(part) => part.is_met(grant, resource, here),
        }
    }
}

impl Grant {
    fn may_use(&self, resource: &str) -> bool {
        self.limits.as_ref().is_none_or(|limits| limits.iter().any(|limit| covers(limit, resource)))
    }

    fn may_use_template(&self, template: &str, resource: Option<&str>) -> bool {
        match resource {
            None => !template.contains('{') && self.may_use(template),
            Some(resource) => {
                let (kind, wanted) = split(template);
                let (other, segments) = split(resource);
                let alike = |(wanted, segment): (&&str, &&str)| wanted.starts_with('{') || wanted == segment;
                let fits = wanted.len() == segments.len() && wanted.iter().zip(&segments).all(alike);
                kind == other && fits && self.may_use(resource)
            }
        }
    }

    fn principal(&self) -> PatPrincipal {
        let limits =
            self.limits.as_ref().map(|limits| limits.iter().map(|text| pattern(text)).collect::<ResourceSet>());
        PatPrincipal::new(record(1).with_scopes(scopes(&self.scopes.join(" "))).with_resources(limits))
    }
}

fn covers(limit: &str, resource: &str) -> bool {
    let (kind, mut segments) = split(limit);
    let (other, wanted) = split(resource);
    if kind != other {
        return false;
    }
    if segments.last() == Some(&"*") {
        segments.pop();
        return wanted.len() > segments.len() && wanted[..segments.len()] == segments;
    }
    wanted == segments
}

fn split(text: &str) -> (&str, Vec<&str>) {
    let (kind, segments) = text.split_once(':').unwrap();
    (kind, segments.split('/').collect())
}

fn pattern(text: &str) -> ResourcePattern {
    ResourcePattern::parse(text).unwrap()
}

fn wish() -> BoxedStrategy<Wish> {
    let leaf = select(&SCOPES[..]).prop_map(Wish::Scope);
    let tree = leaf.prop_recursive(4, 24, 4, |part| {
        prop_oneof![
            vec(part.clone(), 0..4).prop_map(Wish::All),
            vec(part.clone(), 0..4).prop_map(Wish::Any),
            (part.clone(), select(&TEMPLATES[..])).prop_map(|(part, template)| Wish::On(Box::new(part), template)),
            (part.clone(), select(&KINDS[..])).prop_map(|(part, kind)| Wish::Among(Box::new(part), kind)),
            part.prop_map(|part| Wish::Concealed(Box::new(part))),
        ]
    });
    tree.boxed()
}

fn grant() -> impl Strategy<Value = Grant> {
    let scopes = subsequence(&SCOPES[..], 0..=SCOPES.len());
    let limits = option::of(subsequence(&PATTERNS[..], 0..=4));
    (scopes, limits).prop_map(|(scopes, limits)| Grant { scopes, limits })
}

fn place() -> impl Strategy<Value = Option<&'static str>> {
    prop_oneof![Just(None), select(&RESOURCES[..]).prop_map(Some)]
}

fn decide(grant: &Grant, wish: &Wish, place: Option<&str>) -> bool {
    let place = place.map(|place| Resource::parse(place).unwrap());
    grant.principal().allows(&wish.requirement(), place.as_ref())
}

proptest! {
    #[test]
    fn decision_is_that_of_a_naive_evaluator(wish in wish(), grant in grant(), place in place()) {
        prop_assert_eq!(decide(&grant, &wish, place), wish.is_met(&grant, place, &[]), "{}", wish.requirement());
    }

    #[test]
    fn one_more_scope_never_removes_access(wish in wish(), grant in grant(), place in place(), more in select(&SCOPES[..])) {
        let mut wider = grant.clone();
        wider.scopes.push(more);
        prop_assert!(decide(&wider, &wish, place) || !decide(&grant, &wish, place));
    }

    #[test]
    fn one_more_resource_never_removes_access(
        wish in wish(),
        grant in grant(),
        place in place(),
        more in select(&PATTERNS[..]),
    ) {
        let mut wider = grant.clone();
        if let Some(limits) = &mut wider.limits {
            limits.push(more);
        }
        prop_assert!(decide(&wider, &wish, place) || !decide(&grant, &wish, place));
    }

    #[test]
    fn narrowing_never_adds_access(wish in wish(), grant in grant(), place in place(), limits in subsequence(&PATTERNS[..], 0..=4)) {
        let mut narrower = grant.clone();
        narrower.scopes.pop();
        narrower.limits = match narrower.limits {
            None => Some(limits),
            Some(mut held) => {
                held.pop();
                Some(held)
            }
        };
        prop_assert!(decide(&grant, &wish, place) || !decide(&narrower, &wish, place));
    }

    #[test]
    fn requirement_without_scopes_is_met_by_nobody(grant in grant(), place in place()) {
        prop_assert!(!decide(&grant, &Wish::All(Vec::new()), place));
        prop_assert!(!decide(&grant, &Wish::Any(Vec::new()), place));
    }
}
