//! Several resolvers in a chain: whose word counts, and what its verifiers hear of changes.

use std::sync::Arc;

use tower_pat::denial::{Denial, InvalidToken};
use tower_pat::manager::NewPat;
use tower_pat::record::TokenName;
use tower_pat::resolver::first_of;
use tower_pat::store::MemoryStore;
use tower_pat::testing::ManualClock;
use tower_pat::token::{PatToken, TokenDigest};
use tower_pat::verifier::VerifyContext;
use tower_pat::{PatManager, PatPrincipal, PatResolver, PatStore, PatVerifier};

use crate::support::{Ledger, Mood, format, leak, noon, owner, record, scopes, token};

/// A verifier over a store and, behind it, a ledger.
struct Bench {
    store: Arc<MemoryStore>,
    ledger: Arc<Ledger>,
    manager: PatManager,
    verifier: PatVerifier,
}

impl Bench {
    fn new() -> Self {
        Self::wired(|store, ledger| first_of([store, ledger]))
    }

    fn wired(wire: impl FnOnce(Arc<dyn PatResolver>, Arc<dyn PatResolver>) -> Arc<dyn PatResolver>) -> Self {
        let (store, ledger, clock) = (Arc::new(MemoryStore::new()), Ledger::new(), ManualClock::new(noon()));
        let chain = wire(store.clone(), ledger.clone());
        Self {
            manager: PatManager::new(format(), store.clone(), scopes("invoices:read").into()).with_clock(clock.clone()),
            verifier: PatVerifier::builder(format(), chain).with_clock(clock).build(),
            store,
            ledger,
        }
    }

    async fn verify(&self, token: &PatToken) -> Result<PatPrincipal, Denial> {
        self.verifier.verify(token.expose_secret(), &VerifyContext::default()).await
    }

    /// Makes a token in the store, has it verified and then revoked.
    async fn revoked_after_a_hit(&self) -> PatToken {
        let wanted = NewPat::new(TokenName::parse("chained").unwrap());
        let created = self.manager.create(&owner("alice"), wanted).await.unwrap();
        leak::keep(created.token());
        assert!(self.verify(created.token()).await.is_ok());
        assert!(self.verify(created.token()).await.is_ok());
        self.manager.revoke(&owner("alice"), created.record().id()).await.unwrap();
        format().parse(created.token().expose_secret()).unwrap()
    }
}

fn refused(reason: InvalidToken) -> Result<PatPrincipal, Denial> {
    Err(Denial::InvalidToken(reason))
}

#[tokio::test]
async fn token_that_a_manager_revoked_in_one_part_is_refused_at_once_through_the_chain() {
    let bench = Bench::new();
    let token = bench.revoked_after_a_hit().await;
    assert_eq!(bench.verify(&token).await, refused(InvalidToken::Revoked));
    assert_eq!(bench.ledger.calls(), 0, "the store knew it");
}

#[tokio::test]
async fn change_in_a_later_part_is_heard_through_the_chain() {
    let bench = Bench::new();
    let token = token();
    bench.ledger.write(&token, record(1));
    assert!(bench.verify(&token).await.is_ok());
    bench.ledger.change(&token, record(1).with_revocation(noon()));
    assert_eq!(bench.verify(&token).await, refused(InvalidToken::Revoked));
}

#[tokio::test]
async fn change_of_everything_in_one_part_is_heard_through_the_chain() {
    let bench = Bench::new();
    let token = token();
    bench.ledger.write(&token, record(1));
    assert!(bench.verify(&token).await.is_ok());
    bench.ledger.write(&token, record(1).with_revocation(noon()));
    assert!(bench.verify(&token).await.is_ok(), "nobody has heard of it");
    bench.ledger.revocations().raise_all();
    assert_eq!(bench.verify(&token).await, refused(InvalidToken::Revoked));
}

#[tokio::test]
async fn token_that_becomes_known_to_an_earlier_part_is_heard_of_through_the_chain() {
    let bench = Bench::new();
    let token = token();
    assert_eq!(bench.verify(&token).await, refused(InvalidToken::Unknown));
    bench.store.insert(&record(1), &token.digest()).await.unwrap();
    bench.store.revocations().raise(token.digest().mark());
    assert!(bench.verify(&token).await.is_ok());
}

#[tokio::test]
async fn chain_in_a_chain_hears_of_changes_in_its_innermost_part() {
    let bench = Bench::wired(|store, ledger| {
        let inner: [Arc<dyn PatResolver>; 3] = [first_of([store.clone()]), store, ledger.clone()];
        first_of([ledger, first_of(inner)])
    });
    let token = bench.revoked_after_a_hit().await;
    assert_eq!(bench.verify(&token).await, refused(InvalidToken::Revoked));
}

#[tokio::test]
async fn revoked_record_of_an_earlier_part_outweighs_a_valid_one_of_a_later_part() {
    let bench = Bench::new();
    let token = token();
    bench.store.insert(&record(1).with_revocation(noon()), &token.digest()).await.unwrap();
    bench.ledger.write(&token, record(2));
    assert_eq!(bench.verify(&token).await, refused(InvalidToken::Revoked));
}

#[tokio::test]
async fn token_that_nobody_knows_while_a_part_fails_is_an_outage_and_no_bad_token() {
    let bench = Bench::wired(|store, ledger| first_of([ledger, store]));
    let (kept, unknown) = (token(), token());
    bench.store.insert(&record(1), &kept.digest()).await.unwrap();
    bench.ledger.set_mood(Mood::Fails);
    assert!(bench.verify(&kept).await.is_ok(), "a later part knows it");
    assert_eq!(bench.verify(&unknown).await, Err(Denial::Unavailable));
    bench.ledger.set_mood(Mood::Panics);
    assert_eq!(bench.verify(&unknown).await, Err(Denial::Unavailable));
    bench.ledger.set_mood(Mood::Answers);
    assert_eq!(bench.verify(&unknown).await, refused(InvalidToken::Unknown), "an outage is not remembered");
}

#[tokio::test(start_paused = true)]
async fn part_that_hangs_is_an_outage_at_the_deadline_of_the_verifier() {
    let bench = Bench::new();
    let unknown = token();
    bench.ledger.set_mood(Mood::Hangs);
    assert_eq!(bench.verify(&unknown).await, Err(Denial::Unavailable));
}

#[tokio::test]
async fn answer_read_before_a_change_in_a_part_is_not_relied_on_after_it() {
    let bench = Arc::new(Bench::new());
    let token = Arc::new(token());
    bench.ledger.write(&token, record(1));
    bench.ledger.hold();
    let early = {
        let (bench, token) = (Arc::clone(&bench), Arc::clone(&token));
        tokio::spawn(async move { bench.verify(&token).await })
    };
    while bench.ledger.calls() < 1 {
        tokio::task::yield_now().await;
    }
    bench.ledger.change(&token, record(1).with_revocation(noon()));
    bench.ledger.release(2);
    assert_eq!(early.await.unwrap(), refused(InvalidToken::Revoked));
}

#[test]
fn chain_that_is_raised_does_not_raise_its_parts() {
    let bench = Bench::new();
    let digest = TokenDigest::of("…");
    let (part, chain) = (bench.store.revocations(), bench.verifier.revocations());
    let before = (part.epoch(&digest), chain.epoch(&digest));
    chain.raise(digest.mark());
    assert_eq!(part.epoch(&digest), before.0);
    assert_ne!(chain.epoch(&digest), before.1);
}
