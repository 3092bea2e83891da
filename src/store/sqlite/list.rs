use jiff::Timestamp;
use sqlx::sqlite::Sqlite;
use sqlx::{Executor, QueryBuilder};

use super::failure;
use super::pools::Pools;
use super::sql::from;
use crate::record::PatStatus;
use crate::store::error::StoreError;
use crate::store::query::{PatPage, PatQuery, Sort, SortKey, Span};
use crate::store::sql::{self, Part, parts, stored};
use crate::store::stored::StoredPat;

/// A page of the records that are asked for.
pub(super) async fn page(pools: &Pools, query: &PatQuery) -> Result<PatPage, StoreError> {
    let wanted = query.size() + 1;
    // What one statement reads is as of one instant, without a transaction: a list from its beginning, or a part of it that
    // fills the page or has none after it.
    let part = query.cursor().and_then(|cursor| parts(Some(cursor)).first().copied());
    let found = read(&pools.readers, statement(query, part, wanted)).await?;
    let goes_on = matches!(part, Some(Part::Valued(_))) && found.len() < wanted;
    let found = if goes_on { both(pools, query).await? } else { found };
    Ok(PatPage::new(found, query))
}

/// Both parts, as of one instant.
async fn both(pools: &Pools, query: &PatQuery) -> Result<Vec<StoredPat>, StoreError> {
    let mut snapshot = pools.readers.begin().await.map_err(failure::calling)?;
    let mut found = Vec::new();
    for part in parts(query.cursor()) {
        let wanted = query.size() + 1 - found.len();
        if wanted == 0 {
            break;
        }
        found.extend(read(&mut *snapshot, statement(query, Some(part), wanted)).await?);
    }
    snapshot.rollback().await.map_err(failure::calling)?;
    Ok(found)
}

async fn read(
    reader: impl Executor<'_, Database = Sqlite>,
    mut sql: QueryBuilder<Sqlite>,
) -> Result<Vec<StoredPat>, StoreError> {
    let rows = sql.build().fetch_all(reader).await.map_err(failure::calling)?;
    rows.iter().map(sql::stored).collect()
}

/// Without a part: of the whole list.
fn statement(query: &PatQuery, part: Option<Part<'_>>, wanted: usize) -> QueryBuilder<Sqlite> {
    let mut sql = QueryBuilder::new(concat!("SELECT ", stored!(), from!(), "WHERE "));
    let column = column(query.order().sort());
    let (direction, beyond) = if query.order().is_descending() { ("DESC", "<") } else { ("ASC", ">") };
    match part {
        None => {
            sql.push("TRUE");
        }
        Some(Part::Valued(after)) => {
            sql.push(column).push(" IS NOT NULL");
            if let Some(cursor) = after {
                sql.push(format_args!(" AND ({column}, t.id) {beyond} (+"));
                push_key(&mut sql, cursor.key());
                sql.push(", +").push_bind(cursor.id().as_uuid().as_bytes().to_vec()).push(")");
            }
        }
        Some(Part::Bare(after)) => {
            sql.push(column).push(" IS NULL");
            if let Some(cursor) = after {
                sql.push(format_args!(" AND t.id {beyond} +")).push_bind(cursor.id().as_uuid().as_bytes().to_vec());
            }
        }
    }
    push_filters(&mut sql, query);
    sql.push(format_args!(" ORDER BY {column} {direction} NULLS LAST, t.id {direction} LIMIT "));
    sql.push_bind(i64::try_from(wanted).expect("a small number"));
    sql
}

fn column(sort: Sort) -> &'static str {
    match sort {
        Sort::Creation => "t.created_at",
        Sort::Expiry => "t.expires_at",
        Sort::LastUse => "t.last_used_at",
        Sort::Name => "t.name_folded",
    }
}

fn push_key(sql: &mut QueryBuilder<Sqlite>, key: &SortKey) {
    match key {
        SortKey::Instant(instant) => sql.push_bind(instant.as_microsecond()),
        SortKey::Text(text) => sql.push_bind(text.clone()),
        SortKey::None => sql.push("NULL"),
    };
}

fn push_filters(sql: &mut QueryBuilder<Sqlite>, query: &PatQuery) {
    if let Some(owner) = query.owner() {
        sql.push(" AND t.owner = +").push_bind(owner.to_string());
    }
    if let Some((states, at)) = query.states() {
        push_states(sql, states, at);
    }
    if let Some(part) = query.name_part() {
        sql.push(" AND instr(t.name_folded, ").push_bind(part.to_owned()).push(") > 0");
    }
    if let Some(scope) = query.scope() {
        // No scope has a space in it, and all are separated by one.
        sql.push(" AND instr(' ' || t.scopes || ' ', ").push_bind(format!(" {scope} ")).push(") > 0");
    }
    if let Some(family) = query.family() {
        // What an older version has written meanwhile has none: it is the first of its own.
        let family = family.as_uuid().as_bytes().to_vec();
        sql.push(" AND (t.family = +").push_bind(family.clone());
        sql.push(" OR (t.family IS NULL AND t.id = +").push_bind(family).push("))");
    }
    if query.is_unused() {
        sql.push(" AND t.last_used_at IS NULL");
    }
    push_span(sql, "t.created_at", query.created());
    push_span(sql, "t.expires_at", query.expiring());
    push_span(sql, "t.last_used_at", query.last_used());
}

