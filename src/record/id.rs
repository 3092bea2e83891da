use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::{Builder, Uuid};

use crate::clock::Moment;
use crate::invalid::{InvalidValue, InvalidValueKind};
use crate::token::{Entropy, EntropyError};

/// The identifier of a record: a UUID, version 7 ([RFC 9562, section 5.7]) where this crate makes it. No secret.
///
/// ```
/// use tower_pat::clock::{Clock, SystemClock};
/// use tower_pat::record::TokenId;
/// use tower_pat::token::OsEntropy;
///
/// let id = TokenId::generate(SystemClock.now(), &OsEntropy)?;
/// assert_eq!(id.to_string().parse::<TokenId>()?, id);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// [RFC 9562, section 5.7]: https://www.rfc-editor.org/rfc/rfc9562#section-5.7
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TokenId(Uuid);

impl TokenId {
    /// Makes an identifier that sorts by the moment it was made.
    ///
    /// # Errors
    ///
    /// When the generator cannot answer.
    pub fn generate(now: Moment, entropy: &dyn Entropy) -> Result<Self, EntropyError> {
        let mut random = [0; 10];
        entropy.fill(&mut random)?;
        // A wall clock that stands before 1970 costs the order, nothing else.
        let millis = u64::try_from(now.wall().as_millisecond()).unwrap_or_default();
        Ok(Self(Builder::from_unix_timestamp_millis(millis, &random).into_uuid()))
    }

    /// An identifier that the host made.
    #[must_use]
    pub fn from_uuid(uuid: Uuid) -> Self {
        Self(uuid)
    }

    /// The identifier as a UUID.
    #[must_use]
    pub fn as_uuid(&self) -> &Uuid {
        &self.0
    }
}

impl fmt::Display for TokenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl FromStr for TokenId {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Uuid::try_parse(text).map(Self).map_err(|_| InvalidValue::new(InvalidValueKind::TokenId))
    }
}
