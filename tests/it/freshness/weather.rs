//! Real threads, and a resolver that answers, fails, panics, hangs and dawdles as chance has it, while tokens change: each
//! decision is held against what is permitted at its instant.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use tower_pat::clock::Clock;
use tower_pat::denial::{Denial, InvalidToken};
use tower_pat::resolver::{Answer, ResolveError};
use tower_pat::revocations::Revocations;
use tower_pat::testing::ManualClock;
use tower_pat::token::{PatToken, TokenDigest};
use tower_pat::verifier::VerifyContext;
use tower_pat::{PatResolver, PatVerifier};

use super::SECOND;
use crate::support::{Decision, Ledger, format, noon, record, token};

const TTL: Duration = Duration::from_millis(500);
const NEGATIVE_TTL: Duration = Duration::from_millis(50);
const STALE: Duration = Duration::from_secs(1);

/// How many requests each client makes: `PAT_WEATHER_REQUESTS`, or a number that suits a quick test.
fn requests() -> usize {
    std::env::var("PAT_WEATHER_REQUESTS").map_or(5_000, |requests| requests.parse().unwrap())
}

/// Four seconds of weather: fair, changeable, then dark.
const DAY: u128 = 4_000;
const DUSK: u128 = 2_800;

fn time_of_day(reading: Duration) -> u128 {
    reading.as_millis() % DAY
}

/// How many of a hundred calls come to an answer.
fn chance(reading: Duration) -> u64 {
    match time_of_day(reading) {
        0..2_000 => 100,
        2_000..DUSK => 75,
        _ => 0,
    }
}

/// Numbers by chance (`SplitMix64`), the same in each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }
}

/// Reads its answer, and then does as the weather is.
#[derive(Debug)]
struct Weather {
    ledger: Arc<Ledger>,
    is_over: AtomicBool,
    calls: AtomicU64,
    clock: Arc<ManualClock>,
    /// When the last look-up of each good token began that came to an answer; zero before the first.
    answered: Mutex<HashMap<TokenDigest, Duration>>,
    /// How many calls were made for a good token whose verdict was fresh.
    refreshes: AtomicUsize,
}

#[async_trait]
impl PatResolver for Weather {
    async fn resolve(&self, digest: &TokenDigest) -> Result<Answer, ResolveError> {
        let mut dice = Dice(self.calls.fetch_add(1, Ordering::SeqCst));
        let answer = self.ledger.resolve(digest).await;
        let started = self.clock.now().monotonic();
        let answered = self.answered.lock().unwrap().get(digest).copied();
        let is_refresh = answered.is_some_and(|answered| answered > Duration::ZERO && started < answered + TTL);
        self.refreshes.fetch_add(usize::from(is_refresh), Ordering::SeqCst);
        for _ in 0..dice.below(8) {
            tokio::task::yield_now().await;
        }
        if self.is_over.load(Ordering::SeqCst) || dice.below(100) < chance(self.clock.now().monotonic()) {
            self.answered.lock().unwrap().entry(*digest).and_modify(|answered| *answered = started);
            return answer;
        }
        match dice.below(100) {
            0 => std::future::pending().await,
            1..=15 => panic!("the resolver is struck by lightning"),
            _ => Err(ResolveError::unavailable("the resolver is under water")),
        }
    }

    fn revocations(&self) -> &Arc<Revocations> {
        self.ledger.revocations()
    }
}

/// A token, and what becomes of it.
struct Subject {
    token: PatToken,
    fate: Fate,
    /// Odd while a change is made; else half of it is how many have returned.
    changes: AtomicU64,
    /// When it was revoked in silence.
    silenced: Mutex<Option<Duration>>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Fate {
    Good,
    Unknown,
    /// Is paused and resumed, each time announced.
    Paused,
    /// Is revoked by somebody who announces nothing.
    Silenced,
}

struct World {
    verifier: PatVerifier,
    weather: Arc<Weather>,
    clock: Arc<ManualClock>,
    subjects: Vec<Subject>,
    changing: Mutex<()>,
    accepted: AtomicUsize,
    refused: AtomicUsize,
    unavailable: AtomicUsize,
    /// Accepted when the resolver had failed for longer than the ttl.
    stale: AtomicUsize,
}

impl World {
    fn new() -> Arc<Self> {
        let (ledger, clock) = (Ledger::new(), ManualClock::new(noon()));
        let fates = [Fate::Good, Fate::Unknown, Fate::Paused, Fate::Silenced];
        let subjects: Vec<_> = fates
            .into_iter()
            .cycle()
            .take(40)
            .map(|fate| {
                let (token, changes, silenced) = (token(), AtomicU64::new(0), Mutex::default());
                if fate != Fate::Unknown {
                    ledger.write(&token, record(1));
                }
                Subject { token, fate, changes, silenced }
            })
            .collect();
        let good = subjects.iter().filter(|subject| subject.fate == Fate::Good);
        let answered = good.map(|subject| (subject.token.digest(), Duration::ZERO)).collect();
        let weather = Arc::new(Weather {
            ledger,
            is_over: AtomicBool::new(false),
            calls: AtomicU64::new(0),
            clock: clock.clone(),
            answered: Mutex::new(answered),
            refreshes: AtomicUsize::new(0),
        });
        let verifier = PatVerifier::builder(format(), weather.clone())
            .with_clock(clock.clone())
            .with_ttl(TTL)
            .with_negative_ttl(NEGATIVE_TTL)
            .with_serve_stale_for(STALE)
            .with_deadline(TTL)
            .with_circuit(5, TTL / 10)
            .build();
        let counts = || AtomicUsize::new(0);
        let (accepted, refused, unavailable, stale) = (counts(), counts(), counts(), counts());
        Arc::new(Self {
            verifier,
            weather,
            clock,
            subjects,
            changing: Mutex::default(),
            accepted,
            refused,
            unavailable,
            stale,
        })
    }

