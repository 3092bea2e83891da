use std::collections::{BTreeMap, HashMap};

use tower_pat::store::AuditKind;
use uuid::Uuid;

use super::kept::{Event, Kept, Row};

/// What the events of a token say of it.
#[derive(Debug, Default)]
struct Story<'a> {
    owner: &'a str,
    version: u64,
    fields: HashMap<&'a str, Option<&'a str>>,
    kinds: Vec<AuditKind>,
    /// So many rows of the change log are its own: at least, and at most.
    marks: [usize; 2],
}

/// Whether records, audit and change log say the same: an event for each change and no more, the change log has each.
pub(super) fn agree(kept: &Kept) {
    let (mut stories, mut logged) = (BTreeMap::<Uuid, Story>::new(), [0, 0]);
    for event in &kept.events {
        let rows = match event.token {
            None => toggle(event, &mut stories),
            Some(token) => stories.entry(token).or_default().go_on(event),
        };
        logged = [logged[0] + rows[0], logged[1] + rows[1]];
    }
    for (token, story) in &stories {
        match kept.rows.get(token) {
            None => assert!(story.has(AuditKind::Pruned), "{token} is gone: {story:?}"),
            Some(row) => story.is_that_of(row, &kept.marks),
        }
    }
    for token in kept.rows.keys() {
        assert!(stories.contains_key(token), "nobody made {token}");
    }
    assert!((logged[0]..=logged[1]).contains(&kept.marks.len()), "{logged:?} changes in {}", kept.marks.len());
    for owner in &kept.disabled {
        let mut toggles = kept.events.iter().filter(|event| event.token.is_none() && event.owner == *owner);
        assert_eq!(toggles.next_back().unwrap().kind(), AuditKind::OwnerDisabled, "{owner}");
    }
}

/// All of an owner's tokens that are not revoked are in the change log; also those that are retired, unless they are being
/// removed at the same time.
fn toggle<'a>(event: &'a Event, stories: &mut BTreeMap<Uuid, Story<'a>>) -> [usize; 2] {
    let mut logged = [0, 0];
    for story in stories.values_mut().filter(|story| story.owner == event.owner && !story.has(AuditKind::Revoked)) {
        let rows = [usize::from(!story.has(AuditKind::Rotated) && !story.has(AuditKind::Pruned)), 1];
        for at in [0, 1] {
            story.marks[at] += rows[at];
            logged[at] += rows[at];
        }
    }
    logged
}

impl<'a> Story<'a> {
    /// Gives how many rows the change log has of it.
    fn go_on(&mut self, event: &'a Event) -> [usize; 2] {
        let kind = event.kind();
        let is_first = matches!(kind, AuditKind::Created | AuditKind::Imported);
        assert_eq!(is_first, self.version == 0, "{event:?} after {self:?}");
        assert!(!self.has(AuditKind::Pruned), "{event:?} after {self:?}");
        assert!(is_first || self.owner == event.owner, "{event:?} after {self:?}");
        self.owner = &event.owner;
        for change in &event.changes {
            let before = self.fields.insert(change.field(), change.after()).flatten();
            assert_eq!(before, change.before(), "{event:?} after {self:?}");
        }
        self.kinds.push(kind);
        if kind == AuditKind::Pruned {
            return [0, 0];
        }
        self.version += 1;
        // The mark of the digest that was there, and that of the new one.
        let rows = if kind == AuditKind::Reissued { 2 } else { 1 };
        self.marks = self.marks.map(|count| count + rows);
        [rows; 2]
    }

    fn has(&self, kind: AuditKind) -> bool {
        self.kinds.contains(&kind)
    }

    fn is_that_of(&self, row: &Row, marks: &[Option<u32>]) {
        let said = |field: &str| self.fields.get(field).copied().flatten();
        assert!(!self.has(AuditKind::Pruned), "{row:?} is there: {self:?}");
        assert_eq!((row.version, row.owner.as_str()), (self.version, self.owner), "{row:?}: {self:?}");
        assert_eq!(row.name.as_deref(), said("name"), "{row:?}: {self:?}");
        assert_eq!(row.successor.map(|id| id.to_string()).as_deref(), said("successor"), "{row:?}: {self:?}");
        let states = [row.revoked_at.is_some(), row.replaced_at.is_some(), row.paused_at.is_some()];
        assert_eq!(
            states,
            [self.has(AuditKind::Revoked), self.has(AuditKind::Rotated), said("paused_at").is_some()],
            "{row:?}: {self:?}"
        );
        assert_eq!(self.has(AuditKind::Rotated), said("replaced_at").is_some(), "{row:?}: {self:?}");
        assert_eq!(row.retires_at.is_some(), said("retires_at").is_some(), "{row:?}: {self:?}");
        assert_eq!(row.expires_at.is_some(), said("expires_at").is_some(), "{row:?}: {self:?}");
        // The marks before it was made anew are not known any more.
        if !self.has(AuditKind::Reissued) {
            let count = marks.iter().filter(|mark| **mark == Some(row.mark())).count();
            assert!((self.marks[0]..=self.marks[1]).contains(&count), "{count} of {self:?}");
        }
    }
}
