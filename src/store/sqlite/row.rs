use std::error::Error;
use std::str::FromStr;

use jiff::Timestamp;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use crate::instant::from_microsecond;
use crate::invalid::InvalidValue;
use crate::record::{AudienceSet, NetworkSet, OwnerId, PatRecord, TokenId, TokenName};
use crate::resource::ResourceSet;
use crate::scope::ScopeSet;
use crate::store::error::{StoreError, StoreErrorKind};
use crate::store::port::StoredPat;
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

/// Reads a record and the mark of its digest.
pub(super) fn stored(row: &SqliteRow) -> Result<StoredPat, StoreError> {
    Ok(StoredPat::new(record(row)?, mark(row)?))
}

fn read_record(row: &SqliteRow) -> Read<PatRecord> {
    let id = TokenId::from_uuid(Uuid::from_slice(row.try_get("id")?)?);
    let owner = OwnerId::parse(row.try_get("owner")?)?;
    let scopes: ScopeSet = row.try_get::<&str, _>("scopes")?.parse()?;
    let name = row.try_get::<Option<&str>, _>("name")?.map(TokenName::parse).transpose()?;
    let hint = row.try_get::<Option<&str>, _>("hint")?.map(TokenHint::parse).transpose()?;
    let record = PatRecord::new(id, owner).with_name(name).with_hint(hint).with_scopes(scopes);
    Ok(record
        .with_resources(set::<ResourceSet>(row, "resources")?)
        .with_creation(instant(row, "created_at")?)
        .with_not_before(instant(row, "not_before")?)
        .with_expiry(instant(row, "expires_at")?)
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
