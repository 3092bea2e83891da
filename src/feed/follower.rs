use std::fmt;
use std::future::pending;
use std::mem;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{sleep, timeout};

use super::error::FeedError;
use super::health::FeedHealth;
use super::port::ChangeFeed;
use super::reading::{FeedPosition, FeedReading};
use super::round::Round;
use crate::clock::{Clock, Moment, SystemClock};
use crate::sync::{Mutex, lock};
use crate::telemetry::{Chain, FEED_OUTAGE, FEED_RECOVERY, Throttle};

/// Follows a feed: reads it again and again, and voids what its changes are about.
///
/// One is enough for all verifiers and managers over a store in a process. Dropping it ends it; verdicts are then relied on
/// for [`max_staleness`](FeedFollowerBuilder::with_max_staleness) from their load, or from the last word of the feed, and no
/// longer. Drop it before the store is closed.
///
/// While the feed is away the promise is kept all the same, at the price of look-ups: what is in use is looked up again
/// within the bound, as far as there is room for it in the background. That is a matter for an alarm rather than for a
/// readiness check, which would take all instances out of service at once.
///
/// ```
/// use std::sync::Arc;
/// use tower_pat::feed::{ChangeFeed, FeedFollower};
///
/// # fn example(feed: Arc<dyn ChangeFeed>) {
/// let follower = FeedFollower::builder(feed).start();
/// // For an alarm:
/// let is_current = follower.health().is_current();
/// # }
/// ```
#[derive(Debug)]
#[must_use = "dropping it ends it"]
pub struct FeedFollower {
    reader: Arc<Reader>,
    task: JoinHandle<()>,
}

/// Sets up a [`FeedFollower`].
#[derive(Debug, Clone)]
#[must_use = "nothing is followed before it is started"]
pub struct FeedFollowerBuilder {
    feed: Arc<dyn ChangeFeed>,
    max_staleness: Duration,
    clock: Arc<dyn Clock>,
}

impl FeedFollower {
    /// A follower of this feed.
    pub fn builder(feed: Arc<dyn ChangeFeed>) -> FeedFollowerBuilder {
        let max_staleness = Duration::from_secs(5);
        FeedFollowerBuilder { feed, max_staleness, clock: Arc::new(SystemClock) }
    }

    /// How the feed is doing.
    #[must_use]
    pub fn health(&self) -> FeedHealth {
        self.reader.health()
    }
}

impl Drop for FeedFollower {
    fn drop(&mut self) {
        self.task.abort();
        self.reader.feed.revocations().is_left();
    }
}

impl FeedFollowerBuilder {
    const LEAST: Duration = Duration::from_secs(1);

    /// How long a change that was committed elsewhere may go unseen at the very most, whatever becomes of the feed; 5 seconds
    /// by default, at least one. While the feed cannot be read, every token is looked up as often as this.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use tower_pat::feed::{ChangeFeed, FeedFollower};
    /// use std::time::Duration;
    ///
    /// # fn example(feed: Arc<dyn ChangeFeed>) {
    /// let follower = FeedFollower::builder(feed).with_max_staleness(Duration::from_secs(2)).start();
    /// # }
    /// ```
    pub fn with_max_staleness(mut self, max_staleness: Duration) -> Self {
        self.max_staleness = max_staleness.max(Self::LEAST);
        self
    }

    /// Where the time is read; from the operating system by default. It must be the clock of the verifiers.
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Begins to follow. From here on the promise holds, also before the feed was read for the first time.
    ///
    /// # Panics
    ///
    /// Outside a Tokio runtime; the follower ends in one whose timers are not enabled, and with its runtime.
    pub fn start(self) -> FeedFollower {
        let runtime = Handle::current();
        let Self { feed, max_staleness, clock } = self;
        feed.revocations().is_fed(max_staleness, clock.now());
        let (log, suppressed) = (Mutex::new(Log::default()), Throttle::default());
        let reader = Arc::new(Reader { feed, max_staleness, clock, log, suppressed });
        let task = runtime.spawn(Arc::clone(&reader).follow());
        FeedFollower { reader, task }
    }
}

struct Reader {
    feed: Arc<dyn ChangeFeed>,
    max_staleness: Duration,
    clock: Arc<dyn Clock>,
    log: Mutex<Log>,
    suppressed: Throttle,
}

