pub(super) const MAX_PREFIX_LEN: usize = 18;
pub(super) const BODY_LEN: usize = 30;
pub(super) const CHECKSUM_LEN: usize = 6;
/// What follows the prefix and its `_`.
pub(super) const TAIL_LEN: usize = BODY_LEN + CHECKSUM_LEN;
