//! What the tests share.

#![cfg_attr(
    not(all(feature = "axum", feature = "macros", feature = "manage", feature = "sqlite", feature = "testing")),
    expect(dead_code, unused_imports, reason = "some is for tests that need more features")
)]

#[cfg(feature = "testing")]
mod bench;
mod clients;
mod journal;
pub(crate) mod leak;
mod ledger;
#[cfg(feature = "postgres")]
pub(crate) mod postgres;
mod render;

#[cfg(feature = "testing")]
pub(crate) use bench::{Bench, Decision, is_unavailable, is_unknown, settle};
pub(crate) use clients::clients;
pub(crate) use journal::{Entry, Journal};
pub(crate) use leak::send;
pub(crate) use ledger::{Ledger, Mood};
pub(crate) use render::render;

use axum::body::Body;
use http::Request;
use http::header::AUTHORIZATION;
use jiff::Timestamp;
use tower_pat::record::{OwnerId, PatRecord, TokenId};
use tower_pat::token::PatToken;
use tower_pat::{ScopeSet, TokenFormat};
use uuid::Uuid;

/// The instant at which the clocks of the tests stand.
pub(crate) fn noon() -> Timestamp {
    "2030-01-01T12:00:00Z".parse().unwrap()
}

pub(crate) fn format() -> TokenFormat {
    TokenFormat::new("acme_pat").unwrap()
}

pub(crate) fn token() -> PatToken {
    leak::token_of(&format())
}

pub(crate) fn owner(name: &str) -> OwnerId {
    OwnerId::parse(name).unwrap()
}

pub(crate) fn scopes(text: &str) -> ScopeSet {
    text.parse().unwrap()
}

pub(crate) fn record(number: u128) -> PatRecord {
    PatRecord::new(TokenId::from_uuid(Uuid::from_u128(number)), owner("alice")).with_scopes(scopes("invoices:read"))
}

/// A request for `path` with these values of `Authorization`.
pub(crate) fn request(path: &str, authorization: &[&[u8]]) -> Request<Body> {
    let mut request = Request::builder().uri(path);
    for value in authorization {
        request = request.header(AUTHORIZATION, *value);
    }
    request.body(Body::empty()).unwrap()
}

pub(crate) fn with_token(path: &str, token: &PatToken) -> Request<Body> {
    request(path, &[format!("Bearer {}", token.expose_secret()).as_bytes()])
}

/// Revokes one token of a store, as its clock shows noon, and tells nobody.
#[cfg(any(feature = "manage", feature = "postgres", feature = "sqlite"))]
pub(crate) async fn revoke(store: &dyn tower_pat::PatStore, id: TokenId) {
    use tower_pat::store::{ActorId, Selection, Stamp};

    let stamp = Stamp::new(noon(), ActorId::System);
    store.revoke_some(&Selection::all().with_token(id), None, &stamp).await.unwrap();
}

/// The newest tokens of an owner.
#[cfg(feature = "manage")]
pub(crate) async fn listed(manager: &tower_pat::PatManager, owner: &OwnerId) -> Vec<PatRecord> {
    let page = manager.list(owner, &tower_pat::store::PatQuery::default()).await.unwrap();
    page.records().cloned().collect()
}
