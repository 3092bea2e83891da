use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use http::StatusCode;
use tokio::runtime::Builder;
use tokio::task::JoinSet;
use tokio::time::sleep;
use tower_pat::PatAuthLayer;
use tower_pat::resolver::{Answer, ResolveError, resolver_fn};
use tower_pat::token::TokenDigest;

use crate::cases::layered;
use crate::clock::Stopwatch;
use crate::drive::call;
use crate::fixture;
use crate::number::float;
use crate::random::Seeded;
use crate::report::Note;

const REQUESTS: usize = 1_000;

/// All ask at once for a token that nobody has asked for yet, and the store takes its time.
pub(super) fn measure() -> Result<Vec<Note>, Box<dyn Error>> {
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let calls = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&calls);
    let store = resolver_fn(move |digest: TokenDigest| {
        counted.fetch_add(1, Ordering::Relaxed);
        async move {
            sleep(Duration::from_millis(10)).await;
            Ok::<_, ResolveError>(Answer::Known(fixture::record(&digest, fixture::scopes())))
        }
    });
    let router = layered(PatAuthLayer::new(fixture::verifier(store, 1)));
    let header = fixture::bearer(&fixture::token(&Seeded::new(5)));
    let started = Stopwatch::start();
    runtime.block_on(async {
        let mut requests = JoinSet::new();
        for _ in 0..REQUESTS {
            let (mut router, header) = (router.clone(), header.clone());
            requests.spawn(async move { call(&mut router, &header, StatusCode::OK).await });
        }
        requests.join_all().await;
    });
    let millis = float(started.nanos()) / 1e6;
    let section = "Storm, 1,000 requests at once on a cold token, a store of 10 ms";
    let note = |key, name, value, unit| Note::new(section, (key, name), value, unit);
    Ok(vec![
        note("storm_calls", "calls of the store", float(calls.load(Ordering::Relaxed)), ""),
        note("storm_millis", "until all had their 200", millis, "ms"),
    ])
}
