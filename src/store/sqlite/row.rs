use std::error::Error;
use std::str::FromStr;

use jiff::Timestamp;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use crate::instant::from_microsecond;
use crate::invalid::InvalidValue;
use crate::record::{
    AudienceSet, Description, FamilyId, Metadata, NetworkSet, OwnerId, PatRecord, Reason, TokenId, TokenName,
};
use crate::resource::ResourceSet;
use crate::scope::ScopeSet;
use crate::store::audit::{ActorId, AuditEvent, Stamp, StoredEvent};
use crate::store::error::{StoreError, StoreErrorKind};
use crate::store::key::IdempotencyKey;
use crate::store::stored::{PatDetails, StoredPat};
use crate::store::usage::Usage;
use crate::token::{DigestMark, TokenDigest, TokenHint};

type Read<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Reads a record.
pub(super) fn record(row: &SqliteRow) -> Result<PatRecord, StoreError> {
    read_record(row).map_err(corrupt)
}

/// Reads the mark of the digest in the row.
pub(super) fn mark(row: &SqliteRow) -> Result<DigestMark, StoreError> {
    read_mark(row).map_err(corrupt)
}

/// Reads a record with its details.
pub(super) fn stored(row: &SqliteRow) -> Result<StoredPat, StoreError> {
    read_stored(row).map_err(corrupt)
}

/// Reads an event.
pub(super) fn event(row: &SqliteRow) -> Result<StoredEvent, StoreError> {
    read_event(row).map_err(corrupt)
}

/// Reads an instant.
pub(super) fn timestamp(microseconds: i64) -> Result<Timestamp, StoreError> {
    from_microsecond(microseconds).map_err(|error| corrupt(error.into()))
}

fn read_stored(row: &SqliteRow) -> Read<StoredPat> {
    let version = u64::try_from(row.try_get::<i64, _>("version")?)?;
    let stored = StoredPat::new(read_record(row)?, read_mark(row)?).with_version(version);
    Ok(stored.with_details(read_details(row)?).with_usage(read_usage(row)?))
}

fn read_details(row: &SqliteRow) -> Read<PatDetails> {
    let description = row.try_get::<Option<&str>, _>("description")?.map(Description::parse).transpose()?;
    let metadata = row.try_get::<Option<&str>, _>("metadata")?.map(str::parse::<Metadata>).transpose()?;
    let reason = row.try_get::<Option<&str>, _>("revocation_reason")?.map(Reason::parse).transpose()?;
    let successor = uuid(row, "successor")?.map(TokenId::from_uuid);
    let key = row.try_get::<Option<&[u8]>, _>("idempotency_key")?.map(<[u8; 32]>::try_from).transpose()?;
    Ok(PatDetails::default()
        .with_description(description)
        .with_metadata(metadata.unwrap_or_default())
        .with_revocation(reason)
        .with_successor(successor)
        .with_key(key.map(IdempotencyKey::from_bytes)))
}

fn read_usage(row: &SqliteRow) -> Read<Option<Usage>> {
    let Some(last_used_at) = instant(row, "last_used_at")? else {
        return Ok(None);
    };
    let count = u64::try_from(row.try_get::<i64, _>("use_count")?)?;
    let address = row.try_get::<Option<&str>, _>("last_used_address")?.map(str::parse).transpose()?;
    let agent = row.try_get::<Option<&str>, _>("last_used_agent")?;
    Ok(Some(Usage::new(last_used_at, count).with_address(address).with_user_agent(agent)))
}

fn read_event(row: &SqliteRow) -> Read<StoredEvent> {
    let at = instant(row, "at")?.ok_or("an event has an instant")?;
    let actor = ActorId::parse(row.try_get("actor")?, row.try_get("actor_name")?)?;
    let address = row.try_get::<Option<&str>, _>("address")?.map(str::parse).transpose()?;
    let stamp = Stamp::new(at, actor).with_address(address);
    let kind = row.try_get::<&str, _>("kind")?.parse()?;
    let event = AuditEvent::new(stamp, kind, OwnerId::parse(row.try_get("owner")?)?)
        .with_token(uuid(row, "token")?.map(TokenId::from_uuid))
        .with_changes(serde_json::from_str(row.try_get("changes")?)?);
    Ok(StoredEvent::new(u64::try_from(row.try_get::<i64, _>("number")?)?, event))
}

fn uuid(row: &SqliteRow, column: &str) -> Read<Option<Uuid>> {
    let bytes: Option<&[u8]> = row.try_get(column)?;
    Ok(bytes.map(Uuid::from_slice).transpose()?)
}

fn read_record(row: &SqliteRow) -> Read<PatRecord> {
    let id = TokenId::from_uuid(Uuid::from_slice(row.try_get("id")?)?);
    let owner = OwnerId::parse(row.try_get("owner")?)?;
    let scopes: ScopeSet = row.try_get::<&str, _>("scopes")?.parse()?;
    let name = row.try_get::<Option<&str>, _>("name")?.map(TokenName::parse).transpose()?;
    let hint = row.try_get::<Option<&str>, _>("hint")?.map(TokenHint::parse).transpose()?;
    let family = uuid(row, "family")?.map_or_else(|| id.into(), FamilyId::from_uuid);
    let record = PatRecord::new(id, owner).with_family(family).with_name(name).with_hint(hint).with_scopes(scopes);
    Ok(record
        .with_resources(set::<ResourceSet>(row, "resources")?)
        .with_creation(instant(row, "created_at")?)
        .with_not_before(instant(row, "not_before")?)
        .with_expiry(instant(row, "expires_at")?)
        .with_retirement(instant(row, "retires_at")?)
        .with_pause(instant(row, "paused_at")?)
        .with_owner_disabled(instant(row, "owner_disabled_at")?)
        .with_revocation(instant(row, "revoked_at")?)
        .with_networks(set::<NetworkSet>(row, "networks")?)
        .with_audiences(set::<AudienceSet>(row, "audiences")?))
}

/// None is no restriction; an empty text is the empty set.
fn set<T: FromStr<Err = InvalidValue>>(row: &SqliteRow, column: &str) -> Read<Option<T>> {
    let text: Option<&str> = row.try_get(column)?;
    Ok(text.map(T::from_str).transpose()?)
}

fn instant(row: &SqliteRow, column: &str) -> Read<Option<Timestamp>> {
    let microseconds: Option<i64> = row.try_get(column)?;
    Ok(microseconds.map(from_microsecond).transpose()?)
}

fn read_mark(row: &SqliteRow) -> Read<DigestMark> {
    let digest: &[u8] = row.try_get("digest")?;
    Ok(TokenDigest::from_bytes(digest.try_into()?).mark())
}

fn corrupt(source: Box<dyn Error + Send + Sync>) -> StoreError {
    StoreError::new(StoreErrorKind::Corrupt, source)
}
