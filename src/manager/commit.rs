use std::sync::Arc;

use super::error::ManageError;
use super::pat::PatManager;
use crate::revocations::Revocations;
use crate::store::{Change, Done, StoreError, StoredPat, Touched};

impl PatManager {
    /// Writes a change, then announces and tells it.
    pub(super) async fn apply(&self, change: Change) -> Result<(), ManageError> {
        let (store, touched) = (Arc::clone(&self.store), Touched::Marks(change.marks()));
        let commit = async move {
            store.apply(&change).await?;
            Ok(Done::new(Touched::Marks(Vec::new()), change.events().to_vec()))
        };
        self.commit(touched, commit).await.map(drop)
    }

    /// Announces a record that is not what the caller thinks: whoever has changed it may not have done so yet.
    pub(super) fn announce(&self, found: &StoredPat) {
        self.store.revocations().raise(found.mark());
    }

    /// Commits a change, then announces it, then tells those who have subscribed. All is one task, so that a caller who goes
    /// away cannot part them.
    ///
    /// `touched` is announced also when the outcome is unknown, and when there was nothing to do: somebody else may have made
    /// the same change and not announced it yet. What a commit tells afterwards is announced with it, or in the place of
    /// all.
    pub(super) async fn commit(
        &self,
        touched: Touched,
        commit: impl Future<Output = Result<Done, StoreError>> + Send + 'static,
    ) -> Result<Done, ManageError> {
        let subscribers = Arc::clone(&self.subscribers);
        let mut announcement = Announcement { revocations: Arc::clone(self.store.revocations()), touched };
        let change = tokio::spawn(async move {
            let done = commit.await?;
            announcement.add(done.touched().clone());
            drop(announcement);
            subscribers.tell(done.events());
            Ok(done)
        });
        change.await.map_err(ManageError::unavailable)?.map_err(ManageError::uncommitted)
    }
}

/// Announces a change when it is dropped: after the commit, and also when the commit failed, panicked or was ended with
/// the runtime, for then its outcome is unknown.
struct Announcement {
    revocations: Arc<Revocations>,
    touched: Touched,
}

impl Announcement {
    fn add(&mut self, told: Touched) {
        match (&mut self.touched, told) {
            (_, Touched::Marks(told)) if told.is_empty() => {}
            (Touched::Marks(known), Touched::Marks(told)) => known.extend(told),
            (touched, told) => *touched = told,
        }
    }
}

impl Drop for Announcement {
    fn drop(&mut self) {
        match &self.touched {
            Touched::Marks(marks) => marks.iter().for_each(|mark| self.revocations.raise(*mark)),
            Touched::All => self.revocations.raise_all(),
        }
    }
}
