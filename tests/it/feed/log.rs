use std::future::pending;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use async_trait::async_trait;
use tokio::sync::Notify;
use tower_pat::feed::{ChangeFeed, FeedChange, FeedError, FeedPosition, FeedReading};
use tower_pat::revocations::Revocations;
use tower_pat::token::PatToken;
use uuid::Uuid;

/// A log of changes whose weather the test makes.
#[derive(Debug)]
pub(super) struct Log {
    kept: Mutex<Kept>,
    weather: Mutex<Weather>,
    wakes: Mutex<Wakes>,
    woken: Notify,
    readings: AtomicUsize,
    revocations: Arc<Revocations>,
}

#[derive(Debug, Default)]
struct Kept {
    generation: u128,
    /// The number of the first row that is there, and of those that were ever written.
    first: usize,
    rows: Vec<FeedChange>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weather {
    Fair,
    Fails,
    Hangs,
    Panics,
}

/// What becomes of whoever waits for a change.
#[derive(Debug, Clone, Copy)]
pub(super) enum Wakes {
    OnChange,
    Never,
    Always,
    Fails,
}

impl Log {
    pub(super) fn new(revocations: &Arc<Revocations>) -> Arc<Self> {
        Arc::new(Self {
            kept: Mutex::default(),
            weather: Mutex::new(Weather::Fair),
            wakes: Mutex::new(Wakes::OnChange),
            woken: Notify::new(),
            readings: AtomicUsize::new(0),
            revocations: Arc::clone(revocations),
        })
    }

    /// Writes down that a token was changed.
    pub(super) fn tell(&self, token: &PatToken) {
        self.write(FeedChange::Token(token.digest().mark()));
    }

    pub(super) fn write(&self, change: FeedChange) {
        self.kept().rows.push(change);
        self.woken.notify_one();
    }

    /// Takes all rows away.
    pub(super) fn prune(&self) {
        let mut kept = self.kept();
        kept.first = kept.rows.len();
    }

    /// As if the database had been restored from a copy that had so many rows.
    pub(super) fn restore(&self, rows: usize, generation: u128) {
        let mut kept = self.kept();
        kept.rows.truncate(rows);
        kept.generation = generation;
    }

    pub(super) fn set_weather(&self, weather: Weather) {
        *self.weather.lock().unwrap() = weather;
    }

    pub(super) fn set_wakes(&self, wakes: Wakes) {
        *self.wakes.lock().unwrap() = wakes;
    }

    pub(super) fn readings(&self) -> usize {
        self.readings.load(Ordering::SeqCst)
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap()
    }
}

#[async_trait]
impl ChangeFeed for Log {
    async fn read(&self, since: Option<FeedPosition>) -> Result<FeedReading, FeedError> {
        self.readings.fetch_add(1, Ordering::SeqCst);
        let weather = *self.weather.lock().unwrap();
        match weather {
            Weather::Fair => {}
            Weather::Fails => return Err(FeedError::new("the log is away")),
            Weather::Hangs => pending().await,
            Weather::Panics => panic!("the log is broken"),
        }
        let kept = self.kept();
        let end = kept.rows.len();
        let from = since.map_or(end, |position| usize::try_from(position.number()).unwrap()).max(kept.first);
        let position = FeedPosition::new(Uuid::from_u128(kept.generation), end as u64);
        let changes = kept.rows.get(from..).unwrap_or_default();
        Ok(FeedReading::new(position).with_changes(changes.iter().copied()).with_kept_from(kept.first as u64))
    }

    async fn changed(&self, _since: FeedPosition) -> Result<(), FeedError> {
        let wakes = *self.wakes.lock().unwrap();
        match wakes {
            Wakes::OnChange => self.woken.notified().await,
            Wakes::Never => pending().await,
            Wakes::Always => {}
            Wakes::Fails => return Err(FeedError::new("nobody wakes")),
        }
        Ok(())
    }

    fn revocations(&self) -> &Arc<Revocations> {
        &self.revocations
    }
}
