//! The audit: who changed what, when and from where.

mod actor;
mod event;
mod field;
mod kind;
mod query;
mod stamp;

pub use actor::ActorId;
pub use event::{AuditEvent, StoredEvent};
pub use field::FieldChange;
pub use kind::AuditKind;
pub use query::{EventPage, EventQuery};
pub use stamp::Stamp;
