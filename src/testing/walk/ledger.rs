use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use uuid::Uuid;

use super::caller::Holds;
use super::witness::Witness;
use crate::layer::PatAuthLayer;
use crate::record::{OwnerId, PatRecord, TokenId};
use crate::resolver::{Answer, ResolveError, resolver_fn};
use crate::scope::ScopeCatalog;
use crate::token::{OsEntropy, PatToken, TokenDigest, TokenFormat};
use crate::verifier::PatVerifier;

type Records = Arc<Mutex<HashMap<TokenDigest, PatRecord>>>;

/// The tokens of a walk.
pub(super) struct Ledger {
    format: TokenFormat,
    records: Records,
}

impl Ledger {
    pub(super) fn new() -> Self {
        let format = TokenFormat::new("walk_pat").expect("letters are a prefix");
        Self { format, records: Records::default() }
    }

    /// A layer that knows them.
    pub(super) fn layer(&self, catalog: Option<ScopeCatalog>) -> PatAuthLayer<Witness> {
        let records = Arc::clone(&self.records);
        let resolver = resolver_fn(move |digest: TokenDigest| {
            let record = records.lock().unwrap_or_else(PoisonError::into_inner).get(&digest).cloned();
            async { Ok::<_, ResolveError>(Answer::from(record)) }
        });
        let verifier = PatVerifier::builder(self.format.clone(), resolver);
        let verifier = match catalog {
            Some(catalog) => verifier.with_catalog(catalog),
            None => verifier,
        };
        PatAuthLayer::new(verifier.build()).with_responder(Witness)
    }

    /// Makes a token.
    pub(super) fn token(&self, holds: &Holds) -> PatToken {
        let token = self.format.generate(&OsEntropy).expect("the generator of the operating system answers");
        let owner = OwnerId::parse("walker").expect("letters are an owner");
        let mut records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        let id = TokenId::from_uuid(Uuid::from_u128(records.len() as u128));
        let record = PatRecord::new(id, owner).with_scopes(holds.scopes.clone());
        records.insert(token.digest(), record.with_resources(holds.resources.clone()));
        token
    }
}
