use std::time::Duration;

/// When a circuit opens, and for how long at first.
#[derive(Debug, Clone, Copy)]
pub(super) struct Trip {
    pub(super) failures: u32,
    pub(super) pause: Duration,
}

impl Default for Trip {
    fn default() -> Self {
        Self { failures: 5, pause: Duration::from_secs(1) }
    }
}

/// What became of a load.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Also that the token is not known.
    Answer,
    Failure,
    /// Nothing is known of the resolver.
    Lost,
}

/// What is news.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    Opened,
    Closed,
}

/// The state of a circuit. All times are readings of the monotonic clock.
#[derive(Debug, Default)]
pub(super) struct State {
    phase: Phase,
    /// Raised by each opening, closing and probe: what began before it counts no more. A hundred loads that hang from
    /// before an outage would open the circuit anew after it.
    era: u64,
}

#[derive(Debug, Clone, Copy)]
enum Phase {
    Closed {
        failures: u32,
    },
    Open {
        until: Duration,
        pause: Duration,
    },
    /// One load is under way to see whether the resolver answers. Past `due` it is given up for another.
    Probing {
        due: Duration,
        pause: Duration,
    },
}

impl Default for Phase {
    fn default() -> Self {
        Self::Closed { failures: 0 }
    }
}

impl State {
    const LONGEST_PAUSE: Duration = Duration::from_secs(30);

    pub(super) fn refuses(&self, now: Duration) -> bool {
        match self.phase {
            Phase::Closed { .. } => false,
            Phase::Open { until, .. } => now < until,
            Phase::Probing { due, .. } => now <= due,
        }
    }

    /// The era of a load that is let through; `due` is when it is given up if it is a probe.
    pub(super) fn admit(&mut self, now: Duration, due: Duration) -> Option<u64> {
        if self.refuses(now) {
            return None;
        }
        if let Phase::Open { pause, .. } | Phase::Probing { pause, .. } = self.phase {
            self.enter(Phase::Probing { due, pause });
        }
        Some(self.era)
    }

    pub(super) fn report(&mut self, era: u64, outcome: Outcome, now: Duration, trip: Trip) -> Option<Change> {
        if era != self.era {
            return None;
        }
        match (self.phase, outcome) {
            (Phase::Closed { .. }, Outcome::Answer) => self.phase = Phase::default(),
            (Phase::Closed { failures }, Outcome::Failure) if failures + 1 < trip.failures => {
                self.phase = Phase::Closed { failures: failures + 1 };
            }
            (Phase::Closed { .. }, Outcome::Failure) => {
                self.open(now, trip.pause);
                return Some(Change::Opened);
            }
            (Phase::Probing { .. }, Outcome::Answer) => {
                self.enter(Phase::default());
                return Some(Change::Closed);
            }
            (Phase::Probing { pause, .. }, Outcome::Failure) => {
                let longest = Self::LONGEST_PAUSE.max(trip.pause);
                self.open(now, pause.saturating_mul(2).min(longest));
            }
            (Phase::Probing { pause, .. }, Outcome::Lost) => self.enter(Phase::Open { until: now, pause }),
            (Phase::Closed { .. }, Outcome::Lost) | (Phase::Open { .. }, _) => {}
        }
        None
    }

    fn open(&mut self, now: Duration, pause: Duration) {
        self.enter(Phase::Open { until: now.saturating_add(pause), pause });
    }

    fn enter(&mut self, phase: Phase) {
        self.phase = phase;
        self.era += 1;
    }
}

#[cfg(test)]
#[cfg(not(model))]
mod tests {
    use std::time::Duration;

    use super::{Change, Outcome, State, Trip};

    const LEASE: Duration = Duration::from_secs(4);

