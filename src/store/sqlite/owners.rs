use jiff::Timestamp;
use sqlx::query;
use sqlx::sqlite::SqliteConnection;

use super::pools::Pools;
use super::{failure, log};
use crate::record::OwnerId;
use crate::store::audit::{AuditEvent, AuditKind, Stamp};
use crate::store::done::Done;
use crate::store::error::StoreError;
use crate::store::port::MARKS;
use crate::store::sql;
use crate::store::touched::Touched;
use crate::token::DigestMark;

/// Since when an owner is disabled.
pub(super) async fn disabled_at(pools: &Pools, owner: &OwnerId) -> Result<Option<Timestamp>, StoreError> {
    let asked = query("SELECT disabled_at FROM pat_owners WHERE owner = ?").bind(owner.as_str());
    let row = asked.fetch_optional(&pools.readers).await.map_err(failure::calling)?;
    row.map_or(Ok(None), |row| sql::instant(&row, "disabled_at"))
}

/// Disables an owner, or enables them again.
pub(super) async fn set_disabled(
    pools: &Pools,
    owner: &OwnerId,
    disabled: bool,
    stamp: &Stamp,
) -> Result<Done, StoreError> {
    let mut transaction = pools.begin().await?;
    if !write(&mut transaction, owner, disabled, stamp.at()).await? {
        return Ok(Done::default());
    }
    let marks = marks(&mut transaction, owner, stamp.at()).await?;
    let is_many = marks.len() > MARKS;
    let logged = if is_many { log::all(&mut transaction).await } else { log::marks(&mut transaction, &marks).await };
    logged.map_err(failure::calling)?;
    let kind = if disabled { AuditKind::OwnerDisabled } else { AuditKind::OwnerEnabled };
    let event = AuditEvent::new(stamp.clone(), kind, owner.clone()).to_microsecond();
    log::audit(&mut transaction, &[log::Entry::of(&event)]).await.map_err(failure::calling)?;
    transaction.commit().await.map_err(failure::calling)?;
    let touched = if is_many { Touched::All } else { Touched::Marks(marks) };
    Ok(Done::new(touched, vec![event]))
}

/// Whether that changed anything.
async fn write(
    transaction: &mut SqliteConnection,
    owner: &OwnerId,
    disabled: bool,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let writing = if disabled {
        let add = "INSERT INTO pat_owners (owner, disabled_at) VALUES (?, ?) ON CONFLICT DO NOTHING";
        query(add).bind(owner.as_str()).bind(at.as_microsecond())
    } else {
        query("DELETE FROM pat_owners WHERE owner = ?").bind(owner.as_str())
    };
    let written = writing.execute(transaction).await.map_err(failure::calling)?;
    Ok(written.rows_affected() > 0)
}

/// Of an owner's tokens that are neither revoked nor expired; one more than are told one by one, if there are.
async fn marks(
    transaction: &mut SqliteConnection,
    owner: &OwnerId,
    at: Timestamp,
) -> Result<Vec<DigestMark>, StoreError> {
    let asked = "SELECT digest FROM pat_tokens \
                 WHERE owner = ? AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?) LIMIT ?";
    let most = i64::try_from(MARKS + 1).expect("a small number");
    let asked = query(asked).bind(owner.as_str()).bind(at.as_microsecond()).bind(most);
    let rows = asked.fetch_all(transaction).await.map_err(failure::calling)?;
    rows.iter().map(sql::mark).collect()
}
