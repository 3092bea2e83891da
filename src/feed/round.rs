use super::reading::{FeedChange, FeedPosition, FeedReading};
use crate::clock::Moment;
use crate::revocations::Revocations;

/// A reading under way: from where it goes on, and when it began.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Round {
    since: Option<FeedPosition>,
    began: Moment,
}

/// What is to be done with a reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Step {
    Void(FeedChange),
    /// The reading counts.
    Hear,
}

impl Round {
    /// Before the feed is asked: what is committed from here on may not be in its answer.
    pub(crate) fn begin(since: Option<FeedPosition>, now: Moment) -> Self {
        Self { since, began: now }
    }

    pub(crate) fn since(&self) -> Option<FeedPosition> {
        self.since
    }

    pub(crate) fn began(&self) -> Moment {
        self.began
    }

    /// Whether nothing lies between the reading before and this one.
    pub(crate) fn goes_on(&self, reading: &FeedReading) -> bool {
        self.since.is_some_and(|since| reading.goes_on_from(since))
    }

    /// All that is to be done, in this order: what may have been changed is void before the reading counts.
    pub(crate) fn steps(&self, reading: &FeedReading) -> impl Iterator<Item = Step> {
        let gap = (!self.goes_on(reading)).then_some(FeedChange::All);
        gap.into_iter().chain(reading.changes().iter().copied()).map(Step::Void).chain([Step::Hear])
    }

    pub(crate) fn take(&self, step: Step, revocations: &Revocations) {
        match step {
            Step::Void(FeedChange::Token(mark)) => revocations.raise(mark),
            Step::Void(FeedChange::All) => revocations.raise_all(),
            Step::Hear => revocations.has_heard(self.began),
        }
    }
}
