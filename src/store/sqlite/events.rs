use sqlx::QueryBuilder;
use sqlx::sqlite::Sqlite;

use super::failure;
use super::pools::Pools;
use crate::store::audit::{EventPage, EventQuery};
use crate::store::error::StoreError;
use crate::store::sql;

/// A page of the audit, the newest first.
pub(super) async fn page(pools: &Pools, query: &EventQuery) -> Result<EventPage, StoreError> {
    let rows = statement(query).build().fetch_all(&pools.readers).await.map_err(failure::calling)?;
    let found = rows.iter().map(sql::event).collect::<Result<_, _>>()?;
    Ok(EventPage::new(found, query))
}

fn statement(query: &EventQuery) -> QueryBuilder<Sqlite> {
    let mut sql = QueryBuilder::new(
        "SELECT number, at, kind, actor, actor_name, address, owner, token, changes FROM pat_events WHERE TRUE",
    );
    if let Some(owner) = query.owner() {
        sql.push(" AND owner = +").push_bind(owner.to_string());
    }
    if let Some(token) = query.token() {
        sql.push(" AND token = +").push_bind(token.as_uuid().as_bytes().to_vec());
    }
    if let Some(number) = query.before() {
        sql.push(" AND number < +").push_bind(i64::try_from(number).unwrap_or(i64::MAX));
    }
    let one_more = i64::try_from(query.size() + 1).expect("a small number");
    sql.push(" ORDER BY number DESC LIMIT ").push_bind(one_more);
    sql
}

#[cfg(test)]
#[cfg(not(model))]
mod tests {
    use uuid::Uuid;

    use super::statement;
    use crate::record::{OwnerId, TokenId};
    use crate::store::audit::EventQuery;
    use crate::store::sqlite::opening::tests::plan;

    #[tokio::test]
    async fn page_of_the_audit_is_a_range_of_an_index_and_is_not_sorted() {
        let owner = EventQuery::default().with_owner(OwnerId::parse("alice").unwrap());
        let token = EventQuery::default().with_token(TokenId::from_uuid(Uuid::nil()));
        for (query, index) in [
            (EventQuery::default().with_before(7), "SEARCH pat_events USING INTEGER PRIMARY KEY (rowid<?)"),
            (owner.with_before(7), "pat_events_by_owner (owner=? AND number<?)"),
            (token.with_before(7), "pat_events_by_token (token=? AND number<?)"),
        ] {
            let plan = plan(statement(&query).sql().as_str()).await;
            assert!(plan.contains(index) && !plan.contains("TEMP B-TREE"), "{plan}");
        }
    }
}
