use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::oneshot::{self, Receiver, Sender};
use tokio::time::timeout;

use super::limits::Limits;
use super::origin::Origin;
use super::turns::{Ticket, Turns};
use crate::clock::Clock;
use crate::sync::{Mutex, lock};

/// Lets so many loads through at once; the others wait for their turn, if there is room for them.
#[derive(Debug)]
pub(super) struct Gate {
    max_loads: usize,
    /// After this time a permit is worth nothing: whoever has it is no longer driven.
    lease: Duration,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    leases: BTreeSet<Lease>,
    turns: Turns<Sender<Permit>>,
    numbers: u64,
}

/// Until when a permit is good, by the monotonic clock, and its number.
type Lease = (Duration, u64);

impl Gate {
    pub(super) fn new(limits: Limits, lease: Duration, clock: Arc<dyn Clock>) -> Arc<Self> {
        let turns = Turns::new(limits.waiting_of_one_client, limits.waiting);
        let state = Mutex::new(State { leases: BTreeSet::new(), turns, numbers: 0 });
        Arc::new(Self { max_loads: limits.max_loads, lease, clock, state })
    }

    /// Waits for a permit, no longer than `patience`; none if there is no room to wait, or it came too late.
    ///
    /// # Cancel safety
    ///
    /// Dropping it leaves the line, and hands on a permit that has come meanwhile.
    pub(super) async fn pass(self: &Arc<Self>, origin: Origin, patience: Duration) -> Option<Permit> {
        let mut place = match self.line_up(origin)? {
            Entry::Permit(permit) => return Some(permit),
            Entry::Place(place) => place,
        };
        // Leases that have run out may have made room.
        self.hand_on();
        timeout(patience, &mut place.turn).await.ok()?.ok()
    }

    /// A permit that nobody waits for, if there is one.
    pub(super) fn try_pass(self: &Arc<Self>) -> Option<Permit> {
        let now = self.clock.now().monotonic();
        let lease = lock(&self.state).free(now, self)?;
        Some(self.permit(lease))
    }

    fn line_up(self: &Arc<Self>, origin: Origin) -> Option<Entry> {
        let now = self.clock.now().monotonic();
        let mut state = lock(&self.state);
        if let Some(lease) = state.free(now, self) {
            return Some(Entry::Permit(self.permit(lease)));
        }
        let (call, turn) = oneshot::channel();
        let (ticket, sent_away) = state.turns.enter(origin, call)?;
        drop(state);
        // It wakes somebody: not under the lock.
        drop(sent_away);
        Some(Entry::Place(Place { gate: Arc::clone(self), ticket, turn }))
    }

    /// Calls those whose turn it is, as long as there are permits.
    fn hand_on(self: &Arc<Self>) {
        while let Some((call, lease)) = self.next() {
            if let Err(unclaimed) = call.send(self.permit(lease)) {
                unclaimed.give_back();
            }
        }
    }

    fn next(&self) -> Option<(Sender<Permit>, Lease)> {
        let now = self.clock.now().monotonic();
        let mut state = lock(&self.state);
        if state.turns.is_empty() {
            return None;
        }
        let lease = state.lease(now, self)?;
        state.turns.next().map(|call| (call, lease))
    }

    fn permit(self: &Arc<Self>, lease: Lease) -> Permit {
        Permit { gate: Arc::clone(self), lease: Some(lease) }
    }

    fn leave(&self, ticket: Ticket) {
        let left = lock(&self.state).turns.leave(ticket);
        drop(left);
    }
}

#[cfg(test)]
#[cfg(not(model))]
impl Gate {
    /// How many have a permit, and how many wait.
    fn census(&self) -> (usize, usize) {
        let state = lock(&self.state);
        (state.leases.len(), state.turns.len())
    }
}

impl State {
    /// None if others wait for it.
    fn free(&mut self, now: Duration, gate: &Gate) -> Option<Lease> {
        if self.turns.is_empty() { self.lease(now, gate) } else { None }
    }

