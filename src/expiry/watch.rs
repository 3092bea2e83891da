use std::time::Duration;

use tokio::task::AbortHandle;
use tokio::time::sleep;

use crate::manager::{Actor, ManageError, PatManager};
use crate::telemetry::{Chain, EXPIRY};

/// Has a manager tell of tokens that expire soon, by the rules of [this module](crate::expiry#rules), until it is dropped.
///
/// A store that cannot be asked is asked again the next time, and nothing is lost meanwhile. That is logged when it begins and
/// at every tenth time, as [`pat.expiry`](crate#what-is-logged).
///
/// ```
/// use std::sync::Arc;
/// use std::time::Duration;
/// use tower_pat::expiry::ExpiryWatch;
/// use tower_pat::store::MemoryStore;
/// use tower_pat::{PatManager, TokenFormat};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let manager = PatManager::new(TokenFormat::new("acme_pat")?, Arc::new(MemoryStore::new()), "invoices:read".parse()?);
/// let watch = ExpiryWatch::start_every(manager, Duration::from_mins(10));
/// # Ok(()) }
/// ```
#[derive(Debug)]
#[must_use = "it ends when it is dropped"]
pub struct ExpiryWatch(AbortHandle);

impl ExpiryWatch {
    /// Looks at once, and then every minute.
    ///
    /// # Panics
    ///
    /// Outside a Tokio runtime. It needs its timers (`enable_time`).
    pub fn start(manager: PatManager) -> Self {
        Self::start_every(manager, Duration::from_mins(1))
    }

    /// Looks at once, and then with so much time between: a second at least.
    ///
    /// # Panics
    ///
    /// As [`start`](Self::start).
    pub fn start_every(manager: PatManager, interval: Duration) -> Self {
        let interval = interval.max(Duration::from_secs(1));
        Self(tokio::spawn(watch(manager, interval)).abort_handle())
    }
}

/// A change that is under way goes on to its end: it is a task of its own.
impl Drop for ExpiryWatch {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn watch(manager: PatManager, interval: Duration) {
    let mut failures = 0_u64;
    loop {
        match manager.tell_expiring(Actor::system()).await {
            Ok(_) => {
                recovered(failures);
                failures = 0;
            }
            Err(error) => {
                failed(failures, &error);
                failures += 1;
            }
        }
        sleep(interval).await;
    }
}

fn failed(before: u64, error: &ManageError) {
    if before.is_multiple_of(10) {
        tracing::warn!(name: EXPIRY, error = %Chain(error), failures = before + 1, "it cannot be seen which tokens expire soon");
    }
}

fn recovered(failures: u64) {
    if failures > 0 {
        tracing::info!(name: EXPIRY, failures, "it is seen again which tokens expire soon");
    }
}
