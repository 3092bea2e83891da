use std::sync::Arc;

use tower_pat::PatVerifier;
use tower_pat::store::{MemoryStore, PatStore};
use tower_pat::testing::ManualClock;
use tower_pat::usage::UsageRecorder;

use super::{CLIENT, context, id};
use crate::sqlite::Place;
use crate::support::{format, noon, record, token};

/// From a request to what a person sees of their token.
async fn usage_is_seen_in(store: Arc<dyn PatStore>) {
    let (clock, token) = (ManualClock::new(noon()), token());
    store.insert(&record(1), &token.digest()).await.unwrap();
    let recorder = UsageRecorder::builder().with_clock(clock.clone()).start(store.clone());
    let verifier = PatVerifier::builder(format(), store.clone())
        .with_clock(clock.clone())
        .with_observer(Arc::new(recorder.clone()))
        .build();
    for _ in 0..3 {
        assert!(verifier.verify(token.expose_secret(), &context()).await.is_ok());
    }
    recorder.shutdown().await;
    assert_eq!((recorder.statistics().written(), recorder.lost()), (3, 0));
    let stored = store.find(id(1)).await.unwrap().unwrap();
    let usage = stored.usage().unwrap();
    assert_eq!((usage.count(), usage.last_used_at()), (3, noon()));
    assert_eq!((usage.address(), usage.user_agent()), (Some(CLIENT), Some("importer/2.1")));
    assert_eq!(stored.version(), 1);
}

#[tokio::test]
async fn usage_is_seen_in_the_memory_store() {
    usage_is_seen_in(Arc::new(MemoryStore::new())).await;
}

#[tokio::test]
async fn usage_is_seen_in_sqlite() {
    let place = Place::new();
    usage_is_seen_in(Arc::new(place.open().await)).await;
}
