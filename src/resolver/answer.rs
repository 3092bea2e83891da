use crate::record::PatRecord;

/// What a resolver says of a digest.
///
/// Only the two certain answers are here; "I cannot tell" is a [`ResolveError`](super::ResolveError). Whether a known
/// token is valid is not the resolver's business: it gives the record, revoked and expired ones too.
///
/// ```
/// use tower_pat::resolver::Answer;
///
/// assert_eq!(Answer::from(None), Answer::Unknown);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[expect(clippy::large_enum_variant, reason = "there is one for each look-up, and it is taken apart at once")]
pub enum Answer {
    /// The record of the token.
    Known(PatRecord),
    /// There is certainly no such token.
    Unknown,
}

impl From<PatRecord> for Answer {
    fn from(record: PatRecord) -> Self {
        Self::Known(record)
    }
}

impl From<Option<PatRecord>> for Answer {
    fn from(record: Option<PatRecord>) -> Self {
        record.map_or(Self::Unknown, Self::Known)
    }
}
