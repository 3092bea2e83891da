use jiff::Timestamp;

use super::field::FieldChange;
use super::kind::AuditKind;
use super::stamp::Stamp;
use crate::record::{OwnerId, Reason, TokenId};
use crate::store::notice::ExpiryNotice;

/// That something was done to a token, or to all of an owner.
///
/// ```
/// use jiff::Timestamp;
/// use tower_pat::record::OwnerId;
/// use tower_pat::store::{ActorId, AuditEvent, AuditKind, Stamp};
///
/// let stamp = Stamp::new(Timestamp::UNIX_EPOCH, ActorId::System);
/// let event = AuditEvent::new(stamp, AuditKind::OwnerDisabled, OwnerId::parse("alice")?);
/// assert!(event.token().is_none() && event.changes().is_empty());
/// # Ok::<(), tower_pat::invalid::InvalidValue>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEvent {
    stamp: Stamp,
    kind: AuditKind,
    owner: OwnerId,
    token: Option<TokenId>,
    changes: Vec<FieldChange>,
}

impl AuditEvent {
    /// What was done to the tokens of an owner.
    #[must_use]
    pub fn new(stamp: Stamp, kind: AuditKind, owner: OwnerId) -> Self {
        Self { stamp, kind, owner, token: None, changes: Vec::new() }
    }

    /// Sets which token it was done to.
    #[must_use]
    pub fn with_token(mut self, token: impl Into<Option<TokenId>>) -> Self {
        self.token = token.into();
        self
    }

    /// Sets which fields were changed.
    #[must_use]
    pub fn with_changes(mut self, changes: Vec<FieldChange>) -> Self {
        self.changes = changes;
        self
    }

    /// Sets as the only field changed that a token was revoked, and why.
    #[must_use]
    pub fn with_reason(self, reason: Option<&Reason>) -> Self {
        let change = reason.map(|reason| FieldChange::new("revocation", None, reason.to_string()));
        self.with_changes(change.into_iter().collect())
    }

    /// Sets as the fields of it which notice of an expiry was given.
    ///
    /// ```
    /// # use jiff::Timestamp;
    /// # use tower_pat::record::OwnerId;
    /// # use tower_pat::store::{ActorId, AuditEvent, AuditKind, Stamp};
    /// use tower_pat::store::ExpiryNotice;
    ///
    /// # let stamp = Stamp::new(Timestamp::UNIX_EPOCH, ActorId::System);
    /// let event = AuditEvent::new(stamp, AuditKind::ExpiringSoon, OwnerId::parse("alice")?);
    /// let event = event.with_notice(ExpiryNotice::Day, "2030-01-01T00:00:00Z".parse()?);
    /// assert_eq!(event.expiry_notice(), Some(ExpiryNotice::Day));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_notice(self, notice: ExpiryNotice, expiry: Timestamp) -> Self {
        let notice = FieldChange::new("notice", None, notice.as_str().to_owned());
        self.with_changes(vec![notice, FieldChange::new("expires_at", None, expiry.to_string())])
    }

    /// Which notice of an expiry was given; none if that is not what was done.
    #[must_use]
    pub fn expiry_notice(&self) -> Option<ExpiryNotice> {
        let notice = self.changes.iter().find(|change| change.field() == "notice")?;
        notice.after()?.parse().ok().filter(|_| self.kind == AuditKind::ExpiringSoon)
    }

    /// When, by whom and from where.
    #[must_use]
    pub fn stamp(&self) -> &Stamp {
        &self.stamp
    }

    /// What was done.
    #[must_use]
    pub fn kind(&self) -> AuditKind {
        self.kind
    }

    /// To whose token.
    #[must_use]
    pub fn owner(&self) -> &OwnerId {
        &self.owner
    }

    /// To which token; none if to all of the owner.
    #[must_use]
    pub fn token(&self) -> Option<TokenId> {
        self.token
    }

    /// Which fields were changed.
    #[must_use]
    pub fn changes(&self) -> &[FieldChange] {
        &self.changes
    }

    /// As precise as a database keeps it.
    pub(in crate::store) fn to_microsecond(&self) -> Self {
        let at = crate::instant::whole_microseconds(self.stamp.at());
        let stamp = Stamp::new(at, self.stamp.actor().clone()).with_address(self.stamp.address());
        Self { stamp, ..self.clone() }
    }
}

/// An event as a store gives it: the later it was noted, the higher its number. Where several write at one time, one may
/// show itself only after another with a higher number.
///
/// ```
/// # use jiff::Timestamp;
/// # use tower_pat::record::OwnerId;
/// # use tower_pat::store::{ActorId, AuditEvent, AuditKind, Stamp};
/// use tower_pat::store::StoredEvent;
///
/// # let stamp = Stamp::new(Timestamp::UNIX_EPOCH, ActorId::System);
/// # let event = AuditEvent::new(stamp, AuditKind::OwnerDisabled, OwnerId::parse("alice")?);
/// let stored = StoredEvent::new(7, event.clone());
/// assert_eq!((stored.number(), stored.event()), (7, &event));
/// # Ok::<(), tower_pat::invalid::InvalidValue>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEvent {
    number: u64,
    event: AuditEvent,
}

impl StoredEvent {
    /// An event with its number.
    #[must_use]
    pub fn new(number: u64, event: AuditEvent) -> Self {
        Self { number, event }
    }

    /// Its number; no other event has it.
    #[must_use]
    pub fn number(&self) -> u64 {
        self.number
    }

    /// What was done.
    #[must_use]
    pub fn event(&self) -> &AuditEvent {
        &self.event
    }
}
