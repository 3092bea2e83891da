use sqlx::Row as _;
use sqlx::postgres::{PgArguments, Postgres};
use sqlx::query::Query;
use sqlx::types::Json;

use super::connections::Connections;
use super::instant::Instant;
use super::sql::{places, standing};
use super::transaction::Transaction;
use super::{failure, log};
use crate::record::{AudienceSet, Description, NetworkSet, PatRecord, Reason, TokenName};
use crate::resource::ResourceSet;
use crate::store::change::{Change, Insertion, OwnerLimits, Update};
use crate::store::error::{StoreError, StoreErrorKind};
use crate::store::key::IdempotencyKey;
use crate::store::sql::{self, written};
use crate::store::stored::PatDetails;
use crate::token::{DigestMark, TokenHint};

/// The server would log the digest of one that is there already, if that were an error.
const INSERT: &str = concat!(
    "INSERT INTO {pat_}tokens (",
    written!(),
    ", id, digest, owner, notice_due_at) VALUES (",
    places!(),
    ", $21, $22, $23, $24) ON CONFLICT DO NOTHING"
);
const UPDATE: &str = concat!(
    "UPDATE {pat_}tokens SET (",
    written!(),
    ", version) = (",
    places!(),
    ", version + 1), notice_due_at = CASE WHEN $25 THEN $26 ELSE notice_due_at END \
     WHERE id = $21 AND owner = $22 AND version = $23 AND (last_used_at IS NULL OR NOT $24) RETURNING digest"
);
const COUNT: &str = concat!("SELECT count(*) FROM {pat_}tokens WHERE owner = $1 AND ", standing!());
const TAKEN: &str = concat!(
    "SELECT EXISTS (SELECT FROM {pat_}tokens WHERE owner = $1 AND ",
    standing!(),
    " AND name_folded = $3 AND id <> $4)"
);

type Statement<'a> = Query<'a, Postgres, PgArguments>;

/// Writes a change, wholly or not at all.
pub(super) async fn apply(connections: &Connections, change: &Change) -> Result<(), StoreError> {
    let owners = change.records().map(PatRecord::owner).chain(change.limits().map(OwnerLimits::owner));
    let mut transaction = Transaction::of(connections, owners).await?;
    let written = write(&mut transaction, change).await;
    transaction.end(written).await
}

async fn write(transaction: &mut Transaction<'_>, change: &Change) -> Result<(), StoreError> {
    let mut marks = Vec::new();
    let mut updates: Vec<_> = change.updates().iter().collect();
    // In the order in which bulk changes lock rows, so that no two wait for each other.
    updates.sort_unstable_by_key(|update| update.record().id());
    for wanted in updates {
        marks.extend(update(transaction, wanted).await?);
    }
    for wanted in change.insertions() {
        marks.push(insert(transaction, wanted).await?);
    }
    if let Some(limits) = change.limits() {
        hold(transaction, limits, change).await?;
    }
    log::marks(transaction, &marks).await?;
    let entries: Vec<_> = change.events().iter().map(log::Entry::of).collect();
    log::audit(transaction, &entries).await
}

async fn insert(transaction: &mut Transaction<'_>, wanted: &Insertion) -> Result<DigestMark, StoreError> {
    let written = bind(transaction.query(INSERT), wanted.record(), wanted.details())?
        .bind(wanted.record().id().as_uuid())
        .bind(wanted.digest().as_bytes().as_slice())
        .bind(wanted.record().owner().as_str())
        .bind(Instant::kept_if(wanted.first_notice())?)
        .execute(&mut **transaction)
        .await
        .map_err(failure::writing)?;
    if written.rows_affected() == 0 {
        return Err(StoreErrorKind::Duplicate.into());
    }
    Ok(wanted.digest().mark())
}

/// Gives the mark of the digest that was there, and that of another which takes its place.
async fn update(transaction: &mut Transaction<'_>, wanted: &Update) -> Result<Vec<DigestMark>, StoreError> {
    let version = i64::try_from(wanted.version()).map_err(|_| StoreErrorKind::Conflict)?;
    let updated = bind(transaction.query(UPDATE), wanted.record(), wanted.details())?
        .bind(wanted.record().id().as_uuid())
        .bind(wanted.record().owner().as_str())
        .bind(version)
        .bind(wanted.is_unused())
        .bind(wanted.expiry_since().is_some())
        .bind(Instant::kept_if(wanted.first_notice())?)
        .fetch_optional(&mut **transaction)
        .await
        .map_err(failure::writing)?;
    let before = sql::mark(&updated.ok_or(StoreErrorKind::Conflict)?)?;
    let Some(digest) = wanted.digest() else {
        return Ok(vec![before]);
    };
    transaction
        .query("UPDATE {pat_}tokens SET digest = $1 WHERE id = $2")
        .bind(digest.as_bytes().as_slice())
        .bind(wanted.record().id().as_uuid())
        .execute(&mut **transaction)
        .await
        .map_err(failure::writing)?;
    Ok(vec![before, digest.mark()])
}

/// Whether limits hold now that all is written.
async fn hold(transaction: &mut Transaction<'_>, limits: &OwnerLimits, change: &Change) -> Result<(), StoreError> {
    let (owner, at) = (limits.owner().as_str(), Instant::compared(limits.at()));
    if let Some(most) = limits.most() {
        let counting = transaction.query(COUNT).bind(owner).bind(at);
        let row = counting.fetch_one(&mut **transaction).await.map_err(failure::writing)?;
        if row.get::<i64, _>(0) > i64::from(most) {
            return Err(StoreErrorKind::LimitReached.into());
        }
    }
    let written = change.records().filter(|record| limits.has_unique_names() && limits.counts(record));
    for record in written {
        let name = record.name().map(TokenName::folded);
        let looking = transaction.query(TAKEN).bind(owner).bind(at).bind(name).bind(record.id().as_uuid());
        let row = looking.fetch_one(&mut **transaction).await.map_err(failure::writing)?;
        if row.get(0) {
            return Err(StoreErrorKind::NameTaken.into());
        }
    }
    Ok(())
}

/// Binds what is written of a record, in the order of the columns.
fn bind<'a>(
    statement: Statement<'a>,
    record: &'a PatRecord,
    details: &'a PatDetails,
) -> Result<Statement<'a>, StoreError> {
    let metadata = details.metadata();
    Ok(statement
        .bind(record.name().map(TokenName::as_str))
        .bind(record.name().map(TokenName::folded))
        .bind(record.hint().map(TokenHint::as_str))
        .bind(*record.family().as_uuid())
        .bind(record.scopes().to_string())
        .bind(record.resources().map(ResourceSet::to_string))
        .bind(Instant::kept_if(record.created_at())?)
        .bind(Instant::kept_if(record.not_before())?)
        .bind(Instant::kept_if(record.expires_at())?)
        .bind(Instant::kept_if(record.replaced_at())?)
        .bind(Instant::kept_if(record.retires_at())?)
        .bind(Instant::kept_if(record.paused_at())?)
        .bind(Instant::kept_if(record.revoked_at())?)
        .bind(record.networks().map(NetworkSet::to_string))
        .bind(record.audiences().map(AudienceSet::to_string))
        .bind(details.description().map(Description::as_str))
        .bind((!metadata.is_empty()).then_some(Json(metadata)))
        .bind(details.revocation().map(Reason::as_str))
        .bind(details.successor().map(|id| *id.as_uuid()))
        .bind(details.key().map(IdempotencyKey::as_bytes).map(<[u8; 32]>::as_slice)))
}
