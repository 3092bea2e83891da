use jiff::Timestamp;
use sqlx::postgres::{PgRow, Postgres};
use sqlx::{QueryBuilder, Row as _};

use super::connections::Connections;
use super::instant::Instant;
use super::names::Names;
use super::transaction::Transaction;
use super::{failure, log};
use crate::record::Reason;
use crate::store::audit::{AuditEvent, AuditKind, Stamp};
use crate::store::done::Done;
use crate::store::error::StoreError;
use crate::store::port::BULK;
use crate::store::query::Selection;
use crate::store::sql;
use crate::store::touched::Touched;

/// Revokes as many of those selected as one transaction takes. The rows are not read, so that one that cannot be is revoked
/// too.
pub(super) async fn revoke(
    connections: &Connections,
    selection: &Selection,
    reason: Option<&Reason>,
    stamp: &Stamp,
) -> Result<Done, StoreError> {
    let mut transaction = Transaction::of(connections, []).await?;
    let revoked = write_revocation(&mut transaction, selection, reason, stamp).await;
    transaction.end(revoked).await
}

async fn write_revocation(
    transaction: &mut Transaction<'_>,
    selection: &Selection,
    reason: Option<&Reason>,
    stamp: &Stamp,
) -> Result<Done, StoreError> {
    let mut revocation = revocation(transaction.names(), selection, reason, Instant::kept(stamp.at())?);
    let rows = revocation.build().fetch_all(&mut **transaction).await.map_err(failure::writing)?;
    let marks: Vec<_> = rows.iter().map(sql::mark).collect::<Result<_, _>>()?;
    log::marks(transaction, &marks).await?;
    let events = events(&rows, AuditKind::Revoked, stamp)?;
    let events: Vec<_> = events.into_iter().map(|event| event.with_reason(reason)).collect();
    log::audit(transaction, &entries(&events)).await?;
    Ok(Done::new(Touched::Marks(marks), events))
}

/// The rows are locked in the order of their identifiers, so that no two changes wait for each other. One that somebody else
/// has revoked meanwhile is no longer selected then, and the next takes its place.
fn revocation(names: &Names, selection: &Selection, reason: Option<&Reason>, at: Instant) -> QueryBuilder<Postgres> {
    let selected = names.fill("WITH selected AS MATERIALIZED (SELECT id FROM {pat_}tokens t WHERE revoked_at IS NULL");
    let mut sql = QueryBuilder::new(selected.as_str());
    push_selection(&mut sql, names, selection);
    sql.push(" ORDER BY id LIMIT ").push_bind(i64::try_from(BULK).expect("a small number"));
    sql.push(names.fill(" FOR UPDATE) UPDATE {pat_}tokens t SET revoked_at = ").as_str()).push_bind(at);
    sql.push(", revocation_reason = ").push_bind(reason.map(ToString::to_string));
    sql.push(", version = version + 1 FROM selected WHERE t.id = selected.id RETURNING t.id, t.owner, t.digest");
    sql
}

fn push_selection(sql: &mut QueryBuilder<Postgres>, names: &Names, selection: &Selection) {
    if let Some(token) = selection.token() {
        sql.push(" AND id = ").push_bind(*token.as_uuid());
    }
    if let Some(digest) = selection.digest() {
        sql.push(" AND digest = ").push_bind(digest.as_bytes().to_vec());
    }
    if let Some(owner) = selection.owner() {
        sql.push(" AND owner = ").push_bind(owner.to_string());
    }
    if let Some(family) = selection.family() {
        sql.push(" AND family = ").push_bind(*family.as_uuid());
    }
    if let Some(instant) = selection.created_before() {
        let instant = Instant::compared(instant);
        sql.push(" AND (created_at IS NULL OR created_at < ").push_bind(instant);
        let family = " OR EXISTS (SELECT 1 FROM {pat_}tokens e WHERE e.family = t.family ";
        sql.push(names.fill(family).as_str());
        sql.push("AND (e.created_at IS NULL OR e.created_at < ").push_bind(instant).push(")))");
    }
}

/// What somebody else is at is left to the next time.
const PRUNE: &str = "WITH over AS MATERIALIZED (SELECT id FROM {pat_}tokens \
                     WHERE revoked_at < $1 OR retires_at < $1 OR (retires_at IS NULL AND replaced_at < $1) \
                     OR expires_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED) \
                     DELETE FROM {pat_}tokens t USING over WHERE t.id = over.id RETURNING t.id, t.owner";

/// Removes records that were over before an instant and by now.
pub(super) async fn prune(
    connections: &Connections,
    over_before: Timestamp,
    at_most: u32,
    stamp: &Stamp,
) -> Result<Done, StoreError> {
    let mut transaction = Transaction::of(connections, []).await?;
    let before = Instant::compared(over_before.min(stamp.at()));
    let removed = remove(&mut transaction, before, at_most, stamp).await;
    transaction.end(removed).await
}

async fn remove(
    transaction: &mut Transaction<'_>,
    before: Instant,
    at_most: u32,
    stamp: &Stamp,
) -> Result<Done, StoreError> {
    let removal = transaction.query(PRUNE).bind(before).bind(i64::from(at_most));
    let rows = removal.fetch_all(&mut **transaction).await.map_err(failure::writing)?;
    let events = events(&rows, AuditKind::Pruned, stamp)?;
    log::audit(transaction, &entries(&events)).await?;
    Ok(Done::new(Touched::Marks(Vec::new()), events))
}

/// That the same was done to each of these.
fn events(rows: &[PgRow], kind: AuditKind, stamp: &Stamp) -> Result<Vec<AuditEvent>, StoreError> {
    rows.iter().map(|row| sql::noted(row, row.get("owner"), kind, stamp)).collect()
}

fn entries(events: &[AuditEvent]) -> Vec<log::Entry<'_>> {
    events.iter().map(log::Entry::of).collect()
}
