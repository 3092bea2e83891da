//! What the sets of values have in common.

use std::fmt;
use std::slice;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::footprint::Footprint;

/// Values in their order, each once: what the sets of scopes, networks and audiences have in common.
///
/// As text they are separated by one space each. Cloning them is one reference count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sorted<T>(Arc<[T]>);

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

impl<T: Footprint> Footprint for Sorted<T> {
    fn footprint(&self) -> usize {
        self.0.footprint()
    }
}

impl<T> Default for Sorted<T> {
    fn default() -> Self {
        Self(Arc::default())
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

impl<T: Serialize> Serialize for Sorted<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_slice().serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de> + Ord> Deserialize<'de> for Sorted<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Vec::deserialize(deserializer)?.into_iter().collect())
    }
}
