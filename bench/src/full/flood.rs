use std::error::Error;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use http::header::AUTHORIZATION;
use http::{Request, StatusCode};
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;
use tokio::time::sleep;
use tower::Service;
use tower_pat::client::SocketPeer;
use tower_pat::resolver::{Answer, ResolveError, resolver_fn};
use tower_pat::token::TokenDigest;
use tower_pat::{PatAuthLayer, PatVerifier};

use crate::cases::layered;
use crate::clock::Stopwatch;
use crate::fixture::{self, TTL};
use crate::machine::{peak, resident};
use crate::number::{float, length, quantile};
use crate::random::Seeded;
use crate::report::Note;

const SECTION: &str = "Flood, 100,000 distinct made-up tokens, 256 at once from one address, a store of 5 ms";
const MADE_UP: usize = 100_000;
const AT_ONCE: usize = 256;
const LAST: usize = 5_000;
/// How long whoever sends made-up tokens waits after a 503.
const PAUSE: Duration = Duration::from_millis(5);
/// Good tokens begin with this mark, by which the store knows them.
const GOOD: &str = "good_pat";

/// What good traffic from other addresses sees of a flood.
pub(super) fn measure() -> Result<Vec<Note>, Box<dyn Error>> {
    let service = Protected::new()?;
    let calm = service.beside(|| thread::sleep(Duration::from_secs(2)))?;
    let bad: Vec<_> = {
        let random = Seeded::new(8);
        (0..MADE_UP).map(|_| fixture::token(&random)).collect()
    };
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let before = resident();
    let started = Stopwatch::start();
    let refused = AtomicU64::new(0);
    let flooded = service.beside(|| refused.store(flood(&runtime, &service.router, &bad), Ordering::Relaxed))?;
    let lasted = float(started.nanos()) / 1e9;
    let grown = float(peak().saturating_sub(before)) / f64::from(1 << 20);
    let calls = service.calls.load(Ordering::Relaxed);
    flood(&runtime, &service.router, &bad[MADE_UP - LAST..]);
    let repeated = service.calls.load(Ordering::Relaxed) - calls;
    let note = |key, name, value, unit| Note::new(SECTION, (key, name), value, unit);
    Ok(vec![
        note("flood_seconds", "it lasted", lasted, "s"),
        note(
            "flood_refused",
            "answers with 503 to made-up tokens, which came again",
            float(refused.load(Ordering::Relaxed)),
            "",
        ),
        note("calm_warm", "good warm p99 without it", float(calm.warm), "ns"),
        note("flood_warm", "good warm p99 in it", float(flooded.warm), "ns"),
        note("flood_warm_times", "good warm p99 in it, × without", float(flooded.warm) / float(calm.warm), "×"),
        note("calm_cold", "good cold p99 without it", float(calm.cold), "ns"),
        note("flood_cold", "good cold p99 in it", float(flooded.cold), "ns"),
        note("flood_cold_number", "good cold requests in it", flooded.number, ""),
        note("flood_cold_503", "of these with 503", float(flooded.unavailable), ""),
        note("flood_resident", "resident growth, at its peak", grown, "MiB"),
        note("flood_repeated", "calls of the store when the last 5,000 came again", float(repeated), ""),
    ])
}

/// A router, and how often its store is asked. Good tokens are known by the digests that were announced.
struct Protected {
    router: Router,
    calls: Arc<AtomicU64>,
    good: Vec<String>,
}

/// What good traffic saw.
struct Seen {
    warm: u64,
    cold: u64,
    number: f64,
    unavailable: u64,
}

impl Protected {
    fn new() -> Result<Self, Box<dyn Error>> {
        let format = fixture::format().with_accepted_prefix(GOOD)?;
        let random = Seeded::new(9);
        let mut good = Vec::new();
        let other = tower_pat::TokenFormat::new(GOOD)?;
        for _ in 0..20_000 {
            good.push(other.generate(&random)?.expose_secret().to_owned());
        }
        let known: std::collections::HashSet<_> = good.iter().map(TokenDigest::of).collect();
        let calls = Arc::new(AtomicU64::new(0));
        let (counted, scopes) = (Arc::clone(&calls), fixture::scopes());
        let store = resolver_fn(move |digest: TokenDigest| {
            counted.fetch_add(1, Ordering::Relaxed);
            let record = known.contains(&digest).then(|| fixture::record(&digest, scopes.clone()));
            async {
                sleep(Duration::from_millis(5)).await;
                Ok::<_, ResolveError>(Answer::from(record))
            }
        });
        let verifier = PatVerifier::builder(format, store).with_ttl(TTL).with_negative_ttl(TTL).build();
        Ok(Self { router: layered(PatAuthLayer::new(verifier).with_client_addr(SocketPeer)), calls, good })
    }

