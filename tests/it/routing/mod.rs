//! The router on which no route can be left open.

mod declares;
mod fallbacks;
mod finish;
mod mirror;
#[cfg(feature = "openapi")]
mod openapi;
mod table;
#[cfg(feature = "testing")]
mod walk;

use axum::Router;
use http::Method;
use tower_pat::guard::demand::{Text, word};
use tower_pat::guard::{AnyToken, Public, Require};
use tower_pat::routing::GuardedRouter;
use tower_pat::token::PatToken;
use tower_pat::{PatAuthLayer, PatVerifier};

use crate::support::{Ledger, format, record, request, scopes, send, token, with_token};

pub(super) type Read = Text<4, { word("read", 0) }>;

pub(super) async fn open(_: Public) -> &'static str {
    "open"
}

pub(super) async fn mine(_: AnyToken) -> &'static str {
    "mine"
}

pub(super) async fn read(_: Require<Read>) -> &'static str {
    "read"
}

/// A layer, and tokens with these scopes.
pub(super) fn auth<const N: usize>(tokens: [&str; N]) -> (PatAuthLayer, [PatToken; N]) {
    let ledger = Ledger::new();
    let tokens = tokens.map(|held| {
        let token = token();
        ledger.write(&token, record(1).with_scopes(scopes(held)));
        token
    });
    (PatAuthLayer::new(PatVerifier::new(format(), ledger)), tokens)
}

/// A finished router, and its callers: nobody, one who may do nothing, and one who may read.
pub(super) struct Site {
    app: Router,
    tokens: [PatToken; 2],
}

impl Site {
    pub(super) fn of(router: GuardedRouter) -> Self {
        let (auth, tokens) = auth(["", "read"]);
        Self { app: router.finish(auth).unwrap(), tokens }
    }

    /// What each caller gets.
    pub(super) async fn statuses(&self, method: &Method, path: &str) -> [u16; 3] {
        let [idler, reader] = &self.tokens;
        let mut statuses = [0; 3];
        let requests = [request(path, &[]), with_token(path, idler), with_token(path, reader)];
        for (status, mut request) in statuses.iter_mut().zip(requests) {
            *request.method_mut() = method.clone();
            *status = send(self.app.clone(), request).await.status().as_u16();
        }
        statuses
    }

    /// What a caller who may read is told.
    pub(super) async fn told(&self, method: &Method, path: &str) -> String {
        let mut request = with_token(path, &self.tokens[1]);
        *request.method_mut() = method.clone();
        let body = send(self.app.clone(), request).await.into_body();
        String::from_utf8(axum::body::to_bytes(body, 10_000).await.unwrap().into()).unwrap()
    }

    /// Requests as `GET /path`, and what each caller gets.
    pub(super) async fn assert(&self, rows: &[(&str, [u16; 3])]) {
        let mut wrong = Vec::new();
        for (request, expected) in rows {
            let (method, path) = request.split_once(' ').unwrap();
            let found = self.statuses(&method.parse().unwrap(), path).await;
            if found != *expected {
                wrong.push(format!("{request}: {found:?}, not {expected:?}"));
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}

pub(super) const PUBLIC: [u16; 3] = [200; 3];
pub(super) const ANY_TOKEN: [u16; 3] = [401, 200, 200];
pub(super) const READ: [u16; 3] = [401, 403, 200];
pub(super) const ABSENT: [u16; 3] = [404; 3];
pub(super) const OTHER_METHOD: [u16; 3] = [405; 3];
