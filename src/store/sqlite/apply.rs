use jiff::Timestamp;
use sqlx::query::Query;
use sqlx::sqlite::{Sqlite, SqliteArguments, SqliteConnection};
use sqlx::{query, query_scalar};

use super::pools::Pools;
use super::sql::{places, standing};
use super::{failure, log};
use crate::record::{AudienceSet, Description, NetworkSet, PatRecord, Reason, TokenId, TokenName};
use crate::resource::ResourceSet;
use crate::store::change::{Change, Insertion, OwnerLimits, Update};
use crate::store::error::{StoreError, StoreErrorKind};
use crate::store::key::IdempotencyKey;
use crate::store::sql::{self, written};
use crate::store::stored::PatDetails;
use crate::token::{DigestMark, TokenHint};

const INSERT: &str = concat!(
    "INSERT INTO pat_tokens (",
    written!(),
    ", id, digest, owner, notice_due_at) VALUES (",
    places!(),
    ", ?, ?, ?, ?)"
);
const UPDATE: &str = concat!(
    "UPDATE pat_tokens SET (",
    written!(),
    ", version) = (",
    places!(),
    ", version + 1), notice_due_at = CASE WHEN ? THEN ? ELSE notice_due_at END \
     WHERE id = ? AND owner = ? AND version = ? AND (last_used_at IS NULL OR NOT ?) RETURNING digest"
);
const COUNT: &str = concat!("SELECT count(*) FROM pat_tokens WHERE owner = ? AND ", standing!());
const TAKEN: &str = concat!(
    "SELECT EXISTS (SELECT 1 FROM pat_tokens WHERE owner = ? AND ",
    standing!(),
    " AND name_folded = ? AND id <> ?)"
);

/// Writes a change, wholly or not at all.
pub(super) async fn apply(pools: &Pools, change: &Change) -> Result<(), StoreError> {
    let mut transaction = pools.begin().await?;
    let mut marks = Vec::new();
    for wanted in change.updates() {
        marks.extend(update(&mut transaction, wanted).await?);
    }
    for wanted in change.insertions() {
        marks.push(insert(&mut transaction, wanted).await?);
    }
    if let Some(limits) = change.limits() {
        hold(&mut transaction, limits, change).await?;
    }
    log::marks(&mut transaction, &marks).await.map_err(failure::calling)?;
    let entries: Vec<_> = change.events().iter().map(log::Entry::of).collect();
    log::audit(&mut transaction, &entries).await.map_err(failure::calling)?;
    transaction.commit().await.map_err(failure::calling)
}

async fn insert(transaction: &mut SqliteConnection, wanted: &Insertion) -> Result<DigestMark, StoreError> {
    bind(query(INSERT), wanted.record(), wanted.details())
        .bind(bytes(wanted.record().id()))
        .bind(wanted.digest().as_bytes().as_slice())
        .bind(wanted.record().owner().as_str())
        .bind(wanted.first_notice().map(Timestamp::as_microsecond))
        .execute(transaction)
        .await
        .map_err(failure::calling)?;
    Ok(wanted.digest().mark())
}

/// Gives the mark of the digest that was there, and that of another which takes its place.
async fn update(transaction: &mut SqliteConnection, wanted: &Update) -> Result<Vec<DigestMark>, StoreError> {
    let version = i64::try_from(wanted.version()).map_err(|_| StoreErrorKind::Conflict)?;
    let updated = bind(query(UPDATE), wanted.record(), wanted.details())
        .bind(wanted.expiry_since().is_some())
        .bind(wanted.first_notice().map(Timestamp::as_microsecond))
        .bind(bytes(wanted.record().id()))
        .bind(wanted.record().owner().as_str())
        .bind(version)
        .bind(wanted.is_unused())
        .fetch_optional(&mut *transaction)
        .await
        .map_err(failure::calling)?;
    let before = sql::mark(&updated.ok_or(StoreErrorKind::Conflict)?)?;
    let Some(digest) = wanted.digest() else {
        return Ok(vec![before]);
    };
    query("UPDATE pat_tokens SET digest = ? WHERE id = ?")
        .bind(digest.as_bytes().as_slice())
        .bind(bytes(wanted.record().id()))
        .execute(transaction)
        .await
        .map_err(failure::calling)?;
    Ok(vec![before, digest.mark()])
}

/// Whether limits hold now that all is written.
async fn hold(transaction: &mut SqliteConnection, limits: &OwnerLimits, change: &Change) -> Result<(), StoreError> {
    let (owner, at) = (limits.owner().as_str(), limits.at().as_microsecond());
    if let Some(most) = limits.most() {
        let counting = query_scalar(COUNT).bind(owner).bind(at);
        let count: i64 = counting.fetch_one(&mut *transaction).await.map_err(failure::calling)?;
        if count > i64::from(most) {
            return Err(StoreErrorKind::LimitReached.into());
        }
    }
    let written = change.records().filter(|record| limits.has_unique_names() && limits.counts(record));
    for record in written {
        let name = record.name().map(TokenName::folded);
        let looking = query_scalar(TAKEN).bind(owner).bind(at).bind(name).bind(bytes(record.id()));
        if looking.fetch_one(&mut *transaction).await.map_err(failure::calling)? {
            return Err(StoreErrorKind::NameTaken.into());
        }
    }
    Ok(())
}

type Statement<'a> = Query<'a, Sqlite, SqliteArguments>;

/// Binds what is written of a record, in the order of the columns.
fn bind<'a>(statement: Statement<'a>, record: &'a PatRecord, details: &'a PatDetails) -> Statement<'a> {
    let micros = |instant: Option<Timestamp>| instant.map(Timestamp::as_microsecond);
    let metadata = details.metadata();
    statement
        .bind(record.name().map(TokenName::as_str))
        .bind(record.name().map(TokenName::folded))
        .bind(record.hint().map(TokenHint::as_str))
        .bind(record.family().as_uuid().as_bytes().to_vec())
        .bind(record.scopes().to_string())
        .bind(record.resources().map(ResourceSet::to_string))
        .bind(micros(record.created_at()))
        .bind(micros(record.not_before()))
        .bind(micros(record.expires_at()))
        .bind(micros(record.replaced_at()))
        .bind(micros(record.retires_at()))
        .bind(micros(record.paused_at()))
        .bind(micros(record.revoked_at()))
        .bind(record.networks().map(NetworkSet::to_string))
        .bind(record.audiences().map(AudienceSet::to_string))
        .bind(details.description().map(Description::as_str))
        .bind((!metadata.is_empty()).then(|| metadata.to_string()))
        .bind(details.revocation().map(Reason::as_str))
        .bind(details.successor().map(bytes))
        .bind(details.key().map(IdempotencyKey::as_bytes).map(<[u8; 32]>::as_slice))
}

fn bytes(id: TokenId) -> Vec<u8> {
    id.as_uuid().as_bytes().to_vec()
}

#[cfg(test)]
#[cfg(not(model))]
mod tests {
    use super::{COUNT, TAKEN};
    use crate::store::sqlite::opening::tests::plan;

    #[tokio::test]
    async fn limits_are_looked_at_in_the_index_of_what_counts() {
        assert!(plan(COUNT).await.contains("INDEX pat_tokens_standing (owner=?)"), "{}", plan(COUNT).await);
        assert!(plan(TAKEN).await.contains("INDEX pat_tokens_standing (owner=? AND name_folded=?)"));
    }
}
