use jiff::Timestamp;
use sqlx::Row as _;
use sqlx::postgres::PgRow;

use super::connections::Connections;
use super::instant::Instant;
use super::transaction::Transaction;
use super::{failure, log};
use crate::store::audit::{AuditEvent, AuditKind, Stamp};
use crate::store::done::Done;
use crate::store::error::StoreError;
use crate::store::notice::ExpiryNotice;
use crate::store::sql;
use crate::store::touched::Touched;

/// What was due more than seven days ago has expired: so no token that did so unnoticed is looked at. What somebody else
/// claims is passed over, and claimed by them.
const CLAIM: &str = "WITH due AS MATERIALIZED (SELECT id FROM {pat_}tokens \
                     WHERE notice_due_at <= $1 AND notice_due_at > $2 AND expires_at > $1 \
                     AND revoked_at IS NULL AND replaced_at IS NULL AND retires_at IS NULL \
                     ORDER BY notice_due_at LIMIT $4 FOR UPDATE SKIP LOCKED) \
                     UPDATE {pat_}tokens t \
                     SET notice_due_at = CASE WHEN t.expires_at > $3 THEN t.expires_at - interval '24 hours' END \
                     FROM due WHERE t.id = due.id RETURNING t.id, t.owner, t.expires_at";

/// Notes of tokens that expire soon that it is told.
pub(super) async fn claim(connections: &Connections, at_most: u32, stamp: &Stamp) -> Result<Done, StoreError> {
    let mut transaction = Transaction::of(connections, []).await?;
    let claimed = write(&mut transaction, at_most, stamp).await;
    transaction.end(claimed).await
}

async fn write(transaction: &mut Transaction<'_>, at_most: u32, stamp: &Stamp) -> Result<Done, StoreError> {
    let now = stamp.at();
    let week_ago = now.checked_sub(ExpiryNotice::Week.lead()).unwrap_or(Timestamp::MIN);
    let tomorrow = now.checked_add(ExpiryNotice::Day.lead()).unwrap_or(Timestamp::MAX);
    let claim = transaction.query(CLAIM).bind(Instant::compared(now)).bind(Instant::compared(week_ago));
    let claim = claim.bind(Instant::compared(tomorrow)).bind(i64::from(at_most));
    let rows = claim.fetch_all(&mut **transaction).await.map_err(failure::writing)?;
    let mut events = Vec::with_capacity(rows.len());
    for row in &rows {
        events.extend(event(row, stamp)?);
    }
    let entries: Vec<_> = events.iter().map(log::Entry::of).collect();
    log::audit(transaction, &entries).await?;
    Ok(Done::new(Touched::Marks(Vec::new()), events))
}

/// None of a row whose expiry cannot be read: it must not keep all others from being told.
fn event(row: &PgRow, stamp: &Stamp) -> Result<Option<AuditEvent>, StoreError> {
    let Ok(Some(expiry)) = sql::instant(row, "expires_at") else {
        return Ok(None);
    };
    let event = sql::noted(row, row.get("owner"), AuditKind::ExpiringSoon, stamp)?;
    Ok(Some(event.with_notice(ExpiryNotice::at(stamp.at(), expiry), expiry)))
}
