use std::error::Error;
use std::str::FromStr;

use jiff::Timestamp;
use uuid::Uuid;

use super::readable::readable;
use crate::invalid::InvalidValue;
use crate::record::{
    AudienceSet, Description, FamilyId, Metadata, NetworkSet, OwnerId, PatRecord, Reason, TokenId, TokenName,
};
use crate::resource::ResourceSet;
use crate::scope::ScopeSet;
use crate::store::audit::{ActorId, AuditEvent, AuditKind, FieldChange, Stamp, StoredEvent};
use crate::store::error::{StoreError, StoreErrorKind};
use crate::store::key::IdempotencyKey;
use crate::store::stored::{PatDetails, StoredPat};
use crate::store::usage::Usage;
use crate::token::{DigestMark, TokenDigest, TokenHint};

pub(in crate::store) type Read<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// A row of a database, as each writes its values.
pub(in crate::store) trait Row {
    fn text(&self, column: &str) -> Read<Option<&str>>;
    fn bytes(&self, column: &str) -> Read<Option<&[u8]>>;
    fn number(&self, column: &str) -> Read<i64>;
    fn uuid(&self, column: &str) -> Read<Option<Uuid>>;
    fn instant(&self, column: &str) -> Read<Option<Timestamp>>;
    fn metadata(&self, column: &str) -> Read<Option<Metadata>>;
    fn changes(&self, column: &str) -> Read<Vec<FieldChange>>;
}

/// Reads a record.
pub(in crate::store) fn record(row: &impl Row) -> Result<PatRecord, StoreError> {
    read_record(row).map_err(corrupt)
}

/// Reads the mark of the digest in the row.
pub(in crate::store) fn mark(row: &impl Row) -> Result<DigestMark, StoreError> {
    read_mark(row).map_err(corrupt)
}

/// Reads a record with its details.
pub(in crate::store) fn stored(row: &impl Row) -> Result<StoredPat, StoreError> {
    read_stored(row).map_err(corrupt)
}

/// Reads an event.
pub(in crate::store) fn event(row: &impl Row) -> Result<StoredEvent, StoreError> {
    read_event(row).map_err(corrupt)
}

/// That something was done to the token of a row, whose owner need not be readable.
pub(in crate::store) fn noted(
    row: &impl Row,
    owner: &str,
    kind: AuditKind,
    stamp: &Stamp,
) -> Result<AuditEvent, StoreError> {
    let id = row.uuid("id").map_err(corrupt)?.map(TokenId::from_uuid);
    Ok(AuditEvent::new(stamp.clone(), kind, readable(owner)).with_token(id).to_microsecond())
}

/// Reads an instant.
pub(in crate::store) fn instant(row: &impl Row, column: &str) -> Result<Option<Timestamp>, StoreError> {
    row.instant(column).map_err(corrupt)
}

fn read_stored(row: &impl Row) -> Read<StoredPat> {
    let version = u64::try_from(row.number("version")?)?;
    let stored = StoredPat::new(read_record(row)?, read_mark(row)?).with_version(version);
    Ok(stored.with_details(read_details(row)?).with_usage(read_usage(row)?))
}

fn read_details(row: &impl Row) -> Read<PatDetails> {
    let key = row.bytes("idempotency_key")?.map(<[u8; 32]>::try_from).transpose()?;
    Ok(PatDetails::default()
        .with_description(row.text("description")?.map(Description::parse).transpose()?)
        .with_metadata(row.metadata("metadata")?.unwrap_or_default())
        .with_revocation(row.text("revocation_reason")?.map(Reason::parse).transpose()?)
        .with_successor(row.uuid("successor")?.map(TokenId::from_uuid))
        .with_key(key.map(IdempotencyKey::from_bytes)))
}

fn read_usage(row: &impl Row) -> Read<Option<Usage>> {
    let Some(last_used_at) = row.instant("last_used_at")? else {
        return Ok(None);
    };
    let count = u64::try_from(row.number("use_count")?)?;
    let address = row.text("last_used_address")?.map(str::parse).transpose()?;
    let usage = Usage::new(last_used_at, count).with_address(address);
    Ok(Some(usage.with_user_agent(row.text("last_used_agent")?)))
}

fn read_event(row: &impl Row) -> Read<StoredEvent> {
    let actor = ActorId::parse(needed(row, "actor")?, row.text("actor_name")?)?;
    let address = row.text("address")?.map(str::parse).transpose()?;
    let stamp = Stamp::new(row.instant("at")?.ok_or("an event has an instant")?, actor).with_address(address);
    let event = AuditEvent::new(stamp, needed(row, "kind")?.parse()?, OwnerId::parse(needed(row, "owner")?)?)
        .with_token(row.uuid("token")?.map(TokenId::from_uuid))
        .with_changes(row.changes("changes")?);
    Ok(StoredEvent::new(u64::try_from(row.number("number")?)?, event))
}

fn read_record(row: &impl Row) -> Read<PatRecord> {
    let id = TokenId::from_uuid(row.uuid("id")?.ok_or("a record has an identifier")?);
    let owner = OwnerId::parse(needed(row, "owner")?)?;
    let family = row.uuid("family")?.map_or_else(|| id.into(), FamilyId::from_uuid);
    let record = PatRecord::new(id, owner)
        .with_family(family)
        .with_name(row.text("name")?.map(TokenName::parse).transpose()?)
        .with_hint(row.text("hint")?.map(TokenHint::parse).transpose()?)
        .with_scopes(needed(row, "scopes")?.parse::<ScopeSet>()?);
    Ok(record
        .with_resources(set::<ResourceSet>(row, "resources")?)
        .with_creation(row.instant("created_at")?)
        .with_not_before(row.instant("not_before")?)
        .with_expiry(row.instant("expires_at")?)
        .with_replacement(row.instant("replaced_at")?)
        .with_retirement(row.instant("retires_at")?)
        .with_pause(row.instant("paused_at")?)
        .with_owner_disabled(row.instant("owner_disabled_at")?)
        .with_revocation(row.instant("revoked_at")?)
        .with_networks(set::<NetworkSet>(row, "networks")?)
        .with_audiences(set::<AudienceSet>(row, "audiences")?))
}

fn needed<'r>(row: &'r impl Row, column: &str) -> Read<&'r str> {
    row.text(column)?.ok_or_else(|| "a text is missing".into())
}

/// None is no restriction; an empty text is the empty set.
fn set<T: FromStr<Err = InvalidValue>>(row: &impl Row, column: &str) -> Read<Option<T>> {
    Ok(row.text(column)?.map(T::from_str).transpose()?)
}

fn read_mark(row: &impl Row) -> Read<DigestMark> {
    let digest = row.bytes("digest")?.ok_or("a record has a digest")?;
    Ok(TokenDigest::from_bytes(digest.try_into()?).mark())
}

fn corrupt(source: Box<dyn Error + Send + Sync>) -> StoreError {
    StoreError::new(StoreErrorKind::Corrupt, source)
}
