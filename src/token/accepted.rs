use super::digest::TokenDigest;
use super::format::TokenFormat;
use super::opaque::OpaqueFormat;

/// What a verifier accepts: the service's own tokens, those of others, or both.
///
/// Whatever the order in which they were named, a text is first held against the service's own formats:
///
/// 1. It has the shape, a prefix and the checksum of an own token: it is accepted.
/// 2. It has an own prefix, `_` and 36 bytes after it, but is none: it is refused. An own token in which a character was
///    mistyped is not to pass for a foreign one that happens to be of any shape, and cost a look-up.
/// 3. Any other text is accepted if one of the foreign formats describes it.
///
/// The second rule looks at the exact length, so that an older system may have used the same prefix: its keys are accepted
/// as foreign ones if they are longer or shorter. For the same reason an own token that was cut short, or that lost or won a
/// character, is held against the foreign formats; it is looked up if one describes it, and unknown then. Foreign keys with
/// an own prefix and this very length are always refused: give new tokens another prefix then.
///
/// ```
/// use tower_pat::token::{AcceptedFormats, OpaqueFormat, TokenFormat};
///
/// let own = TokenFormat::new("acme_pat")?;
/// let accepted = AcceptedFormats::from(own).or(OpaqueFormat::new());
///
/// let mistyped = format!("acme_pat_{}", "0".repeat(36));
/// assert!(accepted.digest(mistyped).is_none());
/// assert!(accepted.digest("c2VjcmV0LW9mLWFub3RoZXI=").is_some());
/// # Ok::<(), tower_pat::invalid::InvalidValue>(())
/// ```
#[derive(Debug, Clone)]
pub struct AcceptedFormats {
    /// All own prefixes are those of one format.
    own: Option<TokenFormat>,
    foreign: Box<[OpaqueFormat]>,
}

impl AcceptedFormats {
    /// Accepts also what this describes.
    ///
    /// ```
    /// use tower_pat::token::{AcceptedFormats, OpaqueFormat};
    ///
    /// let gitlab = OpaqueFormat::new().with_prefix("glpat-")?;
    /// let github = OpaqueFormat::new().with_prefix("ghp_")?;
    /// let accepted = AcceptedFormats::from(gitlab).or(github);
    ///
    /// assert!(accepted.digest("ghp_Zm9yZWlnbnRva2Vu").is_some());
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    #[must_use]
    pub fn or(self, other: impl Into<Self>) -> Self {
        let other = other.into();
        let own = match (self.own, other.own) {
            (Some(own), Some(other)) => Some(own.with_prefixes_of(&other)),
            (own, other) => own.or(other),
        };
        let foreign = self.foreign.into_iter().chain(other.foreign).collect();
        Self { own, foreign }
    }

    /// The digest of a presented token, or none when no format describes it. Nothing is hashed and nothing allocated for
    /// such a text, however long it is.
    #[must_use]
    #[inline]
    pub fn digest(&self, presented: impl AsRef<[u8]>) -> Option<TokenDigest> {
        let presented = presented.as_ref();
        self.describes(presented).then(|| TokenDigest::of(presented))
    }

    #[inline]
    fn describes(&self, presented: &[u8]) -> bool {
        let own = self.own.as_ref().and_then(|own| own.decide(presented));
        own.unwrap_or_else(|| self.is_foreign(presented))
    }

    // Apart, so that an own token does not pay for the registers of this loop.
    #[inline(never)]
    fn is_foreign(&self, presented: &[u8]) -> bool {
        self.foreign.iter().any(|format| format.describes(presented))
    }
}

impl From<TokenFormat> for AcceptedFormats {
    fn from(format: TokenFormat) -> Self {
        Self { own: Some(format), foreign: Box::default() }
    }
}

impl From<OpaqueFormat> for AcceptedFormats {
    fn from(format: OpaqueFormat) -> Self {
        Self { own: None, foreign: Box::new([format]) }
    }
}
