use sqlx::Row as _;
use sqlx::query;
use sqlx::sqlite::SqliteRow;

use super::pools::Pools;
use super::{failure, log};
use crate::store::audit::{AuditEvent, AuditKind, Stamp};
use crate::store::done::Done;
use crate::store::error::StoreError;
use crate::store::notice::ExpiryNotice;
use crate::store::sql;
use crate::store::touched::Touched;

/// What was due more than seven days ago has expired: so no token that did so unnoticed is looked at.
const CLAIM: &str = "UPDATE pat_tokens \
                     SET notice_due_at = CASE WHEN expires_at > ?2 THEN expires_at - 86400000000 END \
                     WHERE id IN (SELECT id FROM pat_tokens \
                     WHERE notice_due_at <= ?1 AND notice_due_at > ?1 - 604800000000 AND expires_at > ?1 \
                     AND revoked_at IS NULL AND replaced_at IS NULL AND retires_at IS NULL \
                     ORDER BY notice_due_at LIMIT ?3) \
                     RETURNING id, CAST(owner AS BLOB) AS owner, expires_at";

/// Notes of tokens that expire soon that it is told.
pub(super) async fn claim(pools: &Pools, at_most: u32, stamp: &Stamp) -> Result<Done, StoreError> {
    let mut transaction = pools.begin().await?;
    let now = stamp.at().as_microsecond();
    let day = now.saturating_add(86_400_000_000);
    let claim = query(CLAIM).bind(now).bind(day).bind(i64::from(at_most));
    let rows = claim.fetch_all(&mut *transaction).await.map_err(failure::calling)?;
    let mut events = Vec::with_capacity(rows.len());
    for row in &rows {
        events.extend(event(row, stamp)?);
    }
    let entries: Vec<_> = events.iter().map(log::Entry::of).collect();
    log::audit(&mut transaction, &entries).await.map_err(failure::calling)?;
    transaction.commit().await.map_err(failure::calling)?;
    Ok(Done::new(Touched::Marks(Vec::new()), events))
}

/// None of a row whose expiry cannot be read: it must not keep all others from being told.
fn event(row: &SqliteRow, stamp: &Stamp) -> Result<Option<AuditEvent>, StoreError> {
    let Ok(Some(expiry)) = sql::instant(row, "expires_at") else {
        return Ok(None);
    };
    let owner = row.try_get("owner").map_err(failure::calling)?;
    let event = sql::noted(row, &String::from_utf8_lossy(owner), AuditKind::ExpiringSoon, stamp)?;
    Ok(Some(event.with_notice(ExpiryNotice::at(stamp.at(), expiry), expiry)))
}

#[cfg(test)]
#[cfg(not(model))]
mod tests {
    use super::CLAIM;
    use crate::store::sqlite::opening::tests::plan;

    #[tokio::test]
    async fn what_expires_soon_is_a_range_of_an_index_and_is_not_sorted() {
        let plan = plan(CLAIM).await;
        assert!(plan.contains("pat_tokens_notices (notice_due_at>? AND notice_due_at<?)"), "{plan}");
        assert!(!plan.contains("TEMP B-TREE"), "{plan}");
    }
}
