use std::collections::VecDeque;
use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use sha2::{Digest, Sha256};
use sqlx::{Error, Row};
use uuid::Uuid;

use super::failure;
use super::line::{Line, Reply};
use super::seat::Seat;
use super::snapshot::Snapshot;
use crate::feed::{ChangeFeed, FeedChange, FeedError, FeedPosition, FeedReading};
use crate::revocations::Revocations;
use crate::token::DigestMark;

/// Of more than so many rows it is only told that anything may have changed.
const ROWS: usize = 10_000;
/// So many readings are known by what their snapshots showed.
const KNOWN: usize = 64;

/// One statement, and so one snapshot. What is put in are numbers: the position that is read from, from which transaction on
/// all are new, and those before that are new too. A visible row whose transaction is still to come is from before a
/// restoration. A server that has become a standby gives no row: it may lag behind.
const READING: &str = "\
    WITH seen AS MATERIALIZED (SELECT pg_current_snapshot() AS shot) \
    SELECT log.generation, log.xmin::text AS edition, {timeline} AS timeline, \
    CASE WHEN log.kept_from <= pg_snapshot_xmax(seen.shot)::text::bigint THEN log.kept_from ELSE 0 END AS kept_from, \
    seen.shot::text AS shot, \
    (SELECT {row} FROM {pat_}changes WHERE xid < pg_snapshot_xmin(seen.shot) ORDER BY xid DESC, seq DESC LIMIT 1) \
    AS last, \
    (SELECT {row} FROM {pat_}changes WHERE xid < '{since}'::xid8 ORDER BY xid DESC, seq DESC LIMIT 1) AS last_then, \
    ARRAY(SELECT mark FROM (\
    (SELECT mark FROM {pat_}changes WHERE xid >= '{from}'::xid8 AND xid < pg_snapshot_xmax(seen.shot) LIMIT {rows}) \
    UNION ALL (SELECT mark FROM {pat_}changes WHERE xid = ANY ('{open}'::xid8[]) LIMIT {rows})) AS new) AS marks \
    FROM {pat_}change_log AS log, seen WHERE NOT pg_is_in_recovery()";
/// What tells a row from another that might be in its place.
const ROW: &str = "hashtextextended(concat_ws(' ', seq, xid, mark, extract(epoch FROM changed_at)), 0)";

/// The changes that are made to a PostgreSQL database, also by other instances.
///
/// It has a connection beside the pool, so that requests cannot keep it from being read; all feeds of one store share it. On
/// that connection it is also woken (`LISTEN`), within milliseconds. Where that fails, changes are seen when the follower
/// reads from time to time. A connection that was lost is made anew, and one on which nothing comes is looked at every ten
/// seconds. It ends when the store is closed, and when the store and all of its feeds are dropped.
///
/// A role that only verifies may use it. Transactions that are open for long hide nothing, and have nothing told twice on one
/// connection.
///
/// [`PostgresStore::feed`](super::PostgresStore::feed) gives it.
pub struct PostgresFeed {
    line: Arc<Line>,
    readings: Readings,
    revocations: Arc<Revocations>,
}

impl PostgresFeed {
    pub(super) fn new(line: Arc<Line>, revocations: Arc<Revocations>) -> Self {
        Self { line, readings: Readings::default(), revocations }
    }

    fn reading(&self, since: Option<FeedPosition>, known: Option<Shown>, reply: &Reply) -> Result<FeedReading, Error> {
        let (row, seat) = (&reply.row, &reply.seat);
        let shot: String = row.try_get("shot")?;
        let shot = Snapshot::parse(&shot).ok_or_else(|| Error::Decode("no snapshot".into()))?;
        let (edition, timeline): (String, String) = (row.try_get("edition")?, row.try_get("timeline")?);
        let kept_from: i64 = row.try_get("kept_from")?;
        let generation = generation(row.try_get("generation")?, &seat.server, &timeline);
        let (last, last_then) = (check(row.try_get("last")?), check(row.try_get("last_then")?));
        let marks: Vec<Option<i64>> = row.try_get("marks")?;
        let is_set_back = known.as_ref().is_some_and(|known| shot.end() < known.snapshot.end());
        let is_same = since.is_none_or(|since| since.check() >> 32 == last_then >> 32);
        // Nothing was deleted since the reading that is gone on from.
        let is_whole = known.is_some_and(|known| known.seat == seat.number && known.edition == edition);
        let kept_from = if is_whole { 0 } else { u64::try_from(kept_from).unwrap_or_default() };
        let position = FeedPosition::new(generation, shot.begin()).with_check(last);
        let shown = Shown { snapshot: shot, edition, seat: seat.number, wakes: reply.wakes };
        let reading = FeedReading::new(self.readings.note(position, shown)).with_kept_from(kept_from);
        let reading = reading.with_changes(changes(&marks));
        Ok(if is_same && !is_set_back { reading } else { reading.with_gap() })
    }
}

