//! The catalogue, from the manager through a store to the guards: what a token may do is what the verifier's catalogue
//! makes of the scopes that are stored.

use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use http::StatusCode;
use tower_pat::guard::demand::{Text, word};
use tower_pat::guard::{Require, RequireScopeLayer};
use tower_pat::manager::{ManageErrorKind, NewPat};
use tower_pat::record::TokenName;
use tower_pat::scope::{Scope, ScopeCatalog};
use tower_pat::store::SqliteStore;
use tower_pat::token::PatToken;
use tower_pat::verifier::VerifyContext;
use tower_pat::{PatAuthLayer, PatManager, PatPrincipal, PatVerifier};
use tracing::Level;

use crate::sqlite::Place;
use crate::support::{
    Entry, Journal, Ledger, format, leak, listed, owner, record, render, request, scopes, send, token, with_token,
};
use crate::telemetry::{headlines, listening};

type Read = Text<9, { word("repo:read", 0) }>;
type Admin = Text<5, { word("admin", 0) }>;

/// The catalogue of these scopes, in which each pair is an implication.
fn catalog(declared: &str, implications: &[(&'static str, &'static str)]) -> ScopeCatalog {
    let scopes = scopes(declared);
    let declared = scopes.iter().fold(ScopeCatalog::builder(), |builder, scope| builder.with_scope(scope.clone(), ""));
    let both = implications.iter().map(|&(scope, implied)| (Scope::from_static(scope), Scope::from_static(implied)));
    both.fold(declared, |builder, (scope, implied)| builder.with_implication(scope, implied)).build().unwrap()
}

/// `admin` implies `repo:write`, and that implies `repo:read`.
fn full() -> ScopeCatalog {
    catalog("admin repo:read repo:write user:read", &[("admin", "repo:write"), ("repo:write", "repo:read")])
}

/// A service on a file of tokens, from its start to its stop.
struct Service {
    store: Arc<SqliteStore>,
    manager: PatManager,
    verifier: PatVerifier,
}

impl Service {
    async fn start(place: &Place, catalog: ScopeCatalog) -> Self {
        let store = Arc::new(place.open().await);
        let manager = PatManager::new(format(), store.clone(), catalog.clone());
        let verifier = PatVerifier::builder(format(), store.clone()).with_catalog(catalog).build();
        Self { store, manager, verifier }
    }

    /// From here on only what is remembered can be answered.
    async fn stop(&self) {
        self.store.close().await;
    }

    async fn mint(&self, granted: &str) -> PatToken {
        let wanted = NewPat::new(TokenName::parse("laptop").unwrap()).with_scopes(scopes(granted));
        let created = self.manager.create(&owner("alice"), wanted).await.unwrap();
        leak::keep(created.token());
        format().parse(created.token().expose_secret()).unwrap()
    }

    async fn status(&self, path: &str, token: &PatToken) -> StatusCode {
        send(app(&self.verifier), with_token(path, token)).await.status()
    }

    async fn granted(&self, token: &PatToken) -> String {
        principal(&self.verifier, token).await.scopes().to_string()
    }
}

async fn principal(verifier: &PatVerifier, token: &PatToken) -> PatPrincipal {
    verifier.verify(token.expose_secret(), &VerifyContext::default()).await.unwrap()
}

fn app(verifier: &PatVerifier) -> Router {
    let guarded = |scope| get(|| async {}).layer(RequireScopeLayer::new(Scope::from_static(scope)));
    Router::new()
        .route("/read", get(|_: Require<Read>| async {}))
        .route("/read-by-layer", guarded("repo:read"))
        .route("/write", guarded("repo:write"))
        .route("/admin", guarded("admin"))
        .route("/admin-by-extractor", get(|_: Require<Admin>| async {}))
        .route("/me", get(|_: PatPrincipal| async {}))
        .layer(PatAuthLayer::new(verifier.clone()).with_informational_headers())
}

/// The scopes that were told to be unknown.
fn told(entries: &[Entry]) -> Vec<&str> {
    let unknown = entries.iter().filter(|entry| entry.name == "pat.unknown_scope");
    unknown.map(|entry| entry.fields.split("scope=").nth(1).unwrap_or("").split(' ').next().unwrap()).collect()
}

