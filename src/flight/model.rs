//! The core under a model checker: the interleavings of a change with requests and loads in the background, up to
//! three preemptions deep.
//!
//! Run by `scripts/model`.

use std::cell::Cell;
use std::future::ready;
use std::sync::Arc;
use std::time::Duration;

use loom::future::block_on;
use loom::sync::Mutex;
use loom::sync::atomic::{AtomicBool, Ordering};
use loom::thread;
use uuid::Uuid;

use super::flaw::Flaw;
use super::flights::{Outage, Pilot};
use super::freshness::Freshness;
use super::memory::Memory;
use super::recall::{Hit, Recall};
use super::verdict::Verdict;
use crate::clock::Moment;
use crate::principal::PatPrincipal;
use crate::record::{OwnerId, PatRecord, TokenId};
use crate::revocations::{Epoch, Revocations};
use crate::token::TokenDigest;

/// One token, the store that knows it, and a verifier that remembers it.
struct World {
    revoked: AtomicBool,
    change_returned: AtomicBool,
    /// Where the change is announced: the table of the verifier, or one that it follows.
    announced: Arc<Revocations>,
    recall: Recall<Slot>,
    digest: TokenDigest,
}

/// Which table the verifier reads.
#[derive(Debug, Clone, Copy)]
enum Table {
    /// The one in which the change is announced.
    Own,
    /// One that follows it, as that of a chain of resolvers does.
    Following,
}

/// A memory of one place.
#[derive(Default)]
struct Slot(Mutex<Option<Arc<Verdict>>>);

impl Memory for Slot {
    fn recall<T>(&self, _digest: &TokenDigest, read: impl FnOnce(&Arc<Verdict>) -> T) -> Option<T> {
        self.0.lock().unwrap().as_ref().map(read)
    }

    fn remember(&self, _digest: TokenDigest, verdict: Arc<Verdict>) {
        *self.0.lock().unwrap() = Some(verdict);
    }
}

impl World {
    fn new(flaw: Option<Flaw>, table: Table) -> Arc<Self> {
        let announced = Arc::new(Revocations::new());
        let revocations = match table {
            Table::Own => Arc::clone(&announced),
            Table::Following => Revocations::following([&announced]),
        };
        let mut recall = Recall::new(revocations, Slot::default(), Duration::MAX);
        recall.flaw = flaw;
        Arc::new(Self {
            revoked: AtomicBool::new(false),
            change_returned: AtomicBool::new(false),
            announced,
            recall,
            digest: TokenDigest::of("the token"),
        })
    }

    /// Commits, raises, returns.
    fn revoke(&self) {
        self.revoked.store(true, Ordering::Release);
        self.announced.raise(self.digest.mark());
        self.change_returned.store(true, Ordering::Release);
    }

    /// A world that has known the token for a while: its verdict is to be refreshed, or is stale.
    fn remembering(flaw: Option<Flaw>, freshness: Freshness) -> Arc<Self> {
        let world = Self::new(flaw, Table::Own);
        let verdict = Verdict::new(Some(principal()), world.announced.epoch(&world.digest), freshness);
        *world.recall.memory().0.lock().unwrap() = Some(Arc::new(verdict));
        world
    }

    /// Verifies the token as the verifier does, and looks out for the change having returned before the decision.
    fn request(&self) {
        let late = self.change_returned.load(Ordering::Acquire);
        let late_in_load = Cell::new(false);
        let verdict = self.remembered().or_else(|epoch| {
            block_on(self.recall.load(self.digest, epoch, now, |pilot| {
                self.resolve(pilot);
                late_in_load.set(self.change_returned.load(Ordering::Acquire));
                ready(Ok(()))
            }))
        });
        let accepted = verdict.is_ok_and(|verdict| verdict.principal().is_some());
        let late = late || late_in_load.get();
        assert!(!(late && accepted), "a token was accepted after its revocation had returned");
    }

