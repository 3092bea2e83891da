//! The core under a model checker: the interleavings of a change with requests, up to three preemptions deep.
//!
//! Run by `scripts/model`.

use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;

use loom::future::block_on;
use loom::sync::Mutex;
use loom::sync::atomic::{AtomicBool, Ordering};
use loom::thread;
use uuid::Uuid;

use super::flights::Pilot;
use super::memory::Memory;
use super::recall::{Flaw, Recall};
use super::verdict::Verdict;
use crate::clock::Moment;
use crate::principal::PatPrincipal;
use crate::record::{OwnerId, PatRecord, TokenId};
use crate::revocations::Revocations;
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
    fn recall(&self, _digest: &TokenDigest) -> Option<Arc<Verdict>> {
        self.0.lock().unwrap().clone()
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

    /// Verifies the token as the verifier does, and looks out for the change having returned before the decision.
    fn request(&self) {
        let late = self.change_returned.load(Ordering::Acquire);
        let late_in_load = Cell::new(false);
        let verdict = self.recall.look_up(&self.digest, now()).or_else(|epoch| {
            block_on(self.recall.load(self.digest, epoch, now, |pilot| {
                self.resolve(pilot);
                late_in_load.set(self.change_returned.load(Ordering::Acquire));
            }))
        });
        let accepted = verdict.is_ok_and(|verdict| verdict.principal().is_some());
        let late = late || late_in_load.get();
        assert!(!(late && accepted), "a token was accepted after its revocation had returned");
    }

    fn resolve(&self, pilot: Pilot) {
        let principal = (!self.revoked.load(Ordering::Acquire)).then(principal);
        self.recall.settle(pilot, principal, Duration::MAX);
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
