use std::collections::HashMap;
use std::mem;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use super::verdict::Verdict;
use crate::revocations::Epoch;
use crate::sync::{Mutex, lock};
use crate::token::TokenDigest;

/// A load came to no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Outage;

pub(super) type Landing = Result<Arc<Verdict>, Outage>;

/// For whom a load is made: the token, and the epoch in which those who wait for it arrived.
type Key = (TokenDigest, Epoch);

/// The loads under way, one for each key.
#[derive(Debug, Default)]
pub(super) struct Flights {
    airborne: Mutex<HashMap<Key, Arc<Flight>>>,
}

#[derive(Debug)]
struct Flight {
    state: Mutex<State>,
}

#[derive(Debug)]
enum State {
    /// With the wakers of those who wait; a seat whose passenger left is empty.
    Airborne(Vec<Option<Waker>>),
    Landed(Landing),
}

impl Flights {
    /// Boards the flight of this key. Whoever finds none opens one and gets its pilot, who must make the load.
    pub(super) fn board(self: &Arc<Self>, key: Key) -> (Passenger, Option<Pilot>) {
        let mut airborne = lock(&self.airborne);
        if let Some(flight) = airborne.get(&key) {
            return (Passenger::new(Arc::clone(flight)), None);
        }
        let flight = Arc::new(Flight {
            state: Mutex::new(State::Airborne(Vec::new())),
        });
        airborne.insert(key, Arc::clone(&flight));
        let pilot = Pilot {
            flights: Arc::clone(self),
            key,
            flight: Arc::clone(&flight),
        };
        (Passenger::new(flight), Some(pilot))
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

/// Makes the load of a flight. Dropped without landing, such as by a panic, it lands with an outage: nobody is left
/// waiting.
#[derive(Debug)]
pub(crate) struct Pilot {
    flights: Arc<Flights>,
    key: Key,
    flight: Arc<Flight>,
}

impl Pilot {
    pub(crate) fn digest(&self) -> TokenDigest {
        self.key.0
    }

    pub(super) fn epoch(&self) -> Epoch {
        self.key.1
    }

    pub(super) fn land(self, landing: Landing) {
        self.flight.land(landing);
    }
}

impl Drop for Pilot {
    fn drop(&mut self) {
        lock(&self.flights.airborne).remove(&self.key);
        self.flight.land(Err(Outage));
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
        let waker = Some(cx.waker().clone());
        let seat = *this.seat.get_or_insert_with(|| {
            seats.push(None);
            seats.len() - 1
        });
        seats[seat] = waker;
        Poll::Pending
    }
}

impl Drop for Passenger {
    fn drop(&mut self) {
        let Some(seat) = self.seat else { return };
        if let State::Airborne(seats) = &mut *lock(&self.flight.state) {
            seats[seat] = None;
        }
    }
}

#[cfg(test)]
#[cfg(not(model))]
mod tests {
    use std::pin::pin;
    use std::sync::Arc;
    use std::task::{Context, Poll, Waker};
    use std::time::Duration;

    use super::{Flights, Outage, Passenger};
    use crate::flight::verdict::Verdict;
    use crate::revocations::{Epoch, Revocations};
    use crate::sync::lock;
    use crate::token::TokenDigest;

    fn key(revocations: &Revocations) -> (TokenDigest, Epoch) {
        let digest = TokenDigest::of("…");
        (digest, revocations.epoch(&digest))
    }

    fn poll(passenger: &mut Passenger) -> Poll<super::Landing> {
        pin!(passenger).poll(&mut Context::from_waker(Waker::noop()))
    }

    #[test]
    fn one_flight_serves_all_of_its_key() {
        let (flights, revocations) = (Arc::new(Flights::default()), Revocations::new());
        let key = key(&revocations);
        let (mut first, pilot) = flights.board(key);
        let (mut second, none) = flights.board(key);
        assert!(none.is_none());
        assert!(poll(&mut first).is_pending() && poll(&mut second).is_pending());

        pilot
            .unwrap()
            .land(Ok(Arc::new(Verdict::new(None, key.1, Duration::MAX))));
        let (Poll::Ready(Ok(one)), Poll::Ready(Ok(two))) = (poll(&mut first), poll(&mut second)) else {
            panic!("both passengers have arrived");
        };
        assert!(Arc::ptr_eq(&one, &two));
        assert!(lock(&flights.airborne).is_empty());
    }

    #[test]
    fn pilot_who_is_lost_leaves_nobody_waiting() {
        let (flights, revocations) = (Arc::new(Flights::default()), Revocations::new());
        let (mut passenger, pilot) = flights.board(key(&revocations));
        assert!(poll(&mut passenger).is_pending());
        drop(pilot);
        assert!(matches!(poll(&mut passenger), Poll::Ready(Err(Outage))));
        assert!(
            flights.board(key(&revocations)).1.is_some(),
            "the next request asks again"
        );
    }

    #[test]
    fn raised_epoch_opens_a_flight_of_its_own() {
        let (flights, revocations) = (Arc::new(Flights::default()), Revocations::new());
        let old = key(&revocations);
        let (_passenger, _pilot) = flights.board(old);
        revocations.raise(old.0.mark());
        assert!(flights.board(key(&revocations)).1.is_some());
    }

    #[test]
    fn passenger_who_leaves_keeps_no_waker_alive() {
        let (flights, revocations) = (Arc::new(Flights::default()), Revocations::new());
        let (mut leaving, _pilot) = flights.board(key(&revocations));
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