fn push_span(sql: &mut QueryBuilder<Sqlite>, column: &str, span: Span) {
    if let Some(start) = span.start() {
        sql.push(format_args!(" AND {column} >= +")).push_bind(start.as_microsecond());
    }
    if let Some(end) = span.end() {
        sql.push(format_args!(" AND {column} < +")).push_bind(end.as_microsecond());
    }
}

/// As [`PatRecord::status_at`](crate::record::PatRecord::status_at) decides, to which the contract holds it: here it only
/// chooses what is listed.
fn push_states(sql: &mut QueryBuilder<Sqlite>, states: &[PatStatus], at: Timestamp) {
    let at = at.as_microsecond();
    sql.push(" AND CASE WHEN t.revoked_at IS NOT NULL THEN 'revoked' WHEN t.retires_at <= ").push_bind(at);
    sql.push(" OR (t.replaced_at IS NOT NULL AND t.retires_at IS NULL) THEN 'rotated' WHEN o.disabled_at IS NOT NULL THEN 'owner_disabled' ");
    sql.push("WHEN t.paused_at IS NOT NULL THEN 'paused' WHEN t.expires_at <= ").push_bind(at);
    sql.push(" THEN 'expired' WHEN t.not_before > ").push_bind(at);
    sql.push(" THEN 'not_yet_valid' ELSE 'active' END IN (");
    let mut listed = sql.separated(", ");
    for state in states {
        listed.push_bind(state.as_str());
    }
    sql.push(")");
}

#[cfg(test)]
#[cfg(not(model))]
mod tests {
    use jiff::Timestamp;
    use uuid::Uuid;

    use super::{Part, statement};
    use crate::record::{OwnerId, PatRecord, TokenId};
    use crate::store::query::{Cursor, Order, PatQuery, Sort, Span};
    use crate::store::sqlite::opening::tests::plan;
    use crate::store::stored::StoredPat;
    use crate::token::TokenDigest;

    fn owner() -> OwnerId {
        OwnerId::parse("alice").unwrap()
    }

    fn after(order: Order) -> Cursor {
        let record = PatRecord::new(TokenId::from_uuid(Uuid::nil()), owner()).with_creation(Timestamp::UNIX_EPOCH);
        Cursor::after(&StoredPat::new(record, TokenDigest::from_bytes([0; 32]).mark()), order)
    }

    async fn plan_of<'a>(query: &PatQuery, part: impl Into<Option<Part<'a>>>) -> String {
        plan(statement(query, part.into(), 51).sql().as_str()).await
    }

    #[tokio::test]
    async fn page_of_an_owner_is_a_range_of_an_index_and_is_not_sorted() {
        for order in [Order::default(), Order::ascending(Sort::Creation)] {
            let (query, cursor) = (PatQuery::default().with_owner(owner()).with_order(order), after(order));
            let plan = plan_of(&query, Part::Valued(Some(&cursor))).await;
            assert!(plan.contains("pat_tokens_by_owner (owner=? AND") && plan.contains("(created_at,id)"), "{plan}");
            assert!(!plan.contains("TEMP B-TREE"), "{plan}");
            let plan = plan_of(&query, None).await;
            assert!(plan.contains("pat_tokens_by_owner (owner=?") && !plan.contains("TEMP B-TREE"), "{plan}");
        }
        for sort in [Sort::Expiry, Sort::LastUse, Sort::Name] {
            let query = PatQuery::default().with_owner(owner()).with_order(Order::descending(sort));
            let plan = plan_of(&query, None).await;
            assert!(plan.contains("SEARCH t") && !plan.contains("SCAN"), "{plan}");
        }
    }

    #[tokio::test]
    async fn page_of_all_is_a_range_of_an_index_and_is_not_sorted_in_any_order() {
        for (sort, index) in [
            (Sort::Creation, "pat_tokens_by_creation"),
            (Sort::Expiry, "pat_tokens_by_expiry"),
            (Sort::LastUse, "pat_tokens_by_last_use"),
            (Sort::Name, "pat_tokens_by_name"),
        ] {
            for order in [Order::ascending(sort), Order::descending(sort)] {
                let query = PatQuery::default().with_order(order);
                for part in [
                    None,
                    Some(Part::Bare(None)),
                    Some(Part::Valued(Some(&after(order)))),
                    Some(Part::Bare(Some(&after(order)))),
                ] {
                    let plan = plan_of(&query, part).await;
                    // The whole list is all of the index.
                    let read = if part.is_some() { "SEARCH" } else { "SCAN" };
                    let read = format!("{read} t USING INDEX {index}");
                    assert!(plan.contains(&read) && !plan.contains("TEMP B-TREE"), "{plan}");
                }
            }
        }
    }

    #[test]
    fn no_value_that_is_bound_is_planned_for() {
        let order = Order::default();
        let (cursor, span) = (after(order), Span::default().with_start(Timestamp::UNIX_EPOCH).with_end(Timestamp::MAX));
        let query = PatQuery::default().with_owner(owner()).with_created(span).with_expiring(span).with_last_used(span);
        for part in [None, Some(Part::Valued(Some(&cursor))), Some(Part::Bare(Some(&cursor)))] {
            let sql = statement(&query, part, 51).sql().as_str().replace("LIMIT ?", "");
            assert_eq!(sql.matches('?').count(), sql.matches("+?").count(), "{sql}");
        }
    }

    #[tokio::test]
    async fn family_is_found_by_its_index() {
        let query = PatQuery::default().with_family(crate::record::FamilyId::from_uuid(Uuid::nil()));
        let plan = plan_of(&query, None).await;
        assert!(plan.contains("pat_tokens_by_family (family=?)"), "{plan}");
    }
}