#[tokio::test]
async fn implied_scope_passes_when_the_token_is_loaded_and_when_it_is_remembered() {
    let place = Place::new();
    let service = Service::start(&place, full()).await;
    let token = service.mint("repo:write").await;
    for round in ["loaded", "remembered"] {
        for path in ["/read", "/read-by-layer", "/write"] {
            assert_eq!(service.status(path, &token).await, StatusCode::OK, "{path}, {round}");
        }
        assert_eq!(service.status("/admin", &token).await, StatusCode::FORBIDDEN, "{round}");
        service.stop().await;
    }
}

#[tokio::test]
async fn implications_lead_on() {
    let place = Place::new();
    let service = Service::start(&place, full()).await;
    let token = service.mint("admin").await;
    assert_eq!(service.status("/read", &token).await, StatusCode::OK);
    assert_eq!(service.granted(&token).await, "admin repo:read repo:write");
}

#[tokio::test]
async fn what_is_stored_is_what_was_asked_for() {
    let place = Place::new();
    let service = Service::start(&place, full()).await;
    let token = service.mint("repo:write").await;
    let listed = listed(&service.manager, &owner("alice")).await;
    assert_eq!(listed[0].scopes(), &scopes("repo:write"));
    let principal = principal(&service.verifier, &token).await;
    assert_eq!(principal.record(), &listed[0]);
    assert_eq!(principal.scopes(), &scopes("repo:read repo:write"));
}

#[tokio::test]
async fn manager_gives_the_scopes_of_its_catalogue_and_no_others() {
    let place = Place::new();
    let service = Service::start(&place, full()).await;
    assert_eq!(service.manager.catalog(), &full());
    for refused in ["repo:delete", "repo:read repo:delete", "repo", "Admin", "*"] {
        let wanted = NewPat::new(TokenName::parse("laptop").unwrap()).with_scopes(scopes(refused));
        let error = service.manager.create(&owner("alice"), wanted).await.unwrap_err();
        assert_eq!(error.kind(), ManageErrorKind::Scope, "{refused}");
    }
    assert!(listed(&service.manager, &owner("alice")).await.is_empty());
}

#[tokio::test]
async fn scope_that_was_taken_out_of_the_catalogue_allows_nothing_and_is_told_once() {
    let (place, journal) = (Place::new(), Journal::default());
    let before = Service::start(&place, full()).await;
    let (first, second) = (before.mint("repo:write user:read").await, before.mint("repo:write").await);
    before.stop().await;
    let _listening = listening(&journal);

    let after = Service::start(&place, catalog("repo:read user:read", &[])).await;
    for token in [&first, &second] {
        for path in ["/read", "/write"] {
            assert_eq!(after.status(path, token).await, StatusCode::FORBIDDEN, "{path}");
        }
        assert_eq!(after.status("/me", token).await, StatusCode::OK);
    }
    assert_eq!(after.granted(&first).await, "user:read");
    after.verifier.revocations().raise_all();
    assert_eq!(after.granted(&second).await, "");

    let heard = journal.take();
    assert_eq!(told(&heard), ["repo:write"]);
    let warnings: Vec<_> = heard.iter().filter(|entry| entry.level <= Level::INFO).cloned().collect();
    assert_eq!(headlines(&warnings), [("pat.unknown_scope", Level::WARN)]);
    let id = principal(&after.verifier, &first).await.token_id();
    assert!(warnings[0].fields.ends_with(&format!("scope=repo:write token_id={id}")), "{}", warnings[0].fields);
}

#[tokio::test]
async fn implication_that_was_added_reaches_tokens_that_were_there_before() {
    let place = Place::new();
    let before = Service::start(&place, catalog("repo:read repo:write", &[])).await;
    let token = before.mint("repo:write").await;
    assert_eq!(before.status("/read", &token).await, StatusCode::FORBIDDEN);
    before.stop().await;

    let after = Service::start(&place, full()).await;
    assert_eq!(after.status("/read", &token).await, StatusCode::OK);
}

