use std::error::Error;

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
            StoreErrorKind::Duplicate => Self { kind: ManageErrorKind::Duplicate, source: Some(source.into()) },
            _ => Self::unavailable(source),
        }
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

/// What hindered a manager. Its `Display` form is the message of [`ManageError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum ManageErrorKind {
    /// A scope was asked for that the service does not give to tokens. Nothing was changed.
    #[error("a scope is not one that tokens of this service can have")]
    Scope,
    /// The expiry is not after now, or too far away to be written down. Nothing was changed.
    #[error("a token expires after now and before the year 10000")]
    Expiry,
    /// The token would begin when it is over already. Nothing was changed.
    #[error("a token becomes valid before it expires")]
    NotBefore,
    /// There is a record of this token already, of this owner or another. Nothing was changed.
    #[error("there is such a token already")]
    Duplicate,
    /// The owner has no such token. Nothing was changed.
    #[error("there is no such token")]
    NotFound,
    /// The store or the random generator did not answer. The change may have been made or not.
    #[error("tokens cannot be managed at the moment")]
    Unavailable,
}
