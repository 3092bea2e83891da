use sqlx::{query, query_scalar};

use super::failure;
use super::pools::Pools;
use super::sql::from;
use crate::record::{OwnerId, PatRecord, TokenId};
use crate::store::error::StoreError;
use crate::store::key::IdempotencyKey;
use crate::store::sql::{self, record, stored};
use crate::store::stored::StoredPat;
use crate::token::TokenDigest;

type Found<T> = Result<Option<T>, StoreError>;

// `+?`: see the beginning of `sql`.
const RESOLVED: &str = concat!("SELECT ", record!(), from!(), "WHERE t.digest = +?");
const BY_DIGEST: &str = concat!("SELECT ", stored!(), from!(), "WHERE t.digest = +?");
const BY_ID: &str = concat!("SELECT ", stored!(), from!(), "WHERE t.id = +?");
const BY_KEY: &str = concat!("SELECT ", stored!(), from!(), "WHERE t.owner = +? AND t.idempotency_key = +?");

/// What a verifier needs.
pub(super) async fn resolved(pools: &Pools, digest: &TokenDigest) -> Found<PatRecord> {
    let asked = query(RESOLVED).bind(digest.as_bytes().as_slice());
    let row = asked.fetch_optional(&pools.readers).await.map_err(failure::calling)?;
    row.as_ref().map(sql::record).transpose()
}

pub(super) async fn by_digest(pools: &Pools, digest: &TokenDigest) -> Found<StoredPat> {
    let asked = query(BY_DIGEST).bind(digest.as_bytes().as_slice());
    let row = asked.fetch_optional(&pools.readers).await.map_err(failure::calling)?;
    row.as_ref().map(sql::stored).transpose()
}

pub(super) async fn by_id(pools: &Pools, id: TokenId) -> Found<StoredPat> {
    let asked = query(BY_ID).bind(id.as_uuid().as_bytes().as_slice());
    let row = asked.fetch_optional(&pools.readers).await.map_err(failure::calling)?;
    row.as_ref().map(sql::stored).transpose()
}

pub(super) async fn by_key(pools: &Pools, owner: &OwnerId, key: &IdempotencyKey) -> Found<StoredPat> {
    let asked = query(BY_KEY).bind(owner.as_str()).bind(key.as_bytes().as_slice());
    let row = asked.fetch_optional(&pools.readers).await.map_err(failure::calling)?;
    row.as_ref().map(sql::stored).transpose()
}

pub(super) async fn is_none(pools: &Pools) -> Result<bool, StoreError> {
    let asked = query_scalar("SELECT NOT EXISTS (SELECT 1 FROM pat_tokens)");
    asked.fetch_one(&pools.readers).await.map_err(failure::calling)
}

#[cfg(test)]
#[cfg(not(model))]
mod tests {
    use super::{BY_DIGEST, BY_ID, BY_KEY, RESOLVED};
    use crate::store::sqlite::opening::tests::plan;

    #[tokio::test]
    async fn every_look_up_is_one_search_of_an_index() {
        for (sql, index) in [
            (RESOLVED, "sqlite_autoindex_pat_tokens_2 (digest=?)"),
            (BY_DIGEST, "sqlite_autoindex_pat_tokens_2 (digest=?)"),
            (BY_ID, "sqlite_autoindex_pat_tokens_1 (id=?)"),
            (BY_KEY, "pat_tokens_by_key (owner=? AND idempotency_key=?)"),
        ] {
            assert!(!sql.contains("= ?"), "prepared again for each value: {sql}");
            let plan = plan(sql).await;
            assert!(plan.contains(index) && plan.contains("SEARCH o USING PRIMARY KEY"), "{sql}: {plan}");
        }
    }
}
