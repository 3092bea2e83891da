use std::ops::RangeInclusive;

use crate::record::TokenName;

/// What names tokens may have.
#[derive(Debug, Clone)]
pub(super) struct Names {
    pub(super) chars: RangeInclusive<usize>,
    pub(super) allowed: fn(char) -> bool,
    pub(super) unique: bool,
}

impl Names {
    pub(super) fn allow(&self, name: &TokenName) -> bool {
        let text = name.as_str();
        self.chars.contains(&text.chars().count()) && text.chars().all(self.allowed)
    }
}

impl Default for Names {
    fn default() -> Self {
        Self { chars: 1..=100, allowed: |_| true, unique: false }
    }
}
