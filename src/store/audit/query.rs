use super::event::StoredEvent;
use crate::record::{OwnerId, TokenId};

/// Which events are wanted, the newest first: all, unless something is said.
///
/// ```
/// use tower_pat::record::OwnerId;
/// use tower_pat::store::EventQuery;
///
/// let query = EventQuery::default().with_owner(OwnerId::parse("alice")?).with_size(500);
/// assert_eq!(query.size(), 100);
/// # Ok::<(), tower_pat::invalid::InvalidValue>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "it is only a question until it is given to a store"]
pub struct EventQuery {
    owner: Option<OwnerId>,
    token: Option<TokenId>,
    before: Option<u64>,
    size: usize,
}

impl EventQuery {
    const MAX_SIZE: usize = 100;

    /// Asks for what was done to the tokens of an owner.
    pub fn with_owner(mut self, owner: impl Into<Option<OwnerId>>) -> Self {
        self.owner = owner.into();
        self
    }

    /// Asks for what was done to one token.
    pub fn with_token(mut self, token: impl Into<Option<TokenId>>) -> Self {
        self.token = token.into();
        self
    }

    /// Asks for the events before the one with this number: for the next page, [`EventPage::next`].
    pub fn with_before(mut self, number: impl Into<Option<u64>>) -> Self {
        self.before = number.into();
        self
    }

    /// Sets how many events a page has at most: 1 to 100; 50 by default.
    pub fn with_size(mut self, events: usize) -> Self {
        self.size = events.clamp(1, Self::MAX_SIZE);
        self
    }

    /// Whose tokens.
    #[must_use]
    pub fn owner(&self) -> Option<&OwnerId> {
        self.owner.as_ref()
    }

    /// Which token.
    #[must_use]
    pub fn token(&self) -> Option<TokenId> {
        self.token
    }

    /// Before which event.
    #[must_use]
    pub fn before(&self) -> Option<u64> {
        self.before
    }

    /// How many events at most.
    #[must_use]
    pub fn size(&self) -> usize {
        self.size
    }
}

impl Default for EventQuery {
    fn default() -> Self {
        Self { owner: None, token: None, before: None, size: 50 }
    }
}

/// A page of events, the newest first.
///
/// ```
/// use tower_pat::store::{EventPage, EventQuery};
///
/// assert_eq!(EventPage::new(Vec::new(), &EventQuery::default()).next(), None);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventPage {
    events: Vec<StoredEvent>,
    next: Option<u64>,
}

impl EventPage {
    /// A page of what was found. A store gives one more than was asked for if there is one, from which is seen that there
    /// is another page.
    #[must_use]
    pub fn new(mut found: Vec<StoredEvent>, query: &EventQuery) -> Self {
        let is_last = found.len() <= query.size();
        found.truncate(query.size());
        let next = found.last().filter(|_| !is_last).map(StoredEvent::number);
        Self { events: found, next }
    }

    /// The events.
    #[must_use]
    pub fn events(&self) -> &[StoredEvent] {
        &self.events
    }

    /// What to ask for before, for the next page; none if this is the last.
    #[must_use]
    pub fn next(&self) -> Option<u64> {
        self.next
    }
}
