use crate::requirement::Requirement;
use crate::scope::ScopeSet;

/// Keeps the trait to the types of this module, which agree with their [`Requirement`].
pub trait Sealed {}

/// A requirement that is a type: [`Text`](super::Text), [`All`](super::All) or [`Any`](super::Any).
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
    note = "`#[require_scope(\"…\")]` above the handler writes this type"
)]
pub trait Demand: Sealed + Send + Sync + 'static {
    /// Whether these scopes are enough. It does not allocate.
    fn is_met_by(granted: &ScopeSet) -> bool;

    /// The same as a value, for a denial or for documentation.
    fn requirement() -> Requirement;
}
