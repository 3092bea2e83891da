use std::net::IpAddr;

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::record::TokenId;
use crate::store::{ActorId, AuditKind, FieldChange, StoredEvent};

/// Something that was done to a token.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Event {
    /// The later, the higher.
    #[schema(example = 17)]
    number: u64,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// What was done, such as `created`, `edited`, `rotated`, `reissued` or `revoked`; there may be more words to come.
    #[schema(value_type = String, example = "edited")]
    kind: AuditKind,
    #[schema(value_type = Option<String>, format = "uuid")]
    token: Option<TokenId>,
    /// Who did it: `owner`, `administrator`, `token` or `system`.
    #[schema(example = "owner")]
    actor: &'static str,
    /// Which of these; null for the system.
    #[schema(example = "alice")]
    actor_id: Option<String>,
    #[schema(value_type = Option<String>, example = "192.0.2.7")]
    address: Option<IpAddr>,
    #[schema(value_type = Vec<Change>)]
    changes: Vec<FieldChange>,
}

impl From<&StoredEvent> for Event {
    fn from(stored: &StoredEvent) -> Self {
        let (event, stamp) = (stored.event(), stored.event().stamp());
        let actor: &ActorId = stamp.actor();
        Self {
            number: stored.number(),
            at: stamp.at(),
            kind: event.kind(),
            token: event.token(),
            actor: actor.word(),
            actor_id: actor.name(),
            address: stamp.address(),
            changes: event.changes().to_vec(),
        }
    }
}

/// A field that was changed, as texts; null where there was or is nothing.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes `FieldChange`")]
pub(super) struct Change {
    #[schema(example = "name")]
    field: String,
    before: Option<String>,
    after: Option<String>,
}

/// A page of what was done to a token, the newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct EventPage {
    pub(super) items: Vec<Event>,
    /// What to ask for as `cursor` to get the next page; null if this is the last. The header `Link` has it too.
    pub(super) next: Option<String>,
}
