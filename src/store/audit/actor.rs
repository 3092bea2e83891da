use crate::invalid::{InvalidValue, InvalidValueKind};
use crate::record::{OwnerId, TokenId};

/// Who performed a change.
///
/// ```
/// use tower_pat::record::OwnerId;
/// use tower_pat::store::ActorId;
///
/// let actor = ActorId::Administrator(OwnerId::parse("root")?);
/// assert_eq!((actor.word(), actor.name().as_deref()), ("administrator", Some("root")));
/// assert_eq!(ActorId::parse("administrator", Some("root"))?, actor);
/// # Ok::<(), tower_pat::invalid::InvalidValue>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ActorId {
    /// The user whom the token belongs to.
    Owner(OwnerId),
    /// A user who may change the tokens of others.
    Administrator(OwnerId),
    /// The token itself.
    Token(TokenId),
    /// The service.
    System,
}

impl ActorId {
    /// The word for this sort of actor, to be stored.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Owner(_) => "owner",
            Self::Administrator(_) => "administrator",
            Self::Token(_) => "token",
            Self::System => "system",
        }
    }

    /// Which of this sort, to be stored; none for the service.
    #[must_use]
    pub fn name(&self) -> Option<String> {
        match self {
            Self::Owner(user) | Self::Administrator(user) => Some(user.to_string()),
            Self::Token(id) => Some(id.to_string()),
            Self::System => None,
        }
    }

    /// Reads what was stored.
    ///
    /// # Errors
    ///
    /// When there is no such sort of actor, or not of such a name.
    pub fn parse(word: &str, name: Option<&str>) -> Result<Self, InvalidValue> {
        match (word, name) {
            ("owner", Some(name)) => OwnerId::parse(name).map(Self::Owner),
            ("administrator", Some(name)) => OwnerId::parse(name).map(Self::Administrator),
            ("token", Some(name)) => name.parse().map(Self::Token),
            ("system", None) => Ok(Self::System),
            _ => Err(InvalidValue::new(InvalidValueKind::Audit)),
        }
    }
}
