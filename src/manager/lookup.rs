use super::actor::Actor;
use super::error::{ManageError, ManageErrorKind};
use super::pat::PatManager;
use crate::record::{PatStatus, Reason};
use crate::store::{StoreErrorKind, StoredPat};
use crate::token::TokenDigest;

/// What became of a token that somebody found where it does not belong.
///
/// ```
/// # use tower_pat::manager::LeakedPat;
/// fn answer_to_the_scanner(leaked: &LeakedPat) -> &'static str {
///     if leaked.is_known() { "true_positive" } else { "false_positive" }
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeakedPat {
    stored: Option<StoredPat>,
    known: bool,
    revoked: bool,
}

impl LeakedPat {
    /// The record as it was found; none if it cannot be read, or is not for who reported it to see.
    #[must_use]
    pub fn stored(&self) -> Option<&StoredPat> {
        self.stored.as_ref()
    }

    /// Whether there is such a token.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.known
    }

    /// Whether it was revoked now: not if it was over already.
    #[must_use]
    pub fn is_revoked(&self) -> bool {
        self.revoked
    }
}

impl PatManager {
    /// How many tokens one report may name.
    const REPORTED_AT_ONCE: usize = 1_000;

    /// Whose token is this? Finds the record of a token that somebody presents.
    ///
    /// # Errors
    ///
    /// [`NotFound`](ManageErrorKind::NotFound): there is no such token, or not for the actor;
    /// [`Unavailable`](ManageErrorKind::Unavailable).
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use tower_pat::manager::NewPat;
    /// # use tower_pat::record::{OwnerId, TokenName};
    /// # use tower_pat::store::MemoryStore;
    /// # use tower_pat::{PatManager, TokenFormat};
    /// use tower_pat::manager::Actor;
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let catalog = "invoices:read".parse()?;
    /// # let manager = PatManager::new(TokenFormat::new("acme_pat")?, Arc::new(MemoryStore::new()), catalog);
    /// # let alice = OwnerId::parse("alice")?;
    /// # let created = manager.create(&alice, NewPat::new(TokenName::parse("n")?)).await?;
    /// # let found_in_a_log = created.token().expose_secret();
    /// let stored = manager.find_presented(&Actor::system(), found_in_a_log).await?;
    /// assert_eq!(stored.record().owner(), &alice);
    /// # Ok(()) }
    /// ```
    pub async fn find_presented(&self, actor: impl Into<Actor>, presented: &str) -> Result<StoredPat, ManageError> {
        let digest = self.format.digest(presented).ok_or(ManageErrorKind::NotFound)?;
        self.find_digest(actor, &digest).await
    }

    /// As [`find_presented`](Self::find_presented), for a token of another issuer that was imported, or one of which only the
    /// digest is known.
    ///
    /// # Errors
    ///
    /// As [`find_presented`](Self::find_presented).
    pub async fn find_digest(&self, actor: impl Into<Actor>, digest: &TokenDigest) -> Result<StoredPat, ManageError> {
        let actor = actor.into();
        let stored = self.store.find_by_digest(digest).await.map_err(ManageError::unavailable)?;
        stored.filter(|stored| actor.sees(stored.record())).ok_or_else(|| ManageErrorKind::NotFound.into())
    }

    /// Revokes tokens that were found where they do not belong, whoever reports them: to have them is to be able to use them.
    /// Tells of each what became of it, in the order of the report; and the record to whom it [exists](Self::get) for alone.
    ///
    /// # Errors
    ///
    /// [`TooMany`](ManageErrorKind::TooMany): a report names 1,000 tokens at most. Nothing was changed.
    /// [`Unavailable`](ManageErrorKind::Unavailable), after which some are revoked: report them again.
    pub async fn report_leaked<T: AsRef<str>>(
        &self,
        actor: impl Into<Actor>,
        presented: &[T],
        reason: Reason,
    ) -> Result<Vec<LeakedPat>, ManageError> {
        let actor = actor.into();
        if presented.len() > Self::REPORTED_AT_ONCE {
            return Err(ManageErrorKind::TooMany.into());
        }
        let mut leaked = Vec::with_capacity(presented.len());
        for presented in presented {
            leaked.push(self.report_one(&actor, presented.as_ref(), &reason).await?);
        }
        Ok(leaked)
    }

    async fn report_one(&self, actor: &Actor, presented: &str, reason: &Reason) -> Result<LeakedPat, ManageError> {
        let unknown = LeakedPat { stored: None, known: false, revoked: false };
        let Some(digest) = self.format.digest(presented) else {
            return Ok(unknown);
        };
        let stored = match self.store.find_by_digest(&digest).await {
            Ok(None) => return Ok(unknown),
            Ok(Some(stored)) => Some(stored),
            // What cannot be read can still be revoked, and what else was reported too.
            Err(error) if error.kind() == StoreErrorKind::Corrupt => None,
            Err(error) => return Err(ManageError::unavailable(error)),
        };
        let is_over = stored.as_ref().is_some_and(|stored| self.is_refused(stored));
        if is_over {
            // Whoever revoked it may not have announced it yet.
            self.store.revocations().raise(digest.mark());
        }
        let revoked = !is_over && self.revoke_leaked(actor, digest, reason.clone()).await?;
        let stored = stored.filter(|stored| actor.sees(stored.record()));
        Ok(LeakedPat { stored, known: true, revoked })
    }

    /// One that was replaced is still accepted in its grace.
    fn is_refused(&self, stored: &StoredPat) -> bool {
        let (record, now) = (stored.record(), self.now());
        let is_rotated = record.status_at(now) == PatStatus::Rotated;
        is_rotated || record.revoked_at().is_some() || record.ends_at().is_some_and(|end| now >= end)
    }
}
