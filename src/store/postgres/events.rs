use sqlx::QueryBuilder;
use sqlx::postgres::Postgres;

use super::connections::Connections;
use super::names::Names;
use crate::store::audit::{EventPage, EventQuery};
use crate::store::error::StoreError;
use crate::store::sql;

/// A page of the audit, the newest first.
pub(super) async fn page(connections: &Connections, query: &EventQuery) -> Result<EventPage, StoreError> {
    let rows = connections.rows(statement(&connections.names, query).build()).await?;
    let found = rows.iter().map(sql::event).collect::<Result<_, _>>()?;
    Ok(EventPage::new(found, query))
}

fn statement(names: &Names, query: &EventQuery) -> QueryBuilder<Postgres> {
    let selected =
        "SELECT number, at, kind, actor, actor_name, address, owner, token, changes FROM {pat_}events WHERE TRUE";
    let mut sql = QueryBuilder::new(names.fill(selected).as_str());
    if let Some(owner) = query.owner() {
        sql.push(" AND owner = ").push_bind(owner.to_string());
    }
    if let Some(token) = query.token() {
        sql.push(" AND token = ").push_bind(*token.as_uuid());
    }
    if let Some(number) = query.before() {
        sql.push(" AND number < ").push_bind(i64::try_from(number).unwrap_or(i64::MAX));
    }
    let one_more = i64::try_from(query.size() + 1).expect("a small number");
    sql.push(" ORDER BY number DESC LIMIT ").push_bind(one_more);
    sql
}