    /// The load in the background that a hit asks for.
    fn refresh(&self) {
        let Ok(Hit { refresh: Some(epoch), .. }) = self.recall.look_up(&self.digest, now(), |_| ()) else { return };
        if let Some(pilot) = self.recall.refresh(self.digest, epoch, now()) {
            self.resolve(pilot);
        }
    }

    /// A request whose load came to nothing, served from what is remembered.
    fn stale_request(&self) {
        let late = self.change_returned.load(Ordering::Acquire);
        let accepted = self.recall.look_up_stale(&self.digest, now(), |verdict| verdict.principal().is_some());
        let accepted = accepted.map(|stale| stale.decision);
        assert!(!(late && accepted == Some(true)), "a token was accepted after its revocation had returned");
    }

    fn remembered(&self) -> Result<Arc<Verdict>, Epoch> {
        self.recall.look_up(&self.digest, now(), Arc::clone).map(|hit| hit.decision)
    }

    /// Opens a flight that is not allowed to take off, unless there is one already.
    fn refused_request(&self) {
        let Err(epoch) = self.remembered() else { return };
        let _ = block_on(self.recall.load(self.digest, epoch, now, |pilot| {
            drop(pilot);
            ready(Err(Outage::Failed))
        }));
    }

    /// Must come to a verdict, whatever became of the flights of others.
    fn allowed_request(&self) {
        let verdict = self.remembered().or_else(|epoch| {
            block_on(self.recall.load(self.digest, epoch, now, |pilot| {
                self.resolve(pilot);
                ready(Ok(()))
            }))
        });
        assert!(verdict.is_ok(), "a request was refused for another");
    }

    fn resolve(&self, pilot: Pilot) {
        let principal = (!self.revoked.load(Ordering::Acquire)).then(principal);
        self.recall.settle(pilot.take_off(), principal, Duration::MAX);
    }
}

fn now() -> Moment {
    Moment::new(jiff::Timestamp::UNIX_EPOCH, Duration::ZERO)
}

fn principal() -> PatPrincipal {
    let owner = OwnerId::parse("alice").unwrap();
    PatPrincipal::new(PatRecord::new(TokenId::from_uuid(Uuid::nil()), owner))
}

/// A change among two clients, one of which asks twice.
fn explore(flaw: Option<Flaw>, table: Table) {
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(3);
    model.check(move || {
        let world = World::new(flaw, table);
        let client = {
            let world = Arc::clone(&world);
            thread::spawn(move || world.request())
        };
        let changer = {
            let world = Arc::clone(&world);
            thread::spawn(move || world.revoke())
        };
        world.request();
        world.request();
        client.join().unwrap();
        changer.join().unwrap();
    });
}

/// A change among a refresh and two requests.
fn explore_refresh(flaw: Option<Flaw>) {
    let due = Freshness {
        since: Duration::ZERO,
        until: Duration::MAX,
        refresh_from: Some(Duration::ZERO),
        stale_until: None,
    };
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(3);
    model.check(move || {
        let world = World::remembering(flaw, due);
        let refresh = {
            let world = Arc::clone(&world);
            thread::spawn(move || world.refresh())
        };
        let changer = {
            let world = Arc::clone(&world);
            thread::spawn(move || world.revoke())
        };
        world.request();
        world.request();
        refresh.join().unwrap();
        changer.join().unwrap();
    });
}

/// A change among requests in an outage.
fn explore_outage(flaw: Option<Flaw>) {
    let stale = Freshness {
        since: Duration::ZERO,
        until: Duration::ZERO,
        refresh_from: None,
        stale_until: Some(Duration::MAX),
    };
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(3);
    model.check(move || {
        let world = World::remembering(flaw, stale);
        let changer = {
            let world = Arc::clone(&world);
            thread::spawn(move || world.revoke())
        };
        world.stale_request();
        world.stale_request();
        changer.join().unwrap();
    });
}

