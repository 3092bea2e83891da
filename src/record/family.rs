use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::id::TokenId;
use crate::invalid::{InvalidValue, InvalidValueKind};

/// A token and those that have replaced it, one after the other: all have the identifier of the first. No secret.
///
/// ```
/// use tower_pat::record::{FamilyId, OwnerId, PatRecord, TokenId};
/// use uuid::Uuid;
///
/// let first = PatRecord::new(TokenId::from_uuid(Uuid::from_u128(1)), OwnerId::parse("alice")?);
/// let second = PatRecord::new(TokenId::from_uuid(Uuid::from_u128(2)), OwnerId::parse("alice")?);
/// assert_eq!(first.family(), FamilyId::from(first.id()));
/// assert_eq!(second.with_family(first.family()).family(), first.family());
/// # Ok::<(), tower_pat::invalid::InvalidValue>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FamilyId(Uuid);

impl FamilyId {
    /// A family as a store kept it.
    #[must_use]
    pub fn from_uuid(uuid: Uuid) -> Self {
        Self(uuid)
    }

    /// The family as a UUID.
    #[must_use]
    pub fn as_uuid(&self) -> &Uuid {
        &self.0
    }
}

/// The family that a token begins.
impl From<TokenId> for FamilyId {
    fn from(first: TokenId) -> Self {
        Self(*first.as_uuid())
    }
}

impl fmt::Display for FamilyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl FromStr for FamilyId {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Uuid::try_parse(text).map(Self).map_err(|_| InvalidValue::new(InvalidValueKind::TokenId))
    }
}
