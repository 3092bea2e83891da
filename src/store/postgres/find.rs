use super::connections::Connections;
use super::sql::from;
use crate::record::{OwnerId, PatRecord, TokenId};
use crate::store::error::StoreError;
use crate::store::key::IdempotencyKey;
use crate::store::sql::{self, record, stored};
use crate::store::stored::StoredPat;
use crate::token::TokenDigest;

type Found<T> = Result<Option<T>, StoreError>;

const RESOLVED: &str = concat!("SELECT ", record!(), from!(), "WHERE t.digest = $1");
const BY_DIGEST: &str = concat!("SELECT ", stored!(), from!(), "WHERE t.digest = $1");
const BY_ID: &str = concat!("SELECT ", stored!(), from!(), "WHERE t.id = $1");
const BY_KEY: &str = concat!("SELECT ", stored!(), from!(), "WHERE t.owner = $1 AND t.idempotency_key = $2");

/// What a verifier needs.
pub(super) async fn resolved(connections: &Connections, digest: &TokenDigest) -> Found<PatRecord> {
    let asked = connections.query(RESOLVED).bind(digest.as_bytes().as_slice());
    connections.row(asked).await?.as_ref().map(sql::record).transpose()
}

pub(super) async fn by_digest(connections: &Connections, digest: &TokenDigest) -> Found<StoredPat> {
    let asked = connections.query(BY_DIGEST).bind(digest.as_bytes().as_slice());
    connections.row(asked).await?.as_ref().map(sql::stored).transpose()
}

pub(super) async fn by_id(connections: &Connections, id: TokenId) -> Found<StoredPat> {
    let asked = connections.query(BY_ID).bind(id.as_uuid());
    connections.row(asked).await?.as_ref().map(sql::stored).transpose()
}

pub(super) async fn by_key(connections: &Connections, owner: &OwnerId, key: &IdempotencyKey) -> Found<StoredPat> {
    let asked = connections.query(BY_KEY).bind(owner.as_str()).bind(key.as_bytes().as_slice());
    connections.row(asked).await?.as_ref().map(sql::stored).transpose()
}

pub(super) async fn is_none(connections: &Connections) -> Result<bool, StoreError> {
    let asked = connections.query("SELECT 1 FROM {pat_}tokens LIMIT 1");
    Ok(connections.row(asked).await?.is_none())
}
