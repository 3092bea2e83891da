use std::marker::PhantomData;

use super::contract::{Demand, Sealed};
use crate::requirement::Requirement;
use crate::scope::ScopeSet;

/// Asks for every part of a list. An empty list is met by nobody.
///
/// ```
/// use tower_pat::guard::demand::{All, Demand};
///
/// assert!(!All::<()>::is_met_by(&"admin".parse()?));
/// # Ok::<(), tower_pat::invalid::InvalidValue>(())
/// ```
#[derive(Debug)]
pub struct All<L: DemandList>(PhantomData<fn() -> L>);

impl<L: DemandList> Sealed for All<L> {}

impl<L: DemandList> Demand for All<L> {
    fn is_met_by(granted: &ScopeSet) -> bool {
        !L::IS_EMPTY && L::all_met_by(granted)
    }

    fn requirement() -> Requirement {
        Requirement::all(parts::<L>())
    }
}

/// Asks for at least one part of a list. An empty list is met by nobody.
///
/// ```
/// use tower_pat::guard::demand::{Any, Demand};
///
/// assert!(!Any::<()>::is_met_by(&"admin".parse()?));
/// # Ok::<(), tower_pat::invalid::InvalidValue>(())
/// ```
#[derive(Debug)]
pub struct Any<L: DemandList>(PhantomData<fn() -> L>);

impl<L: DemandList> Sealed for Any<L> {}

impl<L: DemandList> Demand for Any<L> {
    fn is_met_by(granted: &ScopeSet) -> bool {
        L::any_met_by(granted)
    }

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
/// type Admin = Text<5, { word("admin", 0) }>;
/// assert!(!<(Admin, ())>::IS_EMPTY);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a list of requirements",
    label = "not a list of requirements",
    note = "a list is `()`, or a pair of a requirement and a further list: `(A, (B, ()))`"
)]
pub trait DemandList: Sealed + Send + Sync + 'static {
    /// Whether the list has no parts.
    const IS_EMPTY: bool;

    /// Whether every part is met; true of an empty list.
    fn all_met_by(granted: &ScopeSet) -> bool;

    /// Whether a part is met; false of an empty list.
    fn any_met_by(granted: &ScopeSet) -> bool;

    /// Adds the parts as values, in order.
    fn name_parts(parts: &mut Vec<Requirement>);
}

impl Sealed for () {}

impl DemandList for () {
    const IS_EMPTY: bool = true;

    fn all_met_by(_: &ScopeSet) -> bool {
        true
    }

    fn any_met_by(_: &ScopeSet) -> bool {
        false
    }

    fn name_parts(_: &mut Vec<Requirement>) {}
}

impl<D, L> Sealed for (D, L) {}

impl<D: Demand, L: DemandList> DemandList for (D, L) {
    const IS_EMPTY: bool = false;

    fn all_met_by(granted: &ScopeSet) -> bool {
        D::is_met_by(granted) && L::all_met_by(granted)
    }

    fn any_met_by(granted: &ScopeSet) -> bool {
        D::is_met_by(granted) || L::any_met_by(granted)
    }

    fn name_parts(parts: &mut Vec<Requirement>) {
        parts.push(D::requirement());
        L::name_parts(parts);
    }
}

#[cfg(test)]
mod tests {
    use super::super::contract::Demand;
    use super::super::text::{Text, word};
    use super::{All, Any};
    use crate::scope::{Scope, ScopeSet};

    type A = Text<1, { word("a", 0) }>;
    type B = Text<1, { word("b", 0) }>;
    type C = Text<1, { word("c", 0) }>;

    fn every_grant() -> impl Iterator<Item = ScopeSet> {
        (0..8).map(|bits: u8| {
            let granted = ["a", "b", "c"].into_iter().enumerate();
            let granted = granted.filter(|(place, _)| bits >> place & 1 == 1);
            granted.map(|(_, text)| Scope::from_static(text)).collect()
        })
    }

    fn type_and_value_agree<D: Demand>(text: &str) {
        assert_eq!(D::requirement().to_string(), text);
        for granted in every_grant() {
            assert_eq!(D::is_met_by(&granted), D::requirement().is_met_by(&granted), "{text} of {granted}");
        }
    }

    #[test]
    fn a_type_and_its_value_are_met_by_the_same_scopes() {
        type_and_value_agree::<A>("a");
        type_and_value_agree::<All<(A, (B, (C, ())))>>("all(a, b, c)");
        type_and_value_agree::<Any<(A, (B, (C, ())))>>("any(a, b, c)");
        type_and_value_agree::<Any<(A, (All<(B, (C, ()))>, ()))>>("any(a, all(b, c))");
        type_and_value_agree::<All<(Any<(A, (B, ()))>, (C, ()))>>("all(any(a, b), c)");
    }

    #[test]
    fn empty_lists_are_met_by_nobody() {
        type_and_value_agree::<All<()>>("all()");
        type_and_value_agree::<Any<()>>("any()");
        type_and_value_agree::<Any<(All<()>, ())>>("any(all())");
        type_and_value_agree::<All<(A, (All<()>, ()))>>("all(a, all())");
        assert!(every_grant().all(|granted| !All::<()>::is_met_by(&granted) && !Any::<()>::is_met_by(&granted)));
    }
}
