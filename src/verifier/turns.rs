use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::origin::Origin;

/// Those who wait, in one line for each origin. The lines are served in turn, one of each, so that a long line makes no
/// other longer.
#[derive(Debug)]
pub(super) struct Turns<T> {
    lines: BTreeMap<Origin, Line<T>>,
    /// Whose turn it is: the least number first.
    order: BTreeMap<u64, Origin>,
    /// The lines by their length.
    lengths: BTreeSet<(usize, Origin)>,
    waiting: usize,
    numbers: u64,
    /// How many may wait in one line, and in all.
    bounds: (usize, usize),
}

#[derive(Debug)]
struct Line<T> {
    turn: u64,
    waiting: VecDeque<(u64, T)>,
}

/// A place in a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ticket(Origin, u64);

impl<T> Turns<T> {
    pub(super) fn new(in_one_line: usize, in_all: usize) -> Self {
        Self {
            lines: BTreeMap::new(),
            order: BTreeMap::new(),
            lengths: BTreeSet::new(),
            waiting: 0,
            numbers: 0,
            bounds: (in_one_line, in_all),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting == 0
    }

    /// Goes to the end of the line of its origin; refused if that is full. If all are full together, the last of the
    /// longest line is sent away for somebody whose line is shorter, and comes back with the ticket.
    pub(super) fn enter(&mut self, origin: Origin, who: T) -> Option<(Ticket, Option<T>)> {
        let (in_one_line, in_all) = self.bounds;
        let length = self.lines.get(&origin).map_or(0, |line| line.waiting.len());
        if length >= in_one_line || in_all == 0 {
            return None;
        }
        let sent_away = if self.waiting < in_all { None } else { Some(self.make_room(length)?) };
        let number = self.number();
        let line = self.lines.entry(origin).or_insert_with(|| Line { turn: number, waiting: VecDeque::new() });
        self.order.insert(line.turn, origin);
        line.waiting.push_back((number, who));
        self.waiting += 1;
        self.relength(origin, length, length + 1);
        Some((Ticket(origin, number), sent_away))
    }

    /// Takes out the first of the line whose turn it is; that line goes behind all others.
    pub(super) fn next(&mut self) -> Option<T> {
        let (_, origin) = self.order.pop_first()?;
        let turn = self.number();
        let line = self.lines.get_mut(&origin)?;
        line.turn = turn;
        self.order.insert(turn, origin);
        self.take_out(origin, 0)
    }

    /// Takes somebody out who does not want to wait any longer; none if their turn has come.
    pub(super) fn leave(&mut self, Ticket(origin, number): Ticket) -> Option<T> {
        let waiting = &self.lines.get(&origin)?.waiting;
        let place = waiting.binary_search_by_key(&number, |&(number, _)| number).ok()?;
        self.take_out(origin, place)
    }

    /// Sends away the last of the longest line, if a line of `length` is then no longer than that one.
    fn make_room(&mut self, length: usize) -> Option<T> {
        let &(longest, origin) = self.lengths.last()?;
        if length + 1 >= longest {
            return None;
        }
        self.take_out(origin, longest - 1)
    }

    fn take_out(&mut self, origin: Origin, place: usize) -> Option<T> {
        let line = self.lines.get_mut(&origin)?;
        let (_, who) = line.waiting.remove(place)?;
        let (left, turn) = (line.waiting.len(), line.turn);
        self.waiting -= 1;
        self.relength(origin, left + 1, left);
        if left == 0 {
            self.lines.remove(&origin);
            self.order.remove(&turn);
        }
        Some(who)
    }

    fn relength(&mut self, origin: Origin, from: usize, to: usize) {
        self.lengths.remove(&(from, origin));
        if to > 0 {
            self.lengths.insert((to, origin));
        }
    }

    fn number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }
}

#[cfg(test)]
#[cfg(not(model))]
impl<T> Turns<T> {
    pub(super) fn len(&self) -> usize {
        self.waiting
    }
}

#[cfg(test)]
#[cfg(not(model))]
mod tests {
    use proptest::prelude::*;

    use super::{Origin, Ticket, Turns};

    const A: Origin = Origin::V4([192, 0, 2, 1]);
    const B: Origin = Origin::V4([192, 0, 2, 2]);
    const C: Origin = Origin::Unknown;

    fn rest<T>(mut turns: Turns<T>) -> Vec<T> {
        std::iter::from_fn(|| turns.next()).collect()
    }