    /// Sends good traffic from two other threads while something is done.
    fn beside(&self, deed: impl FnOnce()) -> Result<Seen, Box<dyn Error>> {
        let over = AtomicBool::new(false);
        let [warm, cold] = [(); 2].map(|()| Builder::new_current_thread().enable_all().build());
        let (warm, cold) = (warm?, cold?);
        let used = usize::try_from(self.calls.load(Ordering::Relaxed))?;
        Ok(thread::scope(|scope| {
            let warm = scope.spawn(|| warm.block_on(self.warm(&over)));
            let cold = scope.spawn(|| cold.block_on(self.cold(used + 1, &over)));
            deed();
            over.store(true, Ordering::Relaxed);
            let mut warm = warm.join().expect("no thread panics");
            let (mut cold, unavailable) = cold.join().expect("no thread panics");
            let number = length(cold.len());
            Seen { warm: quantile(&mut warm, 0.99), cold: quantile(&mut cold, 0.99), number, unavailable }
        }))
    }

    /// One remembered token, some hundred thousand times a second.
    async fn warm(&self, over: &AtomicBool) -> Vec<u64> {
        let (mut nanos, mut router) = (Vec::new(), self.router.clone());
        send(&mut router, &self.good[0], 1).await;
        while !over.load(Ordering::Relaxed) {
            // So many at a stretch that waking up is not what the p99 shows.
            for _ in 0..200 {
                let started = Stopwatch::start();
                let status = send(&mut router, &self.good[0], 1).await;
                nanos.push(started.nanos());
                assert_eq!(status, StatusCode::OK, "a remembered token is accepted");
            }
            sleep(Duration::from_millis(1)).await;
        }
        nanos
    }

    /// Tokens that nobody has asked for yet, some hundred a second; and how many of them got 503.
    async fn cold(&self, first: usize, over: &AtomicBool) -> (Vec<u64>, u64) {
        let (mut nanos, mut unavailable, mut router) = (Vec::new(), 0, self.router.clone());
        for token in self.good.iter().skip(first) {
            if over.load(Ordering::Relaxed) {
                break;
            }
            let started = Stopwatch::start();
            let status = send(&mut router, token, 2).await;
            nanos.push(started.nanos());
            unavailable += u64::from(status == StatusCode::SERVICE_UNAVAILABLE);
        }
        (nanos, unavailable)
    }
}

/// Sends these tokens, so many at once, and says how many answers were 503.
///
/// A token comes again until it is looked up. A 503 is given without a wait, so that without a pause one sender would
/// use up all tokens, and next to none would reach the store.
fn flood(runtime: &Runtime, router: &Router, tokens: &[String]) -> u64 {
    let tokens: Arc<[String]> = tokens.into();
    let (next, refused) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    runtime.block_on(async {
        let mut senders = JoinSet::new();
        for _ in 0..AT_ONCE {
            let (next, refused) = (Arc::clone(&next), Arc::clone(&refused));
            let (tokens, mut router) = (Arc::clone(&tokens), router.clone());
            senders.spawn(async move {
                while let Some(token) = taken(&tokens, &next) {
                    loop {
                        let status = send(&mut router, token, 3).await;
                        if status == StatusCode::UNAUTHORIZED {
                            break;
                        }
                        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "a made-up token is never accepted");
                        refused.fetch_add(1, Ordering::Relaxed);
                        sleep(PAUSE).await;
                    }
                }
            });
        }
        senders.join_all().await;
    });
    refused.load(Ordering::Relaxed)
}

fn taken<'a>(tokens: &'a [String], next: &AtomicU64) -> Option<&'a str> {
    let index = usize::try_from(next.fetch_add(1, Ordering::Relaxed)).ok()?;
    tokens.get(index).map(String::as_str)
}

/// One request from 192.0.2.`host`.
async fn send(router: &mut Router, token: &str, host: u8) -> StatusCode {
    let mut request = Request::new(Body::empty());
    request.headers_mut().insert(AUTHORIZATION, fixture::bearer(token));
    request.extensions_mut().insert(SocketAddr::from(([192, 0, 2, host], 40_000)));
    router.call(request).await.unwrap_or_else(|never| match never {}).status()
}
