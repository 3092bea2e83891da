use crate::token::DigestMark;

/// What a change has touched, and what is announced of it.
///
/// ```
/// use tower_pat::store::Touched;
/// use tower_pat::token::DigestMark;
///
/// assert_ne!(Touched::Marks(vec![DigestMark::from_bits(7)]), Touched::All);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Touched {
    /// The tokens with these marks.
    Marks(Vec<DigestMark>),
    /// So many that it is announced for all tokens there are.
    All,
}
