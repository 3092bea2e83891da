use std::hash::{BuildHasherDefault, Hash, Hasher};

use moka::Equivalent;

use crate::token::TokenDigest;

/// Takes bytes of the digest itself for its hash. Only for digests of tokens that exist: whoever makes tokens up could
/// search for ones that fall into one place.
pub(super) type ByOwnBytes = BuildHasherDefault<OwnBytes>;

#[derive(Debug, Default)]
pub(super) struct OwnBytes(u64);

impl Hasher for OwnBytes {
    fn write(&mut self, bytes: &[u8]) {
        self.0 = beginning(bytes);
    }

    /// The length that stands before an array tells nothing.
    fn write_usize(&mut self, _: usize) {}

    fn finish(&self) -> u64 {
        self.0
    }
}

/// The first bytes of a digest: enough to tell a map whose token was used. That two tokens share them never happens by
/// chance, and would only make one of them look more popular.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Beginning(pub(super) u64);

impl From<&TokenDigest> for Beginning {
    fn from(digest: &TokenDigest) -> Self {
        Self(beginning(digest.as_bytes()))
    }
}

impl Hash for Beginning {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write(&self.0.to_ne_bytes());
    }
}

impl Equivalent<TokenDigest> for Beginning {
    fn equivalent(&self, digest: &TokenDigest) -> bool {
        *self == Self::from(digest)
    }
}

fn beginning(bytes: &[u8]) -> u64 {
    bytes.first_chunk().map_or(0, |first| u64::from_ne_bytes(*first))
}

#[cfg(test)]
mod tests {
    use std::hash::BuildHasher;

    use super::{Beginning, ByOwnBytes};
    use crate::token::TokenDigest;

    #[test]
    fn digest_and_its_beginning_have_one_hash() {
        let hasher = ByOwnBytes::default();
        let (one, other) = (TokenDigest::of("one"), TokenDigest::of("other"));
        assert_eq!(hasher.hash_one(one), hasher.hash_one(Beginning::from(&one)));
        assert_ne!(hasher.hash_one(one), hasher.hash_one(other));
        assert_ne!(hasher.hash_one(one), 0);
    }
}
