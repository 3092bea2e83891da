use std::cell::Cell;
use std::future::ready;
use std::mem;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use uuid::Uuid;

use super::age::{Age, bound, now};
use super::database::token;
use super::mistake::Mistake;
use crate::feed::{Round, Step};
use crate::flight::flaw::Flaw;
use crate::flight::flights::Pilot;
use crate::flight::freshness::Freshness;
use crate::flight::meanwhile::{happens_meanwhile, nothing_happens};
use crate::flight::memory::Memory;
use crate::flight::recall::Recall;
use crate::flight::verdict::Verdict;
use crate::principal::PatPrincipal;
use crate::record::{OwnerId, PatRecord, TokenId};
use crate::revocations::{Epoch, Revocations};
use crate::sync::{Mutex, lock};
use crate::token::TokenDigest;

/// What a verifier and its table of epochs know. Of an epoch it counts only whether it is the current one: once it is not,
/// it never is again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Known {
    pub(super) heard: Age,
    pub(super) remembered: Option<Loaded>,
    pub(super) load: Option<Load>,
}

/// A verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Loaded {
    is_current: bool,
    began: Age,
    is_good: bool,
}

/// A load under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Load {
    is_current: bool,
    began: Age,
    /// What the store has said, once it has.
    pub(super) is_good: Option<bool>,
}

/// What a follower still does while a decision is made.
pub(super) type Told = (Round, Vec<Step>);

/// What came of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Decision {
    Accepted,
    Denied,
    /// Nothing that counts is remembered.
    Unknown,
}

/// The code that is checked, set up as it is in a state.
pub(super) struct Bench {
    table: Arc<Revocations>,
    recall: Recall<Slot>,
    principal: PatPrincipal,
}

/// A memory of one place.
#[derive(Default)]
struct Slot(Mutex<Option<Arc<Verdict>>>);

impl Memory for Slot {
    fn recall<T>(&self, _: &TokenDigest, read: impl FnOnce(&Arc<Verdict>) -> T) -> Option<T> {
        lock(&self.0).as_ref().map(read)
    }

    fn remember(&self, _: TokenDigest, verdict: Arc<Verdict>) {
        *lock(&self.0) = Some(verdict);
    }
}

/// The epochs that those who know one have: the current one, and one from before it.
#[derive(Clone, Copy)]
struct Epochs {
    current: Epoch,
    over: Epoch,
}

impl Epochs {
    fn of(self, is_current: bool) -> Epoch {
        if is_current { self.current } else { self.over }
    }
}

impl Known {
    pub(super) fn nothing() -> Self {
        Self { heard: Age::OLD, remembered: None, load: None }
    }

    pub(super) fn grow_older(&mut self) {
        self.heard = self.heard.next();
        if let Some(verdict) = &mut self.remembered {
            verdict.began = verdict.began.next();
        }
        if let Some(load) = &mut self.load {
            load.began = load.began.next();
        }
    }

    pub(super) fn is_long_remembered(self) -> bool {
        self.remembered.is_some_and(|verdict| verdict.began == Age::OLD)
    }

    pub(super) fn can_refresh(self) -> bool {
        self.load.is_none() && self.remembered.is_some_and(|verdict| verdict.is_current)
    }

    pub(super) fn refresh(&mut self) {
        self.load = Some(Load { is_current: true, began: Age::ZERO, is_good: None });
    }
}

impl Bench {
    pub(super) fn new() -> Self {
        let table = Arc::new(Revocations::new());
        let recall = Recall::new(Arc::clone(&table), Slot::default(), Duration::MAX);
        let owner = OwnerId::parse("alice").expect("an owner");
        let principal = PatPrincipal::new(PatRecord::new(TokenId::from_uuid(Uuid::nil()), owner));
        Self { table, recall, principal }
    }

    pub(super) fn plant(&mut self, mistake: Option<Mistake>) {
        self.recall.flaw = (mistake == Some(Mistake::EpochFirst)).then_some(Flaw::TrustAfterEpoch);
    }

    /// A follower begins.
    pub(super) fn follow(&self, known: &mut Known) {
        let epochs = self.set(*known);
        self.table.is_fed(bound(), now());
        self.table.is_left();
        self.keep(known, epochs);
    }

