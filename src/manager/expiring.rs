use std::sync::Arc;

use super::actor::Actor;
use super::error::{ManageError, ManageErrorKind};
use super::pat::PatManager;
use crate::store::Touched;

impl PatManager {
    /// How many tokens one transaction tells of at most.
    const TOLD_AT_ONCE: u32 = 500;

    /// Tells of tokens that expire in seven days, or in one, that have not been told of yet, and gives how many these were. Each
    /// is an event [`ExpiringSoon`](crate::store::AuditKind::ExpiringSoon), in the audit and to who has
    /// [subscribed](Self::subscribe); over several instances each comes once.
    ///
    /// An [`ExpiryWatch`](crate::expiry::ExpiryWatch) calls it once a minute.
    ///
    /// # Errors
    ///
    /// [`Forbidden`](ManageErrorKind::Forbidden) unless to an administrator or the system;
    /// [`Unavailable`](ManageErrorKind::Unavailable), after which some are told.
    pub async fn tell_expiring(&self, actor: impl Into<Actor>) -> Result<u64, ManageError> {
        let actor = actor.into();
        if !actor.is_privileged() {
            return Err(ManageErrorKind::Forbidden.into());
        }
        let (mut sum, stamp) = (0, actor.stamp(self.now()));
        loop {
            let (store, stamp) = (Arc::clone(&self.store), stamp.clone());
            let commit = async move { store.claim_expiring(Self::TOLD_AT_ONCE, &stamp).await };
            let told = self.commit(Touched::Marks(Vec::new()), commit).await?.events().len();
            if told == 0 {
                return Ok(sum);
            }
            sum += told as u64;
        }
    }
}