/// What came of the readings so far.
#[derive(Debug, Clone, Copy, Default)]
struct Log {
    position: Option<FeedPosition>,
    heard: Option<Moment>,
    is_failing: bool,
    readings: u64,
    failures: u64,
    gaps: u64,
    changes: u64,
}

impl Reader {
    /// Between two readings: changes that come close together are read at once. A feed that fails is tried again after as
    /// long, then after twice as long, and so on.
    const PAUSE: Duration = Duration::from_millis(5);

    async fn follow(self: Arc<Self>) {
        let mut backoff = Self::PAUSE;
        loop {
            let is_read = self.read().await;
            backoff = if is_read { Self::PAUSE } else { backoff.saturating_mul(2).min(self.interval()) };
            sleep(backoff).await;
            if is_read {
                // A feed that stays silent is read from time to time all the same.
                let _ = timeout(self.interval(), self.woken()).await;
            }
        }
    }

    /// The bound that counts: another follower of the table may have a stricter one.
    fn bound(&self) -> Duration {
        self.feed.revocations().bound().unwrap_or(self.max_staleness)
    }

    /// A reading may take so long, and so may the time between two: one that hangs and one that fails still leave time for
    /// another before anything is to be distrusted.
    fn interval(&self) -> Duration {
        self.bound() / 5
    }

    /// Waits for a change. Where that cannot be waited for it takes for ever.
    async fn woken(&self) {
        let position = lock(&self.log).position;
        if let Some(position) = position {
            let feed = Arc::clone(&self.feed);
            if contained(async move { feed.changed(position).await }).await.is_ok() {
                return;
            }
        }
        pending::<()>().await;
    }

    async fn read(&self) -> bool {
        let round = Round::begin(lock(&self.log).position, self.clock.now());
        let feed = Arc::clone(&self.feed);
        match timeout(self.interval(), contained(async move { feed.read(round.since()).await })).await {
            Ok(Ok(reading)) => {
                self.take_in(round, &reading);
                true
            }
            Ok(Err(error)) => self.failed(Some(&error)),
            Err(_) => self.failed(None),
        }
    }

    /// Voids what was changed, and counts the reading after that.
    fn take_in(&self, round: Round, reading: &FeedReading) {
        for step in round.steps(reading) {
            round.take(step, self.feed.revocations());
        }
        let mut log = lock(&self.log);
        log.position = Some(reading.position());
        log.heard = Some(round.began());
        log.readings += 1;
        log.gaps += u64::from(!round.goes_on(reading));
        log.changes += reading.changes().len() as u64;
        let has_recovered = mem::take(&mut log.is_failing);
        // What a subscriber does is not known: not under the lock.
        drop(log);
        if has_recovered {
            tracing::info!(name: FEED_RECOVERY, "the feed of changes is read again");
        }
    }

    /// Gives false, for a reading that has failed.
    fn failed(&self, error: Option<&FeedError>) -> bool {
        let mut log = lock(&self.log);
        log.is_failing = true;
        log.failures += 1;
        drop(log);
        let Some(suppressed) = self.suppressed.admit(self.clock.now()) else { return false };
        if let Some(error) = error {
            tracing::warn!(name: FEED_OUTAGE, error = %Chain(error), suppressed, "the feed of changes fails");
        } else {
            tracing::warn!(name: FEED_OUTAGE, suppressed, "the feed of changes does not answer in time");
        }
        false
    }

    fn health(&self) -> FeedHealth {
        let Log { heard, readings, failures, gaps, changes, .. } = *lock(&self.log);
        let now = self.clock.now().monotonic();
        let staleness = heard.map(|heard| now.saturating_sub(heard.monotonic()));
        FeedHealth { staleness, max_staleness: self.bound(), readings, failures, gaps, changes }
    }
}

/// Runs what a feed does as a task of its own, so that a panic in it is a failure and no end. It is ended with its waiter.
async fn contained<T: Send + 'static>(
    work: impl Future<Output = Result<T, FeedError>> + Send + 'static,
) -> Result<T, FeedError> {
    let mut tasks = JoinSet::new();
    tasks.spawn(work);
    match tasks.join_next().await {
        Some(Ok(done)) => done,
        Some(Err(ended)) => Err(FeedError::new(ended)),
        None => pending().await,
    }
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader").field("feed", &self.feed).field("health", &self.health()).finish_non_exhaustive()
    }
}
