use std::collections::BTreeMap;

use super::expected::{Came, Owners};
use super::kept::Kept;
use super::note::Deed;

/// What the rounds have met.
#[derive(Debug, Default)]
pub(super) struct Tally {
    rounds: usize,
    /// Rounds in which a call had begun and was not acknowledged.
    in_the_middle: usize,
    /// Of the calls that were not acknowledged: so many of each sort were made, not made, or it makes no difference.
    cut_off: BTreeMap<&'static str, [usize; 3]>,
}

impl Tally {
    /// Holds against each other what a round must have left behind and what it has.
    pub(super) fn add(&mut self, owners: &Owners, kept: &Kept) {
        self.rounds += 1;
        self.in_the_middle += usize::from(owners.values().any(|expected| expected.pending.is_some()));
        for (owner, expected) in owners {
            let came = expected.hold(owner, kept);
            let Some(pending) = &expected.pending else { continue };
            let place = match came {
                Came::Whole => 0,
                Came::Nothing => 1,
                Came::Either => 2,
            };
            self.cut_off.entry(pending.sort()).or_default()[place] += 1;
        }
    }

    /// Whether the rounds have been what they were meant to be.
    pub(super) fn report(&self) {
        let (rounds, middle) = (self.rounds, self.in_the_middle);
        println!("{rounds} rounds, {middle} in the middle of calls; cut off and made, not made, either:");
        for (sort, [made, not, either]) in &self.cut_off {
            println!("  {sort}: {made}, {not}, {either}");
        }
        assert!(middle * 10 >= rounds * 9, "{self:?}");
        if rounds >= 150 {
            let all = self.cut_off.values();
            let [made, not] = [0, 1].map(|place| all.clone().map(|counts| counts[place]).sum::<usize>());
            assert!(self.cut_off.len() == Deed::SORTS && made > 0 && not > 0, "{self:?}");
        }
    }
}
