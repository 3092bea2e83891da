use std::error::Error;

use crate::resolver::ResolveError;

/// A store did not do what it was asked.
///
/// The message is for the operator; it holds no token and no digest. [`source`](Error::source) gives the cause.
///
/// ```
/// use tower_pat::store::{StoreError, StoreErrorKind};
///
/// let error = StoreError::new(StoreErrorKind::Unavailable, std::io::Error::other("connection refused"));
/// assert_eq!(error.kind(), StoreErrorKind::Unavailable);
/// assert_eq!(error.to_string(), "the token store is unavailable");
/// ```
#[derive(Debug, thiserror::Error)]
#[error("{kind}")]
pub struct StoreError {
    kind: StoreErrorKind,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl StoreError {
    /// An error of this kind with its cause.
    pub fn new(kind: StoreErrorKind, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { kind, source: Some(source.into()) }
    }

    /// What went wrong.
    #[must_use]
    pub fn kind(&self) -> StoreErrorKind {
        self.kind
    }
}

impl From<StoreErrorKind> for StoreError {
    fn from(kind: StoreErrorKind) -> Self {
        Self { kind, source: None }
    }
}

/// Whatever hinders a store from looking up a token, the answer is "cannot tell", never "unknown".
impl From<StoreError> for ResolveError {
    fn from(error: StoreError) -> Self {
        Self::unavailable(error)
    }
}

/// What hindered a store. Its `Display` form is the message of [`StoreError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum StoreErrorKind {
    /// It did not answer, or not in time, or has no room left; the same call may succeed later. Whether a change was
    /// made is unknown.
    #[error("the token store is unavailable")]
    Unavailable,
    /// The address does not name a store of this sort.
    #[error("the address of the token store is not valid")]
    Address,
    /// What stands at the address is not a database of this sort, cannot be opened, or has lost its tables.
    #[error("the token store cannot be used")]
    Unusable,
    /// The store must be written to and only allows reading.
    #[error("the token store is read-only")]
    ReadOnly,
    /// The store was written by a newer version of this crate.
    #[error("the token store has a newer schema than this version knows")]
    NewerSchema,
    /// A record with this identifier, digest or key is there already. Nothing was changed.
    #[error("the token store has such a record already")]
    Duplicate,
    /// A record is no longer what the change was made upon. Nothing was changed.
    #[error("the record has been changed in the meantime")]
    Conflict,
    /// Its owner would have too many tokens. Nothing was changed.
    #[error("the owner has as many tokens as they may have")]
    LimitReached,
    /// Its owner has another token of this name. Nothing was changed.
    #[error("the owner has another token of this name")]
    NameTaken,
    /// A value lies beyond what the store can hold, such as an instant thousands of years ago. Nothing was changed.
    #[error("the token store cannot hold such a value")]
    OutOfRange,
    /// A stored record cannot be read.
    #[error("the token store holds a record that cannot be read")]
    Corrupt,
}

impl StoreErrorKind {
    /// Whether the same call may succeed later, without anybody doing something about it.
    ///
    /// ```
    /// use tower_pat::store::StoreErrorKind;
    ///
    /// assert!(StoreErrorKind::Unavailable.is_retryable());
    /// assert!(!StoreErrorKind::ReadOnly.is_retryable() && !StoreErrorKind::Conflict.is_retryable());
    /// ```
    #[must_use]
    pub fn is_retryable(self) -> bool {
        matches!(self, Self::Unavailable)
    }
}