#[tokio::test]
async fn token_without_scopes_passes_nothing_that_asks_for_one() {
    let place = Place::new();
    let service = Service::start(&place, full()).await;
    let token = service.mint("").await;
    for path in ["/read", "/read-by-layer", "/write", "/admin"] {
        assert_eq!(service.status(path, &token).await, StatusCode::FORBIDDEN, "{path}");
    }
    assert_eq!(service.granted(&token).await, "");
}

#[tokio::test]
async fn catalogues_of_two_verifiers_over_one_store_do_not_mix() {
    let place = Place::new();
    let service = Service::start(&place, full()).await;
    let token = service.mint("repo:write user:read").await;
    let builder = || PatVerifier::builder(format(), service.store.clone());
    let other = builder().with_catalog(catalog("repo:write user:read", &[("user:read", "repo:write")])).build();
    let empty = builder().with_catalog(ScopeCatalog::default()).build();
    let none = builder().build();
    for _ in ["loaded", "remembered"] {
        assert_eq!(service.granted(&token).await, "repo:read repo:write user:read");
        assert_eq!(principal(&other, &token).await.scopes(), &scopes("repo:write user:read"));
        assert_eq!(principal(&empty, &token).await.scopes(), &scopes(""));
        assert_eq!(principal(&none, &token).await.scopes(), &scopes("repo:write user:read"));
        service.stop().await;
    }
}

#[tokio::test]
async fn client_is_told_of_what_its_token_amounts_to() {
    let place = Place::new();
    let service = Service::start(&place, full()).await;
    let token = service.mint("repo:write").await;
    for path in ["/admin", "/admin-by-extractor"] {
        let response = send(app(&service.verifier), with_token(path, &token)).await;
        assert_eq!(response.headers()["x-oauth-scopes"], "repo:read, repo:write");
        assert!(render(response).await.contains(r#""held_scopes":["repo:read","repo:write"]"#), "{path}");
    }
    let response = send(app(&service.verifier), with_token("/read", &token)).await;
    assert_eq!(response.headers()["x-oauth-scopes"], "repo:read, repo:write");
    assert_eq!(response.headers()["x-accepted-oauth-scopes"], "repo:read");
}

/// Whoever answers for another issuer may name a new scope each time.
#[tokio::test]
async fn hundred_unknown_scopes_are_told_and_then_once_that_there_are_more() {
    let (ledger, journal) = (Ledger::new(), Journal::default());
    let _listening = listening(&journal);
    let verifier = PatVerifier::builder(format(), ledger.clone()).with_catalog(full()).build();
    let mut heard = Vec::new();
    for number in 0..150 {
        let token = token();
        ledger.write(&token, record(number).with_scopes(scopes(&format!("repo:read x:{number} y"))));
        assert_eq!(principal(&verifier, &token).await.scopes(), &scopes("repo:read"));
        heard.extend(journal.take());
    }
    assert!(heard.iter().all(|entry| (entry.name, entry.level) == ("pat.unknown_scope", Level::WARN)), "{heard:#?}");
    let expected = ["x:0".to_owned(), "y".to_owned()].into_iter().chain((1..99).map(|number| format!("x:{number}")));
    assert_eq!(told(&heard), expected.chain([String::new()]).collect::<Vec<_>>());
    assert!(heard.last().unwrap().fields.ends_with("no more are named"), "{:?}", heard.last());
}

/// A minted token has the catalogue's scopes alone, whatever its owner asks for.
#[tokio::test]
async fn client_alone_puts_no_unknown_scope_into_the_log() {
    let journal = Journal::default();
    let _listening = listening(&journal);
    let place = Place::new();
    let service = Service::start(&place, full()).await;
    let wanted = NewPat::new(TokenName::parse("laptop").unwrap()).with_scopes(scopes("unheard-of"));
    assert!(service.manager.create(&owner("mallory"), wanted).await.is_err());
    let minted = service.mint("repo:write").await;
    for request in [with_token("/admin", &minted), with_token("/me", &token()), request("/me", &[b"Bearer unheard-of"])]
    {
        send(app(&service.verifier), request).await;
    }
    assert_eq!(told(&journal.take()), [""; 0]);
}
