use jiff::Timestamp;
use tower_pat::record::{OwnerId, PatRecord, TokenId};
use tower_pat::store::{ActorId, PatStore, Selection, Stamp, StoreError};
use tower_pat::token::TokenDigest;
use uuid::Uuid;

use crate::support::leak;

pub(crate) fn id(number: u128) -> TokenId {
    TokenId::from_uuid(Uuid::from_u128(number))
}

pub(crate) fn owner(name: &str) -> OwnerId {
    OwnerId::parse(name).unwrap()
}

pub(crate) fn record(number: u128) -> PatRecord {
    PatRecord::new(id(number), owner("alice"))
}

pub(crate) fn digest(number: u128) -> TokenDigest {
    let digest = TokenDigest::of(number.to_be_bytes());
    leak::keep_digest(&digest);
    digest
}

pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

pub(crate) fn stamp(second: i64) -> Stamp {
    Stamp::new(at(second), ActorId::System)
}

/// How many were revoked of one.
pub(crate) async fn revoke(store: &dyn PatStore, number: u128, second: i64) -> Result<usize, StoreError> {
    let one = Selection::all().with_token(id(number));
    store.revoke_some(&one, None, &stamp(second)).await.map(|done| done.events().len())
}
