use std::collections::{BTreeSet, HashMap};
use std::net::IpAddr;
use std::time::Duration;

use jiff::Timestamp;

use crate::observer::{Accepted, LaterUses, TakenUses};
use crate::record::TokenId;
use crate::store::Use;

/// What is to be written, an entry a token: as many as there is room for.
///
/// All instants are readings of the monotonic clock.
#[derive(Debug)]
pub(super) struct Entries {
    of: HashMap<TokenId, Entry>,
    /// When each is looked at.
    due: BTreeSet<(Duration, TokenId)>,
    capacity: usize,
}

#[derive(Debug, Default)]
struct Entry {
    due: Duration,
    unwritten: Option<Unwritten>,
    /// From where further uses are taken; one for each verifier, or for each time that it has loaded the token anew.
    later: Vec<LaterUses>,
    /// Of the last use that was told.
    client_addr: Option<IpAddr>,
    user_agent: Option<Box<str>>,
}

#[derive(Debug, Clone, Copy)]
struct Unwritten {
    count: u64,
    last_at: Timestamp,
}

/// So many verifiers, and loads between two writes, can be waited for. The uses of others are told again.
const MAX_LATER: usize = 4;

impl Entries {
    pub(super) fn new(capacity: usize) -> Self {
        Self { of: HashMap::new(), due: BTreeSet::new(), capacity }
    }

    pub(super) fn len(&self) -> usize {
        self.of.len()
    }

    /// Takes in a use, due at once if it makes a new entry; false if there is no room for one.
    pub(super) fn add(&mut self, accepted: &Accepted<'_>) -> bool {
        let id = accepted.principal().token_id();
        if self.of.len() >= self.capacity && !self.of.contains_key(&id) {
            return false;
        }
        self.entry(id, Duration::ZERO).add(accepted);
        true
    }

    /// What is to be written by now, of so many entries at most, which are looked at again at `next`. An entry of which
    /// there is nothing to write is over.
    pub(super) fn take_due(&mut self, now: Duration, next: Duration, at_most: usize) -> Looked {
        let mut looked = Looked::default();
        while looked.entries < at_most {
            let Some(&(due, id)) = self.due.first().filter(|(due, _)| *due <= now) else { break };
            self.due.remove(&(due, id));
            looked.entries += 1;
            let Some(mut entry) = self.of.remove(&id) else { continue };
            entry.collect();
            if let Some(used) = entry.take(id) {
                looked.uses.push(used);
                entry.due = next;
                self.due.insert((next, id));
                self.of.insert(id, entry);
            }
        }
        looked
    }

    /// All that is to be written of so many entries at most, which are over then.
    pub(super) fn take_last(&mut self, at_most: usize) -> Looked {
        let mut looked = Looked::default();
        while looked.entries < at_most {
            let Some((_, id)) = self.due.pop_first() else { break };
            looked.entries += 1;
            let Some(mut entry) = self.of.remove(&id) else { continue };
            entry.finish();
            looked.uses.extend(entry.take(id));
        }
        looked
    }

    /// Takes back what could not be written, to be looked at again at `next`. There is room for it, for it was here before.
    pub(super) fn put_back(&mut self, uses: &[Use], next: Duration) {
        for used in uses {
            let (id, usage) = (used.id(), used.usage());
            let entry = self.entry(id, next);
            let moved = (entry.due, next);
            entry.due = next;
            entry.put(Unwritten { count: usage.count(), last_at: usage.last_used_at() });
            entry.client_addr = entry.client_addr.or(usage.address());
            entry.user_agent = entry.user_agent.take().or_else(|| usage.user_agent().map(Box::from));
            self.due.remove(&(moved.0, id));
            self.due.insert((moved.1, id));
        }
    }

    fn entry(&mut self, id: TokenId, due: Duration) -> &mut Entry {
        self.of.entry(id).or_insert_with(|| {
            self.due.insert((due, id));
            Entry { due, ..Entry::default() }
        })
    }
}

/// What came of a look at entries.
#[derive(Debug, Default)]
pub(super) struct Looked {
    /// How many were looked at.
    pub(super) entries: usize,
    pub(super) uses: Vec<Use>,
}

impl Entry {
    fn add(&mut self, accepted: &Accepted<'_>) {
        self.put(Unwritten { count: accepted.count(), last_at: accepted.at().wall() });
        self.client_addr = accepted.client_addr();
        self.user_agent = accepted.user_agent().map(Box::from);
        let later = accepted.later();
        if self.later.iter().any(|known| known.is_same(&later)) {
            return;
        }
        if self.later.len() == MAX_LATER {
            let oldest = self.later.remove(0);
            self.put_taken(oldest.finish());
        }
        self.later.push(later);
    }

    /// Takes what was used since. A verifier where nothing was is no longer waited for: it tells of the next use.
    fn collect(&mut self) {
        for later in std::mem::take(&mut self.later) {
            if let Some(taken) = later.take() {
                self.put_taken(Some(taken));
                self.later.push(later);
            } else {
                self.put_taken(later.finish());
            }
        }
    }

    /// Takes what was used since, for the last time.
    fn finish(&mut self) {
        for later in std::mem::take(&mut self.later) {
            self.put_taken(later.finish());
        }
    }

    fn put_taken(&mut self, taken: Option<TakenUses>) {
        if let Some(taken) = taken {
            self.put(Unwritten { count: taken.count(), last_at: taken.last_at() });
        }
    }

    fn put(&mut self, more: Unwritten) {
        let before = self.unwritten.unwrap_or(Unwritten { count: 0, ..more });
        let count = before.count.saturating_add(more.count);
        self.unwritten = Some(Unwritten { count, last_at: before.last_at.max(more.last_at) });
    }

    fn take(&mut self, id: TokenId) -> Option<Use> {
        let Unwritten { count, last_at } = self.unwritten.take()?;
        let mut used = Use::new(id, last_at).with_count(count);
        if let Some(addr) = self.client_addr {
            used = used.with_address(addr);
        }
        if let Some(agent) = &self.user_agent {
            used = used.with_user_agent(agent);
        }
        Some(used)
    }
}
