use std::fmt;

use zeroize::Zeroizing;

use super::digest::TokenDigest;
use super::hint::TokenHint;
use super::layout::TAIL_LEN;

/// The secret a client presents. It exists when it is made, is shown once, and is then forgotten.
///
/// It has no `Display`, no `Serialize` and no `Clone`; `Debug` shows nothing of it; its memory is zeroed when it is
/// dropped. [`PatToken::expose_secret`] is the one way to the text.
///
/// ```
/// use tower_pat::token::{OsEntropy, TokenFormat};
///
/// let token = TokenFormat::new("acme_pat")?.generate(&OsEntropy)?;
/// assert_eq!(format!("{token:?}"), "PatToken(…)");
/// assert_eq!(token.expose_secret().len(), "acme_pat".len() + 1 + 30 + 6);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct PatToken(Zeroizing<String>);

impl PatToken {
    /// The caller has made sure that the text is a token: a prefix, then a tail of [`TAIL_LEN`] ASCII characters.
    pub(super) fn new(text: Zeroizing<String>) -> Self {
        debug_assert!(text.len() > TAIL_LEN && text.is_ascii(), "a token ends in an ASCII tail");
        Self(text)
    }

    /// The token itself. Give it to the person it was made for, and to nobody else.
    #[must_use]
    pub fn expose_secret(&self) -> &str {
        &self.0
    }

    /// What is stored in place of the token.
    #[must_use]
    pub fn digest(&self) -> TokenDigest {
        TokenDigest::of(self.0.as_bytes())
    }

    /// By what people recognise the token in a list.
    #[must_use]
    pub fn hint(&self) -> TokenHint {
        let (prefix, tail) = self.0.split_at(self.0.len() - TAIL_LEN);
        TokenHint::new(prefix, &tail[TAIL_LEN - 4..])
    }
}

impl fmt::Debug for PatToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PatToken(…)")
    }
}