#[test]
fn nothing_is_accepted_after_a_change_during_a_refresh_has_returned() {
    explore_refresh(None);
}

#[test]
#[should_panic(expected = "accepted after its revocation")]
fn refresh_that_counts_in_the_epoch_of_its_end_is_caught() {
    explore_refresh(Some(Flaw::EpochOfLanding));
}

#[test]
#[should_panic(expected = "accepted after its revocation")]
fn refresh_that_later_requests_join_by_digest_alone_is_caught() {
    explore_refresh(Some(Flaw::FlightsByDigestAlone));
}

#[test]
fn nothing_stale_is_accepted_after_a_change_has_returned() {
    explore_outage(None);
}

#[test]
#[should_panic(expected = "accepted after its revocation")]
fn stale_verdict_without_epoch_is_caught() {
    explore_outage(Some(Flaw::NoEpochOnStale));
}

/// A reading of a feed that tells of a change, beside a request that comes long after the change: it must not rely on what
/// was heard without seeing what was told.
fn explore_feed(flaw: Option<Flaw>, tell: fn(&World)) {
    let fresh = Freshness { since: Duration::ZERO, until: Duration::MAX, refresh_from: None, stale_until: None };
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(3);
    model.check(move || {
        let world = World::remembering(flaw, fresh);
        world.announced.is_fed(Duration::from_nanos(1), now());
        let reader = {
            let world = Arc::clone(&world);
            thread::spawn(move || tell(&world))
        };
        let found = world.recall.look_up(&world.digest, much_later(), |_| ());
        assert!(found.is_err(), "a token was accepted after its revocation had returned long ago");
        reader.join().unwrap();
    });
}

fn much_later() -> Moment {
    Moment::new(jiff::Timestamp::UNIX_EPOCH, Duration::from_secs(1))
}

#[test]
fn what_a_feed_tells_of_is_seen_by_who_relies_on_it() {
    explore_feed(None, |world| {
        world.announced.raise(world.digest.mark());
        world.announced.has_heard(much_later());
    });
}

#[test]
#[should_panic(expected = "accepted after its revocation")]
fn feed_that_counts_before_what_it_tells_of_is_caught() {
    explore_feed(None, |world| {
        world.announced.has_heard(much_later());
        world.announced.raise(world.digest.mark());
    });
}

#[test]
#[should_panic(expected = "accepted after its revocation")]
fn feed_that_is_looked_at_after_the_epoch_is_caught() {
    explore_feed(Some(Flaw::TrustAfterEpoch), |world| {
        world.announced.raise(world.digest.mark());
        world.announced.has_heard(much_later());
    });
}

#[test]
fn nothing_is_accepted_after_a_change_has_returned() {
    explore(None, Table::Own);
}

#[test]
fn nothing_is_accepted_through_a_chain_after_a_change_in_a_part_has_returned() {
    explore(None, Table::Following);
}

#[test]
#[should_panic(expected = "accepted after its revocation")]
fn remembered_verdict_without_epoch_is_caught() {
    explore(Some(Flaw::NoEpochOnHit), Table::Own);
}

#[test]
#[should_panic(expected = "accepted after its revocation")]
fn flight_keyed_by_digest_alone_is_caught() {
    explore(Some(Flaw::FlightsByDigestAlone), Table::Own);
}

#[test]
#[should_panic(expected = "accepted after its revocation")]
fn load_without_a_second_look_is_caught() {
    explore(Some(Flaw::NoSecondLook), Table::Own);
}

#[test]
fn nobody_is_refused_for_another_whose_flight_they_joined() {
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(3);
    model.check(|| {
        let world = World::new(None, Table::Own);
        let refused = {
            let world = Arc::clone(&world);
            thread::spawn(move || world.refused_request())
        };
        let changer = {
            let world = Arc::clone(&world);
            thread::spawn(move || world.revoke())
        };
        world.allowed_request();
        refused.join().unwrap();
        changer.join().unwrap();
    });
}
