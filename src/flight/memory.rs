use std::sync::Arc;

use super::verdict::Verdict;
use crate::token::TokenDigest;

/// Remembers verdicts for a while. It may forget any of them at any moment, and nobody relies on it to forget.
pub(crate) trait Memory {
    fn recall(&self, digest: &TokenDigest) -> Option<Arc<Verdict>>;

    fn remember(&self, digest: TokenDigest, verdict: Arc<Verdict>);
}
