use std::sync::Arc;

use super::actor::Actor;
use super::error::{ManageError, ManageErrorKind};
use super::pat::PatManager;
use crate::record::{Reason, TokenId};
use crate::store::{ActorId, Selection, Stamp, StoreErrorKind, Touched};
use crate::token::TokenDigest;

impl PatManager {
    /// Revokes a token, at once and for good. Revoking it again changes nothing and is no error. If another has replaced it,
    /// that one stays good: [`revoke_all`](Self::revoke_all) of the [family](Selection::with_family) revokes both.
    ///
    /// # Errors
    ///
    /// [`NotFound`](ManageErrorKind::NotFound), also for a token of somebody else;
    /// [`Unavailable`](ManageErrorKind::Unavailable), after which the token may be revoked or not: ask again.
    pub async fn revoke(&self, actor: impl Into<Actor>, id: TokenId) -> Result<(), ManageError> {
        self.revoke_one(&actor.into(), id, None).await
    }

    /// Revokes a token as [`revoke`](Self::revoke) does, and notes why. A reason that was given before stays.
    ///
    /// # Errors
    ///
    /// As [`revoke`](Self::revoke).
    pub async fn revoke_for(&self, actor: impl Into<Actor>, id: TokenId, reason: Reason) -> Result<(), ManageError> {
        self.revoke_one(&actor.into(), id, Some(reason)).await
    }

    /// Revokes all tokens that are selected and not revoked yet, and gives how many these were: all of an owner, all of a
    /// family, or in an incident all that were made before an instant. To an owner they are of their own alone, whatever the
    /// selection says.
    ///
    /// It goes in steps of [`BULK`](crate::store::BULK), each at once. A token that is made while it runs may be left out.
    ///
    /// # Cancel safety
    ///
    /// Once begun it goes on to its end, also when nobody waits for it.
    ///
    /// # Errors
    ///
    /// [`Forbidden`](ManageErrorKind::Forbidden) to a token; [`Unavailable`](ManageErrorKind::Unavailable), after which some
    /// are revoked: ask again.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use tower_pat::store::MemoryStore;
    /// # use tower_pat::{PatManager, TokenFormat};
    /// use tower_pat::manager::Actor;
    /// use tower_pat::record::Reason;
    /// use tower_pat::store::Selection;
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let catalog = "invoices:read".parse()?;
    /// # let manager = PatManager::new(TokenFormat::new("acme_pat")?, Arc::new(MemoryStore::new()), catalog);
    /// let incident: jiff::Timestamp = "2030-01-01T00:00:00Z".parse()?;
    /// let exposed = Selection::all().with_created_before(incident);
    /// let reason = Reason::parse("logs were exposed")?;
    /// let count = manager.revoke_all(&Actor::system(), exposed, reason).await?;
    /// assert_eq!(count, 0);
    /// # Ok(()) }
    /// ```
    pub async fn revoke_all(
        &self,
        actor: impl Into<Actor>,
        selection: Selection,
        reason: impl Into<Option<Reason>>,
    ) -> Result<u64, ManageError> {
        let actor = actor.into();
        let selection = match actor.id() {
            ActorId::Token(_) => return Err(ManageErrorKind::Forbidden.into()),
            ActorId::Owner(owner) => selection.with_owner(owner.clone()),
            ActorId::Administrator(_) | ActorId::System => selection,
        };
        let (manager, stamp, reason) = (self.clone(), actor.stamp(self.now()), reason.into());
        let steps = tokio::spawn(async move { manager.revoke_in_steps(selection, reason, stamp).await });
        steps.await.map_err(ManageError::unavailable)?
    }

    async fn revoke_in_steps(
        &self,
        selection: Selection,
        reason: Option<Reason>,
        stamp: Stamp,
    ) -> Result<u64, ManageError> {
        let mut sum = 0;
        // The last step, which finds nothing, announces all. What is selected may have been revoked by another call that has
        // not announced it yet, and its marks are not known here: without this, they would be accepted when this call has
        // returned.
        loop {
            let count = self.revoke_step(selection.clone(), reason.clone(), stamp.clone(), Touched::All).await?;
            if count == 0 {
                return Ok(sum);
            }
            sum += count;
        }
    }

    async fn revoke_one(&self, actor: &Actor, id: TokenId, reason: Option<Reason>) -> Result<(), ManageError> {
        let one = Selection::all().with_token(id);
        match self.store.find(id).await {
            Ok(Some(stored)) if actor.sees(stored.record()) => {
                let known = Touched::Marks(vec![stored.mark()]);
                self.revoke_step(one, reason, actor.stamp(self.now()), known).await.map(drop)
            }
            Ok(_) => Err(ManageErrorKind::NotFound.into()),
            Err(error) if error.kind() == StoreErrorKind::Corrupt => self.revoke_unreadable(actor, id, reason).await,
            Err(error) => Err(ManageError::unavailable(error)),
        }
    }

    /// What cannot be read can still be revoked by whoever may. That the owner is who asks, the store must say.
    async fn revoke_unreadable(&self, actor: &Actor, id: TokenId, reason: Option<Reason>) -> Result<(), ManageError> {
        let one = Selection::all().with_token(id);
        let one = match actor.id() {
            ActorId::Token(token) if *token != id => return Err(ManageErrorKind::NotFound.into()),
            ActorId::Owner(owner) => one.with_owner(owner.clone()),
            ActorId::Token(_) | ActorId::Administrator(_) | ActorId::System => one,
        };
        let count = self.revoke_step(one, reason, actor.stamp(self.now()), Touched::All).await?;
        if count == 0 && !actor.is_privileged() {
            return Err(ManageErrorKind::NotFound.into());
        }
        Ok(())
    }

    /// Revokes a token that was reported, and tells whether it was not revoked yet.
    pub(super) async fn revoke_leaked(
        &self,
        actor: &Actor,
        digest: TokenDigest,
        reason: Reason,
    ) -> Result<bool, ManageError> {
        let (one, known) = (Selection::all().with_digest(digest), Touched::Marks(vec![digest.mark()]));
        let count = self.revoke_step(one, Some(reason), actor.stamp(self.now()), known).await?;
        Ok(count > 0)
    }

    /// `known` is announced in any case; all only where nothing else is told.
    async fn revoke_step(
        &self,
        selection: Selection,
        reason: Option<Reason>,
        stamp: Stamp,
        known: Touched,
    ) -> Result<u64, ManageError> {
        let store = Arc::clone(&self.store);
        let commit = async move { store.revoke_some(&selection, reason.as_ref(), &stamp).await };
        let done = self.commit(known, commit).await?;
        let marks = if let Touched::Marks(marks) = done.touched() { marks.len() } else { 0 };
        // A store that notes nothing has still revoked what it tells the marks of: the next step must come.
        Ok(done.events().len().max(marks) as u64)
    }
}
