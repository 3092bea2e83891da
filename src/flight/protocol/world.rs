use std::cell::RefCell;

use stateright::{Model, Property};

use super::age::Age;
use super::database::{Database, Subject};
use super::mistake::Mistake;
use super::verifier::{Bench, Decision, Known, Told};
use crate::feed::{FeedPosition, Round, Step};

/// What may happen.
#[derive(Debug, Clone, Copy)]
pub(super) struct World {
    pub(super) mistake: Option<Mistake>,
    /// So many transactions are begun.
    pub(super) transactions: u8,
    pub(super) prunes: bool,
    pub(super) restores: Option<Restore>,
    /// Whether a follower may be dropped, and another begin.
    pub(super) leaves: bool,
    /// Whether the weather may be fair, and verdicts be loaded in the background.
    pub(super) is_whole: bool,
}

/// What tells a database that was restored from the one that was there before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Restore {
    /// It is given another generation.
    Renewed,
    /// Only what its last row says of itself.
    Unnoticed,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[expect(clippy::struct_excessive_bools, reason = "each tells of another thing that has happened")]
pub(super) struct State {
    weather: Weather,
    database: Database,
    written: u8,
    copy: Option<Database>,
    is_restored: bool,
    is_pruned: bool,
    was_left: bool,
    follower: Option<Follower>,
    /// Whether somebody has called, and the follower has not begun to read since.
    is_called: bool,
    known: Known,
    last: Last,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Weather {
    /// Readings come in time, and to their end.
    Fair,
    /// They are late, slow and cut off as it pleases.
    Foul,
}

/// What came of the last request, and by what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Last {
    Nothing,
    AcceptedLate,
    /// In time, on what is remembered.
    Accepted,
    /// On what is remembered.
    Denied,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Follower {
    position: Option<FeedPosition>,
    /// When the last reading began.
    began: Age,
    reading: Reading,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Reading {
    None,
    /// The feed is asked.
    Begun,
    /// It has answered.
    TakenIn {
        began: Age,
        steps: Vec<Step>,
        position: FeedPosition,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    Tick,
    Begin(Subject),
    /// With a call to who waits for changes or with none; and a copy may be made of the database.
    Commit {
        index: usize,
        calls: bool,
        copies: bool,
    },
    Prune,
    Restore,
    Leave,
    Follow,
    /// It may be called once more for the same.
    Read {
        is_called_again: bool,
    },
    Answer,
    Cut,
    TakeStep,
    /// With so many steps of the follower between the two readings of the decision.
    LookUp(usize),
    Refresh,
    Resolve,
    Land(usize),
}

thread_local! {
    static BENCH: RefCell<Bench> = RefCell::new(Bench::new());
}

impl World {
    fn bench<T>(self, run: impl FnOnce(&Bench) -> T) -> T {
        BENCH.with_borrow_mut(|bench| {
            bench.plant(self.mistake);
            run(bench)
        })
    }

    /// Whether time may go on: in fair weather a follower that is due reads first.
    fn may_tick(self, state: &State) -> bool {
        match (&state.follower, state.weather) {
            (Some(follower), Weather::Fair) => {
                let is_due = match self.mistake {
                    Some(Mistake::WakesAlone) => state.is_called || follower.position.is_none(),
                    _ => state.is_called || follower.began > Age::ZERO,
                };
                follower.reading == Reading::None && !is_due
            }
            _ => true,
        }
    }

    fn may_read(self, state: &State, follower: &Follower) -> bool {
        let is_alone = self.mistake == Some(Mistake::WakesAlone);
        follower.reading == Reading::None
            && (state.weather == Weather::Foul || state.is_called || follower.position.is_none() || !is_alone)
    }

    fn of_database(self, state: &State, actions: &mut Vec<Action>) {
        let (database, is_fair) = (&state.database, state.weather == Weather::Fair);
        // A copy that is made at another instant is the same.
        let may_copy = self.restores.is_some() && !state.is_restored && state.copy.is_none();
        if state.written < self.transactions {
            actions.push(Action::Begin(Subject::Other));
            actions.extend(database.can_revoke().then_some(Action::Begin(Subject::Token)));
        }
        for index in 0..database.open() {
            actions.push(Action::Commit { index, calls: false, copies: false });
            actions.extend(is_fair.then_some(Action::Commit { index, calls: true, copies: false }));
            actions.extend(may_copy.then_some(Action::Commit { index, calls: false, copies: true }));
        }
        actions.extend((self.prunes && !state.is_pruned && database.can_prune()).then_some(Action::Prune));
        actions.extend(state.copy.is_some().then_some(Action::Restore));
    }

    fn of_follower(self, state: &State, actions: &mut Vec<Action>) {
        let Some(follower) = &state.follower else { return actions.push(Action::Follow) };
        let is_foul = state.weather == Weather::Foul;
        match &follower.reading {
            Reading::None if self.may_read(state, follower) => {
                actions.push(Action::Read { is_called_again: false });
                actions.extend(state.is_called.then_some(Action::Read { is_called_again: true }));
            }
            Reading::None => {}
            Reading::Begun => {
                actions.push(Action::Answer);
                actions.extend(is_foul.then_some(Action::Cut));
            }
            Reading::TakenIn { .. } => actions.push(Action::TakeStep),
        }
        let is_between = !matches!(follower.reading, Reading::TakenIn { .. });
        actions.extend((is_foul && is_between && self.leaves && !state.was_left).then_some(Action::Leave));
    }

    fn of_verifier(self, state: &State, actions: &mut Vec<Action>) {
        let steps = state.follower.as_ref().map_or(0, |follower| match &follower.reading {
            Reading::TakenIn { steps, .. } => steps.len(),
            _ => 0,
        });
        let meanwhile = 0..=steps;
        actions.extend(meanwhile.clone().map(Action::LookUp));
        match state.known.load {
            None => actions.extend((self.is_whole && state.known.can_refresh()).then_some(Action::Refresh)),
            Some(load) if load.is_good.is_none() => actions.push(Action::Resolve),
            Some(_) => actions.extend(meanwhile.map(Action::Land)),
        }
    }

    fn restore(self, state: &mut State) {
        state.database = state.copy.take().expect("a copy");
        state.is_restored = true;
        if self.restores == Some(Restore::Renewed) {
            state.database.renew();
        }
    }

    fn answer(self, state: &mut State) {
        let checks = self.restores == Some(Restore::Unnoticed);
        let Some(follower) = &mut state.follower else { return };
        let round = Round::begin(follower.position, follower.began.moment());
        let reading = state.database.read(round.since(), checks, self.mistake);
        let mut steps: Vec<_> = round.steps(&reading).collect();
        if self.mistake == Some(Mistake::HeardFirst) {
            steps.rotate_right(1);
        }
        let began = if self.mistake == Some(Mistake::HeardAtEnd) { Age::ZERO } else { follower.began };
        follower.reading = Reading::TakenIn { began, steps, position: reading.position() };
        if state.weather == Weather::Foul {
            // Nobody asks any more: it reads when it likes.
            follower.began = Age::OLD;
        }
    }

    /// What came of a request at this instant.
    fn decided(state: &State, decision: Decision) -> Last {
        let is_late = state.database.revoked.is_some_and(|since| since == Age::OLD);
        match decision {
            Decision::Accepted if is_late => Last::AcceptedLate,
            Decision::Accepted => Last::Accepted,
            Decision::Denied => Last::Denied,
            Decision::Unknown => Last::Nothing,
        }
    }
}

impl Model for World {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        let state = |weather, copy| {
            let mut known = Known::nothing();
            self.bench(|bench| bench.follow(&mut known));
            State {
                weather,
                database: Database::new(),
                written: 0,
                copy,
                is_restored: false,
                is_pruned: false,
                was_left: false,
                follower: Some(Follower::new()),
                is_called: false,
                known,
                last: Last::Nothing,
            }
        };
        let mut states = vec![state(Weather::Foul, None)];
        states.extend(self.is_whole.then(|| state(Weather::Fair, None)));
        states.extend(self.restores.map(|_| state(Weather::Foul, Some(Database::new()))));
        states
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        if state.last != Last::Nothing {
            // A decision that is made changes nothing: what may happen now may have happened without it.
            return;
        }
        if self.may_tick(state) {
            actions.push(Action::Tick);
        }
        self.of_database(state, actions);
        self.of_follower(state, actions);
        self.of_verifier(state, actions);
    }

    fn next_state(&self, state: &State, action: Action) -> Option<State> {
        let mut next = State { last: Last::Nothing, ..state.clone() };
        match action {
            Action::Tick => next.grow_older(self.mistake == Some(Mistake::HeardAtEnd)),
            Action::Begin(subject) => {
                next.written += 1;
                let written = if self.restores == Some(Restore::Unnoticed) { next.written } else { 0 };
                next.database.begin(subject, written);
            }
            Action::Commit { index, calls, copies } => {
                next.database.commit(index);
                next.is_called |= calls;
                if copies {
                    next.copy = Some(next.database.copy());
                }
            }
            Action::Prune => {
                next.database.prune();
                next.is_pruned = true;
            }
            Action::Restore => self.restore(&mut next),
            Action::Leave => {
                next.follower = None;
                next.was_left = true;
            }
            Action::Follow => {
                next.follower = Some(Follower::new());
                self.bench(|bench| bench.follow(&mut next.known));
            }
            Action::Read { is_called_again } => {
                next.is_called = is_called_again;
                next.read(Age::ZERO, Reading::Begun);
            }
            Action::Cut => next.read(Age::OLD, Reading::None),
            Action::Answer => self.answer(&mut next),
            Action::TakeStep => {
                let told = next.told(1);
                self.bench(|bench| bench.tell(&mut next.known, told));
            }
            Action::Refresh => next.known.refresh(),
            Action::Resolve => next.known.load.as_mut()?.is_good = Some(next.database.revoked.is_none()),
            Action::LookUp(steps) => {
                let told = next.told(steps);
                let decision = self.bench(|bench| bench.look_up(&mut next.known, told))?;
                next.last = Self::decided(&next, decision);
            }
            Action::Land(steps) => {
                let (told, is_good) = (next.told(steps), next.database.revoked.is_none());
                let decision = self.bench(|bench| bench.land(&mut next.known, is_good, told))?;
                // Whatever it was, it is remembered from here on.
                next.last = match Self::decided(&next, decision) {
                    Last::AcceptedLate => Last::AcceptedLate,
                    _ => Last::Nothing,
                };
            }
        }
        (next != *state).then_some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always(PROMISE, |_: &Self, state: &State| state.last != Last::AcceptedLate),
            Property::always(HEALTH, |world: &Self, state: &State| {
                // Before the first reading nothing was heard.
                let was_read = state.follower.as_ref().is_some_and(|follower| follower.position.is_some());
                let is_well = state.weather == Weather::Fair && was_read;
                !is_well || world.bench(|bench| bench.trusts(state.known))
            }),
            Property::sometimes(USE, |_: &Self, state: &State| {
                state.last == Last::Accepted && state.known.is_long_remembered()
            }),
            Property::sometimes(REVOKED, |_: &Self, state: &State| state.last == Last::Denied),
            Property::sometimes(KEPT, |_: &Self, state: &State| {
                state.last == Last::Accepted && state.database.revoked.is_some()
            }),
        ]
    }
}

pub(super) const PROMISE: &str = "no acceptance later than the bound after the commit of the revocation";
pub(super) const HEALTH: &str = "what is remembered is relied on while the feed is well";
pub(super) const USE: &str = "a verdict is used that is older than the bound";
pub(super) const REVOKED: &str = "a revocation is remembered";
pub(super) const KEPT: &str = "a revoked token is accepted within the bound";

impl State {
    fn grow_older(&mut self, heard_at_end: bool) {
        self.database.grow_older();
        self.known.grow_older();
        if let Some(copy) = &mut self.copy {
            copy.grow_older();
        }
        if let Some(follower) = &mut self.follower {
            follower.began = follower.began.next();
            if let Reading::TakenIn { began, .. } = &mut follower.reading {
                *began = if heard_at_end { Age::ZERO } else { began.next() };
            }
        }
    }

    fn read(&mut self, at: Age, reading: Reading) {
        if let Some(follower) = &mut self.follower {
            follower.began = at;
            follower.reading = reading;
        }
    }

    /// Takes so many steps of what the follower was told. Once there are none left the next reading goes on from there.
    fn told(&mut self, count: usize) -> Told {
        let Some(Follower { position, reading, .. }) = &mut self.follower else {
            return (Round::begin(None, Age::OLD.moment()), Vec::new());
        };
        let Reading::TakenIn { began, steps, position: end } = reading else {
            return (Round::begin(None, Age::OLD.moment()), Vec::new());
        };
        let told = (Round::begin(*position, began.moment()), steps.drain(..count).collect());
        if steps.is_empty() {
            *position = Some(*end);
            *reading = Reading::None;
        }
        told
    }
}

impl Follower {
    fn new() -> Self {
        Self { position: None, began: Age::OLD, reading: Reading::None }
    }
}
