use std::sync::Arc;

use super::actor::Actor;
use super::error::{ManageError, ManageErrorKind};
use super::pat::PatManager;
use crate::record::OwnerId;
use crate::store::Touched;

impl PatManager {
    /// Disables an owner: none of their tokens is accepted, also of those made later, until they are enabled again. Disabling
    /// them again changes nothing and is no error.
    ///
    /// # Errors
    ///
    /// [`Forbidden`](ManageErrorKind::Forbidden) unless to an administrator or the system;
    /// [`Unavailable`](ManageErrorKind::Unavailable).
    pub async fn disable_owner(&self, actor: impl Into<Actor>, owner: &OwnerId) -> Result<(), ManageError> {
        self.set_owner_disabled(&actor.into(), owner, true).await
    }

    /// Enables an owner again: their tokens are worth what they would be.
    ///
    /// # Errors
    ///
    /// As [`disable_owner`](Self::disable_owner).
    pub async fn enable_owner(&self, actor: impl Into<Actor>, owner: &OwnerId) -> Result<(), ManageError> {
        self.set_owner_disabled(&actor.into(), owner, false).await
    }

    async fn set_owner_disabled(&self, actor: &Actor, owner: &OwnerId, disabled: bool) -> Result<(), ManageError> {
        if !actor.is_privileged() {
            return Err(ManageErrorKind::Forbidden.into());
        }
        let (store, owner, stamp) = (Arc::clone(&self.store), owner.clone(), actor.stamp(self.now()));
        let commit = async move { store.set_owner_disabled(&owner, disabled, &stamp).await };
        self.commit(Touched::All, commit).await.map(drop)
    }
}