    fn at(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    fn admit(state: &mut State, now: u64) -> Option<u64> {
        state.admit(at(now), at(now) + LEASE)
    }

    fn report(state: &mut State, era: u64, outcome: Outcome, now: u64) -> Option<Change> {
        state.report(era, outcome, at(now), Trip::default())
    }

    /// One that five failures have opened at 0.
    fn open() -> State {
        let mut state = State::default();
        let eras = [(); 5].map(|()| admit(&mut state, 0).unwrap());
        let changes = eras.map(|era| report(&mut state, era, Outcome::Failure, 0));
        assert_eq!(changes, [None, None, None, None, Some(Change::Opened)]);
        state
    }

    #[test]
    fn failures_in_a_row_open_it_and_an_answer_breaks_the_row() {
        let mut state = State::default();
        let era = admit(&mut state, 0).unwrap();
        for _ in 0..3 {
            for _ in 0..4 {
                assert_eq!(report(&mut state, era, Outcome::Failure, 0), None);
            }
            assert_eq!(report(&mut state, era, Outcome::Lost, 0), None);
            assert_eq!(report(&mut state, era, Outcome::Answer, 0), None);
        }
        assert!(!state.refuses(at(0)));
        assert!(open().refuses(at(0)));
    }

    #[test]
    fn after_the_pause_one_is_let_through_and_its_answer_closes_it() {
        let mut state = open();
        assert_eq!(admit(&mut state, 999), None);
        let probe = admit(&mut state, 1_000).unwrap();
        assert!(state.refuses(at(1_000)));
        assert_eq!(admit(&mut state, 1_000), None);
        assert_eq!(report(&mut state, probe, Outcome::Answer, 1_005), Some(Change::Closed));
        assert!(admit(&mut state, 1_005).is_some() && admit(&mut state, 1_005).is_some());
    }

    #[test]
    fn pause_doubles_with_each_probe_that_fails_up_to_thirty_seconds_and_begins_anew() {
        let (mut state, mut now) = (open(), 0);
        for pause in [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000] {
            assert_eq!(admit(&mut state, now + pause - 1), None);
            now += pause;
            let probe = admit(&mut state, now).unwrap();
            assert_eq!(report(&mut state, probe, Outcome::Failure, now), None);
        }
        now += 30_000;
        let probe = admit(&mut state, now).unwrap();
        assert_eq!(report(&mut state, probe, Outcome::Answer, now), Some(Change::Closed));
        let era = admit(&mut state, now).unwrap();
        for _ in 0..5 {
            report(&mut state, era, Outcome::Failure, now);
        }
        assert!(state.refuses(at(now + 999)) && !state.refuses(at(now + 1_000)));
    }

    #[test]
    fn what_began_before_it_opened_neither_closes_nor_opens_it() {
        let mut state = State::default();
        let early = admit(&mut state, 0).unwrap();
        for _ in 0..5 {
            report(&mut state, early, Outcome::Failure, 0);
        }
        assert_eq!(report(&mut state, early, Outcome::Answer, 10), None);
        assert!(state.refuses(at(10)));
        let probe = admit(&mut state, 1_000).unwrap();
        assert_eq!(report(&mut state, early, Outcome::Answer, 1_000), None);
        assert_eq!(report(&mut state, probe, Outcome::Answer, 1_000), Some(Change::Closed));
        for _ in 0..100 {
            assert_eq!(report(&mut state, early, Outcome::Failure, 1_001), None);
        }
        assert!(!state.refuses(at(1_001)));
    }

    #[test]
    fn probe_that_is_never_heard_of_is_followed_by_another() {
        let mut state = open();
        let silent = admit(&mut state, 1_000).unwrap();
        assert_eq!(admit(&mut state, 5_000), None);
        let probe = admit(&mut state, 5_001).unwrap();
        assert_eq!(report(&mut state, silent, Outcome::Failure, 5_002), None);
        assert_eq!(report(&mut state, probe, Outcome::Answer, 5_003), Some(Change::Closed));
    }

    #[test]
    fn probe_that_is_lost_gives_its_place_to_the_next() {
        let mut state = open();
        let lost = admit(&mut state, 1_000).unwrap();
        assert_eq!(report(&mut state, lost, Outcome::Lost, 1_001), None);
        assert!(admit(&mut state, 1_001).is_some());
        assert_eq!(admit(&mut state, 1_001), None);
    }

    #[test]
    fn clock_at_its_end_breaks_nothing() {
        let mut state = State::default();
        let trip = Trip { failures: 1, pause: Duration::MAX };
        let era = state.admit(Duration::MAX, Duration::MAX).unwrap();
        assert_eq!(state.report(era, Outcome::Failure, Duration::MAX, trip), Some(Change::Opened));
        let probe = state.admit(Duration::MAX, Duration::MAX).unwrap();
        assert_eq!(state.report(probe, Outcome::Failure, Duration::MAX, trip), None);
    }
}