#[async_trait]
impl ChangeFeed for PostgresFeed {
    async fn read(&self, since: Option<FeedPosition>) -> Result<FeedReading, FeedError> {
        let known = since.and_then(|since| self.readings.known(since));
        let (names, shown) = (self.line.names().clone(), known.clone());
        let asked = self.line.ask(move |seat| names.fill(&statement(since, shown.as_ref(), seat)));
        let reply = asked.await.map_err(FeedError::new)?;
        self.reading(since, known, &reply).map_err(|error| FeedError::new(failure::reading(error)))
    }

    async fn changed(&self, since: FeedPosition) -> Result<(), FeedError> {
        // From a position of which nothing is known there may always be something to read.
        let Some(known) = self.readings.known(since) else { return Ok(()) };
        self.line.woken(known.wakes).await.map_err(FeedError::new)
    }

    fn revocations(&self) -> &Arc<Revocations> {
        &self.revocations
    }
}

impl fmt::Debug for PostgresFeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresFeed").finish_non_exhaustive()
    }
}

/// What there is since a position. What a position has shown of which nothing is known is told from the oldest transaction on
/// that was open then. So is what was shown on another connection: the server may have been set back meanwhile, and have
/// given the same numbers once more.
fn statement(since: Option<FeedPosition>, known: Option<&Shown>, seat: &Seat) -> String {
    let number = since.map_or(u64::MAX, |since| since.number());
    let known = known.filter(|known| known.seat == seat.number).map(|known| &known.snapshot);
    let (from, open) = known.map_or((number, String::new()), |known| (known.end(), known.open()));
    READING
        .replace("{row}", ROW)
        .replace("{timeline}", seat.timeline)
        .replace("{since}", &number.to_string())
        .replace("{from}", &from.to_string())
        .replace("{open}", &format!("{{{open}}}"))
        .replace("{rows}", &(ROWS + 1).to_string())
}

/// What a reading has shown.
#[derive(Debug, Clone)]
struct Shown {
    snapshot: Snapshot,
    /// Another one when rows were deleted.
    edition: String,
    /// On which connection.
    seat: u64,
    wakes: u64,
}

/// What the last readings have shown, by their positions. A reading whose answer has got lost is one that nobody goes on from.
#[derive(Default)]
struct Readings(Mutex<VecDeque<(FeedPosition, Shown)>>);

impl Readings {
    /// Makes the position of a reading one that no other has, and keeps what the reading has shown.
    fn note(&self, position: FeedPosition, shown: Shown) -> FeedPosition {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let position = position.with_check(position.check() | u64::from(number));
        let mut readings = self.lock();
        readings.truncate(KNOWN - 1);
        readings.push_front((position, shown));
        position
    }

    fn known(&self, position: FeedPosition) -> Option<Shown> {
        let readings = self.lock();
        readings.iter().find(|(known, _)| *known == position).map(|(_, shown)| shown.clone())
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<(FeedPosition, Shown)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The log as it goes on in this cluster, and on its timeline.
fn generation(generation: Uuid, server: &str, timeline: &str) -> Uuid {
    let hash = Sha256::new().chain_update(generation).chain_update(server).chain_update(" ").chain_update(timeline);
    let hash: [u8; 32] = hash.finalize().into();
    let (first, _) = hash.split_first_chunk().expect("32 are more than 16");
    Uuid::from_bytes(*first)
}

/// The upper half of a hash, never zero: that is where no row is.
fn check(hash: Option<i64>) -> u64 {
    hash.map_or(0, |hash| (hash.cast_unsigned() >> 32).max(1) << 32)
}

/// A mark that cannot be read may be that of any token.
fn changes(marks: &[Option<i64>]) -> Vec<FeedChange> {
    if marks.len() > ROWS {
        return vec![FeedChange::All];
    }
    let change = |mark: &Option<i64>| {
        let mark = mark.and_then(|mark| u32::try_from(mark).ok());
        mark.map_or(FeedChange::All, |bits| FeedChange::Token(DigestMark::from_bits(bits)))
    };
    marks.iter().map(change).collect()
}
