//! What is written of the uses of tokens, and when; and that no request has a part in it.

mod clients;
#[cfg(feature = "metrics")]
mod counted;
mod end;
mod outages;
mod rhythm;
mod stores;

use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use futures_util::FutureExt;
use tokio::sync::Semaphore;
use tower_pat::PatVerifier;
use tower_pat::clock::Clock;
use tower_pat::record::TokenId;
use tower_pat::store::{StoreError, StoreErrorKind, Use};
use tower_pat::testing::ManualClock;
use tower_pat::token::PatToken;
use tower_pat::usage::{UsageRecorder, UsageRecorderBuilder, UsageSink};
use tower_pat::verifier::{PatVerifierBuilder, VerifyContext};
use uuid::Uuid;

use crate::support::{Decision, settle};
use crate::support::{Ledger, Mood, format, noon, record, token};

const SECOND: Duration = Duration::from_secs(1);
const CLIENT: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 7));

/// Keeps what is written, and when that was, since noon.
struct Sink {
    clock: Arc<ManualClock>,
    written: Mutex<Vec<(Duration, Use)>>,
    /// When each call came.
    calls: Mutex<Vec<Duration>>,
    mood: Mutex<Mood>,
    /// Each call waits for a permit before it writes.
    permits: Semaphore,
}

impl Sink {
    fn new(clock: &Arc<ManualClock>) -> Arc<Self> {
        Arc::new(Self {
            clock: Arc::clone(clock),
            written: Mutex::default(),
            calls: Mutex::default(),
            mood: Mutex::new(Mood::Answers),
            permits: Semaphore::new(Semaphore::MAX_PERMITS),
        })
    }

    fn set_mood(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    /// From now on a call goes on only when `release` lets it.
    fn hold(&self) {
        self.permits.forget_permits(Semaphore::MAX_PERMITS);
    }

    fn release(&self) {
        self.permits.add_permits(1);
    }

    fn written(&self) -> Vec<(Duration, Use)> {
        self.written.lock().unwrap().clone()
    }

    fn calls(&self) -> Vec<Duration> {
        self.calls.lock().unwrap().clone()
    }

    /// When a token was written, and how many uses.
    fn of(&self, id: TokenId) -> Vec<(Duration, u64)> {
        let of = |(at, used): &(Duration, Use)| (used.id() == id).then(|| (*at, used.usage().count()));
        self.written().iter().filter_map(of).collect()
    }

    fn sum(&self) -> u64 {
        self.written().iter().map(|(_, used)| used.usage().count()).sum()
    }
}

#[async_trait]
impl UsageSink for Sink {
    async fn record_uses(&self, uses: &[Use]) -> Result<(), StoreError> {
        let now = self.clock.now().monotonic();
        self.calls.lock().unwrap().push(now);
        let mood = *self.mood.lock().unwrap();
        self.permits.acquire().await.unwrap().forget();
        match mood {
            Mood::Answers => self.written.lock().unwrap().extend(uses.iter().map(|used| (now, used.clone()))),
            Mood::Fails => return Err(StoreErrorKind::Unavailable.into()),
            Mood::Panics => panic!("the sink is on fire"),
            Mood::Hangs => std::future::pending().await,
        }
        Ok(())
    }
}

/// A verifier with a recorder, and all that they stand on. One hand turns the clock and the timers, which stand still else:
/// so the tests run on one thread, with `start_paused`.
struct Bench {
    clock: Arc<ManualClock>,
    ledger: Arc<Ledger>,
    sink: Arc<Sink>,
    recorder: UsageRecorder,
    verifier: PatVerifier,
}

impl Bench {
    fn new() -> Self {
        Self::with(|recorder| recorder, |verifier| verifier)
    }

    fn with(
        set_recorder: impl FnOnce(UsageRecorderBuilder) -> UsageRecorderBuilder,
        set: impl FnOnce(PatVerifierBuilder) -> PatVerifierBuilder,
    ) -> Self {
        let (clock, ledger) = (ManualClock::new(noon()), Ledger::new());
        let sink = Sink::new(&clock);
        let recorder = set_recorder(UsageRecorder::builder().with_clock(clock.clone())).start(sink.clone());
        let verifier = set(observed(&ledger, &clock, &recorder)).build();
        Self { clock, ledger, sink, recorder, verifier }
    }

    /// Another verifier with the same recorder.
    fn another(&self) -> PatVerifier {
        observed(&self.ledger, &self.clock, &self.recorder).build()
    }

    /// A good token, whose record has this number.
    fn good(&self, number: u128) -> PatToken {
        let token = token();
        self.ledger.write(&token, record(number));
        token
    }

    async fn verify(&self, token: &PatToken) -> Decision {
        self.verifier.verify(token.expose_secret(), &context()).await
    }

    async fn use_it(&self, token: &PatToken) {
        assert!(self.verify(token).await.is_ok());
    }

    /// A use that is decided on at once, or the test fails.
    fn use_at_once(&self, token: &PatToken) {
        let decision = self.verify(token).now_or_never();
        assert!(matches!(decision, Some(Ok(_))), "{decision:?}");
    }

    /// Lets so many seconds pass, one by one.
    async fn turn(&self, seconds: u64) {
        settle().await;
        for _ in 0..seconds {
            self.clock.advance(SECOND);
            tokio::time::advance(SECOND).await;
            settle().await;
        }
    }
}

fn observed(ledger: &Arc<Ledger>, clock: &Arc<ManualClock>, recorder: &UsageRecorder) -> PatVerifierBuilder {
    PatVerifier::builder(format(), ledger.clone())
        .with_clock(clock.clone())
        .with_ttl(Duration::from_hours(1))
        .with_observer(Arc::new(recorder.clone()))
}

fn context() -> VerifyContext {
    VerifyContext::default().with_client_addr(CLIENT).with_user_agent("importer/2.1")
}

fn id(number: u128) -> TokenId {
    TokenId::from_uuid(Uuid::from_u128(number))
}

/// How long after noon.
fn seconds(seconds: u64) -> Duration {
    SECOND * u32::try_from(seconds).unwrap()
}
