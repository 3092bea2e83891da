use std::str::FromStr;

use serde::Serialize;

use crate::invalid::{InvalidValue, InvalidValueKind};

/// What was done. In serde and in stores it is one word in lower case, `_` between its parts.
///
/// ```
/// use tower_pat::store::AuditKind;
///
/// assert_eq!(AuditKind::OwnerDisabled.as_str(), "owner_disabled");
/// assert_eq!("owner_disabled".parse(), Ok(AuditKind::OwnerDisabled));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AuditKind {
    /// A token was made.
    Created,
    /// A token that the service gave out before was taken over.
    Imported,
    /// A token was changed.
    Edited,
    /// Another token took the place of this one.
    Rotated,
    /// A token that nobody has used got a new secret, since whoever asked for it did not get the first.
    Reissued,
    /// A token will expire in seven days, or in one.
    ExpiringSoon,
    /// A token was presented after another had taken its place, and after its grace: somebody may have an old copy.
    Reused,
    /// A token was revoked.
    Revoked,
    /// The record of a token that was over was removed.
    Pruned,
    /// A user was disabled, and all their tokens with them.
    OwnerDisabled,
    /// A user was enabled again.
    OwnerEnabled,
}

impl AuditKind {
    const ALL: [Self; 11] = [
        Self::Created,
        Self::Imported,
        Self::Edited,
        Self::Rotated,
        Self::Reissued,
        Self::ExpiringSoon,
        Self::Reused,
        Self::Revoked,
        Self::Pruned,
        Self::OwnerDisabled,
        Self::OwnerEnabled,
    ];

    /// The word for it, to be stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Imported => "imported",
            Self::Edited => "edited",
            Self::Rotated => "rotated",
            Self::Reissued => "reissued",
            Self::ExpiringSoon => "expiring_soon",
            Self::Reused => "reused",
            Self::Revoked => "revoked",
            Self::Pruned => "pruned",
            Self::OwnerDisabled => "owner_disabled",
            Self::OwnerEnabled => "owner_enabled",
        }
    }
}

impl FromStr for AuditKind {
    type Err = InvalidValue;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let kind = Self::ALL.into_iter().find(|kind| kind.as_str() == word);
        kind.ok_or_else(|| InvalidValue::new(InvalidValueKind::Audit))
    }
}
