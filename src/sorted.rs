//! What the sets of values have in common.

use std::fmt;
use std::slice;

use serde::{Deserialize, Deserializer, Serialize};

/// Values in their order, each once: what the sets of scopes, networks and audiences have in common.
///
/// As text they are separated by one space each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(crate) struct Sorted<T>(Box<[T]>);

impl<T: Ord> Sorted<T> {
    /// Reads values separated by one space each; an empty text holds none. None if one of them is not read.
    pub(crate) fn parse<E>(text: &str, one: impl Fn(&str) -> Result<T, E>) -> Option<Self> {
        if text.is_empty() {
            return Some(Self::default());
        }
        text.split(' ').map(|text| one(text).ok()).collect()
    }
}

impl<T> Sorted<T> {
    pub(crate) fn as_slice(&self) -> &[T] {
        &self.0
    }

    pub(crate) fn iter(&self) -> slice::Iter<'_, T> {
        self.0.iter()
    }
}

impl<T> Default for Sorted<T> {
    fn default() -> Self {
        Self(Box::default())
    }
}

impl<T: Ord> FromIterator<T> for Sorted<T> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        let mut values: Vec<_> = values.into_iter().collect();
        values.sort_unstable();
        values.dedup();
        Self(values.into())
    }
}

impl<T: fmt::Display> fmt::Display for Sorted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, value) in self.iter().enumerate() {
            let separator = if position == 0 { "" } else { " " };
            write!(f, "{separator}{value}")?;
        }
        Ok(())
    }
}

impl<'de, T: Deserialize<'de> + Ord> Deserialize<'de> for Sorted<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Vec::deserialize(deserializer)?.into_iter().collect())
    }
}
