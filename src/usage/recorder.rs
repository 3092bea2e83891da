use std::fmt;
use std::sync::Arc;

use tokio::time::timeout;

use super::builder::UsageRecorderBuilder;
use super::shared::Shared;
use super::sink::UsageSink;
use super::statistics::Statistics;
use crate::observer::{Accepted, PatObserver};

/// Writes to a store which tokens are used, in the background; by the rules of [this module](crate::usage#rules).
///
/// Cloning it gives another handle to the same recorder. When the last one is dropped, and none has been [shut
/// down](Self::shutdown), what was not written is lost.
///
/// ```
/// use std::sync::Arc;
/// use tower_pat::store::MemoryStore;
/// use tower_pat::usage::UsageRecorder;
/// use tower_pat::{PatVerifier, TokenFormat};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let store = Arc::new(MemoryStore::new());
/// let recorder = UsageRecorder::start(store.clone());
/// let observer = Arc::new(recorder.clone());
/// let verifier = PatVerifier::builder(TokenFormat::new("acme_pat")?, store).with_observer(observer).build();
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct UsageRecorder(Arc<Handle>);

/// What all handles share: when it is dropped, nobody hears any more.
struct Handle(Arc<Shared>);

impl UsageRecorder {
    /// A recorder with the defaults of [`UsageRecorderBuilder`], that writes to this store or other sink.
    ///
    /// # Panics
    ///
    /// Outside a Tokio runtime. It needs its timers (`enable_time`).
    pub fn start<S: UsageSink + ?Sized>(sink: Arc<S>) -> Self {
        Self::builder().start(sink)
    }

    /// Begins a recorder that is set up otherwise.
    pub fn builder() -> UsageRecorderBuilder {
        UsageRecorderBuilder::default()
    }

    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self(Arc::new(Handle(shared)))
    }

    /// Writes what is not written yet, and ends: to be called when no more requests are served, for what is told from here
    /// on is lost. It comes back when all is written, or after the
    /// [deadline](UsageRecorderBuilder::with_deadline): then what is left is lost.
    ///
    /// Calling it again waits for the same end.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future ends the wait; what is not written yet goes on being written, until the deadline.
    pub async fn shutdown(&self) {
        let shared = &self.0.0;
        shared.close();
        let mut ended = shared.ended.subscribe();
        // The writer has this deadline too, but it may have a write in hand, or no runtime any more.
        if timeout(shared.deadline, ended.wait_for(|has_ended| *has_ended)).await.is_err() {
            shared.give_up();
        }
    }

    /// What was written and what was lost so far.
    #[must_use]
    pub fn statistics(&self) -> Statistics {
        self.0.0.statistics()
    }

    /// How many uses were lost so far: [`Statistics::lost`].
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.0.0.counts.lost.so_far()
    }
}

impl PatObserver for UsageRecorder {
    fn accepted(&self, accepted: &Accepted<'_>) {
        self.0.0.hear(accepted);
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.0.give_up();
    }
}

impl fmt::Debug for UsageRecorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UsageRecorder").field("statistics", &self.statistics()).finish_non_exhaustive()
    }
}
