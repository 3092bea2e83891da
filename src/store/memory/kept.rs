use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::Timestamp;

use super::matching::{is_wanted, was_over};
use crate::instant::whole_microseconds;
use crate::record::{OwnerId, PatRecord, Reason, TokenId, TokenName};
use crate::store::audit::{AuditEvent, AuditKind, EventPage, EventQuery, Stamp, StoredEvent};
use crate::store::change::{Change, Insertion, OwnerLimits, Update};
use crate::store::done::Done;
use crate::store::error::StoreErrorKind;
use crate::store::key::IdempotencyKey;
use crate::store::notice::ExpiryNotice;
use crate::store::port::{BULK, MARKS};
use crate::store::query::{PatPage, PatQuery, Selection, SortKey};
use crate::store::stored::StoredPat;
use crate::store::touched::Touched;
use crate::store::usage::{Usage, Use};
use crate::token::TokenDigest;

/// All that a store in memory keeps.
#[derive(Default)]
pub(super) struct Kept {
    pats: BTreeMap<TokenId, Entry>,
    ids: HashMap<TokenDigest, TokenId>,
    disabled: HashMap<OwnerId, Timestamp>,
    events: Vec<AuditEvent>,
}

/// A record as it was written: whether its owner is disabled is kept elsewhere.
#[derive(Clone)]
struct Entry {
    stored: StoredPat,
    digest: TokenDigest,
    notice_due_at: Option<Timestamp>,
}

/// What was there before a change.
type Undo = Vec<(TokenId, Option<Entry>)>;

impl Kept {
    pub(super) fn is_empty(&self) -> bool {
        self.pats.is_empty()
    }

    pub(super) fn by_id(&self, id: TokenId) -> Option<StoredPat> {
        self.pats.get(&id).map(|entry| self.whole(entry))
    }

    pub(super) fn by_digest(&self, digest: &TokenDigest) -> Option<StoredPat> {
        self.by_id(*self.ids.get(digest)?)
    }

    pub(super) fn by_key(&self, owner: &OwnerId, key: &IdempotencyKey) -> Option<StoredPat> {
        self.entry_by_key(owner, key).map(|entry| self.whole(entry))
    }

    fn entry_by_key(&self, owner: &OwnerId, key: &IdempotencyKey) -> Option<&Entry> {
        let has_key = |entry: &&Entry| entry.stored.details().key() == Some(key);
        self.pats.values().filter(|entry| entry.stored.record().owner() == owner).find(has_key)
    }

    pub(super) fn list(&self, query: &PatQuery) -> PatPage {
        let order = query.order();
        let place = |stored: &StoredPat| (SortKey::of(stored, order.sort()), stored.record().id());
        let after = query.cursor().map(|cursor| (cursor.key().clone(), cursor.id()));
        let is_after = |stored: &StoredPat| {
            let order_of = |after| order.compare(&place(stored), after);
            after.as_ref().is_none_or(|after| order_of(after).is_gt())
        };
        let wanted = self.pats.values().map(|entry| self.whole(entry));
        let mut found: Vec<_> = wanted.filter(|stored| is_wanted(query, stored) && is_after(stored)).collect();
        found.sort_by(|a, b| order.compare(&place(a), &place(b)));
        found.truncate(query.size() + 1);
        PatPage::new(found, query)
    }

    pub(super) fn apply(&mut self, change: &Change) -> Result<(), StoreErrorKind> {
        let mut undo = Undo::new();
        let written = self.write(change, &mut undo);
        if written.is_err() {
            for (id, before) in undo.into_iter().rev() {
                self.put(id, before);
            }
            return written;
        }
        self.events.extend(change.events().iter().map(AuditEvent::to_microsecond));
        Ok(())
    }

    fn write(&mut self, change: &Change, undo: &mut Undo) -> Result<(), StoreErrorKind> {
        for update in change.updates() {
            self.update(update, undo)?;
        }
        for insertion in change.insertions() {
            self.insert(insertion, undo)?;
        }
        change.limits().map_or(Ok(()), |limits| self.hold(limits, change))
    }

    fn update(&mut self, update: &Update, undo: &mut Undo) -> Result<(), StoreErrorKind> {
        let record = update.record();
        let found = self.pats.get(&record.id()).filter(|entry| {
            let stored = &entry.stored;
            let is_same = stored.version() == update.version() && stored.record().owner() == record.owner();
            is_same && !(update.is_unused() && stored.usage().is_some())
        });
        let found = found.ok_or(StoreErrorKind::Conflict)?;
        let digest = update.digest().copied().unwrap_or(found.digest);
        let key = update.details().key();
        let holder = key.and_then(|key| self.entry_by_key(record.owner(), key));
        let is_new = digest != found.digest;
        if is_new && self.ids.contains_key(&digest) || holder.is_some_and(|holder| holder.digest != found.digest) {
            return Err(StoreErrorKind::Duplicate);
        }
        let stored = StoredPat::new(to_microsecond(record), digest.mark())
            .with_version(update.version() + 1)
            .with_details(update.details().clone())
            .with_usage(found.stored.usage().cloned());
        let notice_due_at = if update.expiry_since().is_some() { update.first_notice() } else { found.notice_due_at };
        undo.push((record.id(), self.put(record.id(), Some(Entry { stored, digest, notice_due_at }))));
        Ok(())
    }

