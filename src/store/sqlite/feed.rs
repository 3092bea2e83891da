use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use sqlx::sqlite::{SqliteConnection, SqlitePool};
use sqlx::{Error, query_scalar};
use tokio::time::sleep;
use uuid::Uuid;

use crate::feed::{ChangeFeed, FeedChange, FeedError, FeedPosition, FeedReading};
use crate::revocations::Revocations;
use crate::token::DigestMark;

/// Of more than so many rows it is only told that anything may have changed.
const ROWS: u64 = 10_000;

const GENERATION: &str = "SELECT generation FROM pat_change_log";
/// SQLite keeps the number also when the row is deleted, and takes it back with a change that is given up.
const LAST: &str = "SELECT seq FROM sqlite_sequence WHERE name = 'pat_changes'";
const MARKS: &str = "SELECT mark FROM pat_changes WHERE seq >= ? ORDER BY seq LIMIT ? + 1";

/// How often the file is looked at for something new: SQLite wakes nobody in another process.
const GLANCE: Duration = Duration::from_millis(20);

/// The changes that are made to a SQLite file, also by other processes.
///
/// [`SqliteStore::feed`](super::SqliteStore::feed) gives it.
pub struct SqliteFeed {
    readers: SqlitePool,
    revocations: Arc<Revocations>,
}

impl SqliteFeed {
    pub(super) fn new(readers: SqlitePool, revocations: Arc<Revocations>) -> Self {
        Self { readers, revocations }
    }

    /// The number that the next row will have.
    async fn next(&self) -> Result<u64, FeedError> {
        let last: Option<i64> = query_scalar(LAST).fetch_optional(&self.readers).await.map_err(FeedError::new)?;
        Ok(after(last))
    }

    /// All of it as of one moment.
    async fn snapshot(&self, since: Option<FeedPosition>) -> Result<FeedReading, Error> {
        let mut snapshot = self.readers.begin().await?;
        let generation: Vec<u8> = query_scalar(GENERATION).fetch_one(&mut *snapshot).await?;
        let generation = Uuid::from_slice(&generation).map_err(|error| Error::Decode(error.into()))?;
        let next = after(query_scalar(LAST).fetch_optional(&mut *snapshot).await?);
        let check = written_before(&mut snapshot, next).await?.unwrap_or_default();
        let seen = since.unwrap_or_else(|| FeedPosition::new(generation, next).with_check(check));
        // A row that was pruned tells nothing.
        let is_same = written_before(&mut snapshot, seen.number()).await?.is_none_or(|written| written == seen.check());
        let first: Option<i64> = query_scalar("SELECT min(seq) FROM pat_changes").fetch_one(&mut *snapshot).await?;
        let from = since.map_or(next, |position| position.number());
        let marks = query_scalar(MARKS).bind(whole(from)).bind(whole(ROWS)).fetch_all(&mut *snapshot).await?;
        snapshot.rollback().await?;
        let kept_from = first.map_or(next, number);
        let position = FeedPosition::new(generation, next).with_check(check);
        let reading = FeedReading::new(position).with_kept_from(kept_from).with_changes(changes(&marks));
        Ok(if is_same { reading } else { reading.with_gap() })
    }
}

#[async_trait]
impl ChangeFeed for SqliteFeed {
    async fn read(&self, since: Option<FeedPosition>) -> Result<FeedReading, FeedError> {
        self.snapshot(since).await.map_err(FeedError::new)
    }

    async fn changed(&self, since: FeedPosition) -> Result<(), FeedError> {
        while self.next().await? == since.number() {
            sleep(GLANCE).await;
        }
        Ok(())
    }

    fn revocations(&self) -> &Arc<Revocations> {
        &self.revocations
    }
}

impl fmt::Debug for SqliteFeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteFeed").finish_non_exhaustive()
    }
}

/// When the row before a number was written, which tells it from another that has its number: a file that was set back to a
/// copy is written to anew. None if it is not there.
async fn written_before(snapshot: &mut SqliteConnection, number: u64) -> Result<Option<u64>, Error> {
    let row = query_scalar("SELECT changed_at FROM pat_changes WHERE seq = ?").bind(whole(number.saturating_sub(1)));
    Ok(row.fetch_optional(snapshot).await?.map(self::number))
}

fn after(last: Option<i64>) -> u64 {
    last.map_or(0, number) + 1
}

/// SQLite numbers rows from 1 on.
fn number(seq: i64) -> u64 {
    u64::try_from(seq).unwrap_or_default()
}

fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A mark that cannot be read may be that of any token.
fn changes(marks: &[Option<i64>]) -> Vec<FeedChange> {
    if marks.len() as u64 > ROWS {
        return vec![FeedChange::All];
    }
    let change = |mark: &Option<i64>| {
        let mark = mark.and_then(|mark| u32::try_from(mark).ok());
        mark.map_or(FeedChange::All, |bits| FeedChange::Token(DigestMark::from_bits(bits)))
    };
    marks.iter().map(change).collect()
}
