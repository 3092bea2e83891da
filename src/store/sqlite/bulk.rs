use jiff::Timestamp;
use sqlx::sqlite::{Sqlite, SqliteRow};
use sqlx::{QueryBuilder, Row, query};

use super::pools::Pools;
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
    pools: &Pools,
    selection: &Selection,
    reason: Option<&Reason>,
    stamp: &Stamp,
) -> Result<Done, StoreError> {
    let mut transaction = pools.begin().await?;
    let mut revocation = revocation(selection, reason, stamp);
    let rows = revocation.build().fetch_all(&mut *transaction).await.map_err(failure::calling)?;
    let marks: Vec<_> = rows.iter().map(sql::mark).collect::<Result<_, _>>()?;
    let events = events(&rows, AuditKind::Revoked, stamp)?;
    let events: Vec<_> = events.into_iter().map(|event| event.with_reason(reason)).collect();
    log::marks(&mut transaction, &marks).await.map_err(failure::calling)?;
    log::audit(&mut transaction, &entries(&events)).await.map_err(failure::calling)?;
    transaction.commit().await.map_err(failure::calling)?;
    Ok(Done::new(Touched::Marks(marks), events))
}

fn revocation(selection: &Selection, reason: Option<&Reason>, stamp: &Stamp) -> QueryBuilder<Sqlite> {
    let mut sql = QueryBuilder::new("UPDATE pat_tokens SET revoked_at = ");
    sql.push_bind(stamp.at().as_microsecond());
    sql.push(", revocation_reason = ").push_bind(reason.map(ToString::to_string));
    sql.push(", version = version + 1 WHERE id IN (");
    push_selected(&mut sql, selection);
    sql.push(") RETURNING id, CAST(owner AS BLOB) AS owner, digest");
    sql
}

fn push_selected(sql: &mut QueryBuilder<Sqlite>, selection: &Selection) {
    sql.push("SELECT id FROM pat_tokens t WHERE revoked_at IS NULL");
    if let Some(token) = selection.token() {
        sql.push(" AND id = ").push_bind(token.as_uuid().as_bytes().to_vec());
    }
    if let Some(digest) = selection.digest() {
        sql.push(" AND digest = ").push_bind(digest.as_bytes().to_vec());
    }
    if let Some(owner) = selection.owner() {
        sql.push(" AND owner = ").push_bind(owner.to_string());
    }
    if let Some(family) = selection.family() {
        let family = family.as_uuid().as_bytes().to_vec();
        sql.push(" AND (family = ").push_bind(family.clone());
        sql.push(" OR (family IS NULL AND id = ").push_bind(family).push("))");
    }
    if let Some(instant) = selection.created_before() {
        let instant = instant.as_microsecond();
        sql.push(" AND (created_at IS NULL OR created_at < ").push_bind(instant);
        sql.push(" OR EXISTS (SELECT 1 FROM pat_tokens e WHERE e.family = t.family ");
        sql.push("AND (e.created_at IS NULL OR e.created_at < ").push_bind(instant).push(")))");
    }
    sql.push(" LIMIT ").push_bind(i64::try_from(BULK).expect("a small number"));
}

const PRUNE: &str = "DELETE FROM pat_tokens WHERE id IN (SELECT id FROM pat_tokens \
                     WHERE revoked_at < ?1 OR ifnull(retires_at, replaced_at) < ?1 OR expires_at < ?1 LIMIT ?2) \
                     RETURNING id, CAST(owner AS BLOB) AS owner";

/// Removes records that were over before an instant and by now.
pub(super) async fn prune(
    pools: &Pools,
    over_before: Timestamp,
    at_most: u32,
    stamp: &Stamp,
) -> Result<Done, StoreError> {
    let mut transaction = pools.begin().await?;
    let removal = query(PRUNE).bind(over_before.min(stamp.at()).as_microsecond()).bind(i64::from(at_most));
    let rows = removal.fetch_all(&mut *transaction).await.map_err(failure::calling)?;
    let events = events(&rows, AuditKind::Pruned, stamp)?;
    log::audit(&mut transaction, &entries(&events)).await.map_err(failure::calling)?;
    transaction.commit().await.map_err(failure::calling)?;
    Ok(Done::new(Touched::Marks(Vec::new()), events))
}

/// That the same was done to each of these.
fn events(rows: &[SqliteRow], kind: AuditKind, stamp: &Stamp) -> Result<Vec<AuditEvent>, StoreError> {
    let event = |row: &SqliteRow| {
        let owner = row.try_get("owner").map_err(failure::calling)?;
        sql::noted(row, &String::from_utf8_lossy(owner), kind, stamp)
    };
    rows.iter().map(event).collect()
}

fn entries(events: &[AuditEvent]) -> Vec<log::Entry<'_>> {
    events.iter().map(log::Entry::of).collect()
}

#[cfg(test)]
#[cfg(not(model))]
mod tests {
    use jiff::Timestamp;
    use uuid::Uuid;

    use super::{PRUNE, revocation};
    use crate::record::{OwnerId, TokenId};
    use crate::store::audit::{ActorId, Stamp};
    use crate::store::query::Selection;
    use crate::store::sqlite::opening::tests::plan;
    use crate::token::TokenDigest;

    #[tokio::test]
    async fn what_is_revoked_or_removed_at_one_go_is_found_by_an_index() {
        let stamp = Stamp::new(Timestamp::UNIX_EPOCH, ActorId::System);
        let id = TokenId::from_uuid(Uuid::nil());
        for (selection, index) in [
            (Selection::all().with_token(id), "(id=?)"),
            (Selection::all().with_digest(TokenDigest::of("x")), "(digest=?)"),
            (Selection::all().with_owner(OwnerId::parse("alice").unwrap()), "(owner=?"),
            (Selection::all().with_family(crate::record::FamilyId::from(id)), "pat_tokens_by_family (family=?)"),
            (Selection::all().with_created_before(Timestamp::UNIX_EPOCH), "SEARCH e USING INDEX pat_tokens_by_family"),
        ] {
            let plan = plan(revocation(&selection, None, &stamp).sql().as_str()).await;
            assert!(plan.contains(index), "{plan}");
        }
        let plan = plan(PRUNE).await;
        for index in ["pat_tokens_revoked", "pat_tokens_retired", "pat_tokens_by_expiry"] {
            assert!(plan.contains(index), "{plan}");
        }
    }
}
