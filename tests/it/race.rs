//! Real threads, the real cache: changes among requests that never pause, while loads are under way and verdicts run out
//! of time and of room.

use std::future::{pending, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use async_trait::async_trait;
use futures_util::future::join_all;
use tokio::runtime::{Builder, Handle, Runtime};
use tower_pat::clock::{Clock, Moment};
use tower_pat::denial::{Denial, InvalidToken};
use tower_pat::manager::NewPat;
use tower_pat::policy::Policy;
use tower_pat::record::{PatRecord, TokenName};
use tower_pat::resolver::{Answer, ResolveError};
use tower_pat::revocations::Revocations;
use tower_pat::store::MemoryStore;
use tower_pat::token::{PatToken, TokenDigest};
use tower_pat::verifier::VerifyContext;
use tower_pat::{PatManager, PatResolver, PatVerifier};

use crate::support::{format, leak, noon, owner, scopes, token};

/// Reads its answer, then dawdles: a change comes in between as often as it can.
#[derive(Debug)]
struct Dawdling {
    store: Arc<MemoryStore>,
    calls: AtomicUsize,
}

#[async_trait]
impl PatResolver for Dawdling {
    async fn resolve(&self, digest: &TokenDigest) -> Result<Answer, ResolveError> {
        let answer = self.store.resolve(digest).await;
        for _ in 0..self.calls.fetch_add(1, Ordering::Relaxed) % 16 {
            tokio::task::yield_now().await;
        }
        answer
    }

    fn revocations(&self) -> &Arc<Revocations> {
        self.store.revocations()
    }
}

/// Of the verifiers with the hasty clock: so many looks at it.
const LOOKS: u64 = 40;

/// A clock that goes on by a millisecond with each look at it.
#[derive(Debug, Default)]
struct Hasty(AtomicU64);

impl Clock for Hasty {
    fn now(&self) -> Moment {
        Moment::new(noon(), Duration::from_millis(self.0.fetch_add(1, Ordering::Relaxed)))
    }
}

/// How often each race is run: `PAT_RACE_ROUNDS`, or a number that suits a quick test.
fn rounds() -> usize {
    std::env::var("PAT_RACE_ROUNDS").map_or(1_000, |rounds| rounds.parse().unwrap())
}

// How far a round has come. Each is set when a call has returned, or before the next one begins.
const UNKNOWN: u8 = 0;
const KNOWN: u8 = 1;
const REVOKING: u8 = 2;
const REVOKED: u8 = 3;

/// The life of one token.
struct Round {
    number: usize,
    token: PatToken,
    stage: AtomicU8,
}

impl Round {
    fn at(&self) -> u8 {
        self.stage.load(Ordering::SeqCst)
    }

    fn comes_to(&self, stage: u8) {
        self.stage.store(stage, Ordering::SeqCst);
    }

    /// Verifies the token once, and holds the decision against what was true when it was made: a request that waits is
    /// decided when it is polled for the last time, however long before it began.
    async fn verify(&self, verifier: &PatVerifier, context: &VerifyContext) {
        let mut verification = pin!(verifier.verify(self.token.expose_secret(), context));
        let (stage, decision) = poll_fn(|cx| {
            let stage = self.at();
            verification.as_mut().poll(cx).map(|decision| (stage, decision))
        })
        .await;
        self.judge(stage, decision.map(drop));
    }

    fn judge(&self, stage: u8, decision: Result<(), Denial>) {
        let number = self.number;
        match decision {
            Ok(()) => assert_ne!(stage, REVOKED, "accepted after the revocation had returned, in round {number}"),
            Err(Denial::InvalidToken(reason)) => {
                let was_good = stage == KNOWN && self.at() == KNOWN;
                assert!(!was_good, "refused as {reason:?} after the token had been made, in round {number}");
                assert!(stage == UNKNOWN || reason != InvalidToken::Unknown, "unknown once known, in round {number}");
            }
            Err(denial) => assert_eq!(denial, Denial::Unavailable),
        }
    }
}

/// The verifiers over one store, and the runtimes from which each of them is asked.
struct Track {
    manager: PatManager,
    verifiers: Vec<PatVerifier>,
    runtimes: Vec<Handle>,
    /// More tokens than the verifiers remember, each with whether it is good; that never changes.
    neighbours: Arc<Vec<(PatToken, bool)>>,
}

impl Track {
    /// One verifier remembers for long, the others for so short that verdicts run out of time within a round; all of them
    /// have room for next to nothing.
    async fn new(verifiers: u32, runtimes: Vec<Handle>) -> Self {
        let store = Arc::new(MemoryStore::new());
        // The verifiers' clocks show different years.
        let endless = Policy::default().with_insecure_endless_lifetime(true);
        let manager = PatManager::new(format(), store.clone(), scopes("invoices:read").into()).with_policy(endless);
        let mut neighbours = Vec::new();
        for is_good in [true, false, true, true, false, true, true] {
            let token = token();
            if is_good {
                import(&manager, &token).await;
            }
            neighbours.push((token, is_good));
        }
        let resolver = Arc::new(Dawdling { store, calls: AtomicUsize::new(0) });
        let verifier = |place| {
            let builder = PatVerifier::builder(format(), resolver.clone());
            let builder = builder.with_capacity_bytes(2_048).with_negative_capacity(1);
            if place == 0 {
                return builder.build();
            }
            let ttl = Duration::from_millis(LOOKS);
            builder.with_clock(Arc::new(Hasty::default())).with_ttl(ttl).with_negative_ttl(ttl).build()
        };
        let verifiers = (0..verifiers).map(verifier).collect();
        Self { manager, verifiers, runtimes, neighbours: Arc::new(neighbours) }
    }

    /// A token is made and revoked while each verifier is asked for it from each runtime.
    async fn round(&self, number: usize) {
        // Whom nobody knows yet is asked for too; but in every second round by the token that its maker gives out.
        let (token, created) = if number.is_multiple_of(2) {
            (token(), None)
        } else {
            let wanted = NewPat::new(TokenName::parse("race").unwrap()).without_expiry();
            let created = self.manager.create(&owner("alice"), wanted).await.unwrap();
            leak::keep(created.token());
            (format().parse(created.token().expose_secret()).unwrap(), Some(created.record().clone()))
        };
        let stage = AtomicU8::new(if created.is_some() { KNOWN } else { UNKNOWN });
        let round = Arc::new(Round { number, token, stage });
        let clients = self.clients(&round);
        pause(number % 20).await;
        let record = match created {
            Some(record) => record,
            None => import(&self.manager, &round.token).await,
        };
        round.comes_to(KNOWN);
        // Now and then long enough for verdicts to run out of time.
        pause(if number.is_multiple_of(16) { 300 } else { number / 20 % 20 }).await;
        round.comes_to(REVOKING);
        self.manager.revoke(&owner("alice"), record.id()).await.unwrap();
        round.comes_to(REVOKED);
        for client in join_all(clients).await {
            client.unwrap();
        }
    }

    fn clients(&self, round: &Arc<Round>) -> Vec<tokio::task::JoinHandle<()>> {
        let mut clients = Vec::new();
        for runtime in &self.runtimes {
            for verifier in &self.verifiers {
                let (round, verifier, neighbours) = (Arc::clone(round), verifier.clone(), Arc::clone(&self.neighbours));
                clients.push(runtime.spawn(async move { ask(&round, &verifier, &neighbours).await }));
            }
        }
        clients
    }

    /// The race was one: all that was to come among the changes came.
    fn told(&self, rounds: usize) {
        for verifier in &self.verifiers {
            let all = verifier.statistics();
            println!("{rounds} rounds: {all:?}");
            assert!(all.hits() > 0 && all.loads() > 0 && all.joined() > 0 && all.reloads() > 0, "{all:?}");
            assert!(all.evictions_of_known() > 0 && all.evictions_of_unknown() > 0, "{all:?}");
        }
        let refreshes = self.verifiers[1].statistics().refreshes();
        assert!(refreshes > 0, "{refreshes}");
    }
}

async fn import(manager: &PatManager, token: &PatToken) -> PatRecord {
    let wanted = NewPat::new(TokenName::parse("race").unwrap());
    manager.import(&owner("alice"), wanted, token.digest()).await.unwrap()
}

async fn pause(turns: usize) {
    for _ in 0..turns {
        tokio::task::yield_now().await;
    }
}

/// Asks again and again, until once after the revocation, and for a neighbour each time, which takes the room.
async fn ask(round: &Round, verifier: &PatVerifier, neighbours: &[(PatToken, bool)]) {
    let context = VerifyContext::default();
    for turn in round.number.. {
        let is_last = round.at() == REVOKED;
        round.verify(verifier, &context).await;
        if is_last {
            return;
        }
        let (neighbour, is_good) = &neighbours[turn % neighbours.len()];
        match verifier.verify(neighbour.expose_secret(), &context).await {
            Err(Denial::Unavailable) => {}
            decision => assert_eq!(decision.is_ok(), *is_good, "a neighbour does not change"),
        }
        tokio::task::yield_now().await;
    }
}

async fn race(track: Track) {
    let rounds = rounds();
    for number in 0..rounds {
        track.round(number).await;
    }
    track.told(rounds);
}

fn one_thread() -> Runtime {
    Builder::new_current_thread().enable_time().build().unwrap()
}

fn threads(number: usize) -> Runtime {
    Builder::new_multi_thread().worker_threads(number).enable_time().build().unwrap()
}

#[test]
fn no_decision_is_older_than_a_change_that_had_returned_on_one_thread() {
    let runtime = one_thread();
    let handle = runtime.handle().clone();
    runtime.block_on(async { race(Track::new(2, vec![handle.clone(), handle]).await).await });
}

#[test]
fn no_decision_is_older_than_a_change_that_had_returned_on_several_threads() {
    let runtime = threads(4);
    let handle = runtime.handle().clone();
    runtime.block_on(async { race(Track::new(2, vec![handle.clone(), handle]).await).await });
}

/// Two verifiers over one store, each asked from a runtime of one thread and from one of several, while a third runtime
/// makes the changes: who waits is served by a load that another runtime makes.
#[test]
fn no_decision_is_older_than_a_change_that_had_returned_among_several_runtimes() {
    let (single, several) = (one_thread(), threads(2));
    let runtimes = vec![single.handle().clone(), several.handle().clone()];
    thread::spawn(move || single.block_on(pending::<()>()));
    one_thread().block_on(async { race(Track::new(2, runtimes).await).await });
}
