use std::collections::BTreeMap;

use super::connections::Connections;
use super::failure;
use super::instant::Instant;
use super::transaction::Transaction;
use crate::record::TokenId;
use crate::store::error::StoreError;
use crate::store::usage::{Usage, Use};

/// In the order of their identifiers, so that no two changes wait for each other.
const LOCK: &str = "SELECT FROM {pat_}tokens WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE";
/// All expressions see the row as it was. No count goes past what an integer holds.
const ADD: &str = "UPDATE {pat_}tokens t SET \
                   use_count = t.use_count + least(u.count, 9223372036854775807 - t.use_count), \
                   last_used_address = CASE WHEN u.at >= coalesce(t.last_used_at, u.at) \
                   THEN u.address ELSE t.last_used_address END, \
                   last_used_agent = CASE WHEN u.at >= coalesce(t.last_used_at, u.at) \
                   THEN u.agent ELSE t.last_used_agent END, \
                   last_used_at = greatest(u.at, t.last_used_at) \
                   FROM unnest($1::uuid[], $2::bigint[], $3::timestamptz[], $4::text[], $5::text[]) \
                   AS u (id, count, at, address, agent) WHERE t.id = u.id";

/// Adds uses to what is kept of them.
pub(super) async fn add(connections: &Connections, uses: &[Use]) -> Result<(), StoreError> {
    if uses.is_empty() {
        return Ok(());
    }
    let mut transaction = Transaction::of(connections, []).await?;
    let written = write(&mut transaction, &together(uses)).await;
    transaction.end(written).await
}

/// A statement changes a row once, however often it is named.
fn together(uses: &[Use]) -> BTreeMap<TokenId, Usage> {
    let mut together = BTreeMap::new();
    for used in uses {
        let before = together.remove(&used.id());
        let usage = used.usage();
        together.insert(used.id(), before.map_or_else(|| usage.clone(), |before: Usage| before.and(usage)));
    }
    together
}

async fn write(transaction: &mut Transaction<'_>, uses: &BTreeMap<TokenId, Usage>) -> Result<(), StoreError> {
    let ids: Vec<_> = uses.keys().map(|id| *id.as_uuid()).collect();
    let instants = uses.values().map(|usage| Instant::kept(usage.last_used_at())).collect::<Result<Vec<_>, _>>()?;
    let lock = transaction.query(LOCK).bind(&ids);
    lock.execute(&mut **transaction).await.map_err(failure::writing)?;
    let adding = transaction
        .query(ADD)
        .bind(&ids)
        .bind(uses.values().map(|usage| i64::try_from(usage.count()).unwrap_or(i64::MAX)).collect::<Vec<_>>())
        .bind(instants)
        .bind(uses.values().map(|usage| usage.address().map(|addr| addr.to_string())).collect::<Vec<_>>())
        .bind(uses.values().map(Usage::user_agent).collect::<Vec<_>>());
    adding.execute(&mut **transaction).await.map(drop).map_err(failure::writing)
}
