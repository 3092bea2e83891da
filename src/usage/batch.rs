use std::sync::Arc;
use std::time::Duration;

use tokio::task::AbortHandle;

use super::shared::Shared;
use crate::store::Use;

/// Uses on their way to the sink. Unless they arrive they go back, whatever becomes of the call and of the task that waits
/// for it.
#[derive(Debug)]
pub(super) struct Batch {
    shared: Arc<Shared>,
    uses: Arc<[Use]>,
    /// After which they are tried again.
    pause: Duration,
    has_arrived: bool,
}

impl Batch {
    /// The next one, if there is anything to write.
    pub(super) fn next(shared: &Arc<Shared>, pause: Duration) -> Option<Self> {
        let uses = shared.next_uses()?;
        Some(Self { shared: Arc::clone(shared), uses, pause, has_arrived: false })
    }

    pub(super) fn uses(&self) -> Arc<[Use]> {
        Arc::clone(&self.uses)
    }

    /// The call that is made with them ends when they go back, or are given up.
    pub(super) fn goes_by(&self, call: AbortHandle) {
        self.shared.goes_by(call);
    }

    pub(super) fn arrive(mut self) {
        self.has_arrived = true;
        self.shared.arrived();
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        if !self.has_arrived {
            self.shared.came_back(self.pause);
        }
    }
}
