use serde::{Deserialize, Deserializer};

/// A member of a document that may be null, or left out, which is not the same.
#[derive(Debug, Default)]
pub(super) enum Member<T> {
    #[default]
    Absent,
    Null,
    Value(T),
}

impl<T> Member<T> {
    pub(super) fn is_given(&self) -> bool {
        !matches!(self, Self::Absent)
    }

    /// Does something with the value or null, if either is given.
    pub(super) fn fold<A>(self, before: A, change: impl FnOnce(A, Option<T>) -> A) -> A {
        match self {
            Self::Absent => before,
            Self::Null => change(before, None),
            Self::Value(value) => change(before, Some(value)),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Member<T> {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        let value = Option::deserialize(reader)?;
        Ok(value.map_or(Self::Null, Self::Value))
    }
}
