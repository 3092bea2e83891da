use std::sync::Arc;

use super::accepted::Accepted;
use super::denied::Denied;
use super::port::PatObserver;

/// Two who are told one after the other.
#[derive(Debug)]
pub(crate) struct Both(pub(crate) Arc<dyn PatObserver>, pub(crate) Arc<dyn PatObserver>);

impl PatObserver for Both {
    fn accepted(&self, accepted: &Accepted<'_>) {
        self.0.accepted(accepted);
        self.1.accepted(accepted);
    }

    fn denied(&self, denied: &Denied<'_>) {
        self.0.denied(denied);
        self.1.denied(denied);
    }
}
