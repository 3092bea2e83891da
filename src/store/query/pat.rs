use jiff::Timestamp;

use super::cursor::Cursor;
use super::order::Order;
use super::span::Span;
use crate::record::{FamilyId, OwnerId, PatStatus, folded};
use crate::scope::Scope;

/// Which records are wanted: all, unless something is said. What is said must hold together.
///
/// ```
/// use jiff::Timestamp;
/// use tower_pat::record::{OwnerId, PatStatus};
/// use tower_pat::store::{Order, PatQuery, Sort};
///
/// let now: Timestamp = "2030-01-01T00:00:00Z".parse()?;
/// let query = PatQuery::default()
///     .with_owner(OwnerId::parse("alice")?)
///     .with_states([PatStatus::Active, PatStatus::Paused], now)
///     .with_name_part("build")
///     .with_order(Order::ascending(Sort::Expiry));
/// assert_eq!(query.size(), 50);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "it is only a question until it is given to a store"]
pub struct PatQuery {
    owner: Option<OwnerId>,
    states: Option<(Vec<PatStatus>, Timestamp)>,
    name_part: Option<String>,
    scope: Option<Scope>,
    family: Option<FamilyId>,
    created: Span,
    expiring: Span,
    last_used: Span,
    unused: bool,
    order: Order,
    size: usize,
    after: Option<Cursor>,
}

impl PatQuery {
    const MAX_SIZE: usize = 100;

    /// Asks for the records of an owner.
    pub fn with_owner(mut self, owner: impl Into<Option<OwnerId>>) -> Self {
        self.owner = owner.into();
        self
    }

    /// Asks for records that are worth one of these at an instant.
    pub fn with_states(mut self, states: impl IntoIterator<Item = PatStatus>, at: Timestamp) -> Self {
        self.states = Some((states.into_iter().collect(), at));
        self
    }

    /// Asks for records whose name has this in it, without regard to upper and lower case.
    pub fn with_name_part(mut self, part: &str) -> Self {
        self.name_part = Some(folded(part));
        self
    }

    /// Asks for records with this scope. What others imply does not count: a store knows no catalogue.
    pub fn with_scope(mut self, scope: impl Into<Option<Scope>>) -> Self {
        self.scope = scope.into();
        self
    }

    /// Asks for a token and those that have replaced it.
    pub fn with_family(mut self, family: impl Into<Option<FamilyId>>) -> Self {
        self.family = family.into();
        self
    }

    /// Asks for tokens that were made in this time.
    pub fn with_created(mut self, span: Span) -> Self {
        self.created = span;
        self
    }

    /// Asks for tokens that expire in this time.
    pub fn with_expiring(mut self, span: Span) -> Self {
        self.expiring = span;
        self
    }

    /// Asks for tokens whose last use was in this time.
    pub fn with_last_used(mut self, span: Span) -> Self {
        self.last_used = span;
        self
    }

    /// Asks for tokens of which no use was recorded.
    pub fn with_unused(mut self, unused: bool) -> Self {
        self.unused = unused;
        self
    }

    /// Sets the order.
    pub fn with_order(mut self, order: Order) -> Self {
        self.order = order;
        self
    }

    /// Sets how many records a page has at most: 1 to 100; 50 by default.
    pub fn with_size(mut self, records: usize) -> Self {
        self.size = records.clamp(1, Self::MAX_SIZE);
        self
    }

    /// Asks for the page that begins after a place, in the order of that place.
    pub fn with_cursor(mut self, after: impl Into<Option<Cursor>>) -> Self {
        self.after = after.into();
        self
    }

    /// Whose records.
    #[must_use]
    pub fn owner(&self) -> Option<&OwnerId> {
        self.owner.as_ref()
    }

    /// What the records are worth, and when.
    #[must_use]
    pub fn states(&self) -> Option<(&[PatStatus], Timestamp)> {
        self.states.as_ref().map(|(states, at)| (states.as_slice(), *at))
    }

    /// What is in their [folded](crate::record::TokenName::folded) names.
    #[must_use]
    pub fn name_part(&self) -> Option<&str> {
        self.name_part.as_deref()
    }

    /// Which scope they have.
    #[must_use]
    pub fn scope(&self) -> Option<&Scope> {
        self.scope.as_ref()
    }

    /// Of which family they are.
    #[must_use]
    pub fn family(&self) -> Option<FamilyId> {
        self.family
    }

    /// When they were made.
    #[must_use]
    pub fn created(&self) -> Span {
        self.created
    }

    /// When they expire.
    #[must_use]
    pub fn expiring(&self) -> Span {
        self.expiring
    }

    /// When they were last used.
    #[must_use]
    pub fn last_used(&self) -> Span {
        self.last_used
    }

    /// Whether they were never used.
    #[must_use]
    pub fn is_unused(&self) -> bool {
        self.unused
    }

    /// In which order: that of the cursor, if there is one.
    #[must_use]
    pub fn order(&self) -> Order {
        self.after.as_ref().map_or(self.order, Cursor::order)
    }

    /// How many records at most.
    #[must_use]
    pub fn size(&self) -> usize {
        self.size
    }

    /// After which place.
    #[must_use]
    pub fn cursor(&self) -> Option<&Cursor> {
        self.after.as_ref()
    }
}

impl Default for PatQuery {
    fn default() -> Self {
        Self {
            owner: None,
            states: None,
            name_part: None,
            scope: None,
            family: None,
            created: Span::default(),
            expiring: Span::default(),
            last_used: Span::default(),
            unused: false,
            order: Order::default(),
            size: 50,
            after: None,
        }
    }
}
