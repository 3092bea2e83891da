use std::error::Error;

use crate::policy::LifetimeNotAllowed;
use crate::store::{StoreError, StoreErrorKind};

/// A manager did not do what it was asked.
///
/// The message may be shown to the person who asked; [`source`](Error::source) is for the log.
///
/// ```
/// # use std::sync::Arc;
/// # use tower_pat::manager::NewPat;
/// # use tower_pat::record::{OwnerId, TokenName};
/// # use tower_pat::scope::ScopeCatalog;
/// # use tower_pat::store::MemoryStore;
/// # use tower_pat::{PatManager, TokenFormat};
/// use tower_pat::manager::ManageErrorKind;
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let manager = PatManager::new(TokenFormat::new("acme_pat")?, Arc::new(MemoryStore::new()), ScopeCatalog::default());
/// # let wanted = NewPat::new(TokenName::parse("nightly build")?).with_scopes("root".parse()?);
/// let error = manager.create(&OwnerId::parse("alice")?, wanted).await.expect_err("nobody may have this scope");
/// assert_eq!(error.kind(), ManageErrorKind::Scope);
/// assert_eq!(error.to_string(), "a scope is not one that tokens of this service can have");
/// # Ok(()) }
/// ```
#[derive(Debug, thiserror::Error)]
#[error("{kind}")]
pub struct ManageError {
    kind: ManageErrorKind,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl ManageError {
    /// The change was begun and what became of it is not known, or it could not be begun.
    pub(super) fn unavailable(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { kind: ManageErrorKind::Unavailable, source: Some(source.into()) }
    }

    /// A store refused a change, or what became of it is not known.
    pub(super) fn uncommitted(source: StoreError) -> Self {
        match source.kind() {
            StoreErrorKind::Duplicate => Self::refused(ManageErrorKind::Duplicate, source),
            StoreErrorKind::Conflict => Self::refused(ManageErrorKind::Conflict, source),
            StoreErrorKind::LimitReached => Self::refused(ManageErrorKind::LimitReached, source),
            StoreErrorKind::NameTaken => Self::refused(ManageErrorKind::NameTaken, source),
            StoreErrorKind::OutOfRange => Self::refused(ManageErrorKind::OutOfRange, source),
            // Somebody has to do something about most of these; whoever asked has done nothing wrong.
            StoreErrorKind::Unavailable
            | StoreErrorKind::Address
            | StoreErrorKind::Unusable
            | StoreErrorKind::ReadOnly
            | StoreErrorKind::NewerSchema
            | StoreErrorKind::Corrupt => Self::unavailable(source),
        }
    }

    fn refused(kind: ManageErrorKind, source: StoreError) -> Self {
        Self { kind, source: Some(source.into()) }
    }

    /// What hindered the manager.
    #[must_use]
    pub fn kind(&self) -> ManageErrorKind {
        self.kind
    }
}

impl From<ManageErrorKind> for ManageError {
    fn from(kind: ManageErrorKind) -> Self {
        Self { kind, source: None }
    }
}

impl From<LifetimeNotAllowed> for ManageError {
    fn from(refused: LifetimeNotAllowed) -> Self {
        Self { kind: ManageErrorKind::Expiry, source: Some(refused.into()) }
    }
}

/// What hindered a manager. Its `Display` form is the message of [`ManageError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum ManageErrorKind {
    /// The actor may not do this at all, such as a token that wants to make another. Nothing was changed.
    #[error("you may not do this")]
    Forbidden,
    /// The owner has not signed in recently enough, or it is not known when. Nothing was changed.
    #[error("sign in again to do this")]
    Login,
    /// An administrator did not say whose token it is to be, or two owners were named. Nothing was changed.
    #[error("say whose token it is to be")]
    Owner,
    /// The name is too long or too short, or has a character that it may not have. Nothing was changed.
    #[error("a token of this service cannot have this name")]
    Name,
    /// The owner has another token of this name. Nothing was changed.
    #[error("there is another token of this name")]
    NameTaken,
    /// A scope was asked for that the service does not give to tokens, or this owner may not. Nothing was changed.
    #[error("a scope is not one that tokens of this service can have")]
    Scope,
    /// The expiry is not after now, or later than it may be. Nothing was changed.
    #[error("a token expires after now, and no later than this service allows")]
    Expiry,
    /// The token would begin when it is over already. Nothing was changed.
    #[error("a token becomes valid before it expires")]
    NotBefore,
    /// The old token would be accepted for longer than it may be. Nothing was changed.
    #[error("a token that was replaced cannot be accepted for so long")]
    Grace,
    /// The owner has as many tokens as they may have. Nothing was changed.
    #[error("there are as many tokens as there may be")]
    LimitReached,
    /// More was named at once than may be. Nothing was changed.
    #[error("these are too many at once")]
    TooMany,
    /// There is a record of this token already, of this owner or another. Nothing was changed.
    #[error("there is such a token already")]
    Duplicate,
    /// The idempotency key stands for something else, or what it stands for has been used. Nothing was changed.
    #[error("the idempotency key was used before")]
    KeyUsed,
    /// The owner has no such token. Nothing was changed.
    #[error("there is no such token")]
    NotFound,
    /// The token was revoked, was replaced or has expired, and stays as it is. Nothing was changed.
    #[error("the token is over")]
    Ended,
    /// Another token has taken the place of this one already. Nothing was changed.
    #[error("the token has been replaced already")]
    Rotated,
    /// The token is no longer what the caller saw. Nothing was changed.
    #[error("the token has been changed in the meantime")]
    Conflict,
    /// A value lies beyond what can be kept, such as an instant thousands of years ago. Nothing was changed.
    #[error("a value lies beyond what can be kept")]
    OutOfRange,
    /// The store or the random generator did not answer. The change may have been made or not.
    #[error("tokens cannot be managed at the moment")]
    Unavailable,
}

impl ManageErrorKind {
    /// Which field of what was asked for is wrong; none if it is none of them.
    ///
    /// ```
    /// use tower_pat::manager::ManageErrorKind;
    ///
    /// assert_eq!(ManageErrorKind::NameTaken.field(), Some("name"));
    /// assert_eq!(ManageErrorKind::Unavailable.field(), None);
    /// ```
    #[must_use]
    pub fn field(self) -> Option<&'static str> {
        match self {
            Self::Owner => Some("owner"),
            Self::Name | Self::NameTaken => Some("name"),
            Self::Scope => Some("scopes"),
            Self::Expiry => Some("expiry"),
            Self::NotBefore => Some("not_before"),
            Self::Grace => Some("grace"),
            Self::KeyUsed => Some("idempotency_key"),
            _ => None,
        }
    }
}