    fn insert(&mut self, insertion: &Insertion, undo: &mut Undo) -> Result<(), StoreErrorKind> {
        let (record, digest) = (insertion.record(), *insertion.digest());
        let key = insertion.details().key();
        let is_key_taken = key.is_some_and(|key| self.entry_by_key(record.owner(), key).is_some());
        if is_key_taken || self.pats.contains_key(&record.id()) || self.ids.contains_key(&digest) {
            return Err(StoreErrorKind::Duplicate);
        }
        let stored = StoredPat::new(to_microsecond(record), digest.mark()).with_details(insertion.details().clone());
        let notice_due_at = insertion.first_notice();
        undo.push((record.id(), self.put(record.id(), Some(Entry { stored, digest, notice_due_at }))));
        Ok(())
    }

    /// Whether limits hold now that all is written.
    fn hold(&self, limits: &OwnerLimits, change: &Change) -> Result<(), StoreErrorKind> {
        let counted: Vec<_> =
            self.pats.values().map(|entry| entry.stored.record()).filter(|record| limits.counts(record)).collect();
        if limits.most().is_some_and(|most| counted.len() > most as usize) {
            return Err(StoreErrorKind::LimitReached);
        }
        let folded = |record: &PatRecord| record.name().map(TokenName::folded);
        let is_taken = |written: &PatRecord| {
            let name = folded(written);
            name.is_some() && counted.iter().any(|other| other.id() != written.id() && folded(other) == name)
        };
        let mut written = change.records().filter(|record| limits.counts(record));
        if limits.has_unique_names() && written.any(is_taken) {
            return Err(StoreErrorKind::NameTaken);
        }
        Ok(())
    }

    pub(super) fn revoke_some(&mut self, selection: &Selection, reason: Option<&Reason>, stamp: &Stamp) -> Done {
        let records = self.pats.values().map(|entry| entry.stored.record());
        let early: HashSet<_> = records.filter(|record| selection.is_early(record)).map(PatRecord::family).collect();
        let is_selected = |entry: &&Entry| {
            let record = entry.stored.record();
            let is_held = selection.holds(record, &entry.digest) && early.contains(&record.family());
            is_held && record.revoked_at().is_none()
        };
        let selected = self.pats.values().filter(is_selected);
        let selected: Vec<_> = selected.take(BULK).cloned().collect();
        let marks = selected.iter().map(|entry| entry.digest.mark()).collect();
        let events = selected.into_iter().map(|entry| self.revoke(entry, reason, stamp)).collect();
        self.noted(Touched::Marks(marks), events)
    }

    fn revoke(&mut self, entry: Entry, reason: Option<&Reason>, stamp: &Stamp) -> AuditEvent {
        let Entry { stored, digest, notice_due_at } = entry;
        let record = stored.record().clone().with_revocation(whole_microseconds(stamp.at()));
        let event = AuditEvent::new(stamp.clone(), AuditKind::Revoked, record.owner().clone()).with_token(record.id());
        let revoked = StoredPat::new(record, digest.mark())
            .with_version(stored.version() + 1)
            .with_details(stored.details().clone().with_revocation(reason.cloned()))
            .with_usage(stored.usage().cloned());
        self.put(revoked.record().id(), Some(Entry { stored: revoked, digest, notice_due_at }));
        event.with_reason(reason)
    }

    /// Adds to the audit, and tells what was done.
    fn noted(&mut self, touched: Touched, events: Vec<AuditEvent>) -> Done {
        let events: Vec<_> = events.into_iter().map(|event| event.to_microsecond()).collect();
        self.events.extend_from_slice(&events);
        Done::new(touched, events)
    }

