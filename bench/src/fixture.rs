//! Tokens, and stores that answer for them from memory.

use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;
use tokio::runtime::Runtime;
use tower_pat::record::{OwnerId, PatRecord, TokenId};
use tower_pat::resolver::{Answer, ResolveError, resolver_fn};
use tower_pat::scope::ScopeCatalog;
use tower_pat::store::MemoryStore;
use tower_pat::token::TokenDigest;
use tower_pat::usage::UsageRecorder;
use tower_pat::verifier::PatVerifierBuilder;
use tower_pat::{PatResolver, PatVerifier, ScopeSet, TokenFormat};
use uuid::Uuid;

use crate::random::Seeded;

/// How long what is remembered is fresh, for us and for peers: no run is to be spoilt by loads.
pub(crate) const TTL: Duration = Duration::from_hours(1);

pub(crate) fn format() -> TokenFormat {
    TokenFormat::new("acme_pat").expect("it is a prefix")
}

pub(crate) fn token(random: &Seeded) -> String {
    let token = format().generate(random).expect("seeded numbers do not run out");
    token.expose_secret().to_owned()
}

pub(crate) fn bearer(token: &str) -> HeaderValue {
    let header = HeaderValue::try_from(format!("Bearer {token}")).expect("a token is printable");
    // The first clone allocates what all clones share; here, so that it is nobody's cost.
    drop(header.clone());
    header
}

/// The same token with another last character.
pub(crate) fn mistyped(token: &str) -> String {
    let other = if token.ends_with('0') { '1' } else { '0' };
    format!("{}{other}", &token[..token.len() - 1])
}

pub(crate) fn scopes() -> ScopeSet {
    "invoices:read profile:read".parse().expect("they are scopes")
}

/// What the service knows: guards then look at bits, as they do in a service that gives its scopes a meaning.
pub(crate) fn catalog() -> ScopeCatalog {
    ScopeCatalog::from(scopes())
}

/// The record of a token, made from its digest.
pub(crate) fn record(digest: &TokenDigest, scopes: ScopeSet) -> PatRecord {
    let (number, _) = digest.as_bytes().split_first_chunk::<16>().expect("a digest has 32 bytes");
    let owner = OwnerId::parse(&format!("user-{:08x}", digest.mark().bits())).expect("it is a name");
    PatRecord::new(TokenId::from_uuid(Uuid::from_bytes(*number)), owner).with_scopes(scopes)
}

/// A store that knows every token.
pub(crate) fn knowing() -> Arc<dyn PatResolver> {
    let scopes = scopes();
    resolver_fn(move |digest: TokenDigest| {
        let known = Answer::Known(record(&digest, scopes.clone()));
        async { Ok::<_, ResolveError>(known) }
    })
}

/// A store that knows none.
pub(crate) fn ignorant() -> Arc<dyn PatResolver> {
    resolver_fn(|_: TokenDigest| async { Ok::<_, ResolveError>(Answer::Unknown) })
}

pub(crate) fn verifier(resolver: Arc<dyn PatResolver>, tokens: usize) -> PatVerifier {
    builder(resolver, tokens).build()
}

/// A verifier whose uses of tokens are recorded, for a store that keeps none of these.
pub(crate) fn recorded(resolver: Arc<dyn PatResolver>, tokens: usize, runtime: &Runtime) -> PatVerifier {
    let _entered = runtime.enter();
    let recorder = UsageRecorder::builder().with_capacity(tokens).start(Arc::new(MemoryStore::new()));
    builder(resolver, tokens).with_observer(Arc::new(recorder)).build()
}

fn builder(resolver: Arc<dyn PatResolver>, tokens: usize) -> PatVerifierBuilder {
    let tokens = u64::try_from(tokens).expect("a length fits into 64 bits");
    PatVerifier::builder(format(), resolver)
        .with_catalog(catalog())
        .with_ttl(TTL)
        .with_negative_ttl(TTL)
        // Twice as much as they take: what does not fit is another question.
        .with_capacity_bytes(tokens.max(50_000).saturating_mul(1_500))
}

/// Many tokens.
#[derive(Debug)]
pub(crate) struct Pool(Vec<String>);

impl Pool {
    pub(crate) fn new(tokens: usize, random: &Seeded) -> Self {
        Self((0..tokens).map(|_| token(random)).collect())
    }

    pub(crate) fn of(token: String) -> Self {
        Self(vec![token])
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn tokens(&self) -> &[String] {
        &self.0
    }

    pub(crate) fn header(&self, index: usize) -> HeaderValue {
        bearer(&self.0[index])
    }

    /// Where the token of a rank is: neighbours in rank are none in memory.
    pub(crate) fn scattered(&self, rank: usize) -> usize {
        // A prime that divides no size of a pool.
        rank * 7_919 % self.len()
    }
}