    /// A follower goes on.
    pub(super) fn tell(&self, known: &mut Known, told: Told) {
        let epochs = self.set(*known);
        take(&self.table, told);
        self.keep(known, epochs);
    }

    /// A request looks the token up, and begins to load it if nothing that counts is remembered and nobody does. None if there
    /// was no instant for what was to be told meanwhile.
    pub(super) fn look_up(&self, known: &mut Known, told: Told) -> Option<Decision> {
        let epochs = self.set(*known);
        let found = self.meanwhile(told, || self.recall.look_up(&token(), now(), decision))?;
        self.keep(known, epochs);
        let Err(epoch) = found.map(|hit| hit.decision) else { return found.ok().map(|hit| hit.decision) };
        let is_current = epoch == self.table.epoch(&token());
        known.load.get_or_insert(Load { is_current, began: Age::ZERO, is_good: None });
        Some(Decision::Unknown)
    }

    /// A load that was answered lands, for a request that waits for it. `is_good` is what the store would say by now.
    pub(super) fn land(&self, known: &mut Known, is_good: bool, told: Told) -> Option<Decision> {
        let load = known.load.take()?;
        let epochs = self.set(*known);
        // When it was boarded nothing that counts was remembered.
        let first = Cell::new(Some((self.recall.memory().replace(None), load.began, load.is_good?)));
        let depart = |pilot: Pilot| {
            let (began, is_good) = first.take().map_or((Age::ZERO, is_good), |(remembered, began, is_good)| {
                self.recall.memory().replace(remembered);
                (began, is_good)
            });
            self.recall.settle(pilot.take_off(), is_good.then(|| self.principal.clone()), freshness(began));
            ready(Ok(()))
        };
        let landed = self.meanwhile(told, || {
            let load = pin!(self.recall.load(token(), epochs.of(load.is_current), now, depart));
            match load.poll(&mut Context::from_waker(Waker::noop())) {
                Poll::Ready(Ok(verdict)) => decision(&verdict),
                _ => panic!("every load lands"),
            }
        })?;
        self.keep(known, epochs);
        Some(landed)
    }

    /// Whether what is remembered would be relied on, were it good and current.
    pub(super) fn trusts(&self, known: Known) -> bool {
        self.set(known);
        self.table.trusts(Age::OLD.nanoseconds(), now())
    }

    fn meanwhile<T>(&self, told: Told, decide: impl FnOnce() -> T) -> Option<T> {
        let is_told = !told.1.is_empty();
        if is_told {
            let table = Arc::clone(&self.table);
            happens_meanwhile(move || take(&table, told));
        }
        let decided = decide();
        let is_left = nothing_happens();
        (!is_left).then_some(decided)
    }

    fn set(&self, known: Known) -> Epochs {
        let over = self.table.epoch(&token());
        self.table.raise(token().mark());
        let epochs = Epochs { over, current: self.table.epoch(&token()) };
        self.table.hears_as_of(bound(), known.heard.nanoseconds());
        self.recall.memory().replace(known.remembered.map(|verdict| {
            let principal = verdict.is_good.then(|| self.principal.clone());
            Arc::new(Verdict::new(principal, epochs.of(verdict.is_current), freshness(verdict.began)))
        }));
        epochs
    }

    fn keep(&self, known: &mut Known, epochs: Epochs) {
        let current = self.table.epoch(&token());
        known.heard = Age::of(self.table.heard());
        known.remembered = self.recall.memory().replace(None).map(|verdict| Loaded {
            is_current: verdict.epoch() == current,
            began: Age::of(verdict.loaded_at()),
            is_good: verdict.principal().is_some(),
        });
        if let Some(load) = &mut known.load {
            load.is_current = epochs.of(load.is_current) == current;
        }
    }
}

impl Slot {
    fn replace(&self, verdict: Option<Arc<Verdict>>) -> Option<Arc<Verdict>> {
        mem::replace(&mut *lock(&self.0), verdict)
    }
}

fn take(table: &Revocations, (round, steps): Told) {
    for step in steps {
        round.take(step, table);
    }
}

fn decision(verdict: &Arc<Verdict>) -> Decision {
    if verdict.principal().is_some() { Decision::Accepted } else { Decision::Denied }
}

/// For ever, but for what the feed says.
fn freshness(began: Age) -> Freshness {
    Freshness { since: began.moment().monotonic(), until: Duration::MAX, refresh_from: None, stale_until: None }
}
