//! A verifier that accepts the service's own tokens and those of others.

use std::sync::Arc;

use tower_pat::denial::{Denial, InvalidToken};
use tower_pat::resolver::first_of;
use tower_pat::store::MemoryStore;
use tower_pat::token::{AcceptedFormats, OpaqueFormat, TokenDigest};
use tower_pat::verifier::VerifyContext;
use tower_pat::{PatPrincipal, PatResolver, PatStore, PatVerifier};

use crate::support::{Ledger, format, record, revoke, token};

/// A key that an older system gave out, and what it kept of it: the SHA-256, in hexadecimal digits.
const KEY: &str = "key-0f8fad5b-d9cb-469f-a165-70867728950e";
const KEPT: &str = "90638d10ea562ee5ebc23253237111811c422ce611da1ed9961e2fe74cd42c5e";

/// A verifier of own and foreign tokens over a ledger, which counts, and a store behind it.
struct Bench {
    ledger: Arc<Ledger>,
    store: Arc<MemoryStore>,
    verifier: PatVerifier,
}

impl Bench {
    fn new() -> Self {
        let (ledger, store) = (Ledger::new(), Arc::new(MemoryStore::new()));
        let accepted = AcceptedFormats::from(OpaqueFormat::new()).or(format());
        let verifier = PatVerifier::new(accepted, first_of([ledger.clone() as _, store.clone() as _]));
        Self { ledger, store, verifier }
    }

    async fn verify(&self, presented: &str) -> Result<PatPrincipal, Denial> {
        self.verifier.verify(presented, &VerifyContext::default()).await
    }
}

fn refused(reason: InvalidToken) -> Result<PatPrincipal, Denial> {
    Err(Denial::InvalidToken(reason))
}

#[tokio::test]
async fn own_and_foreign_tokens_are_accepted_side_by_side() {
    let (bench, own) = (Bench::new(), token());
    bench.ledger.write(&own, record(1));
    bench.store.insert(&record(2), &TokenDigest::of("Zm9yZWlnbi10b2tlbg==")).await.unwrap();
    assert_eq!(bench.verify(own.expose_secret()).await.unwrap().record().id(), record(1).id());
    assert_eq!(bench.verify("Zm9yZWlnbi10b2tlbg==").await.unwrap().record().id(), record(2).id());
}

#[tokio::test]
async fn imported_digest_admits_the_key_it_was_made_of_and_no_other() {
    let bench = Bench::new();
    let digest = TokenDigest::from_hex(KEPT).unwrap();
    bench.store.insert(&record(1), &digest).await.unwrap();
    assert!(bench.verify(KEY).await.is_ok());
    assert_eq!(bench.verify(&KEY.to_uppercase()).await, refused(InvalidToken::Unknown));
    assert_eq!(bench.verify(KEPT).await, refused(InvalidToken::Unknown), "what is stored opens nothing");

    revoke(&*bench.store, record(1).id()).await;
    bench.store.revocations().raise(digest.mark());
    assert_eq!(bench.verify(KEY).await, refused(InvalidToken::Revoked));
}

#[tokio::test]
async fn malformed_token_never_reaches_the_resolver() {
    let bench = Bench::new();
    let mistyped = format!("acme_pat_{}", "0".repeat(36));
    for presented in ["", "short", "================", "with a space in the middle", "0123456789abcdé", &mistyped] {
        assert_eq!(bench.verify(presented).await, refused(InvalidToken::Malformed), "{presented:?}");
    }
    assert_eq!(bench.ledger.calls(), 0);
}

#[tokio::test]
async fn token_of_512_bytes_is_looked_up_and_one_of_513_is_not() {
    let bench = Bench::new();
    let longest = "a".repeat(512);
    bench.store.insert(&record(1), &TokenDigest::of(&longest)).await.unwrap();
    assert!(bench.verify(&longest).await.is_ok());
    assert_eq!(bench.ledger.calls(), 1);
    assert_eq!(bench.verify(&"a".repeat(513)).await, refused(InvalidToken::Malformed));
    assert_eq!(bench.ledger.calls(), 1);
}

#[tokio::test]
async fn verifier_of_own_tokens_alone_refuses_a_foreign_one_without_asking() {
    let bench = Bench::new();
    let verifier = PatVerifier::new(format(), bench.ledger.clone());
    let denied = verifier.verify(KEY, &VerifyContext::default()).await;
    assert_eq!(denied, refused(InvalidToken::Malformed));
    assert_eq!(bench.ledger.calls(), 0);
}
