use std::sync::Arc;

use tokio::runtime::Handle;

use super::event::Event;
use super::pat::Inner;
use crate::revocations::Epoch;
use crate::token::TokenDigest;

impl Inner {
    /// Loads a remembered verdict anew in the background, unless something stands against it: then a later hit tries again.
    ///
    /// Nobody waits for it, so it is the first to be left out: it has permits of its own and takes none that a request
    /// waits for, and it needs a runtime where the request needs none.
    #[cold]
    pub(super) fn refresh(self: &Arc<Self>, digest: TokenDigest, epoch: Epoch) {
        let runtime = Handle::try_current().ok().filter(|_| self.has_room());
        match runtime {
            Some(runtime) => drop(runtime.spawn(Arc::clone(self).reload(digest, epoch))),
            None => self.recall.put_refresh_back(&digest, self.clock.now()),
        }
    }

    fn has_room(&self) -> bool {
        !self.circuit.refuses() && self.refreshes.try_pass().is_some()
    }

    /// Nothing is taken, and no flight opened, before the task is driven: a runtime that only ever finds its answers in
    /// memory may never drive it, and those who board the flight would wait in vain.
    async fn reload(self: Arc<Self>, digest: TokenDigest, epoch: Epoch) {
        let Some(permit) = self.refreshes.try_pass() else {
            return self.recall.put_refresh_back(&digest, self.clock.now());
        };
        let Some(pilot) = self.recall.refresh(digest, epoch, self.clock.now()) else { return };
        // Last of all: a probe that is not made would be one less.
        let Some(pass) = self.circuit.admit() else {
            return self.recall.put_refresh_back(&digest, self.clock.now());
        };
        self.counts.add(Event::Refresh);
        self.fly(pilot.take_off(), permit, pass).await;
    }
}
