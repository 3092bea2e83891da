use uuid::Uuid;

use super::age::Age;
use super::mistake::Mistake;
use crate::feed::{FeedChange, FeedPosition, FeedReading};
use crate::token::TokenDigest;

/// A database with a change log: a transaction takes its number when it begins, and commits in any order.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Database {
    generation: u8,
    /// The number of the next transaction.
    next: u8,
    open: Vec<Row>,
    rows: Vec<Row>,
    /// From which number on no row was deleted.
    kept_from: u8,
    /// When the token was revoked, if it is.
    pub(super) revoked: Option<Age>,
}

/// A row of the change log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Row {
    transaction: u8,
    subject: Subject,
    /// No two rows have the same, whatever they were restored from.
    written: u8,
}

/// What a transaction changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Subject {
    /// It revokes the token.
    Token,
    /// It changes another one.
    Other,
}

impl Database {
    pub(super) fn new() -> Self {
        Self { generation: 0, next: 1, open: Vec::new(), rows: Vec::new(), kept_from: 0, revoked: None }
    }

    /// Whether a revocation can begin: the token is good, and nobody else is at it.
    pub(super) fn can_revoke(&self) -> bool {
        self.revoked.is_none() && self.open.iter().all(|row| row.subject != Subject::Token)
    }

    pub(super) fn begin(&mut self, subject: Subject, written: u8) {
        self.open.push(Row { transaction: self.next, subject, written });
        self.next += 1;
    }

    pub(super) fn open(&self) -> usize {
        self.open.len()
    }

    pub(super) fn commit(&mut self, index: usize) {
        let row = self.open.remove(index);
        self.rows.push(row);
        self.rows.sort_by_key(|row| row.transaction);
        if row.subject == Subject::Token {
            self.revoked = Some(Age::ZERO);
        }
    }

    /// Deletes all rows that there are.
    pub(super) fn prune(&mut self) {
        if let Some(last) = self.rows.last() {
            self.kept_from = last.transaction + 1;
        }
        self.rows.clear();
    }

    pub(super) fn can_prune(&self) -> bool {
        !self.rows.is_empty()
    }

    /// As a copy of it would be, in which nothing is under way.
    pub(super) fn copy(&self) -> Self {
        Self { open: Vec::new(), ..self.clone() }
    }

    pub(super) fn renew(&mut self) {
        self.generation += 1;
    }

    pub(super) fn grow_older(&mut self) {
        self.revoked = self.revoked.map(Age::next);
    }

    /// All that is visible, of the transactions that had not ended when the reading before was made.
    pub(super) fn read(&self, since: Option<FeedPosition>, checks: bool, mistake: Option<Mistake>) -> FeedReading {
        let generation = if mistake == Some(Mistake::GenerationIgnored) { 0 } else { self.generation };
        let number = match mistake {
            Some(Mistake::HighestSeen) => self.rows.last().map_or(0, |row| row.transaction) + 1,
            _ => self.open.iter().map(|row| row.transaction).min().unwrap_or(self.next),
        };
        let check_at = |number| if checks { self.written_before(number) } else { None };
        let position = FeedPosition::new(Uuid::from_u128(generation.into()), number.into())
            .with_check(check_at(number.into()).unwrap_or_default());
        let from = since.map_or(u64::MAX, |since| since.number());
        let changes = self.rows.iter().filter(|row| u64::from(row.transaction) >= from).map(|row| row.subject.change());
        let kept_from = if mistake == Some(Mistake::PruneIgnored) { 0 } else { self.kept_from };
        let reading = FeedReading::new(position).with_changes(changes).with_kept_from(kept_from.into());
        let is_same = since.is_none_or(|since| check_at(since.number()).is_none_or(|written| written == since.check()));
        if is_same { reading } else { reading.with_gap() }
    }

    fn written_before(&self, number: u64) -> Option<u64> {
        let before = self.rows.iter().rfind(|row| u64::from(row.transaction) < number);
        before.map(|row| row.written.into())
    }
}

impl Subject {
    fn change(self) -> FeedChange {
        match self {
            Self::Token => FeedChange::Token(token().mark()),
            Self::Other => FeedChange::Token(TokenDigest::from_bytes([0xff; 32]).mark()),
        }
    }
}

/// The token that is watched.
pub(super) fn token() -> TokenDigest {
    TokenDigest::from_bytes([1; 32])
}
