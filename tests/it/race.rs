//! Real threads, the real cache: a change among requests that never pause.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use async_trait::async_trait;
use tower_pat::manager::NewPat;
use tower_pat::record::TokenName;
use tower_pat::resolver::{Answer, ResolveError};
use tower_pat::revocations::Revocations;
use tower_pat::store::MemoryStore;
use tower_pat::token::TokenDigest;
use tower_pat::verifier::VerifyContext;
use tower_pat::{PatManager, PatResolver, PatVerifier};

use crate::support::{format, leak, owner, scopes};

/// Reads its answer, then dawdles: the change comes in between as often as it can.
#[derive(Debug)]
struct Dawdling(Arc<MemoryStore>);

#[async_trait]
impl PatResolver for Dawdling {
    async fn resolve(&self, digest: &TokenDigest) -> Result<Answer, ResolveError> {
        let answer = self.0.resolve(digest).await;
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
        answer
    }

    fn revocations(&self) -> &Arc<Revocations> {
        self.0.revocations()
    }
}

/// How often the race is run: `PAT_RACE_ROUNDS`, or a number that suits a quick test.
fn rounds() -> usize {
    std::env::var("PAT_RACE_ROUNDS").map_or(3_000, |rounds| rounds.parse().unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_token_is_accepted_by_a_request_that_began_after_its_revocation_had_returned() {
    let store = Arc::new(MemoryStore::new());
    let manager = PatManager::new(format(), store.clone(), scopes("invoices:read"));
    let verifier = PatVerifier::new(format(), Arc::new(Dawdling(store)));
    let before = Arc::new(AtomicUsize::new(0));
    for round in 0..rounds() {
        let wanted = NewPat::new(TokenName::parse("race").unwrap());
        let created = Arc::new(manager.create(&owner("alice"), wanted).await.unwrap());
        leak::keep(created.token());
        let returned = Arc::new(AtomicBool::new(false));
        let clients: Vec<_> = (0..3)
            .map(|_| {
                let (created, returned, verifier) = (Arc::clone(&created), Arc::clone(&returned), verifier.clone());
                let before = Arc::clone(&before);
                tokio::spawn(async move {
                    loop {
                        let late = returned.load(Ordering::SeqCst);
                        let token = created.token().expose_secret();
                        let accepted = verifier.verify(token, &VerifyContext::default()).await.is_ok();
                        assert!(!(late && accepted), "accepted after the revocation had returned, in round {round}");
                        before.fetch_add(usize::from(accepted), Ordering::Relaxed);
                        if late {
                            return;
                        }
                    }
                })
            })
            .collect();
        for _ in 0..round % 20 {
            tokio::task::yield_now().await;
        }
        manager.revoke(&owner("alice"), created.record().id()).await.unwrap();
        returned.store(true, Ordering::SeqCst);
        for client in clients {
            client.await.unwrap();
        }
    }
    assert!(before.load(Ordering::Relaxed) > 0, "some requests came before the change");
}
