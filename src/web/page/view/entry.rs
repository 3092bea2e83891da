use jiff::Timestamp;

use super::frame::Frame;
use super::when::When;
use crate::store::{ActorId, AuditEvent, AuditKind, FieldChange};

/// Something that was done to a token, in words.
pub(in crate::web::page) struct Entry {
    pub(super) what: String,
    pub(super) when: When,
    pub(super) by: String,
    /// What the person who did it is called, if it is another.
    pub(super) name: Option<String>,
    pub(super) address: Option<String>,
    pub(super) changes: Vec<Change>,
    done: Option<String>,
}

/// What became of a field.
pub(super) struct Change {
    pub(super) label: String,
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
}

/// What is told of a field; the others mean nothing to people, or are the event itself.
const TOLD: [&str; 11] = [
    "name",
    "description",
    "scopes",
    "resources",
    "networks",
    "audiences",
    "not_before",
    "expires_at",
    "retires_at",
    "revocation",
    "user_agent",
];

impl Entry {
    pub(in crate::web::page) fn new(frame: &Frame, event: &AuditEvent, now: Timestamp) -> Self {
        let (stamp, words) = (event.stamp(), frame.words());
        let what = what(event);
        let (by, name) = match stamp.actor() {
            ActorId::Owner(user) | ActorId::Administrator(user) if frame.is_self(user.as_str()) => ("by-you", None),
            ActorId::Owner(user) => ("by-owner", Some(user.to_string())),
            ActorId::Administrator(user) => ("by-administrator", Some(user.to_string())),
            ActorId::Token(_) => ("by-token", None),
            ActorId::System => ("by-system", None),
        };
        let told = event.changes().iter().filter(|change| TOLD.contains(&change.field()));
        Self {
            what: words.known(&format!("event-{what}")).unwrap_or_else(|| what.replace('_', " ")),
            when: frame.when(now, stamp.at()),
            by: frame.t(by),
            name,
            address: stamp.address().map(|address| address.to_string()),
            changes: told.map(|change| Change::new(frame, change)).collect(),
            done: words.known(&format!("done-{what}")),
        }
    }

    /// What somebody is told who has just done it.
    pub(in crate::web::page) fn done(&self) -> Option<&str> {
        self.done.as_deref()
    }
}

impl Change {
    fn new(frame: &Frame, change: &FieldChange) -> Self {
        let words = frame.words();
        let value = |text: Option<&str>| {
            let text = text?;
            let instant = change.field().ends_with("_at") || change.field() == "not_before";
            let instant = instant.then(|| text.parse().ok()).flatten();
            Some(instant.map_or_else(|| text.replace('\n', ", "), |instant| words.moment(instant)))
        };
        let label = words.known(&format!("field-{}", change.field()));
        Self {
            label: label.unwrap_or_else(|| change.field().to_owned()),
            before: value(change.before()),
            after: value(change.after()),
        }
    }
}

/// The event in one word: to pause and to resume are edits, to the store.
fn what(event: &AuditEvent) -> &'static str {
    let pause = event.changes().iter().find(|change| change.field() == "paused_at");
    match (event.kind(), event.changes(), pause) {
        (AuditKind::Edited, [_], Some(pause)) if pause.after().is_some() => "paused",
        (AuditKind::Edited, [_], Some(_)) => "resumed",
        (kind, ..) => kind.as_str(),
    }
}
