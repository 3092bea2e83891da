//! Side-by-side measurements of `tower-pat`: what the layer adds to a request of a bare axum router.
//!
//! ```text
//! cargo run --release -p tower-pat-bench
//! ```
//!
//! All cases run in one process, in turns, and the medians of many rounds are compared, so that a machine whose speed
//! drifts misleads as little as it can.

use std::error::Error;
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use http::header::AUTHORIZATION;
use http::{HeaderValue, Request};
use tokio::runtime::{Builder, Runtime};
use tower::Service;
use tower_pat::guard::RequireScopeLayer;
use tower_pat::manager::NewPat;
use tower_pat::record::{OwnerId, TokenName};
use tower_pat::store::MemoryStore;
use tower_pat::{PatAuthLayer, PatManager, PatVerifier, Scope, TokenFormat};

const ROUNDS: usize = 301;
const REQUESTS: u32 = 2_000;

fn main() -> Result<(), Box<dyn Error>> {
    let runtime = Builder::new_current_thread().enable_time().build()?;
    let (layer, authorization) = runtime.block_on(set_up())?;
    let guard = RequireScopeLayer::new(Scope::from_static("invoices:read"));
    let mut cases = [
        Case::new("bare router", bare()),
        Case::new("a layer that inserts an extension", bare().layer(axum::Extension(Arc::new(())))),
        Case::new("PatAuthLayer, one hot token", bare().layer(layer.clone())),
        Case::new("PatAuthLayer and a guard", bare().layer(guard).layer(layer)),
    ];
    for _ in 0..ROUNDS {
        for case in &mut cases {
            case.run(&runtime, &authorization);
        }
    }
    report(&mut cases, &runtime, &authorization);
    Ok(())
}

fn bare() -> Router {
    Router::new().route("/", get(|| async { "" })).with_state(())
}

async fn set_up() -> Result<(PatAuthLayer, HeaderValue), Box<dyn Error>> {
    let (format, store) = (TokenFormat::new("acme_pat")?, Arc::new(MemoryStore::new()));
    let manager = PatManager::new(format.clone(), store.clone(), "invoices:read".parse()?);
    let wanted = NewPat::new(TokenName::parse("bench")?).with_scopes("invoices:read".parse()?);
    let created = manager.create(&OwnerId::parse("alice")?, wanted).await?;
    let authorization = HeaderValue::from_str(&format!("Bearer {}", created.token().expose_secret()))?;
    Ok((PatAuthLayer::new(PatVerifier::new(format, store)), authorization))
}

struct Case {
    name: &'static str,
    router: Router,
    /// Nanoseconds a request, one figure a round.
    rounds: Vec<f64>,
}

impl Case {
    fn new(name: &'static str, router: Router) -> Self {
        Self {
            name,
            // A router that is not finished puts its layers on anew for every request.
            router: router.with_state(()),
            rounds: Vec::with_capacity(ROUNDS),
        }
    }

    #[expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
    fn run(&mut self, runtime: &Runtime, authorization: &HeaderValue) {
        let router = &mut self.router;
        let nanos = runtime.block_on(async {
            let started = Instant::now();
            for _ in 0..REQUESTS {
                call(router, authorization).await;
            }
            started.elapsed().as_nanos()
        });
        #[expect(clippy::cast_precision_loss, reason = "a round takes far less than 2^52 ns")]
        self.rounds.push(nanos as f64 / f64::from(REQUESTS));
    }

    fn median(&mut self) -> f64 {
        self.rounds.sort_by(f64::total_cmp);
        self.rounds[self.rounds.len() / 2]
    }
}

async fn call(router: &mut Router, authorization: &HeaderValue) {
    let mut request = Request::new(Body::empty());
    request.headers_mut().insert(AUTHORIZATION, authorization.clone());
    let response = router.call(request).await.unwrap_or_else(|never| match never {});
    assert!(response.status().is_success(), "every case answers 200");
}

fn report(cases: &mut [Case], runtime: &Runtime, authorization: &HeaderValue) {
    let bare = cases[0].median();
    println!("{ROUNDS} interleaved rounds of {REQUESTS} requests, medians\n");
    println!("| case | ns a request | ns over bare | × bare | allocations |");
    println!("|---|--:|--:|--:|--:|");
    for case in cases {
        let nanos = case.median();
        let router = &mut case.router;
        let counted = allocation_counter::measure(|| runtime.block_on(call(router, authorization)));
        let (over, ratio) = (nanos - bare, nanos / bare);
        println!("| {} | {nanos:.0} | {over:.0} | {ratio:.2} | {} |", case.name, counted.count_total);
    }
}
