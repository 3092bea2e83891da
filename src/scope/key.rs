/// A scope to be looked for, with a number that is the same for the same text: made once, where the requirement is, and
/// not with each request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ScopeKey<'a> {
    pub(super) text: &'a str,
    pub(super) hash: u64,
}

impl<'a> ScopeKey<'a> {
    pub(crate) const fn of(text: &'a str) -> Self {
        Self { text, hash: hash(text) }
    }

    pub(crate) fn text(self) -> &'a str {
        self.text
    }

    /// With the [`hash`] of this text.
    pub(crate) fn with_hash(text: &'a str, hash: u64) -> Self {
        Self { text, hash }
    }
}

/// FNV-1a. Who writes the catalogue chooses what it takes in, so it needs no key.
pub(crate) const fn hash(text: &str) -> u64 {
    let bytes = text.as_bytes();
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut at = 0;
    while at < bytes.len() {
        hash = (hash ^ bytes[at] as u64).wrapping_mul(0x0100_0000_01b3);
        at += 1;
    }
    hash
}