    /// Nothing is left behind of those who are gone, and every line has one turn and one length.
    fn check<T>(turns: &Turns<T>) {
        let waiting: usize = turns.lines.values().map(|line| line.waiting.len()).sum();
        assert_eq!(waiting, turns.waiting);
        assert!(turns.waiting <= turns.bounds.1);
        assert_eq!((turns.order.len(), turns.lengths.len()), (turns.lines.len(), turns.lines.len()));
        for (origin, line) in &turns.lines {
            assert!((1..=turns.bounds.0).contains(&line.waiting.len()));
            assert_eq!(turns.order.get(&line.turn), Some(origin));
            assert!(turns.lengths.contains(&(line.waiting.len(), *origin)));
        }
    }

    #[test]
    fn lines_are_served_in_turn_and_each_from_its_beginning() {
        let mut turns = Turns::new(10, 100);
        for (origin, who) in [(A, "a1"), (A, "a2"), (A, "a3"), (A, "a4"), (B, "b1"), (C, "c1"), (B, "b2")] {
            assert!(turns.enter(origin, who).is_some());
        }
        assert_eq!(rest(turns), ["a1", "b1", "c1", "a2", "b2", "a3", "a4"]);
    }

    #[test]
    fn who_comes_late_waits_for_one_of_each_other_line() {
        let mut turns = Turns::new(100, 1_000);
        for number in 0..100 {
            assert!(turns.enter(A, number).is_some());
        }
        assert_eq!((turns.next(), turns.next()), (Some(0), Some(1)));
        assert!(turns.enter(B, 1_000).is_some());
        assert_eq!((turns.next(), turns.next(), turns.next()), (Some(2), Some(1_000), Some(3)));
    }

    #[test]
    fn full_line_refuses_and_others_do_not() {
        let mut turns = Turns::new(2, 100);
        assert!(turns.enter(A, 1).is_some() && turns.enter(A, 2).is_some());
        assert!(turns.enter(A, 3).is_none());
        assert!(turns.enter(B, 4).is_some());
        assert_eq!(rest(turns), [1, 4, 2]);
    }

    #[test]
    fn when_all_are_full_the_longest_line_gives_way_to_a_shorter_one() {
        let mut turns = Turns::new(4, 5);
        for (origin, who) in [(A, "a1"), (A, "a2"), (A, "a3"), (A, "a4"), (B, "b1")] {
            assert!(turns.enter(origin, who).is_some_and(|(_, sent_away)| sent_away.is_none()));
        }
        assert!(turns.enter(C, "c1").is_some_and(|(_, sent_away)| sent_away == Some("a4")));
        assert!(turns.enter(C, "c2").is_some_and(|(_, sent_away)| sent_away == Some("a3")));
        // From here on it would only change who is sent away.
        assert!(turns.enter(B, "b2").is_none() && turns.enter(C, "c3").is_none() && turns.enter(A, "a5").is_none());
        check(&turns);
        assert_eq!(rest(turns), ["a1", "b1", "c1", "a2", "c2"]);
    }

    #[test]
    fn who_leaves_is_not_served_and_leaves_nothing_behind() {
        let mut turns = Turns::new(10, 100);
        let tickets: Vec<Ticket> = (0..3).map(|number| turns.enter(A, number).unwrap().0).collect();
        let other = turns.enter(B, 3).unwrap().0;
        assert_eq!(turns.leave(tickets[1]), Some(1));
        assert_eq!(turns.leave(tickets[1]), None);
        assert_eq!(turns.leave(other), Some(3));
        check(&turns);
        assert_eq!((turns.next(), turns.next(), turns.next()), (Some(0), Some(2), None));
        assert_eq!(turns.leave(tickets[0]), None);
        check(&turns);
        assert!(turns.is_empty());
    }

    #[test]
    fn no_room_is_no_room() {
        assert!(Turns::new(0, 10).enter(A, 1).is_none());
        assert!(Turns::new(10, 0).enter(A, 1).is_none());
    }

    proptest! {
        #[test]
        fn whatever_happens_bounds_hold_and_nobody_is_lost(steps in prop::collection::vec((0..8_u8, 0..6_u8), 0..200)) {
            let mut turns = Turns::new(3, 8);
            let (mut tickets, mut present) = (Vec::new(), 0);
            for (number, (step, origin)) in steps.into_iter().enumerate() {
                match step {
                    0..=4 => if let Some((ticket, sent_away)) = turns.enter(Origin::V4([origin; 4]), number) {
                        tickets.push(ticket);
                        present += usize::from(sent_away.is_none());
                    },
                    5 | 6 => present -= usize::from(turns.next().is_some()),
                    _ => if let Some(ticket) = tickets.pop() {
                        present -= usize::from(turns.leave(ticket).is_some());
                    },
                }
                prop_assert_eq!(turns.len(), present);
                check(&turns);
            }
            prop_assert_eq!(rest(turns).len(), present);
        }
    }
}
