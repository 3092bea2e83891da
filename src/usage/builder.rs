use std::sync::Arc;
use std::time::Duration;

use super::recorder::UsageRecorder;
use super::shared::Shared;
use super::sink::UsageSink;
use super::writer::Writer;
use crate::clock::{Clock, SystemClock};

/// How a recorder is set up; begun by [`UsageRecorder::builder`].
///
/// ```
/// use std::sync::Arc;
/// use std::time::Duration;
/// use tower_pat::store::MemoryStore;
/// use tower_pat::usage::UsageRecorder;
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let recorder = UsageRecorder::builder()
///     .with_capacity(100_000)
///     .with_interval(Duration::from_mins(5))
///     .start(Arc::new(MemoryStore::new()));
/// # }
/// ```
#[derive(Debug)]
#[must_use = "a builder does nothing until it is started"]
pub struct UsageRecorderBuilder {
    capacity: usize,
    interval: Duration,
    deadline: Duration,
    clock: Arc<dyn Clock>,
}

const MINUTE: Duration = Duration::from_mins(1);

impl Default for UsageRecorderBuilder {
    fn default() -> Self {
        let deadline = Duration::from_secs(10);
        Self { capacity: 10_000, interval: MINUTE, deadline, clock: Arc::new(SystemClock) }
    }
}

impl UsageRecorderBuilder {
    /// Of how many tokens there may be an entry; 10,000 by default. An entry is there from a use until a minute has
    /// passed in which the token was not used: so this is the number of tokens in use within two minutes, about. It takes
    /// some hundred bytes, and keeps the record of the token in memory.
    ///
    /// Where there is no room, the uses of a token are lost and counted.
    pub fn with_capacity(mut self, tokens: usize) -> Self {
        self.capacity = tokens;
        self
    }

    /// How much time there is at least between two writes of one token; a minute by default, and at least.
    pub fn with_interval(mut self, interval: Duration) -> Self {
        self.interval = interval.max(MINUTE);
        self
    }

    /// How long one call to the sink may take, and how long a [shutdown](UsageRecorder::shutdown); 10 seconds by default.
    pub fn with_deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Where the recorder reads what is due; from the operating system by default. When a token was used is said by the
    /// clock of the verifier.
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// The recorder, and the task that writes to this store or other sink.
    ///
    /// # Panics
    ///
    /// Outside a Tokio runtime. It needs its timers (`enable_time`).
    pub fn start<S: UsageSink + ?Sized>(self, sink: Arc<S>) -> UsageRecorder {
        #[cfg(feature = "metrics")]
        super::counts::describe();
        let shared = Arc::new(Shared::new(self.capacity, self.clock, self.interval, self.deadline));
        tokio::spawn(Writer::new(Arc::clone(&shared), sink).run());
        UsageRecorder::new(shared)
    }
}
