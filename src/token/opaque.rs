use super::digest::TokenDigest;
use crate::class::B64TOKEN;
use crate::invalid::{InvalidValue, InvalidValueKind};

/// What the tokens that another issuer made may look like: any `b64token` of RFC 6750, section 2.1, within bounds.
///
/// That is `1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="`, at least 16 bytes, or what
/// [`with_min_len`](OpaqueFormat::with_min_len) says, and at most [`OpaqueFormat::MAX_LEN`]. Such a token carries no
/// checksum: each text of this shape costs a look-up.
///
/// ```
/// use tower_pat::token::{OpaqueFormat, TokenDigest};
///
/// let format = OpaqueFormat::new().with_prefix("glpat-")?;
///
/// let presented = "glpat-Zm9yZWlnbnRva2Vu";
/// assert_eq!(format.digest(presented), Some(TokenDigest::of(presented)));
/// assert_eq!(format.digest("ghp_Zm9yZWlnbnRva2Vu"), None);
/// assert_eq!(format.digest("glpat-short"), None);
/// # Ok::<(), tower_pat::invalid::InvalidValue>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpaqueFormat {
    /// Empty where none is asked for.
    prefix: Box<str>,
    min_len: usize,
}

impl OpaqueFormat {
    /// The length of the longest token that is accepted, in bytes.
    pub const MAX_LEN: usize = 512;

    const DEFAULT_MIN_LEN: usize = 16;
    const MAX_PREFIX_LEN: usize = 64;

    /// A format of 16 to 512 bytes and no required prefix.
    #[must_use]
    pub fn new() -> Self {
        Self { prefix: Box::default(), min_len: Self::DEFAULT_MIN_LEN }
    }

    /// Asks for this prefix, upper and lower case told apart. The more of a token is known, the fewer texts cost a
    /// look-up.
    ///
    /// # Errors
    ///
    /// Unless the prefix is 1 to 64 characters of `A-Z`, `a-z`, `0-9`, `-`, `.`, `_`, `~`, `+` and `/`.
    pub fn with_prefix(mut self, prefix: &str) -> Result<Self, InvalidValue> {
        let fits = (1..=Self::MAX_PREFIX_LEN).contains(&prefix.len());
        if !fits || !B64TOKEN.has_all(prefix.as_bytes()) {
            return Err(InvalidValue::new(InvalidValueKind::OpaquePrefix));
        }
        self.prefix = prefix.into();
        Ok(self)
    }

    /// Refuses a token of fewer bytes than these, prefix and padding included, without a look-up; 16 by default.
    ///
    /// # Errors
    ///
    /// Unless it is 1 to [`OpaqueFormat::MAX_LEN`].
    ///
    /// ```
    /// use tower_pat::token::OpaqueFormat;
    ///
    /// let format = OpaqueFormat::new().with_min_len(40)?;
    /// assert!(format.digest("a".repeat(39)).is_none());
    /// assert!(format.digest("a".repeat(40)).is_some());
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    pub fn with_min_len(mut self, bytes: usize) -> Result<Self, InvalidValue> {
        if !(1..=Self::MAX_LEN).contains(&bytes) {
            return Err(InvalidValue::new(InvalidValueKind::OpaqueLen));
        }
        self.min_len = bytes;
        Ok(self)
    }

    /// The digest of a presented token, or none when it has not this shape. Nothing is hashed and nothing allocated for
    /// such a text, however long it is.
    #[must_use]
    pub fn digest(&self, presented: impl AsRef<[u8]>) -> Option<TokenDigest> {
        let presented = presented.as_ref();
        self.describes(presented).then(|| TokenDigest::of(presented))
    }

    pub(super) fn describes(&self, presented: &[u8]) -> bool {
        if !(self.min_len..=Self::MAX_LEN).contains(&presented.len()) || !presented.starts_with(self.prefix.as_bytes())
        {
            return false;
        }
        // What stands before the padding; none is padding alone.
        let Some(last) = presented.iter().rposition(|&byte| byte != b'=') else {
            return false;
        };
        B64TOKEN.has_all(&presented[..=last])
    }
}

impl Default for OpaqueFormat {
    fn default() -> Self {
        Self::new()
    }
}
