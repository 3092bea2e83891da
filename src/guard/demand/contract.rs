use crate::requirement::{Held, Reach, Requirement};

/// Keeps the traits to the types of this module, which agree with their [`Requirement`].
pub trait Sealed {}

/// How a requirement is held against a caller without being made a value. Nothing of it allocates.
pub trait Judge: Sealed {
    /// Whether a parameter of the path is needed.
    const NAMES_PARAMETERS: bool;

    /// Whether it is met by what is held.
    fn is_met(held: &Held<'_>, reach: Reach) -> bool;

    /// Whether this is true of every parameter that is needed.
    fn every_parameter(is_true: &mut dyn FnMut(&'static str) -> bool) -> bool;
}

/// A requirement that is a type: [`Text`](super::Text), [`All`](super::All) or [`Any`](super::Any), perhaps within
/// [`On`](super::On), [`Among`](super::Among) and [`Concealed`](super::Concealed).
///
/// ```
/// use tower_pat::guard::demand::{Demand, Text, word};
/// use tower_pat::scope::ScopeSet;
///
/// fn names<D: Demand>() -> ScopeSet {
///     D::requirement().challenge_scopes()
/// }
/// assert!(names::<Text<5, { word("admin", 0) }>>().contains("admin"));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a requirement",
    label = "not a requirement that is a type",
    note = "`#[require_scope(\"…\")]` above the handler writes this type, and `tower_pat::guard::demand!(\"…\")` names it"
)]
pub trait Demand: Judge + Send + Sync + 'static {
    /// The same as a value, for a denial, for a table of routes or for documentation.
    fn requirement() -> Requirement;
}
