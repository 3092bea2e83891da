use std::marker::PhantomData;

use super::contract::{Demand, Judge, Sealed};
use crate::requirement::{Held, Reach, Requirement};

/// Asks for every part of a list. An empty list is met by nobody.
///
/// ```
/// use tower_pat::guard::demand::{All, Demand};
///
/// assert_eq!(All::<()>::requirement().to_string(), "all()");
/// ```
#[derive(Debug)]
pub struct All<L: DemandList>(PhantomData<fn() -> L>);

impl<L: DemandList> Sealed for All<L> {}

impl<L: DemandList> Judge for All<L> {
    const NAMES_PARAMETERS: bool = L::NAMES_PARAMETERS;

    fn is_met(held: &Held<'_>, reach: Reach) -> bool {
        !L::IS_EMPTY && L::all_met(held, reach)
    }

    fn every_parameter(is_true: &mut dyn FnMut(&'static str) -> bool) -> bool {
        L::every_parameter(is_true)
    }
}

impl<L: DemandList> Demand for All<L> {
    fn requirement() -> Requirement {
        Requirement::all(parts::<L>())
    }
}

/// Asks for at least one part of a list. An empty list is met by nobody.
///
/// ```
/// use tower_pat::guard::demand::{Any, Demand};
///
/// assert_eq!(Any::<()>::requirement().to_string(), "any()");
/// ```
#[derive(Debug)]
pub struct Any<L: DemandList>(PhantomData<fn() -> L>);

impl<L: DemandList> Sealed for Any<L> {}

impl<L: DemandList> Judge for Any<L> {
    const NAMES_PARAMETERS: bool = L::NAMES_PARAMETERS;

    fn is_met(held: &Held<'_>, reach: Reach) -> bool {
        L::any_met(held, reach)
    }

    fn every_parameter(is_true: &mut dyn FnMut(&'static str) -> bool) -> bool {
        L::every_parameter(is_true)
    }
}

impl<L: DemandList> Demand for Any<L> {
    fn requirement() -> Requirement {
        Requirement::any(parts::<L>())
    }
}

fn parts<L: DemandList>() -> Vec<Requirement> {
    let mut parts = Vec::new();
    L::name_parts(&mut parts);
    parts
}

/// The list inside [`All`] and [`Any`]: `()`, or a pair of a requirement and a further list.
///
/// ```
/// use tower_pat::guard::demand::{DemandList, Text, word};
///
/// fn is_a_list<L: DemandList>() {}
/// is_a_list::<(Text<5, { word("admin", 0) }>, ())>();
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a list of requirements",
    label = "not a list of requirements",
    note = "a list is `()`, or a pair of a requirement and a further list: `(A, (B, ()))`"
)]
pub trait DemandList: JudgeList + Send + Sync + 'static {}

/// What is needed of a list to judge it.
pub trait JudgeList: Sealed {
    /// Whether the list has no parts.
    const IS_EMPTY: bool;

    /// Whether a part needs a parameter of the path.
    const NAMES_PARAMETERS: bool;

