use std::net::IpAddr;

use jiff::Timestamp;

use crate::record::{OwnerId, PatRecord, TokenId};
use crate::store::{ActorId, Stamp};

/// Who asks a manager for something, and what is known of them.
///
/// - An owner sees and changes their own tokens only: what belongs to others is to them as if it did not exist.
/// - An administrator and the system see and change those of everybody.
/// - A token sees itself, may rotate and revoke itself, and nothing else.
///
/// Where an actor is taken, the identifier of an owner will do.
///
/// ```
/// use tower_pat::manager::Actor;
/// use tower_pat::record::OwnerId;
///
/// let alice = OwnerId::parse("alice")?;
/// let login: jiff::Timestamp = "2030-01-01T00:00:00Z".parse()?;
/// let signed_in = Actor::owner(alice).with_address(std::net::IpAddr::from([192, 0, 2, 7])).with_login(login);
/// assert_eq!(signed_in.login(), Some(login));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    id: ActorId,
    address: Option<IpAddr>,
    login: Option<Timestamp>,
}

impl Actor {
    /// The user whom tokens belong to, signed in by themselves and not by a token.
    #[must_use]
    pub fn owner(owner: OwnerId) -> Self {
        Self::new(ActorId::Owner(owner))
    }

    /// A user who may change the tokens of others.
    #[must_use]
    pub fn administrator(user: OwnerId) -> Self {
        Self::new(ActorId::Administrator(user))
    }

    /// A token that a request was let pass with.
    #[must_use]
    pub fn token(token: TokenId) -> Self {
        Self::new(ActorId::Token(token))
    }

    /// The service.
    #[must_use]
    pub fn system() -> Self {
        Self::new(ActorId::System)
    }

    fn new(id: ActorId) -> Self {
        Self { id, address: None, login: None }
    }

    /// Sets from where they ask, for the audit.
    #[must_use]
    pub fn with_address(mut self, address: impl Into<Option<IpAddr>>) -> Self {
        self.address = address.into();
        self
    }

    /// Sets when they signed in by themselves, for a policy that asks how long ago that was.
    #[must_use]
    pub fn with_login(mut self, instant: impl Into<Option<Timestamp>>) -> Self {
        self.login = instant.into();
        self
    }

    /// Who it is.
    #[must_use]
    pub fn id(&self) -> &ActorId {
        &self.id
    }

    /// When they signed in by themselves; none if that is not known.
    #[must_use]
    pub fn login(&self) -> Option<Timestamp> {
        self.login
    }

    /// Whether they see and change what belongs to anybody.
    pub(super) fn is_privileged(&self) -> bool {
        matches!(self.id, ActorId::Administrator(_) | ActorId::System)
    }

    /// Whether a record exists for them.
    pub(super) fn sees(&self, record: &PatRecord) -> bool {
        match &self.id {
            ActorId::Owner(owner) => record.owner() == owner,
            ActorId::Token(token) => record.id() == *token,
            ActorId::Administrator(_) | ActorId::System => true,
        }
    }

    pub(super) fn stamp(&self, at: Timestamp) -> Stamp {
        Stamp::new(at, self.id.clone()).with_address(self.address)
    }
}

impl From<OwnerId> for Actor {
    fn from(owner: OwnerId) -> Self {
        Self::owner(owner)
    }
}

impl From<&OwnerId> for Actor {
    fn from(owner: &OwnerId) -> Self {
        Self::owner(owner.clone())
    }
}

impl From<&Actor> for Actor {
    fn from(actor: &Actor) -> Self {
        actor.clone()
    }
}
