use std::collections::HashMap;
use std::mem;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use super::verdict::Verdict;
use crate::clock::Moment;
use crate::revocations::Epoch;
use crate::sync::{Mutex, lock};
use crate::token::TokenDigest;

/// A load came to no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outage {
    /// It failed, or was not made since others had failed.
    Failed,
    /// It was not made, for too many waited for theirs. Clients alone can cause it.
    Crowded,
}

pub(super) type Landing = Result<Arc<Verdict>, Lost>;

/// Why a flight brought nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lost {
    /// It never took off: whoever was to make the load went away, or was not allowed to. That holds for nobody else.
    Cancelled,
    Outage,
}

/// For whom a load is made: the token, and the epoch in which those who wait for it arrived.
type Key = (TokenDigest, Epoch);

/// The loads under way, one for each key.
#[derive(Debug, Default)]
pub(super) struct Flights {
    airborne: Mutex<HashMap<Key, Arc<Flight>>>,
}

#[derive(Debug)]
struct Flight {
    /// A reading of the monotonic clock, after which nobody waits for it any more.
    due: Duration,
    state: Mutex<State>,
}

#[derive(Debug)]
enum State {
    /// With the wakers of those who wait; a seat whose passenger left is empty.
    Airborne(Vec<Option<Waker>>),
    Landed(Landing),
}

impl Flights {
    /// Boards the flight of this key. Whoever finds none, or one that is overdue, opens one that is due at `due` and gets
    /// its pilot, who must make the load.
    pub(super) fn board(self: &Arc<Self>, key: Key, now: Moment, due: Duration) -> (Passenger, Option<Pilot>) {
        let mut airborne = lock(&self.airborne);
        let under_way = airborne.get(&key).filter(|flight| now.monotonic() <= flight.due);
        if let Some(flight) = under_way {
            return (Passenger::new(Arc::clone(flight)), None);
        }
        let flight = Arc::new(Flight { due, state: Mutex::new(State::Airborne(Vec::new())) });
        airborne.insert(key, Arc::clone(&flight));
        let pilot = Pilot { flights: Arc::clone(self), key, flight: Arc::clone(&flight), is_aloft: false };
        (Passenger::new(flight), Some(pilot))
    }

    /// Takes a flight out, unless it was overdue and has been followed by another.
    fn remove(&self, key: &Key, flight: &Arc<Flight>) {
        let mut airborne = lock(&self.airborne);
        if airborne.get(key).is_some_and(|current| Arc::ptr_eq(current, flight)) {
            airborne.remove(key);
        }
    }
}

impl Flight {
    /// The first landing counts.
    fn land(&self, landing: Landing) {
        let mut state = lock(&self.state);
        let State::Airborne(seats) = &mut *state else { return };
        let waiting = mem::take(seats);
        *state = State::Landed(landing);
        drop(state);
        waiting.into_iter().flatten().for_each(Waker::wake);
    }
}

/// Makes the load of a flight. Dropped without landing, such as by a panic, it lands with an outage, or cancels the flight
/// if it has not taken off: nobody is left waiting.
#[derive(Debug)]
pub(crate) struct Pilot {
    flights: Arc<Flights>,
    key: Key,
    flight: Arc<Flight>,
    is_aloft: bool,
}

impl Pilot {
    /// From here on the resolver is asked, or was.
    pub(crate) fn take_off(mut self) -> Self {
        self.is_aloft = true;
        self
    }

    pub(crate) fn digest(&self) -> TokenDigest {
        self.key.0
    }

    pub(super) fn epoch(&self) -> Epoch {
        self.key.1
    }

    /// Whether those who board now still wait for this flight.
    pub(super) fn is_expected(&self) -> bool {
        let airborne = lock(&self.flights.airborne);
        airborne.get(&self.key).is_some_and(|current| Arc::ptr_eq(current, &self.flight))
    }

    pub(super) fn land(self, landing: Landing) {
        self.flight.land(landing);
    }
}

impl Drop for Pilot {
    fn drop(&mut self) {
        self.flights.remove(&self.key, &self.flight);
        self.flight.land(Err(if self.is_aloft { Lost::Outage } else { Lost::Cancelled }));
    }
}

/// Waits for a flight to land.
///
/// # Cancel safety
///
/// Dropping it gives up the seat; the flight goes on.
#[derive(Debug)]
pub(super) struct Passenger {
    flight: Arc<Flight>,
    seat: Option<usize>,
}

impl Passenger {
    fn new(flight: Arc<Flight>) -> Self {
        Self { flight, seat: None }
    }
}

impl Future for Passenger {
    type Output = Landing;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        let mut state = lock(&this.flight.state);
        let seats = match &mut *state {
            State::Landed(landing) => return Poll::Ready(landing.clone()),
            State::Airborne(seats) => seats,
        };
        let seat = *this.seat.get_or_insert_with(|| {
            seats.push(None);
            seats.len() - 1
        });
        let left = seats[seat].replace(cx.waker().clone());
        drop(state);
        // What a foreign waker does when it is dropped is not known: not under the lock.
        drop(left);
        Poll::Pending
    }
}

