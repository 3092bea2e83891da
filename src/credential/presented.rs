use zeroize::Zeroizing;

use crate::class::SPACE;

/// The text that a client presents as its token.
pub(crate) enum Presented<'r> {
    /// As it stands in the request.
    Verbatim(&'r [u8]),
    /// Decoded. It is wiped when it is dropped.
    Decoded(Zeroizing<Vec<u8>>),
}

impl AsRef<[u8]> for Presented<'_> {
    fn as_ref(&self) -> &[u8] {
        match self {
            Self::Verbatim(text) => text,
            Self::Decoded(text) => text,
        }
    }
}

/// A value that is one word, white space around it taken away.
pub(super) fn only_word(value: &[u8]) -> Option<&[u8]> {
    let word = value.trim_ascii();
    let one = !word.is_empty() && !SPACE.has_any(word);
    one.then_some(word)
}
