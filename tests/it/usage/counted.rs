use std::collections::BTreeMap;
use std::fs;

use metrics::{Unit, set_default_local_recorder};
use metrics_util::debugging::{DebugValue, DebuggingRecorder};

use super::Bench;
use crate::support::Mood;

/// The recorder of metrics is told what the snapshot says, by the names that the documentation lists, without labels.
#[tokio::test(start_paused = true)]
async fn metrics_are_what_the_snapshot_says_and_what_is_documented() {
    let recorder = DebuggingRecorder::new();
    let _recording = set_default_local_recorder(&recorder);
    let bench = Bench::with(|recorder| recorder.with_capacity(1), |verifier| verifier);
    let (kept, lost) = (bench.good(1), bench.good(2));
    for token in [&kept, &kept, &kept, &lost] {
        bench.use_it(token).await;
    }
    bench.sink.set_mood(Mood::Fails);
    bench.turn(1).await;
    bench.sink.set_mood(Mood::Answers);
    bench.turn(1).await;
    let statistics = bench.recorder.statistics();
    let mut told = BTreeMap::new();
    for (key, unit, description, value) in recorder.snapshotter().snapshot().into_vec() {
        let name = key.key().name().to_owned();
        if name.starts_with("pat_usage_") {
            assert_eq!(key.key().labels().count(), 0);
            assert!(unit == Some(Unit::Count) && description.is_some_and(|text| !text.is_empty()), "{name}");
            told.insert(name, value);
        }
    }
    let expected = [
        ("pat_usage_failures_total", statistics.failures()),
        ("pat_usage_lost_total", statistics.lost()),
        ("pat_usage_writes_total", statistics.writes()),
        ("pat_usage_written_total", statistics.written()),
    ];
    assert_eq!(expected.map(|(_, count)| count), [1, 1, 1, 3]);
    let expected = expected.map(|(name, count)| (name.to_owned(), DebugValue::Counter(count)));
    assert_eq!(told, BTreeMap::from(expected));
    let room = fs::read_to_string("src/usage/mod.rs").unwrap();
    assert!(told.keys().all(|name| room.contains(&format!("//! | `{name}` | counter |"))));
    assert_eq!(room.matches("//! | `pat_usage_").count(), told.len());
}