    /// Whether every part is met; true of an empty list.
    fn all_met(held: &Held<'_>, reach: Reach) -> bool;

    /// Whether a part is met; false of an empty list.
    fn any_met(held: &Held<'_>, reach: Reach) -> bool;

    /// Whether this is true of every parameter that a part needs.
    fn every_parameter(is_true: &mut dyn FnMut(&'static str) -> bool) -> bool;

    /// Adds the parts as values, in order.
    fn name_parts(parts: &mut Vec<Requirement>);
}

impl Sealed for () {}

impl DemandList for () {}

impl JudgeList for () {
    const IS_EMPTY: bool = true;
    const NAMES_PARAMETERS: bool = false;

    fn all_met(_: &Held<'_>, _: Reach) -> bool {
        true
    }

    fn any_met(_: &Held<'_>, _: Reach) -> bool {
        false
    }

    fn every_parameter(_: &mut dyn FnMut(&'static str) -> bool) -> bool {
        true
    }

    fn name_parts(_: &mut Vec<Requirement>) {}
}

impl<D, L> Sealed for (D, L) {}

impl<D: Demand, L: DemandList> DemandList for (D, L) {}

impl<D: Demand, L: DemandList> JudgeList for (D, L) {
    const IS_EMPTY: bool = false;
    const NAMES_PARAMETERS: bool = D::NAMES_PARAMETERS || L::NAMES_PARAMETERS;

    fn all_met(held: &Held<'_>, reach: Reach) -> bool {
        D::is_met(held, reach) && L::all_met(held, reach)
    }

    fn any_met(held: &Held<'_>, reach: Reach) -> bool {
        D::is_met(held, reach) || L::any_met(held, reach)
    }

    fn every_parameter(is_true: &mut dyn FnMut(&'static str) -> bool) -> bool {
        D::every_parameter(is_true) && L::every_parameter(is_true)
    }

    fn name_parts(parts: &mut Vec<Requirement>) {
        parts.push(D::requirement());
        L::name_parts(parts);
    }
}

#[cfg(test)]
mod tests {
    use super::super::contract::Demand;
    use super::super::place::{Among, On};
    use super::super::text::{Text, word};
    use super::{All, Any};
    use crate::requirement::{Held, Place, Reach};
    use crate::resource::{Resource, ResourceFilter, ResourceSet};
    use crate::scope::{Scope, ScopeSet};

    type A = Text<1, { word("a", 0) }>;
    type B = Text<1, { word("b", 0) }>;
    type C = Text<1, { word("c", 0) }>;
    type Site = Text<9, { word("repo:site", 0) }>;
    type Repo = Text<4, { word("repo", 0) }>;

    fn every_grant() -> impl Iterator<Item = ScopeSet> {
        (0..8).map(|bits: u8| {
            let granted = ["a", "b", "c"].into_iter().enumerate();
            let granted = granted.filter(|(place, _)| bits >> place & 1 == 1);
            granted.map(|(_, text)| Scope::from_static(text)).collect()
        })
    }

    /// How often they are met.
    fn type_and_value_agree<D: Demand>(text: &str) -> usize {
        let requirement = D::requirement();
        assert_eq!(requirement.to_string(), text);
        let limits = ["repo:site", "repo:*", "team:*", ""].map(|limits| Some(limits.parse::<ResourceSet>().unwrap()));
        let places = ["repo:site", "repo:blog", "team:ops"].map(|place| Some(Resource::parse(place).unwrap()));
        let mut met = 0;
        for granted in every_grant() {
            for limits in [None].iter().chain(&limits) {
                for place in [None].iter().chain(&places) {
                    let place = place.as_ref().map_or(Place::Unknown, Place::On);
                    let held = Held::new(&granted, ResourceFilter::new(limits.as_ref()), place);
                    let by_type = D::is_met(&held, Reach::default());
                    assert_eq!(by_type, requirement.is_met(&held), "{text} of {granted} limited to {limits:?}");
                    met += usize::from(by_type);
                }
            }
        }
        met
    }

    #[test]
    fn a_type_and_its_value_are_met_by_the_same_callers() {
        assert!(type_and_value_agree::<A>("a") > 0);
        assert!(type_and_value_agree::<All<(A, (B, (C, ())))>>("all(a, b, c)") > 0);
        assert!(type_and_value_agree::<Any<(A, (B, (C, ())))>>("any(a, b, c)") > 0);
        assert!(type_and_value_agree::<Any<(A, (All<(B, (C, ()))>, ()))>>("any(a, all(b, c))") > 0);
        assert!(type_and_value_agree::<All<(Any<(A, (B, ()))>, (C, ()))>>("all(any(a, b), c)") > 0);
        assert!(type_and_value_agree::<On<Any<(A, (B, ()))>, Site>>("any(a, b) on repo:site") > 0);
        assert!(type_and_value_agree::<Any<(On<A, Site>, (B, ()))>>("any(a on repo:site, b)") > 0);
        assert!(type_and_value_agree::<Any<(Among<A, Repo>, (B, ()))>>("any(a among repo, b)") > 0);
    }

    #[test]
    fn empty_lists_are_met_by_nobody() {
        assert_eq!(type_and_value_agree::<All<()>>("all()"), 0);
        assert_eq!(type_and_value_agree::<Any<()>>("any()"), 0);
        assert_eq!(type_and_value_agree::<Any<(All<()>, ())>>("any(all())"), 0);
        assert_eq!(type_and_value_agree::<All<(A, (All<()>, ()))>>("all(a, all())"), 0);
    }
}
