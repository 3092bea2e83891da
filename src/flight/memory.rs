use std::sync::Arc;

use super::verdict::Verdict;
use crate::token::TokenDigest;

/// Remembers verdicts for a while. It may forget any of them at any moment, and nobody relies on it to forget.
pub(crate) trait Memory {
    /// What `read` makes of the verdict on this token, if there is one. It is short, and asks nothing of this memory.
    fn recall<T>(&self, digest: &TokenDigest, read: impl FnOnce(&Arc<Verdict>) -> T) -> Option<T>;

    fn remember(&self, digest: TokenDigest, verdict: Arc<Verdict>);
}
