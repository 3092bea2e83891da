use jiff::Timestamp;
use sqlx::QueryBuilder;
use sqlx::postgres::Postgres;

use super::connections::Connections;
use super::failure;
use super::instant::Instant;
use super::names::Names;
use super::sql::from;
use super::transaction::Transaction;
use crate::record::PatStatus;
use crate::store::error::StoreError;
use crate::store::query::{PatPage, PatQuery, Sort, SortKey, Span};
use crate::store::sql::{self, Part, parts, stored};
use crate::store::stored::StoredPat;

/// A page of the records that are asked for.
pub(super) async fn page(connections: &Connections, query: &PatQuery) -> Result<PatPage, StoreError> {
    // Both parts are read as of one instant.
    let mut snapshot = Transaction::snapshot(connections).await?;
    let found = read(&mut snapshot, query).await;
    Ok(PatPage::new(snapshot.end(found).await?, query))
}

async fn read(snapshot: &mut Transaction<'_>, query: &PatQuery) -> Result<Vec<StoredPat>, StoreError> {
    let mut found = Vec::new();
    for part in parts(query.cursor()) {
        let wanted = query.size() + 1 - found.len();
        if wanted == 0 {
            break;
        }
        let mut statement = statement(snapshot.names(), query, part, wanted);
        let rows = statement.build().fetch_all(&mut **snapshot).await.map_err(failure::reading)?;
        for row in &rows {
            found.push(sql::stored(row)?);
        }
    }
    Ok(found)
}

fn statement(names: &Names, query: &PatQuery, part: Part<'_>, wanted: usize) -> QueryBuilder<Postgres> {
    let mut sql = QueryBuilder::new(names.fill(concat!("SELECT ", stored!(), from!(), "WHERE ")).as_str());
    let column = column(query.order().sort());
    let (direction, beyond) = if query.order().is_descending() { ("DESC", "<") } else { ("ASC", ">") };
    match part {
        Part::Valued(after) => {
            sql.push(column).push(" IS NOT NULL");
            if let Some(cursor) = after {
                sql.push(format_args!(" AND ({column}, t.id) {beyond} ("));
                push_key(&mut sql, cursor.key());
                sql.push(", ").push_bind(*cursor.id().as_uuid()).push(")");
            }
        }
        Part::Bare(after) => {
            sql.push(column).push(" IS NULL");
            if let Some(cursor) = after {
                sql.push(format_args!(" AND t.id {beyond} ")).push_bind(*cursor.id().as_uuid());
            }
        }
    }
    push_filters(&mut sql, query);
    sql.push(format_args!(" ORDER BY {column} {direction}, t.id {direction} LIMIT "));
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

fn push_key(sql: &mut QueryBuilder<Postgres>, key: &SortKey) {
    match key {
        SortKey::Instant(instant) => sql.push_bind(Instant::compared(*instant)),
        SortKey::Text(text) => sql.push_bind(comparable(text)),
        SortKey::None => sql.push("NULL"),
    };
}

/// A name has neither of both characters, so that all names lie on the same side of one as of the other; and the server
/// takes no text with a NUL.
fn comparable(text: &str) -> String {
    text.replace('\0', "\u{1}")
}

fn push_filters(sql: &mut QueryBuilder<Postgres>, query: &PatQuery) {
    if let Some(owner) = query.owner() {
        sql.push(" AND t.owner = ").push_bind(owner.to_string());
    }
    if let Some((states, at)) = query.states() {
        push_states(sql, states, at);
    }
    if let Some(part) = query.name_part() {
        sql.push(" AND strpos(t.name_folded, ").push_bind(comparable(part)).push(") > 0");
    }
    if let Some(scope) = query.scope() {
        // No scope has a space in it, and all are separated by one.
        sql.push(" AND strpos(' ' || t.scopes || ' ', ").push_bind(format!(" {scope} ")).push(") > 0");
    }
    if let Some(family) = query.family() {
        sql.push(" AND t.family = ").push_bind(*family.as_uuid());
    }
    if query.is_unused() {
        sql.push(" AND t.last_used_at IS NULL");
    }
    push_span(sql, "t.created_at", query.created());
    push_span(sql, "t.expires_at", query.expiring());
    push_span(sql, "t.last_used_at", query.last_used());
}

fn push_span(sql: &mut QueryBuilder<Postgres>, column: &str, span: Span) {
    if let Some(start) = span.start() {
        sql.push(format_args!(" AND {column} >= ")).push_bind(Instant::compared(start));
    }
    if let Some(end) = span.end() {
        sql.push(format_args!(" AND {column} < ")).push_bind(Instant::compared(end));
    }
}

/// As [`PatRecord::status_at`](crate::record::PatRecord::status_at) decides, to which the contract holds it: here it only
/// chooses what is listed.
fn push_states(sql: &mut QueryBuilder<Postgres>, states: &[PatStatus], at: Timestamp) {
    let at = Instant::compared(at);
    sql.push(" AND CASE WHEN t.revoked_at IS NOT NULL THEN 'revoked' WHEN t.retires_at <= ").push_bind(at);
    sql.push(" OR (t.replaced_at IS NOT NULL AND t.retires_at IS NULL) THEN 'rotated' WHEN o.disabled_at IS NOT NULL THEN 'owner_disabled' ");
    sql.push("WHEN t.paused_at IS NOT NULL THEN 'paused' WHEN t.expires_at <= ").push_bind(at);
    sql.push(" THEN 'expired' WHEN t.not_before > ").push_bind(at);
    let states: Vec<_> = states.iter().map(|state| state.as_str()).collect();
    sql.push(" THEN 'not_yet_valid' ELSE 'active' END = ANY(").push_bind(states).push(")");
}