    /// A request for this token, whose decision must be right; and when it began.
    async fn verify(&self, subject: &Subject) -> (Duration, Decision) {
        let (began, changes) = (self.clock.now().monotonic(), subject.changes.load(Ordering::SeqCst));
        let decision = self.verifier.verify(subject.token.expose_secret(), &VerifyContext::default()).await;
        let is_unchanged = changes % 2 == 0 && subject.changes.load(Ordering::SeqCst) == changes;
        let silenced = *subject.silenced.lock().unwrap();
        let is_right = match (subject.fate, &decision) {
            (_, Err(Denial::Unavailable))
            | (Fate::Good, Ok(_))
            | (Fate::Unknown, Err(Denial::InvalidToken(InvalidToken::Unknown))) => true,
            (Fate::Paused, Ok(_)) => !is_unchanged || changes / 2 % 2 == 0,
            (Fate::Paused, Err(Denial::InvalidToken(InvalidToken::Paused))) => !is_unchanged || changes / 2 % 2 == 1,
            (Fate::Silenced, Ok(_)) => silenced.is_none_or(|silenced| began < silenced + TTL + STALE),
            (Fate::Silenced, Err(Denial::InvalidToken(InvalidToken::Revoked))) => silenced.is_some(),
            _ => false,
        };
        assert!(is_right, "{decision:?} for {:?} after {changes} changes, at {began:?}", subject.fate);
        (began, decision)
    }

    async fn request(&self, dice: &mut Dice) {
        let subject = &self.subjects[usize::try_from(dice.below(40)).unwrap()];
        let (began, decision) = self.verify(subject).await;
        let count = match decision {
            Ok(_) => &self.accepted,
            Err(Denial::Unavailable) => &self.unavailable,
            Err(_) => &self.refused,
        };
        count.fetch_add(1, Ordering::SeqCst);
        let is_stale = decision.is_ok() && time_of_day(began) >= DUSK + TTL.as_millis();
        self.stale.fetch_add(usize::from(is_stale), Ordering::SeqCst);
    }

    fn change(&self, dice: &mut Dice) {
        let _one_at_a_time = self.changing.lock().unwrap();
        let subject = &self.subjects[usize::try_from(dice.below(40)).unwrap()];
        let ledger = &self.weather.ledger;
        match subject.fate {
            Fate::Paused => {
                let changes = subject.changes.fetch_add(1, Ordering::SeqCst);
                let record = if changes / 2 % 2 == 1 { record(1) } else { record(1).with_pause(noon()) };
                ledger.change(&subject.token, record);
                subject.changes.fetch_add(1, Ordering::SeqCst);
            }
            Fate::Silenced if self.clock.now().monotonic() > SECOND * 3 => {
                let mut silenced = subject.silenced.lock().unwrap();
                ledger.write(&subject.token, record(1).with_revocation(noon()));
                silenced.get_or_insert(self.clock.now().monotonic());
            }
            Fate::Good | Fate::Unknown | Fate::Silenced => {}
        }
    }

    /// Turns the clock, and now and then the weather or a token.
    fn turn(&self, dice: &mut Dice) {
        self.clock.advance(Duration::from_micros(dice.below(200)));
        match dice.below(40_000) {
            0..6 => self.clock.advance(Duration::from_millis(dice.below(200))),
            6..1_000 => self.change(dice),
            _ => {}
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_weather_makes_a_wrong_decision_and_after_it_all_is_well() {
    let world = World::new();
    let clients = (0..16).map(|seed| {
        let world = Arc::clone(&world);
        tokio::spawn(async move {
            let mut dice = Dice(1_000 + seed);
            for _ in 0..requests() {
                world.turn(&mut dice);
                // Else the clock would outrun the look-ups.
                tokio::task::yield_now().await;
                world.request(&mut dice).await;
            }
        })
    });
    for client in clients.collect::<Vec<_>>() {
        client.await.unwrap();
    }
    let counts = [&world.accepted, &world.refused, &world.unavailable, &world.stale, &world.weather.refreshes];
    let counts = counts.map(|count| count.load(Ordering::SeqCst));
    assert!(counts.iter().all(|count| *count > 20), "not all of it has happened: {counts:?}");

    world.weather.is_over.store(true, Ordering::SeqCst);
    // The longest pause of the circuit.
    world.clock.advance(SECOND * 30);
    assert!(world.verify(&world.subjects[0]).await.1.is_ok());
    for subject in &world.subjects {
        assert_ne!(world.verify(subject).await.1, Err(Denial::Unavailable));
    }
}
