use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use axum::body::Body;
use http::{Request, Response};
use tower::{Layer, Service, service_fn};
use tower_pat::denial::{Denial, InsufficientScope, InvalidRequest, InvalidToken};
use tower_pat::manager::{CreatedPat, ManageErrorKind, NewPat};
use tower_pat::record::{OwnerId, TokenId, TokenName};
use tower_pat::requirement::Requirement;
use tower_pat::resolver::{Answer, ResolveError, resolver_fn};
use tower_pat::store::{MemoryStore, PatStore, SqliteStore, StoreError, StoreErrorKind};
use tower_pat::testing::ManualClock;
use tower_pat::token::{Entropy, EntropyError, TokenDigest, TokenHint};
use tower_pat::verifier::VerifyContext;
use tower_pat::{PatAuthLayer, PatManager, PatPrincipal, PatVerifier, Scope, ScopeSet, TokenFormat};

use crate::sqlite::Place;
use crate::support::leak::{self, look, silent, silent_error};
use crate::support::{Ledger, format, listed, noon, owner, record, scopes, send, token, with_token};

fn wanted() -> NewPat {
    NewPat::new(TokenName::parse("leak").unwrap()).with_scopes(scopes("invoices:read"))
}

async fn created(store: &Arc<dyn PatStore>) -> (PatManager, CreatedPat) {
    let manager = PatManager::new(format(), store.clone(), scopes("invoices:read").into());
    let created = manager.create(&owner("alice"), wanted()).await.unwrap();
    leak::keep(created.token());
    (manager, created)
}

#[tokio::test]
async fn values_of_a_token_show_nothing_of_it() {
    let token = token();
    silent("PatToken", &token);
    silent("TokenDigest", &token.digest());
    silent("TokenDigest", &TokenDigest::from_bytes(*token.digest().as_bytes()));
    silent("DigestMark", &token.digest().mark());
    silent("TokenHint", &token.hint());
    look("Display", "TokenHint", token.hint().to_string());
    silent("TokenFormat", &format());
    silent("Result of TokenFormat::digest", &format().digest(token.expose_secret()));
    silent("Result of TokenFormat::parse", &format().parse(token.expose_secret()));
    silent("PatRecord", &record(1).with_hint(token.hint()));
    silent("PatPrincipal", &PatPrincipal::new(record(1).with_hint(token.hint())));
    silent("Answer", &Answer::Known(record(1).with_hint(token.hint())));
    look("JSON", "PatRecord's hint", serde_json::to_string(&token.hint()).unwrap());
}

#[tokio::test]
async fn stores_and_managers_show_nothing_of_what_they_keep() {
    let place = Place::new();
    let stores: [Arc<dyn PatStore>; 2] = [Arc::new(MemoryStore::new()), Arc::new(place.open().await)];
    for store in stores {
        let (manager, created) = created(&store).await;
        silent("a store", &store);
        silent("PatManager", &manager);
        silent("NewPat", &wanted());
        silent("CreatedPat", &created);
        silent("StoredPat", &store.find(created.record().id()).await.unwrap());
        silent("Answer", &store.resolve(&created.token().digest()).await.unwrap());
        silent("the list of an owner", &listed(&manager, &owner("alice")).await);
        silent("Revocations", &store.revocations());
        silent("Epoch", &store.revocations().epoch(&created.token().digest()));
    }
}

#[tokio::test]
async fn verifier_shows_nothing_of_what_it_remembers_and_looks_up() {
    let (ledger, known, unknown, awaited) = (Ledger::new(), token(), token(), token());
    ledger.write(&known, record(1));
    let builder = PatVerifier::builder(format(), ledger.clone()).with_clock(ManualClock::new(noon()));
    silent("PatVerifierBuilder", &builder);
    let verifier = builder.build();
    let context = VerifyContext::default();
    silent("a principal", &verifier.verify(known.expose_secret(), &context).await);
    silent("a denial", &verifier.verify(unknown.expose_secret(), &context).await);
    assert_eq!(ledger.calls(), 2);
    silent("PatVerifier that remembers", &verifier);
    silent("Revocations", verifier.revocations());

    ledger.hold();
    let mut waiting = pin!(verifier.verify(awaited.expose_secret(), &context));
    assert!(poll_fn(|cx| Poll::Ready(waiting.as_mut().poll(cx))).await.is_pending());
    silent("PatVerifier that looks up", &verifier);
    silent("ResolverFn", &resolver_fn(|_: TokenDigest| async { Ok::<_, ResolveError>(Answer::Unknown) }));
    ledger.release(1);
    silent("a denial", &waiting.await);
}

#[tokio::test]
async fn layer_shows_nothing_of_the_requests_it_holds() {
    let (ledger, token) = (Ledger::new(), token());
    ledger.write(&token, record(1));
    let layer = PatAuthLayer::new(PatVerifier::new(format(), ledger.clone()));
    silent("PatAuthLayer", &layer);
    let mut service = layer.layer(service_fn(|request: Request<Body>| async move {
        silent("a request behind the layer", &request);
        silent("its headers", request.headers());
        silent("its extensions", request.extensions());
        silent("its principal", &request.extensions().get::<PatPrincipal>());
        Ok::<_, std::convert::Infallible>(Response::new(Body::empty()))
    }));

    ledger.hold();
    let mut waiting = pin!(service.call(with_token("/", &token)));
    assert!(poll_fn(|cx| Poll::Ready(waiting.as_mut().poll(cx))).await.is_pending());
    silent("ResponseFuture that waits", &waiting);
    silent("PatAuthLayer over a look-up", &layer);
    ledger.release(1);
    silent("a response", &waiting.await.unwrap());

    let passing = service.call(with_token("/", &token));
    silent("ResponseFuture that passes", &passing);
    silent("a response", &passing.await.unwrap());
    let denied = service.call(with_token("/", &crate::support::token()));
    silent("ResponseFuture that is to be denied", &denied);
    ledger.release(1);
    silent("a denial's response", &denied.await.unwrap());
    send(service, with_token("/", &token)).await;
}

