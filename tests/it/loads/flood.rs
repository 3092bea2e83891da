//! A flood of made-up tokens beside good ones that are not remembered.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use futures_util::future::join_all;
use tower_pat::resolver::{Answer, ResolveError};
use tower_pat::revocations::Revocations;
use tower_pat::token::{PatToken, TokenDigest};
use tower_pat::verifier::VerifyContext;
use tower_pat::{PatResolver, PatVerifier};

use crate::support::{Decision, Ledger, format, is_unavailable, is_unknown, record, token};

const AT_ONCE: usize = 8;

/// Takes five milliseconds for an answer, and counts how many it is asked for.
#[derive(Debug)]
struct Slow {
    ledger: Arc<Ledger>,
    good: AtomicUsize,
    unknown: AtomicUsize,
    under_way: AtomicUsize,
    most: AtomicUsize,
}

#[async_trait]
impl PatResolver for Slow {
    async fn resolve(&self, digest: &TokenDigest) -> Result<Answer, ResolveError> {
        let under_way = self.under_way.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(under_way, Ordering::SeqCst);
        tokio::time::sleep(Duration::from_millis(5)).await;
        let answer = self.ledger.resolve(digest).await;
        let count = if matches!(answer, Ok(Answer::Known(_))) { &self.good } else { &self.unknown };
        count.fetch_add(1, Ordering::SeqCst);
        self.under_way.fetch_sub(1, Ordering::SeqCst);
        answer
    }

    fn revocations(&self) -> &Arc<Revocations> {
        self.ledger.revocations()
    }
}

struct Bench {
    verifier: PatVerifier,
    slow: Arc<Slow>,
    over: AtomicBool,
}

impl Bench {
    fn new() -> Arc<Self> {
        let slow = Arc::new(Slow {
            ledger: Ledger::new(),
            good: AtomicUsize::new(0),
            unknown: AtomicUsize::new(0),
            under_way: AtomicUsize::new(0),
            most: AtomicUsize::new(0),
        });
        let verifier = PatVerifier::builder(format(), slow.clone())
            .with_max_loads(AT_ONCE)
            // A slow machine is no failure of the test.
            .with_deadline(Duration::from_mins(1))
            .with_max_wait(Duration::from_secs(30))
            .with_negative_ttl(Duration::ZERO)
            .build();
        Arc::new(Self { verifier, slow, over: AtomicBool::new(false) })
    }

    async fn verify(&self, token: &PatToken, client: IpAddr) -> Decision {
        let context = VerifyContext::default().with_client_addr(client);
        self.verifier.verify(token.expose_secret(), &context).await
    }

    /// One of those who try made-up tokens for as long as the test goes on: how often each answer came.
    async fn try_made_up_ones(self: Arc<Self>, client: IpAddr) -> (usize, usize) {
        let (token, mut unknown, mut unavailable) = (token(), 0, 0);
        while !self.over.load(Ordering::SeqCst) {
            let decision = self.verify(&token, client).await;
            assert!(is_unknown(&decision) || is_unavailable(&decision), "{decision:?}");
            unknown += usize::from(is_unknown(&decision));
            unavailable += usize::from(is_unavailable(&decision));
            tokio::task::yield_now().await;
        }
        (unknown, unavailable)
    }

    /// Five cold tokens at once from each of twenty addresses, while `flooders` try made-up ones.
    async fn run(self: &Arc<Self>, flooder: impl Fn(u16) -> IpAddr) -> Vec<Decision> {
        let flood: Vec<_> =
            (0..300).map(|number| tokio::spawn(Arc::clone(self).try_made_up_ones(flooder(number)))).collect();
        while self.slow.unknown.load(Ordering::SeqCst) < 2 * AT_ONCE {
            tokio::task::yield_now().await;
        }
        let good = (0..100_u8).map(|number| {
            let token = token();
            self.slow.ledger.write(&token, record(number.into()));
            async move { self.verify(&token, [10, 0, 0, number % 20].into()).await }
        });
        let decisions = join_all(good).await;
        self.over.store(true, Ordering::SeqCst);
        let (mut unknown, mut unavailable) = (0, 0);
        for flooder in flood {
            let (unknown_to_one, unavailable_to_one) = flooder.await.unwrap();
            unknown += unknown_to_one;
            unavailable += unavailable_to_one;
        }
        assert!(unavailable > 0, "it was no flood");
        assert_eq!(self.slow.unknown.load(Ordering::SeqCst), unknown);
        assert_eq!(self.slow.good.load(Ordering::SeqCst), 100);
        assert_eq!(self.slow.most.load(Ordering::SeqCst), AT_ONCE);
        decisions
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn flood_from_one_address_keeps_no_good_token_of_others_from_being_looked_up() {
    let decisions = Bench::new().run(|_| [192, 0, 2, 1].into()).await;
    assert!(decisions.iter().all(Result::is_ok), "{decisions:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn flood_from_all_addresses_of_a_network_is_from_one() {
    let flooder = |number| IpAddr::from([0x2001, 0xdb8, 0, 0, 0, 0, 0, number]);
    let decisions = Bench::new().run(flooder).await;
    assert!(decisions.iter().all(Result::is_ok), "{decisions:?}");
}
