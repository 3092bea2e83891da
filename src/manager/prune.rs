use std::sync::Arc;

use jiff::Timestamp;

use super::actor::Actor;
use super::error::{ManageError, ManageErrorKind};
use super::pat::PatManager;
use crate::store::Touched;

impl PatManager {
    /// How many records one transaction removes at most.
    const REMOVED_AT_ONCE: u32 = 500;

    /// Removes the records of tokens that were over before an instant, and gives how many these were. An instant to come counts
    /// as now. What was done to them stays in the audit.
    ///
    /// Whoever presents such a token afterwards is told that it is not known; that a token was replaced is no longer seen.
    /// Keep records as long as that may matter.
    ///
    /// # Errors
    ///
    /// [`Forbidden`](ManageErrorKind::Forbidden) unless to an administrator or the system;
    /// [`Unavailable`](ManageErrorKind::Unavailable), after which some are removed.
    pub async fn prune(&self, actor: impl Into<Actor>, over_before: Timestamp) -> Result<u64, ManageError> {
        let actor = actor.into();
        if !actor.is_privileged() {
            return Err(ManageErrorKind::Forbidden.into());
        }
        let now = self.now();
        let (mut sum, stamp, over_before) = (0, actor.stamp(now), over_before.min(now));
        loop {
            let (store, stamp) = (Arc::clone(&self.store), stamp.clone());
            let commit = async move { store.prune(over_before, Self::REMOVED_AT_ONCE, &stamp).await };
            // Nothing is announced: what is over is not accepted, whether it is known or not.
            let removed = self.commit(Touched::Marks(Vec::new()), commit).await?.events().len();
            if removed == 0 {
                return Ok(sum);
            }
            sum += removed as u64;
        }
    }
}
