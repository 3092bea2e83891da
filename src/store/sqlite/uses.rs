use sqlx::query;

use super::failure;
use super::pools::Pools;
use crate::store::error::StoreError;
use crate::store::usage::Use;

/// All expressions see the row as it was. No count goes past what an integer holds.
const ADD: &str = "UPDATE pat_tokens SET \
                   use_count = use_count + min(?2, 9223372036854775807 - use_count), \
                   last_used_address = iif(?3 >= coalesce(last_used_at, ?3), ?4, last_used_address), \
                   last_used_agent = iif(?3 >= coalesce(last_used_at, ?3), ?5, last_used_agent), \
                   last_used_at = max(?3, coalesce(last_used_at, ?3)) \
                   WHERE id = ?1";

/// Adds uses to what is kept of them.
pub(super) async fn add(pools: &Pools, uses: &[Use]) -> Result<(), StoreError> {
    if uses.is_empty() {
        return Ok(());
    }
    let mut transaction = pools.begin().await?;
    for used in uses {
        let usage = used.usage();
        query(ADD)
            .bind(used.id().as_uuid().as_bytes().to_vec())
            .bind(i64::try_from(usage.count()).unwrap_or(i64::MAX))
            .bind(usage.last_used_at().as_microsecond())
            .bind(usage.address().map(|address| address.to_string()))
            .bind(usage.user_agent())
            .execute(&mut *transaction)
            .await
            .map_err(failure::calling)?;
    }
    transaction.commit().await.map_err(failure::calling)
}