    fn lease(&mut self, now: Duration, gate: &Gate) -> Option<Lease> {
        while self.leases.first().is_some_and(|&(until, _)| until < now) {
            self.leases.pop_first();
        }
        if self.leases.len() >= gate.max_loads {
            return None;
        }
        self.numbers += 1;
        let lease = (now.saturating_add(gate.lease), self.numbers);
        self.leases.insert(lease);
        Some(lease)
    }
}

enum Entry {
    Permit(Permit),
    Place(Place),
}

/// A place in a line, which is left when it is dropped.
struct Place {
    gate: Arc<Gate>,
    ticket: Ticket,
    turn: Receiver<Permit>,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.gate.leave(self.ticket);
    }
}

/// Leave to make one load, handed on when it is dropped.
pub(super) struct Permit {
    gate: Arc<Gate>,
    lease: Option<Lease>,
}

impl Permit {
    /// Gives it back without calling the next.
    fn give_back(mut self) {
        self.end();
    }

    fn end(&mut self) -> bool {
        self.lease.take().is_some_and(|lease| lock(&self.gate.state).leases.remove(&lease))
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if self.end() {
            self.gate.hand_on();
        }
    }
}

impl fmt::Debug for Permit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permit").field("lease", &self.lease).finish_non_exhaustive()
    }
}

#[cfg(test)]
#[cfg(not(model))]
mod tests {
    use std::pin::Pin;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::task::{Context, Poll, Waker};
    use std::time::Duration;

    use super::{Gate, Permit};
    use crate::clock::{Clock, Moment};
    use crate::verifier::limits::Limits;
    use crate::verifier::origin::Origin;

    const SECOND: Duration = Duration::from_secs(1);

    #[derive(Debug, Default)]
    struct Seconds(AtomicU64);

    impl Clock for Seconds {
        fn now(&self) -> Moment {
            Moment::new(jiff::Timestamp::UNIX_EPOCH, SECOND * u32::try_from(self.0.load(Ordering::SeqCst)).unwrap())
        }
    }

    fn gate(max_loads: usize) -> (Arc<Gate>, Arc<Seconds>) {
        let (limits, clock) =
            (Limits { max_loads, waiting: 6, waiting_of_one_client: 3, patience: SECOND }, Arc::default());
        (Gate::new(limits, SECOND * 4, Arc::clone(&clock) as Arc<dyn Clock>), clock)
    }

    type Passing = Pin<Box<dyn Future<Output = Option<Permit>>>>;

    fn passing(gate: &Arc<Gate>, origin: u8) -> Passing {
        let gate = Arc::clone(gate);
        Box::pin(async move { gate.pass(Origin::V4([origin; 4]), SECOND).await })
    }

    fn poll(passing: &mut Passing) -> Poll<Option<Permit>> {
        passing.as_mut().poll(&mut Context::from_waker(Waker::noop()))
    }

    /// Passes at once.
    fn permit(gate: &Arc<Gate>, origin: u8) -> Option<Permit> {
        match poll(&mut passing(gate, origin)) {
            Poll::Ready(permit) => permit,
            Poll::Pending => panic!("whoever must wait does not pass at once"),
        }
    }

    fn is_let_through(waiting: &mut Passing) -> bool {
        matches!(poll(waiting), Poll::Ready(Some(_)))
    }

    #[tokio::test]
    async fn as_many_as_are_allowed_pass_and_the_next_when_one_comes_back() {
        let (gate, _) = gate(2);
        let (first, _second) = (permit(&gate, 1).unwrap(), permit(&gate, 1).unwrap());
        let (mut third, mut fourth) = (passing(&gate, 1), passing(&gate, 1));
        assert!(poll(&mut third).is_pending() && poll(&mut fourth).is_pending());
        assert_eq!(gate.census(), (2, 2));
        drop(first);
        let Poll::Ready(Some(_third)) = poll(&mut third) else { panic!("its turn has come") };
        assert!(poll(&mut fourth).is_pending());
        assert_eq!(gate.census(), (2, 1));
    }

    #[tokio::test]
    async fn who_does_not_wait_gets_what_is_free_or_nothing() {
        let (gate, clock) = gate(2);
        let (_first, _second) = (gate.try_pass().unwrap(), permit(&gate, 1).unwrap());
        assert!(gate.try_pass().is_none());
        assert_eq!(gate.census(), (2, 0));
        clock.0.store(5, Ordering::SeqCst);
        assert!(gate.try_pass().is_some());
    }

