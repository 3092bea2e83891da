use super::connections::Connections;
use super::instant::Instant;
use super::transaction::Transaction;
use super::{failure, log};
use crate::record::OwnerId;
use crate::store::audit::{AuditEvent, AuditKind, Stamp};
use crate::store::done::Done;
use crate::store::error::StoreError;
use crate::store::port::MARKS;
use crate::store::sql;
use crate::store::touched::Touched;
use crate::token::DigestMark;
use jiff::Timestamp;

const DISABLE: &str = "INSERT INTO {pat_}owners (owner, disabled_at) VALUES ($1, $2) ON CONFLICT DO NOTHING";
const ENABLE: &str = "DELETE FROM {pat_}owners WHERE owner = $1";

/// Since when an owner is disabled.
pub(super) async fn disabled_at(connections: &Connections, owner: &OwnerId) -> Result<Option<Timestamp>, StoreError> {
    let asked = connections.query("SELECT disabled_at FROM {pat_}owners WHERE owner = $1").bind(owner.as_str());
    let row = connections.row(asked).await?;
    row.map_or(Ok(None), |row| sql::instant(&row, "disabled_at"))
}

/// Disables an owner, or enables them again.
pub(super) async fn set_disabled(
    connections: &Connections,
    owner: &OwnerId,
    disabled: bool,
    stamp: &Stamp,
) -> Result<Done, StoreError> {
    let mut transaction = Transaction::of(connections, [owner]).await?;
    let touched = write(&mut transaction, owner, disabled, stamp).await;
    transaction.end(touched).await
}

async fn write(
    transaction: &mut Transaction<'_>,
    owner: &OwnerId,
    disabled: bool,
    stamp: &Stamp,
) -> Result<Done, StoreError> {
    let (kind, writing) = if disabled {
        let instant = Instant::kept(stamp.at())?;
        (AuditKind::OwnerDisabled, transaction.query(DISABLE).bind(owner.as_str()).bind(instant))
    } else {
        (AuditKind::OwnerEnabled, transaction.query(ENABLE).bind(owner.as_str()))
    };
    let written = writing.execute(&mut **transaction).await.map_err(failure::writing)?;
    if written.rows_affected() == 0 {
        return Ok(Done::default());
    }
    let event = AuditEvent::new(stamp.clone(), kind, owner.clone()).to_microsecond();
    log::audit(transaction, &[log::Entry::of(&event)]).await?;
    let marks = marks(transaction, owner, stamp.at()).await?;
    if marks.len() > MARKS {
        log::all(transaction).await?;
        return Ok(Done::new(Touched::All, vec![event]));
    }
    log::marks(transaction, &marks).await?;
    Ok(Done::new(Touched::Marks(marks), vec![event]))
}

/// Of an owner's tokens that are neither revoked nor expired; one more than are told one by one, if there are.
async fn marks(
    transaction: &mut Transaction<'_>,
    owner: &OwnerId,
    at: Timestamp,
) -> Result<Vec<DigestMark>, StoreError> {
    let asked = "SELECT digest FROM {pat_}tokens \
                 WHERE owner = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2) LIMIT $3";
    let most = i64::try_from(MARKS + 1).expect("a small number");
    let asked = transaction.query(asked).bind(owner.as_str()).bind(Instant::compared(at)).bind(most);
    let rows = asked.fetch_all(&mut **transaction).await.map_err(failure::writing)?;
    rows.iter().map(sql::mark).collect()
}
