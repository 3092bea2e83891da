use std::collections::BTreeMap;

use uuid::Uuid;

use super::kept::{Kept, Row};
use super::note::{Deed, Made, Note, What};

/// What must be there of each owner, by what a worker has told.
pub(super) type Owners = BTreeMap<String, Expected>;

#[derive(Debug, Clone, Default)]
pub(super) struct Expected {
    lives: BTreeMap<Uuid, Life>,
    is_disabled: bool,
    /// What was over before this instant is removed.
    pruned_before: Option<i64>,
    /// A call that was begun, of which is not known whether it was made.
    pub(super) pending: Option<Deed>,
}

/// A token. The mark and the successor are not known of what was not acknowledged.
#[derive(Debug, Clone, Default)]
struct Life {
    name: String,
    mark: Option<u32>,
    version: u64,
    uses: u64,
    is_paused: bool,
    is_revoked: bool,
    retires: Retires,
    successor: Option<Uuid>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Retires {
    #[default]
    Not,
    AtOnce,
    Later,
}

/// What became of a call that was not acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Came {
    Nothing,
    Whole,
    /// It would have changed nothing that can be seen.
    Either,
}

pub(super) fn heard(notes: &[Note]) -> Owners {
    let mut owners = Owners::new();
    for Note { owner, what } in notes {
        owners.entry(owner.clone()).or_default().hear(what);
    }
    owners
}

impl Expected {
    fn hear(&mut self, what: &What) {
        match what {
            What::Begun(deed) => assert_eq!(self.pending.replace(deed.clone()), None, "one call after another"),
            What::Done(made) => {
                let deed = self.pending.take().unwrap();
                self.make(&deed, *made);
            }
            What::Failed(..) => {}
        }
    }

    fn make(&mut self, deed: &Deed, made: Option<Made>) {
        match deed {
            Deed::Create { name } | Deed::Import { name } => {
                let life = Life { name: name.clone(), version: 1, ..Life::default() };
                self.add(made, life);
            }
            Deed::Recreate { token } => self.change(token, |life| life.mark = made.map(|made| made.mark)),
            Deed::Rename { token, name } => self.change(token, |life| life.name.clone_from(name)),
            Deed::Pause { token, paused } => self.change(token, |life| life.is_paused = *paused),
            Deed::Rotate { token, grace } => {
                self.change(token, |old| {
                    old.retires = if *grace { Retires::Later } else { Retires::AtOnce };
                    old.successor = made.map(|made| made.token);
                });
                let Life { name, is_paused, .. } = self.lives[token].clone();
                self.add(made, Life { name, is_paused, version: 1, ..Life::default() });
            }
            Deed::Revoke { token } => self.change(token, |life| life.is_revoked = true),
            Deed::RevokeAll => {
                for life in self.lives.values_mut().filter(|life| !life.is_revoked) {
                    life.is_revoked = true;
                    life.version += 1;
                }
            }
            Deed::Disable { disabled } => self.is_disabled = *disabled,
            Deed::Prune { before } => self.pruned_before = Some(*before),
            Deed::Use { tokens, count } => {
                for token in tokens {
                    self.lives.get_mut(token).unwrap().uses += count;
                }
            }
        }
    }

    fn add(&mut self, made: Option<Made>, life: Life) {
        let Made { token, mark } = made.expect("it is told what was made");
        assert!(self.lives.insert(token, Life { mark: Some(mark), ..life }).is_none());
    }

    fn change(&mut self, token: &Uuid, change: impl FnOnce(&mut Life)) {
        let life = self.lives.get_mut(token).expect("a worker changes its own tokens");
        life.version += 1;
        change(life);
    }

    /// Whether all is there that was acknowledged, and the call that was not is made wholly or not at all.
    pub(super) fn hold(&self, owner: &str, kept: &Kept) -> Came {
        let before = self.amiss(owner, kept);
        let Some(pending) = &self.pending else {
            assert_eq!(before, None, "{owner}, with all calls acknowledged");
            return Came::Nothing;
        };
        let mut made = self.clone();
        let strangers = self.strangers(owner, kept);
        let after = match (pending.makes(), &strangers[..]) {
            (true, [row]) => {
                made.make(pending, Some(Made { token: row.id, mark: row.mark() }));
                made.amiss(owner, kept)
            }
            (true, _) => Some(format!("{} new records", strangers.len())),
            (false, _) => {
                made.make(pending, None);
                made.amiss(owner, kept)
            }
        };
        match (before, after) {
            (Some(before), Some(after)) => {
                panic!("{owner}: {pending:?} is neither undone ({before}) nor done ({after})")
            }
            (None, None) => Came::Either,
            (None, Some(_)) => Came::Nothing,
            (Some(_), None) => Came::Whole,
        }
    }

    /// Records that nobody was told of.
    fn strangers<'a>(&self, owner: &str, kept: &'a Kept) -> Vec<&'a Row> {
        kept.rows.values().filter(|row| row.owner == owner && !self.lives.contains_key(&row.id)).collect()
    }

    /// What is otherwise than it must be.
    fn amiss(&self, owner: &str, kept: &Kept) -> Option<String> {
        if let Some(stranger) = self.strangers(owner, kept).first() {
            return Some(format!("nobody made {stranger:?}"));
        }
        if kept.disabled.contains(owner) != self.is_disabled {
            return Some(format!("disabled should be {}", self.is_disabled));
        }
        let amiss = |(token, life): (&Uuid, &Life)| {
            let row = kept.rows.get(token);
            let is_over = life.is_revoked || life.retires == Retires::AtOnce;
            let is_right = row.map_or(is_over, |row| life.is_that_of(row) && !self.should_be_gone(row));
            (!is_right).then(|| format!("{life:?} is {row:?}"))
        };
        self.lives.iter().find_map(amiss)
    }

    /// A prune was acknowledged that began when this was over.
    fn should_be_gone(&self, row: &Row) -> bool {
        let before = self.pruned_before.unwrap_or(i64::MIN);
        [row.revoked_at, row.retires_at.or(row.replaced_at)].into_iter().flatten().any(|at| at < before)
    }
}

impl Life {
    fn is_that_of(&self, row: &Row) -> bool {
        row.name.as_ref() == Some(&self.name)
            && row.version == self.version
            && row.uses == self.uses
            && row.paused_at.is_some() == self.is_paused
            && row.revoked_at.is_some() == self.is_revoked
            && row.replaced_at.is_some() == (self.retires != Retires::Not)
            && row.retires_at.is_some() == (self.retires == Retires::Later)
            && row.successor.is_some() == (self.retires != Retires::Not)
            && self.successor.is_none_or(|successor| row.successor == Some(successor))
            && self.mark.is_none_or(|mark| row.mark() == mark)
    }
}
