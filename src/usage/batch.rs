use std::sync::Arc;
use std::time::Duration;

use tokio::task::AbortHandle;

use super::shared::{Shared, count};
use crate::store::Use;

/// Uses on their way to the sink. Unless they arrive they go back, whatever becomes of the call and of the task that waits
/// for it.
#[derive(Debug)]
pub(super) struct Batch {
    shared: Arc<Shared>,
    uses: Arc<[Use]>,
    /// After which they are tried again.
    pause: Duration,
    call: Option<AbortHandle>,
    has_arrived: bool,
}

impl Batch {
    pub(super) fn new(shared: &Arc<Shared>, uses: Vec<Use>, pause: Duration) -> Self {
        Self { shared: Arc::clone(shared), uses: uses.into(), pause, call: None, has_arrived: false }
    }

    pub(super) fn uses(&self) -> Arc<[Use]> {
        Arc::clone(&self.uses)
    }

    /// The call that is made with them ends when they go back.
    pub(super) fn goes_by(&mut self, call: AbortHandle) {
        self.call = Some(call);
    }

    pub(super) fn arrive(mut self) {
        self.has_arrived = true;
        self.shared.counts.wrote(count(&self.uses));
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        if self.has_arrived {
            return;
        }
        if let Some(call) = &self.call {
            call.abort();
        }
        self.shared.counts.failed();
        self.shared.put_back(&self.uses, self.pause);
    }
}
