use std::net::IpAddr;

use jiff::Timestamp;

use super::actor::ActorId;

/// When a change is made, by whom and from where.
///
/// ```
/// use jiff::Timestamp;
/// use tower_pat::store::{ActorId, Stamp};
///
/// let stamp = Stamp::new(Timestamp::UNIX_EPOCH, ActorId::System);
/// assert_eq!(stamp.address(), None);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    at: Timestamp,
    actor: ActorId,
    address: Option<IpAddr>,
}

impl Stamp {
    /// A change by an actor, from nobody knows where.
    #[must_use]
    pub fn new(at: Timestamp, actor: ActorId) -> Self {
        Self { at, actor, address: None }
    }

    /// Sets from where.
    #[must_use]
    pub fn with_address(mut self, address: impl Into<Option<IpAddr>>) -> Self {
        self.address = address.into();
        self
    }

    /// When.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// By whom.
    #[must_use]
    pub fn actor(&self) -> &ActorId {
        &self.actor
    }

    /// From where; none if that is not known.
    #[must_use]
    pub fn address(&self) -> Option<IpAddr> {
        self.address
    }
}