#[test]
fn denials_repeat_nothing() {
    let lacking = InsufficientScope::new(
        Requirement::scope(Scope::from_static("invoices:write")),
        ScopeSet::from_iter([Scope::from_static("invoices:read")]),
    );
    let malformed = [
        InvalidRequest::SeveralCredentials,
        InvalidRequest::MalformedCredential,
        InvalidRequest::MalformedBasic,
        InvalidRequest::MalformedHeader,
        InvalidRequest::MalformedQuery,
    ];
    let invalid = [
        InvalidToken::Malformed,
        InvalidToken::Unknown,
        InvalidToken::Expired,
        InvalidToken::NotYetValid,
        InvalidToken::Paused,
        InvalidToken::OwnerDisabled,
        InvalidToken::OtherAudience,
        InvalidToken::Rotated,
        InvalidToken::Revoked,
    ];
    let others = [
        Denial::MissingCredential,
        Denial::NetworkNotAllowed,
        Denial::from(lacking),
        Denial::TooManyRequests(Duration::from_secs(1)),
        Denial::Unavailable,
        Denial::MissingLayer,
    ];
    let all = malformed.map(Denial::InvalidRequest).into_iter().chain(invalid.map(Denial::InvalidToken)).chain(others);
    for denial in all {
        silent_error("Denial", &denial);
    }
}

/// A person may paste a token into any field.
#[test]
fn parser_that_is_given_a_token_by_mistake_does_not_repeat_it() {
    let token = token();
    let text = token.expose_secret();
    let broken = format!("{text} \0");
    let verifier = || PatVerifier::new(format(), Ledger::new());
    silent_error("TokenFormat::parse", &format().parse(&broken).unwrap_err());
    silent_error("TokenFormat::new", &TokenFormat::new(text).unwrap_err());
    silent_error("with_accepted_prefix", &format().with_accepted_prefix(text).unwrap_err());
    silent_error("TokenHint::parse", &TokenHint::parse(text).unwrap_err());
    silent_error("TokenName::parse", &TokenName::parse(&broken).unwrap_err());
    silent_error("OwnerId::parse", &OwnerId::parse(&broken).unwrap_err());
    silent_error("Scope", &broken.parse::<Scope>().unwrap_err());
    silent_error("ScopeSet", &broken.parse::<ScopeSet>().unwrap_err());
    silent_error("TokenId", &text.parse::<TokenId>().unwrap_err());
    silent_error("with_realm", &PatAuthLayer::new(verifier()).with_realm(&broken).unwrap_err());
}

#[tokio::test]
async fn errors_hold_nothing_of_what_they_came_from() {
    #[derive(Debug)]
    struct Broken;
    impl Entropy for Broken {
        fn fill(&self, _: &mut [u8]) -> Result<(), EntropyError> {
            Err(EntropyError::new("no device"))
        }
    }
    let place = Place::new();
    let store: Arc<dyn PatStore> = Arc::new(place.open().await);
    let (manager, created) = created(&store).await;
    let (id, digest) = (created.record().id(), created.token().digest());

    silent_error("EntropyError", &format().generate(&Broken).unwrap_err());
    let entropyless = manager.clone().with_insecure_entropy(Arc::new(Broken));
    silent_error("ManageError", &entropyless.create(&owner("alice"), wanted()).await.unwrap_err());
    let scopeless = manager.create(&owner("alice"), wanted().with_scopes(scopes("root"))).await.unwrap_err();
    assert_eq!(scopeless.kind(), ManageErrorKind::Scope);
    silent_error("ManageError", &scopeless);
    silent_error("ManageError", &manager.revoke(&owner("mallory"), id).await.unwrap_err());

    let duplicate = store.insert(&record(9), &digest).await.unwrap_err();
    assert_eq!(duplicate.kind(), StoreErrorKind::Duplicate);
    silent_error("StoreError", &duplicate);
    place.run("UPDATE pat_tokens SET scopes = 'a  b'").await;
    silent_error("StoreError", &store.find(id).await.unwrap_err());
    silent_error("ResolveError", &store.resolve(&digest).await.unwrap_err());
    place.run("DROP TABLE pat_tokens").await;
    silent_error("ResolveError", &store.resolve(&digest).await.unwrap_err());
    silent_error("ManageError", &manager.create(&owner("alice"), wanted()).await.unwrap_err());
    silent_error("ResolveError", &ResolveError::from(StoreError::from(StoreErrorKind::Corrupt)));
}

/// An operator may mistake a token for the password of a database.
#[tokio::test]
async fn address_of_a_store_is_not_repeated() {
    let token = token();
    let text = token.expose_secret();
    for url in [
        format!("postgres://tokens:{text}@localhost/tokens"),
        format!("sqlite://nowhere/pat.db?key={text}"),
        format!("sqlite://nowhere/pat.db?{text}=1"),
        format!("sqlite://nowhere/{text}/pat.db"),
        text.to_owned(),
    ] {
        silent_error("StoreError", &SqliteStore::open(&url).await.unwrap_err());
    }
}
