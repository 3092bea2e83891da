use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{sleep, timeout};

use super::batch::Batch;
use super::shared::{Shared, Stage};
use super::sink::UsageSink;
use crate::telemetry::{Chain, USAGE};

/// Between two looks at what is due: what comes meanwhile is written together.
const TICK: Duration = Duration::from_secs(1);
const MAX_PAUSE: Duration = Duration::from_mins(1);

/// Writes to a sink what a recorder has heard: the task in the background.
pub(super) struct Writer<S: ?Sized> {
    shared: Arc<Shared>,
    sink: Arc<S>,
    /// After the next failure.
    pause: Duration,
}

/// The sink did not do it, which is in the log already. It is tried again after the pause.
struct Failed {
    pause: Duration,
}

impl<S: UsageSink + ?Sized> Writer<S> {
    pub(super) fn new(shared: Arc<Shared>, sink: Arc<S>) -> Self {
        Self { shared, sink, pause: TICK }
    }

    pub(super) async fn run(mut self) {
        let shared = Arc::clone(&self.shared);
        while shared.stage() == Stage::Open {
            shared.news.notified().await;
            self.write_until_idle().await;
        }
        let flush = async {
            while let Err(Failed { pause }) = self.write_all().await {
                sleep(pause).await;
            }
        };
        // What is left is given up below, and told.
        let _ = timeout(shared.deadline, flush).await;
        shared.give_up();
        shared.ended.send_replace(true);
    }

    async fn write_until_idle(&mut self) {
        let mut wait = TICK;
        while self.shared.stage() == Stage::Open && !self.shared.is_idle() {
            // Whatever the news are, the look comes a little earlier then.
            let _ = timeout(wait, self.shared.news.notified()).await;
            wait = match self.write_all().await {
                Ok(()) => TICK,
                Err(Failed { pause }) => pause,
            };
            self.shared.tell_of_losses();
        }
    }

    /// Writes what is due, until a batch fails.
    async fn write_all(&mut self) -> Result<(), Failed> {
        while let Some(batch) = Batch::next(&self.shared, self.pause) {
            self.write(batch).await?;
        }
        Ok(())
    }

    /// The call is a task of its own, so that a sink that panics does not end this one.
    async fn write(&mut self, batch: Batch) -> Result<(), Failed> {
        let (sink, uses) = (Arc::clone(&self.sink), batch.uses());
        let call = tokio::spawn(async move { sink.record_uses(&uses).await });
        batch.goes_by(call.abort_handle());
        let error: Box<dyn Error> = match timeout(self.shared.deadline, call).await {
            Ok(Ok(Ok(()))) => {
                self.pause = TICK;
                batch.arrive();
                return Ok(());
            }
            Ok(Ok(Err(error))) => error.into(),
            Ok(Err(panic)) => panic.into(),
            Err(elapsed) => elapsed.into(),
        };
        drop(batch);
        Err(self.failed(&*error))
    }

    fn failed(&mut self, error: &(dyn Error + 'static)) -> Failed {
        let pause = self.pause;
        self.pause = pause.saturating_mul(2).min(MAX_PAUSE);
        self.shared.counts.failed();
        // After the end the call was not left to fail by itself, and what is lost is told.
        if self.shared.stage() < Stage::Closed {
            tracing::warn!(name: USAGE, error = %Chain(error), ?pause, "uses of tokens could not be written");
        }
        Failed { pause }
    }
}