impl Drop for Passenger {
    fn drop(&mut self) {
        let Some(seat) = self.seat else { return };
        let mut state = lock(&self.flight.state);
        let State::Airborne(seats) = &mut *state else { return };
        let left = seats[seat].take();
        drop(state);
        drop(left);
    }
}

#[cfg(test)]
#[cfg(not(model))]
mod tests {
    use std::pin::pin;
    use std::sync::Arc;
    use std::task::{Context, Poll, Waker};
    use std::time::Duration;

    use super::{Flights, Lost, Passenger};
    use crate::clock::Moment;
    use crate::flight::verdict::Verdict;
    use crate::revocations::{Epoch, Revocations};
    use crate::sync::lock;
    use crate::token::TokenDigest;

    fn key(revocations: &Revocations) -> (TokenDigest, Epoch) {
        let digest = TokenDigest::of("…");
        (digest, revocations.epoch(&digest))
    }

    const DUE: Duration = Duration::from_secs(2);

    fn now(seconds: u64) -> Moment {
        Moment::new(jiff::Timestamp::UNIX_EPOCH, Duration::from_secs(seconds))
    }

    fn poll(passenger: &mut Passenger) -> Poll<super::Landing> {
        pin!(passenger).poll(&mut Context::from_waker(Waker::noop()))
    }

    #[test]
    fn one_flight_serves_all_of_its_key() {
        let (flights, revocations) = (Arc::new(Flights::default()), Revocations::new());
        let key = key(&revocations);
        let (mut first, pilot) = flights.board(key, now(0), DUE);
        let (mut second, none) = flights.board(key, now(0), DUE);
        assert!(none.is_none());
        assert!(poll(&mut first).is_pending() && poll(&mut second).is_pending());

        pilot.unwrap().land(Ok(Arc::new(Verdict::new(None, key.1, Duration::MAX))));
        let (Poll::Ready(Ok(one)), Poll::Ready(Ok(two))) = (poll(&mut first), poll(&mut second)) else {
            panic!("both passengers have arrived");
        };
        assert!(Arc::ptr_eq(&one, &two));
        assert!(lock(&flights.airborne).is_empty());
    }

    #[test]
    fn pilot_who_is_lost_leaves_nobody_waiting() {
        let (flights, revocations) = (Arc::new(Flights::default()), Revocations::new());
        let (mut passenger, pilot) = flights.board(key(&revocations), now(0), DUE);
        assert!(poll(&mut passenger).is_pending());
        drop(pilot.unwrap().take_off());
        assert!(matches!(poll(&mut passenger), Poll::Ready(Err(Lost::Outage))));
        assert!(flights.board(key(&revocations), now(0), DUE).1.is_some(), "the next request asks again");
    }

    #[test]
    fn flight_that_never_took_off_is_cancelled_and_no_outage() {
        let (flights, revocations) = (Arc::new(Flights::default()), Revocations::new());
        let (_, pilot) = flights.board(key(&revocations), now(0), DUE);
        let (mut passenger, _) = flights.board(key(&revocations), now(0), DUE);
        drop(pilot);
        assert!(matches!(poll(&mut passenger), Poll::Ready(Err(Lost::Cancelled))));
        assert!(flights.board(key(&revocations), now(0), DUE).1.is_some());
    }

    #[test]
    fn overdue_flight_is_followed_by_another_and_does_not_end_it() {
        let (flights, revocations) = (Arc::new(Flights::default()), Revocations::new());
        let key = key(&revocations);
        let (_, overdue) = flights.board(key, now(0), DUE);
        assert!(flights.board(key, now(2), DUE).1.is_none());
        let (mut passenger, pilot) = flights.board(key, now(3), DUE * 2);
        assert!(pilot.is_some());
        drop(overdue);
        assert!(poll(&mut passenger).is_pending());
        assert!(flights.board(key, now(3), DUE * 2).1.is_none());
    }

    #[test]
    fn raised_epoch_opens_a_flight_of_its_own() {
        let (flights, revocations) = (Arc::new(Flights::default()), Revocations::new());
        let old = key(&revocations);
        let (_passenger, _pilot) = flights.board(old, now(0), DUE);
        revocations.raise(old.0.mark());
        assert!(flights.board(key(&revocations), now(0), DUE).1.is_some());
    }

    #[test]
    fn passenger_who_leaves_keeps_no_waker_alive() {
        let (flights, revocations) = (Arc::new(Flights::default()), Revocations::new());
        let (mut leaving, _pilot) = flights.board(key(&revocations), now(0), DUE);
        let waker = Arc::new(Counted);
        let task = Waker::from(Arc::clone(&waker));
        assert!(pin!(&mut leaving).poll(&mut Context::from_waker(&task)).is_pending());
        drop(task);
        assert_eq!(Arc::strong_count(&waker), 2);
        drop(leaving);
        assert_eq!(Arc::strong_count(&waker), 1);
    }

    struct Counted;

    impl std::task::Wake for Counted {
        fn wake(self: Arc<Self>) {}
    }
}
