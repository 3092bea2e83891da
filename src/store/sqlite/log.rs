use sqlx::sqlite::{Sqlite, SqliteConnection, SqliteQueryResult};
use sqlx::{Error, QueryBuilder, query, query_scalar};

use crate::store::audit::{AuditEvent, AuditKind, Stamp};
use crate::token::DigestMark;

/// How many rows one statement adds: the values of all are bound to it.
const ROWS: usize = 500;

/// Notes in the change log that what has these marks has changed.
pub(super) async fn marks(change: &mut SqliteConnection, marks: &[DigestMark]) -> Result<(), Error> {
    for marks in marks.chunks(ROWS) {
        let mut rows = QueryBuilder::<Sqlite>::new("INSERT INTO pat_changes (mark) ");
        rows.push_values(marks, |mut row, mark| {
            row.push_bind(i64::from(mark.bits()));
        });
        let written = rows.build().execute(&mut *change).await?;
        prune(change, &written).await?;
    }
    Ok(())
}

/// Notes in the change log that any token may have changed.
pub(super) async fn all(change: &mut SqliteConnection) -> Result<(), Error> {
    let written = query("INSERT INTO pat_changes (mark) VALUES (NULL)").execute(&mut *change).await?;
    prune(change, &written).await
}

/// So many rows come before old ones go.
const PRUNED_EVERY: i64 = 1_000;
/// So many go at a time, which is more than come.
const PRUNED_AT_ONCE: i64 = 2_000;
/// Of the oldest rows, the first that is not older than a day.
const YOUNG: &str = "SELECT min(seq) FROM pat_changes \
                     WHERE seq < ? AND changed_at > CAST((unixepoch('subsec') - 86400) * 1000000 AS INTEGER)";

/// Removes rows that are older than a day, now and then: always the lowest numbers, so that a reader sees what it missed.
async fn prune(change: &mut SqliteConnection, written: &SqliteQueryResult) -> Result<(), Error> {
    let (last, count) = (written.last_insert_rowid(), written.rows_affected().cast_signed());
    if last / PRUNED_EVERY == (last - count) / PRUNED_EVERY {
        return Ok(());
    }
    let first: i64 = query_scalar("SELECT min(seq) FROM pat_changes").fetch_one(&mut *change).await?;
    let end = first + PRUNED_AT_ONCE;
    let young: Option<i64> = query_scalar(YOUNG).bind(end).fetch_one(&mut *change).await?;
    query("DELETE FROM pat_changes WHERE seq < ?").bind(young.unwrap_or(end)).execute(change).await?;
    Ok(())
}

/// A row of the audit. Owner and token are as they stand in the file, readable or not.
pub(super) struct Entry<'a> {
    pub(super) stamp: &'a Stamp,
    pub(super) kind: AuditKind,
    pub(super) owner: String,
    pub(super) token: Option<Vec<u8>>,
    pub(super) changes: String,
}

impl<'a> Entry<'a> {
    pub(super) fn of(event: &'a AuditEvent) -> Self {
        Self {
            stamp: event.stamp(),
            kind: event.kind(),
            owner: event.owner().to_string(),
            token: event.token().map(|token| token.as_uuid().as_bytes().to_vec()),
            changes: serde_json::to_string(event.changes()).expect("texts are JSON"),
        }
    }
}

/// Adds to the audit.
pub(super) async fn audit(change: &mut SqliteConnection, entries: &[Entry<'_>]) -> Result<(), Error> {
    for entries in entries.chunks(ROWS) {
        let mut rows = QueryBuilder::<Sqlite>::new(
            "INSERT INTO pat_events (at, kind, actor, actor_name, address, owner, token, changes) ",
        );
        rows.push_values(entries, |mut row, entry| {
            row.push_bind(entry.stamp.at().as_microsecond())
                .push_bind(entry.kind.as_str())
                .push_bind(entry.stamp.actor().word())
                .push_bind(entry.stamp.actor().name())
                .push_bind(entry.stamp.address().map(|address| address.to_string()))
                .push_bind(entry.owner.clone())
                .push_bind(entry.token.clone())
                .push_bind(entry.changes.clone());
        });
        rows.build().execute(&mut *change).await?;
    }
    Ok(())
}
