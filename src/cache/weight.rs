use std::sync::Arc;

use crate::flight::Verdict;
use crate::footprint::Footprint;

/// What the tables take for one token, whatever the verdict: its entries in moka, in the front, and the links between.
const TABLES: usize = 320;
/// The counts of an [`Arc`], and the verdict itself.
const VERDICT: usize = 2 * size_of::<usize>() + size_of::<Verdict>();

/// About how many bytes a remembered verdict takes, its place in the tables included.
pub(super) fn weight(verdict: &Arc<Verdict>) -> u32 {
    u32::try_from(TABLES + VERDICT + verdict.footprint()).unwrap_or(u32::MAX)
}
