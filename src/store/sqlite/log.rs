use sqlx::sqlite::{Sqlite, SqliteConnection};
use sqlx::{Error, QueryBuilder, query};

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
        rows.build().execute(&mut *change).await?;
    }
    Ok(())
}

/// Notes in the change log that any token may have changed.
pub(super) async fn all(change: &mut SqliteConnection) -> Result<(), Error> {
    query("INSERT INTO pat_changes (mark) VALUES (NULL)").execute(change).await?;
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
