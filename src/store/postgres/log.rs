use sqlx::types::Json;
use uuid::Uuid;

use super::failure;
use super::instant::Instant;
use super::transaction::Transaction;
use crate::store::audit::{ActorId, AuditEvent, AuditKind, FieldChange, Stamp};
use crate::store::error::StoreError;
use crate::token::DigestMark;

const MARKS: &str = "INSERT INTO {pat_}changes (mark) SELECT * FROM unnest($1::bigint[])";
const ALL: &str = "INSERT INTO {pat_}changes (mark) VALUES (NULL)";
const AUDIT: &str = "INSERT INTO {pat_}events (at, kind, actor, actor_name, address, owner, token, changes) \
                     SELECT * FROM unnest($1::timestamptz[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], \
                     $7::uuid[], $8::jsonb[])";

/// Notes in the change log that what has these marks has changed.
pub(super) async fn marks(transaction: &mut Transaction<'_>, marks: &[DigestMark]) -> Result<(), StoreError> {
    if marks.is_empty() {
        return Ok(());
    }
    let marks: Vec<_> = marks.iter().map(|mark| i64::from(mark.bits())).collect();
    let noting = transaction.query(MARKS).bind(marks).execute(&mut **transaction);
    noting.await.map(drop).map_err(failure::writing)
}

/// Notes in the change log that any token may have changed.
pub(super) async fn all(transaction: &mut Transaction<'_>) -> Result<(), StoreError> {
    transaction.query(ALL).execute(&mut **transaction).await.map(drop).map_err(failure::writing)
}

/// A row of the audit. The owner is as it stands in the database, readable or not.
pub(super) struct Entry<'a> {
    pub(super) stamp: &'a Stamp,
    pub(super) kind: AuditKind,
    pub(super) owner: String,
    pub(super) token: Option<Uuid>,
    pub(super) changes: &'a [FieldChange],
}

impl<'a> Entry<'a> {
    pub(super) fn of(event: &'a AuditEvent) -> Self {
        Self {
            stamp: event.stamp(),
            kind: event.kind(),
            owner: event.owner().to_string(),
            token: event.token().map(|token| *token.as_uuid()),
            changes: event.changes(),
        }
    }
}

/// Adds to the audit.
pub(super) async fn audit(transaction: &mut Transaction<'_>, entries: &[Entry<'_>]) -> Result<(), StoreError> {
    if entries.is_empty() {
        return Ok(());
    }
    let instants = entries.iter().map(|entry| Instant::kept(entry.stamp.at())).collect::<Result<Vec<_>, _>>()?;
    let actors = || entries.iter().map(|entry| entry.stamp.actor());
    let noting = transaction
        .query(AUDIT)
        .bind(instants)
        .bind(entries.iter().map(|entry| entry.kind.as_str()).collect::<Vec<_>>())
        .bind(actors().map(ActorId::word).collect::<Vec<_>>())
        .bind(actors().map(ActorId::name).collect::<Vec<_>>())
        .bind(entries.iter().map(|entry| entry.stamp.address().map(|addr| addr.to_string())).collect::<Vec<_>>())
        .bind(entries.iter().map(|entry| entry.owner.as_str()).collect::<Vec<_>>())
        .bind(entries.iter().map(|entry| entry.token).collect::<Vec<_>>())
        .bind(entries.iter().map(|entry| Json(entry.changes)).collect::<Vec<_>>());
    noting.execute(&mut **transaction).await.map(drop).map_err(failure::writing)
}
