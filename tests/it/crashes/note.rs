use serde::{Deserialize, Serialize};
use tower_pat::manager::ManageErrorKind;
use uuid::Uuid;

/// What a worker tells of one of its calls.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Note {
    /// Each worker has tokens of its own.
    pub(super) owner: String,
    pub(super) what: What,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) enum What {
    Begun(Deed),
    Done(Option<Made>),
    /// The kind of the error, and the error.
    Failed(String, String),
}

/// A call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Deed {
    Create { name: String },
    Recreate { token: Uuid },
    Import { name: String },
    Rename { token: Uuid, name: String },
    Pause { token: Uuid, paused: bool },
    Rotate { token: Uuid, grace: bool },
    Revoke { token: Uuid },
    RevokeAll,
    Disable { disabled: bool },
    Prune { before: i64 },
    Use { tokens: Vec<Uuid>, count: u64 },
}

impl Deed {
    pub(super) const SORTS: usize = 11;

    /// Which sort of call it is.
    pub(super) fn sort(&self) -> &'static str {
        match self {
            Self::Create { .. } => "create",
            Self::Recreate { .. } => "create again",
            Self::Import { .. } => "import",
            Self::Rename { .. } => "edit",
            Self::Pause { .. } => "pause",
            Self::Rotate { .. } => "rotate",
            Self::Revoke { .. } => "revoke",
            Self::RevokeAll => "revoke all",
            Self::Disable { .. } => "disable",
            Self::Prune { .. } => "prune",
            Self::Use { .. } => "use",
        }
    }

    /// Whether a new record comes of it.
    pub(super) fn makes(&self) -> bool {
        matches!(self, Self::Create { .. } | Self::Import { .. } | Self::Rotate { .. })
    }
}

/// The record of a token that a call has made, and the mark of its digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Made {
    pub(super) token: Uuid,
    pub(super) mark: u32,
}

/// How [`What::Failed`] names an outage.
pub(super) fn outage() -> String {
    format!("{:?}", ManageErrorKind::Unavailable)
}
