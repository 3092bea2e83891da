use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::told::Told;
use crate::denial::{Denial, InvalidToken};
use crate::manager::{ManageError, PatManager};
use crate::observer::{Accepted, Denied, PatObserver};
use crate::record::TokenId;
use crate::store::Use;
use crate::sync::{Mutex, lock};
use crate::telemetry::{Chain, REUSE, Throttle};

/// Hears of tokens that are presented after another has taken their place, and has a manager report it:
/// [`PatManager::report_reuse`], which notes it, tells it, and revokes the family if the policy says so.
///
/// A token is reported once an hour at most, of 10,000 tokens in that time. No request waits for it: eight reports at most are
/// under way in the background, whatever becomes of the store. What could not be reported is
/// [counted](Self::unreported), and the next reuse of the token is reported in its place. Each instance of a service
/// reports what it hears.
///
/// Cloning it gives another handle to the same watch.
///
/// ```
/// use std::sync::Arc;
/// use tower_pat::policy::Policy;
/// use tower_pat::store::MemoryStore;
/// use tower_pat::usage::UsageRecorder;
/// use tower_pat::reuse::ReuseWatch;
/// use tower_pat::{PatManager, PatVerifier, TokenFormat};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let (format, store) = (TokenFormat::new("acme_pat")?, Arc::new(MemoryStore::new()));
/// let manager = PatManager::new(format.clone(), store.clone(), "invoices:read".parse()?)
///     .with_policy(Policy::default().with_revocation_on_reuse(true));
/// let recorder = UsageRecorder::start(store.clone());
/// let verifier = PatVerifier::builder(format, store)
///     .with_observer(Arc::new(recorder.clone()))
///     .with_observer(Arc::new(ReuseWatch::start(manager)))
///     .build();
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct ReuseWatch(Arc<Shared>);

struct Shared {
    manager: PatManager,
    runtime: Handle,
    told: Mutex<Told>,
    turns: Arc<Semaphore>,
    reported: AtomicU64,
    unreported: AtomicU64,
    quiet: Throttle,
}

impl ReuseWatch {
    /// So many reports are under way at most.
    const REPORTS: usize = 8;

    /// A watch that reports to this manager.
    ///
    /// # Panics
    ///
    /// Outside a Tokio runtime, in which it makes its reports, wherever it is told.
    #[must_use]
    pub fn start(manager: PatManager) -> Self {
        Self(Arc::new(Shared {
            manager,
            runtime: Handle::current(),
            told: Mutex::new(Told::default()),
            turns: Arc::new(Semaphore::new(Self::REPORTS)),
            reported: AtomicU64::new(0),
            unreported: AtomicU64::new(0),
            quiet: Throttle::default(),
        }))
    }

    /// How many reuses were reported so far.
    #[must_use]
    pub fn reported(&self) -> u64 {
        self.0.reported.load(Ordering::Relaxed)
    }

    /// How many reuses could not be reported so far: the store failed, or there was no room.
    #[must_use]
    pub fn unreported(&self) -> u64 {
        self.0.unreported.load(Ordering::Relaxed)
    }
}

impl PatObserver for ReuseWatch {
    fn accepted(&self, _: &Accepted<'_>) {}

    fn denied(&self, denied: &Denied<'_>) {
        if *denied.denial() == Denial::InvalidToken(InvalidToken::Rotated) {
            self.0.hear(denied);
        }
    }
}

impl Shared {
    fn hear(self: &Arc<Self>, denied: &Denied<'_>) {
        let (id, now) = (denied.record().id(), denied.at());
        let mut told = lock(&self.told);
        if told.holds(id, now.monotonic()) {
            return;
        }
        let turn = Arc::clone(&self.turns).try_acquire_owned().ok();
        let Some(turn) = turn.filter(|_| told.add(id, now.monotonic())) else {
            count(&self.unreported);
            return;
        };
        drop(told);
        let mut used = Use::new(id, now.wall());
        if let Some(address) = denied.client_addr() {
            used = used.with_address(address);
        }
        if let Some(agent) = denied.user_agent() {
            used = used.with_user_agent(agent);
        }
        let report = Report { shared: Arc::clone(self), id, outcome: Outcome::Failed };
        self.runtime.spawn(report.make(used, turn));
    }

    fn failed(&self, error: &ManageError) {
        if let Some(suppressed) = self.quiet.admit(self.manager.moment()) {
            let error = Chain(error);
            tracing::warn!(name: REUSE, %error, suppressed, "the reuse of a token could not be reported");
        }
    }
}

/// A report that is under way. Unless it is made, the next reuse of the token is reported, whatever becomes of the task.
struct Report {
    shared: Arc<Shared>,
    id: TokenId,
    outcome: Outcome,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Made,
    /// It was no reuse, as the store has it. Another may be one.
    None,
    Failed,
}

impl Report {
    async fn make(mut self, used: Use, _turn: OwnedSemaphorePermit) {
        match self.shared.manager.report_reuse(used).await {
            Ok(true) => self.outcome = Outcome::Made,
            Ok(false) => self.outcome = Outcome::None,
            Err(error) => self.shared.failed(&error),
        }
    }
}

impl Drop for Report {
    fn drop(&mut self) {
        let shared = &self.shared;
        if self.outcome != Outcome::Made {
            lock(&shared.told).forget(self.id);
        }
        match self.outcome {
            Outcome::Made => count(&shared.reported),
            Outcome::Failed => count(&shared.unreported),
            Outcome::None => {}
        }
    }
}

fn count(reuses: &AtomicU64) {
    reuses.fetch_add(1, Ordering::Relaxed);
}

impl fmt::Debug for ReuseWatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (reported, unreported) = (self.reported(), self.unreported());
        let mut watch = f.debug_struct("ReuseWatch");
        watch.field("reported", &reported).field("unreported", &unreported).finish_non_exhaustive()
    }
}