    pub(super) fn set_owner_disabled(&mut self, owner: &OwnerId, disabled: bool, stamp: &Stamp) -> Done {
        if disabled == self.disabled.contains_key(owner) {
            return Done::default();
        }
        let kind = if disabled {
            self.disabled.insert(owner.clone(), whole_microseconds(stamp.at()));
            AuditKind::OwnerDisabled
        } else {
            self.disabled.remove(owner);
            AuditKind::OwnerEnabled
        };
        let is_over = |record: &PatRecord| {
            record.revoked_at().is_some() || record.expires_at().is_some_and(|expiry| stamp.at() >= expiry)
        };
        let of_owner = self.pats.values().filter(|entry| entry.stored.record().owner() == owner);
        let marks = of_owner.filter(|entry| !is_over(entry.stored.record())).map(|entry| entry.digest.mark());
        let marks: Vec<_> = marks.collect();
        let touched = if marks.len() > MARKS { Touched::All } else { Touched::Marks(marks) };
        self.noted(touched, vec![AuditEvent::new(stamp.clone(), kind, owner.clone())])
    }

    pub(super) fn owner_disabled_at(&self, owner: &OwnerId) -> Option<Timestamp> {
        self.disabled.get(owner).copied()
    }

    pub(super) fn events(&self, query: &EventQuery) -> EventPage {
        let is_wanted = |stored: &StoredEvent| {
            let event = stored.event();
            query.before().is_none_or(|before| stored.number() < before)
                && query.owner().is_none_or(|owner| event.owner() == owner)
                && query.token().is_none_or(|token| event.token() == Some(token))
        };
        let numbered = (1..).zip(&self.events).map(|(number, event)| StoredEvent::new(number, event.clone()));
        let mut found: Vec<_> = numbered.filter(is_wanted).collect();
        found.reverse();
        EventPage::new(found, query)
    }

    pub(super) fn record_uses(&mut self, uses: &[Use]) {
        for used in uses {
            let Some(entry) = self.pats.get_mut(&used.id()) else {
                continue;
            };
            let before = entry.stored.usage().cloned();
            let usage = used.usage().to_microsecond();
            let together = before.map_or_else(|| usage.clone(), |before: Usage| before.and(&usage));
            entry.stored = entry.stored.clone().with_usage(together);
        }
    }

    pub(super) fn prune(&mut self, before: Timestamp, at_most: u32, stamp: &Stamp) -> Done {
        let records = self.pats.values().map(|entry| entry.stored.record());
        let over = records.filter(|record| was_over(record, before.min(stamp.at()))).take(at_most as usize);
        let over: Vec<_> = over.map(|record| (record.id(), record.owner().clone())).collect();
        let remove = |(id, owner)| {
            self.put(id, None);
            AuditEvent::new(stamp.clone(), AuditKind::Pruned, owner).with_token(id)
        };
        let events = over.into_iter().map(remove).collect();
        self.noted(Touched::Marks(Vec::new()), events)
    }

    pub(super) fn claim_expiring(&mut self, at_most: u32, stamp: &Stamp) -> Done {
        let (now, mut events) = (stamp.at(), Vec::new());
        for entry in self.pats.values_mut() {
            let record = entry.stored.record();
            let stands = record.revoked_at().is_none() && !record.is_replaced();
            let is_due = stands && entry.notice_due_at.is_some_and(|due| due <= now);
            let Some(expiry) = record.expires_at().filter(|expiry| is_due && *expiry > now) else { continue };
            if events.len() == at_most as usize {
                break;
            }
            let notice = ExpiryNotice::at(now, expiry);
            let event = AuditEvent::new(stamp.clone(), AuditKind::ExpiringSoon, record.owner().clone());
            events.push(event.with_token(record.id()).with_notice(notice, expiry));
            entry.notice_due_at = notice.next_due(expiry);
        }
        self.noted(Touched::Marks(Vec::new()), events)
    }

    /// Puts an entry in its place, or takes it away, and gives what was there.
    fn put(&mut self, id: TokenId, entry: Option<Entry>) -> Option<Entry> {
        let before = self.pats.remove(&id);
        if let Some(before) = &before {
            self.ids.remove(&before.digest);
        }
        if let Some(entry) = entry {
            self.ids.insert(entry.digest, id);
            self.pats.insert(id, entry);
        }
        before
    }

    /// An entry with what is kept of its owner.
    fn whole(&self, entry: &Entry) -> StoredPat {
        let stored = &entry.stored;
        let disabled = self.owner_disabled_at(stored.record().owner());
        stored.clone().with_record(stored.record().clone().with_owner_disabled(disabled))
    }
}

/// As precise as a database keeps it, so that what a test sees here holds there too; and without what is its owner's.
fn to_microsecond(record: &PatRecord) -> PatRecord {
    let whole = |instant: Option<Timestamp>| instant.map(whole_microseconds);
    let copy = record.clone();
    copy.with_creation(whole(record.created_at()))
        .with_not_before(whole(record.not_before()))
        .with_expiry(whole(record.expires_at()))
        .with_replacement(whole(record.replaced_at()))
        .with_retirement(whole(record.retires_at()))
        .with_pause(whole(record.paused_at()))
        .with_revocation(whole(record.revoked_at()))
        .with_owner_disabled(None)
}
