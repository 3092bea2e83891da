use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::Body;
use axum::response::Response;
use http::Request;
use papaya::HashMap;
use tower::{Layer, Service};
use tower_pat::token::TokenDigest;
use tower_pat::{PatPrincipal, TokenFormat};

use super::from_fn::bearer;
use super::{Case, Tokens, bare_router};
use crate::fixture::{self, Pool};

/// What a look-up costs at least: the checksum, one SHA-256 block, one concurrent map that never forgets, one extension.
/// No epochs, no expiry, no capacity.
pub(super) fn cases(tokens: &Tokens) -> [Case; 3] {
    let layered = |pool: &Pool| bare_router().layer(PlainMap::of(pool)).with_state(());
    [
        Case::new("map", "a plain concurrent map", tokens.hot(), layered(&Pool::of(tokens.hot.clone()))),
        Case::new(
            "map_uniform",
            "a plain concurrent map, uniform over 10,000",
            tokens.uniform(),
            layered(&tokens.uniform),
        ),
        Case::new("map_zipf", "a plain concurrent map, Zipf over 1,000,000", tokens.zipf(), layered(&tokens.many)),
    ]
}

/// The map, and how it is asked.
#[derive(Debug, Clone)]
pub(crate) struct PlainMap {
    format: TokenFormat,
    principals: Arc<HashMap<TokenDigest, PatPrincipal, BuildHasherDefault<OwnBits>>>,
}

impl PlainMap {
    pub(crate) fn of(pool: &Pool) -> Self {
        let (scopes, principals) = (fixture::scopes(), HashMap::default());
        for token in pool.tokens() {
            let digest = TokenDigest::of(token);
            principals.pin().insert(digest, PatPrincipal::new(fixture::record(&digest, scopes.clone())));
        }
        Self { format: fixture::format(), principals: Arc::new(principals) }
    }

    pub(crate) fn look_up(&self, token: &str) -> Option<PatPrincipal> {
        let digest = self.format.digest(token)?;
        self.principals.pin().get(&digest).cloned()
    }
}

impl<S> Layer<S> for PlainMap {
    type Service = ByPlainMap<S>;

    fn layer(&self, inner: S) -> Self::Service {
        ByPlainMap { inner, map: self.clone() }
    }
}

#[derive(Debug, Clone)]
pub(crate) struct ByPlainMap<S> {
    inner: S,
    map: PlainMap,
}

impl<S> Service<Request<Body>> for ByPlainMap<S>
where
    S: Service<Request<Body>, Response = Response>,
{
    type Response = Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        let found = bearer(request.headers()).and_then(|token| self.map.look_up(token));
        request.extensions_mut().insert(found.expect("every token is in the map"));
        self.inner.call(request)
    }
}

/// A digest is random already: its first bytes are its hash.
#[derive(Debug, Default)]
pub(crate) struct OwnBits(u64);

impl Hasher for OwnBits {
    fn write(&mut self, bytes: &[u8]) {
        if let Some((first, _)) = bytes.split_first_chunk() {
            self.0 = u64::from_ne_bytes(*first);
        }
    }

    /// The length that stands before an array tells nothing.
    fn write_usize(&mut self, _: usize) {}

    fn finish(&self) -> u64 {
        self.0
    }
}
