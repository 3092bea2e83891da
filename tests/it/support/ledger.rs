use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use tokio::sync::Semaphore;
use tower_pat::PatResolver;
use tower_pat::record::PatRecord;
use tower_pat::resolver::{Answer, ResolveError};
use tower_pat::revocations::Revocations;
use tower_pat::token::{PatToken, TokenDigest};

/// A resolver whose answers, moods and pace the test decides.
#[derive(Debug)]
pub(crate) struct Ledger {
    records: Mutex<HashMap<TokenDigest, PatRecord>>,
    mood: Mutex<Mood>,
    /// Each call that has read its answer waits for a permit before it returns.
    returns: Semaphore,
    calls: AtomicUsize,
    revocations: Arc<Revocations>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Mood {
    Answers,
    Fails,
    Panics,
    Hangs,
}

impl Ledger {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            records: Mutex::default(),
            mood: Mutex::new(Mood::Answers),
            returns: Semaphore::new(Semaphore::MAX_PERMITS),
            calls: AtomicUsize::new(0),
            revocations: Arc::default(),
        })
    }

    /// Writes a record without telling anybody.
    pub(crate) fn write(&self, token: &PatToken, record: PatRecord) {
        self.records.lock().unwrap().insert(token.digest(), record);
    }

    /// Takes a record out without telling anybody.
    pub(crate) fn erase(&self, token: &PatToken) {
        self.records.lock().unwrap().remove(&token.digest());
    }

    /// Writes a record and announces it.
    pub(crate) fn change(&self, token: &PatToken, record: PatRecord) {
        self.write(token, record);
        self.revocations.raise(token.digest().mark());
    }

    pub(crate) fn set_mood(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    /// From now on a call returns only when `release` lets it.
    pub(crate) fn hold(&self) {
        self.returns.forget_permits(Semaphore::MAX_PERMITS);
    }

    pub(crate) fn release(&self, calls: usize) {
        self.returns.add_permits(calls);
    }

    pub(crate) fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl PatResolver for Ledger {
    async fn resolve(&self, digest: &TokenDigest) -> Result<Answer, ResolveError> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        let answer = Answer::from(self.records.lock().unwrap().get(digest).cloned());
        let mood = *self.mood.lock().unwrap();
        self.returns.acquire().await.unwrap().forget();
        match mood {
            Mood::Answers => Ok(answer),
            Mood::Fails => Err(ResolveError::unavailable("the ledger is closed")),
            Mood::Panics => panic!("the ledger is on fire"),
            Mood::Hangs => std::future::pending().await,
        }
    }

    fn revocations(&self) -> &Arc<Revocations> {
        &self.revocations
    }
}