    #[tokio::test]
    async fn nobody_passes_those_who_wait() {
        let (gate, _) = gate(1);
        let held = permit(&gate, 1);
        let mut waiting = passing(&gate, 1);
        assert!(poll(&mut waiting).is_pending());
        drop(held);
        assert!(gate.try_pass().is_none());
        let mut late = passing(&gate, 2);
        assert!(poll(&mut late).is_pending());
        assert!(is_let_through(&mut waiting) && is_let_through(&mut late));
    }

    #[tokio::test]
    async fn flood_of_many_clients_takes_no_more_than_the_places_there_are() {
        let (gate, _) = gate(1);
        let held = permit(&gate, 0).unwrap();
        let mut waiting: Vec<_> = (0..10_000_u32).map(|number| passing(&gate, number.to_le_bytes()[0])).collect();
        let refused: usize = waiting.iter_mut().map(|waiting| usize::from(poll(waiting).is_ready())).sum();
        assert_eq!((refused, gate.census()), (9_994, (1, 6)));
        drop((waiting, held));
        assert_eq!(gate.census(), (0, 0));
    }

    #[tokio::test]
    async fn who_is_sent_away_for_another_hears_of_it() {
        let (gate, _) = gate(1);
        let _held = permit(&gate, 0).unwrap();
        let mut waiting = [1, 1, 1, 2, 2, 2].map(|origin| passing(&gate, origin));
        assert!(waiting.iter_mut().all(|waiting| poll(waiting).is_pending()));
        let mut other = passing(&gate, 3);
        assert!(poll(&mut other).is_pending());
        let sent_away: Vec<_> = waiting.iter_mut().map(|waiting| matches!(poll(waiting), Poll::Ready(None))).collect();
        assert_eq!(sent_away, [false, false, false, false, false, true]);
    }

    #[tokio::test]
    async fn who_goes_away_leaves_the_line_and_hands_on_a_permit_that_came() {
        let (gate, _) = gate(1);
        let held = permit(&gate, 1);
        let (mut gone, mut called, mut last) = (passing(&gate, 1), passing(&gate, 1), passing(&gate, 1));
        assert!([&mut gone, &mut called, &mut last].into_iter().all(|waiting| poll(waiting).is_pending()));
        drop(gone);
        assert_eq!(gate.census(), (1, 2));
        drop(held);
        assert_eq!(gate.census(), (1, 1));
        // It was called, and never took up its permit.
        drop(called);
        assert_eq!(gate.census(), (1, 0));
        assert!(is_let_through(&mut last));
        assert_eq!(gate.census(), (0, 0));
    }

    #[tokio::test(start_paused = true)]
    async fn wait_ends_when_patience_does() {
        let (gate, _) = gate(1);
        let _held = permit(&gate, 1);
        let wait = gate.pass(Origin::Unknown, SECOND);
        let mut wait = Box::pin(wait);
        assert!(tokio::time::timeout(Duration::from_millis(999), &mut wait).await.is_err());
        assert!(tokio::time::timeout(Duration::from_millis(2), wait).await.is_ok_and(|permit| permit.is_none()));
        assert_eq!(gate.census(), (1, 0));
    }

    #[tokio::test]
    async fn permit_that_is_never_given_back_is_worth_nothing_in_the_end() {
        let (gate, clock) = gate(1);
        let lost = permit(&gate, 1);
        let mut waiting = passing(&gate, 1);
        assert!(poll(&mut waiting).is_pending());
        clock.0.store(4, Ordering::SeqCst);
        let mut late = passing(&gate, 1);
        assert!(poll(&mut late).is_pending());
        clock.0.store(5, Ordering::SeqCst);
        let mut later = passing(&gate, 1);
        assert!(poll(&mut later).is_pending());
        let Poll::Ready(Some(first)) = poll(&mut waiting) else { panic!("the lease has run out") };
        // It comes back after all: nobody else is let through for it.
        drop(lost);
        assert!(poll(&mut late).is_pending());
        assert_eq!(gate.census(), (1, 2));
        drop(first);
        assert!(is_let_through(&mut late));
    }
}
