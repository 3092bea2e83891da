use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::actor::Actor;
use super::create::begins_at;
use super::edit::is_over;
use super::error::{ManageError, ManageErrorKind};
use super::fields::changes;
use super::new::CreatedPat;
use super::pat::PatManager;
use crate::instant::whole_microseconds;
use crate::policy::Lifetime;
use crate::record::{PatRecord, PatStatus, TokenId};
use crate::store::{
    ActorId, AuditEvent, AuditKind, Change, EventQuery, IdempotencyKey, Insertion, PatDetails, PatQuery, StoredEvent,
    StoredPat, Update,
};

/// How a token is to be replaced by a new one: at once, unless a grace is said.
///
/// ```
/// use std::time::Duration;
/// use tower_pat::manager::Rotation;
/// use tower_pat::store::IdempotencyKey;
///
/// let rotation = Rotation::default()
///     .with_grace(Duration::from_hours(1))
///     .with_idempotency_key(IdempotencyKey::parse("7c4a8d09-ca37-62af-61e5-9520943dc264")?);
/// # Ok::<(), tower_pat::invalid::InvalidValue>(())
/// ```
#[derive(Debug, Clone, Default)]
#[must_use = "it is only a wish until it is given to a manager"]
pub struct Rotation {
    grace: Duration,
    key: Option<IdempotencyKey>,
}

impl Rotation {
    /// Sets for how long the old token is still accepted, as long as it lives.
    pub fn with_grace(mut self, grace: Duration) -> Self {
        self.grace = grace;
        self
    }

    /// Sets by what the call is recognised when it is made again, since the answer was lost.
    pub fn with_idempotency_key(mut self, key: impl Into<Option<IdempotencyKey>>) -> Self {
        self.key = key.into();
        self
    }
}

impl PatManager {
    /// Replaces a token by a new one of the same family, with the same name, description, scopes and limits, which lives as
    /// long from now on as the old one did from its beginning, or as long as the policy allows; if the token itself asks, no
    /// longer than the old one would have. The old one ends at once or after a grace, and never later than it would. Of a
    /// family one token is in its grace at a time, and a token that asks itself has none.
    ///
    /// Who presents the old one afterwards has what should be used no more:
    /// [`PatStatus::Rotated`].
    ///
    /// A call that is made again with the same [key](Rotation::with_idempotency_key), since the answer was lost, gives the
    /// same new record with another token, and the first new token is worth nothing; unless it has been used. A key counts
    /// for 24 hours after that was made or made again, and for the same grace.
    ///
    /// # Errors
    ///
    /// - [`NotFound`](ManageErrorKind::NotFound), also for a token of somebody else;
    /// - [`Login`](ManageErrorKind::Login); [`Grace`](ManageErrorKind::Grace); [`Expiry`](ManageErrorKind::Expiry);
    ///   [`NotBefore`](ManageErrorKind::NotBefore): the new one would be over before the old one would have begun;
    /// - [`Ended`](ManageErrorKind::Ended): it was revoked or has expired; [`Rotated`](ManageErrorKind::Rotated): it was
    ///   replaced already;
    /// - [`KeyUsed`](ManageErrorKind::KeyUsed): the key stands for another wish or counts no more, or the new token has been
    ///   used;
    /// - [`Conflict`](ManageErrorKind::Conflict): the token was changed each time;
    /// - [`Unavailable`](ManageErrorKind::Unavailable), after which it may be replaced or not: ask again with the same key.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use tower_pat::manager::NewPat;
    /// # use tower_pat::record::{OwnerId, TokenName};
    /// # use tower_pat::store::MemoryStore;
    /// # use tower_pat::{PatManager, TokenFormat};
    /// use tower_pat::manager::Rotation;
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let catalog = "invoices:read".parse()?;
    /// # let manager = PatManager::new(TokenFormat::new("acme_pat")?, Arc::new(MemoryStore::new()), catalog);
    /// # let alice = OwnerId::parse("alice")?;
    /// # let id = manager.create(&alice, NewPat::new(TokenName::parse("n")?)).await?.record().id();
    /// let rotated = manager.rotate(&alice, id, Rotation::default()).await?;
    /// assert_eq!(rotated.record().family(), id.into());
    /// println!("Keep this, it is shown once: {}", rotated.token().expose_secret());
    /// # Ok(()) }
    /// ```
    pub async fn rotate(
        &self,
        actor: impl Into<Actor>,
        id: TokenId,
        rotation: Rotation,
    ) -> Result<CreatedPat, ManageError> {
        let actor = actor.into();
        for _ in 0..Self::ATTEMPTS {
            match self.rotate_once(&actor, id, &rotation).await {
                Err(error) if error.kind() == ManageErrorKind::Conflict => {}
                outcome => return outcome,
            }
        }
        Err(ManageErrorKind::Conflict.into())
    }

    async fn rotate_once(&self, actor: &Actor, id: TokenId, rotation: &Rotation) -> Result<CreatedPat, ManageError> {
        let (found, now) = (self.seen(actor, id).await?, self.now());
        self.signed_in(actor, now)?;
        let is_itself = matches!(actor.id(), ActorId::Token(_));
        if rotation.grace > self.policy.max_grace() || is_itself && !rotation.grace.is_zero() {
            return Err(ManageErrorKind::Grace.into());
        }
        if found.record().revoked_at().is_none() && found.record().is_replaced() {
            self.announce(&found);
            return self.rotate_again(actor, &found, rotation).await;
        }
        if is_over(found.record(), now) {
            self.announce(&found);
            return Err(ManageErrorKind::Ended.into());
        }
        self.alone_in_grace(found.record(), rotation, now).await?;
        let token = self.format.generate(&*self.entropy).map_err(ManageError::unavailable)?;
        let successor = self.successor(actor, found.record(), now)?.with_hint(token.hint());
        let change = replacement(actor, &found, &successor, (now, rotation));
        let details = inherited(&found, rotation);
        let event = self.made(actor, AuditKind::Created, &successor, &details);
        let insertion = Insertion::new(successor.clone(), token.digest()).with_details(details);
        match self.apply(change.with_insertion(insertion).with_event(event)).await {
            Err(error) if error.kind() == ManageErrorKind::Duplicate && rotation.key.is_some() => {
                Err(ManageErrorKind::KeyUsed.into())
            }
            outcome => outcome.map(|()| CreatedPat { record: successor, token }),
        }
    }

    /// Of a family one token at most is in its grace, or a limit to the number of tokens would be none. Of those that are not
    /// replaced there is but the newest, so that no two rotations of a family pass this together.
    async fn alone_in_grace(&self, old: &PatRecord, rotation: &Rotation, now: Timestamp) -> Result<(), ManageError> {
        if rotation.grace.is_zero() {
            return Ok(());
        }
        let standing = [PatStatus::Active, PatStatus::NotYetValid, PatStatus::Paused, PatStatus::OwnerDisabled];
        let family = PatQuery::default().with_family(old.family()).with_states(standing, now).with_size(2);
        let page = self.store.list(&family).await.map_err(ManageError::unavailable)?;
        if page.records().any(|record| record.id() != old.id()) {
            return Err(ManageErrorKind::Grace.into());
        }
        Ok(())
    }

    /// The record that takes the place of another now. A token prolongs no life by itself.
    fn successor(&self, actor: &Actor, old: &PatRecord, now: Timestamp) -> Result<PatRecord, ManageError> {
        let lived = old.created_at().zip(old.expires_at());
        let lived = lived.and_then(|(start, end)| Duration::try_from(end.duration_since(start)).ok());
        let lifetime = match (old.expires_at(), lived) {
            (None, _) => Lifetime::Endless,
            (Some(_), Some(lived)) => Lifetime::For(lived),
            (Some(_), None) => Lifetime::Usual,
        };
        let allowed = self.policy.inherited(lifetime, old.scopes(), now)?;
        let expiry = match (actor.id(), allowed, old.expires_at()) {
            (ActorId::Token(_), Some(allowed), Some(before)) => Some(allowed.min(before)),
            _ => allowed,
        };
        let id = TokenId::generate(self.clock.now(), &*self.entropy).map_err(ManageError::unavailable)?;
        let record = PatRecord::new(id, old.owner().clone())
            .with_family(old.family())
            .with_name(old.name().cloned())
            .with_scopes(old.scopes().clone())
            .with_resources(old.resources().cloned())
            .with_creation(now)
            .with_not_before(begins_at(old.not_before(), expiry)?)
            .with_expiry(expiry)
            .with_pause(old.paused_at())
            .with_networks(old.networks().cloned())
            .with_audiences(old.audiences().cloned());
        Ok(record)
    }

    async fn rotate_again(
        &self,
        actor: &Actor,
        found: &StoredPat,
        rotation: &Rotation,
    ) -> Result<CreatedPat, ManageError> {
        let rotated = || ManageError::from(ManageErrorKind::Rotated);
        let id = found.details().successor().ok_or_else(rotated)?;
        let successor = self.store.find(id).await.map_err(ManageError::unavailable)?.ok_or_else(rotated)?;
        if rotation.key.is_none() || successor.details().key() != rotation.key.as_ref() {
            return Err(rotated());
        }
        let old = found.record();
        if old.replaced_at().map(|instant| retirement(old, instant, rotation)) != Some(old.retires_at()) {
            return Err(ManageErrorKind::KeyUsed.into());
        }
        self.reissue(actor, &successor).await
    }

    /// Whether a record was made, or made again, so short a time ago that its key counts.
    async fn is_recently_made(&self, found: &StoredPat, now: Timestamp) -> Result<bool, ManageError> {
        let query = EventQuery::default().with_token(found.record().id());
        let page = self.store.events(&query).await.map_err(ManageError::unavailable)?;
        let mut events = page.events().iter().map(StoredEvent::event);
        let made = events.find(|event| matches!(event.kind(), AuditKind::Created | AuditKind::Reissued));
        let made_at = made.map(|event| event.stamp().at()).or(found.record().created_at());
        Ok(made_at.is_some_and(|made_at| now.duration_since(made_at) < KEY_LIFETIME))
    }

    /// Gives a record that nobody has used another token.
    pub(super) async fn reissue(&self, actor: &Actor, found: &StoredPat) -> Result<CreatedPat, ManageError> {
        let now = self.now();
        // What has no hint was not made here.
        let is_spent = found.usage().is_some() || found.record().hint().is_none() || is_over(found.record(), now);
        if is_spent || !self.is_recently_made(found, now).await? {
            self.announce(found);
            return Err(ManageErrorKind::KeyUsed.into());
        }
        let token = self.format.generate(&*self.entropy).map_err(ManageError::unavailable)?;
        let record = found.record().clone().with_hint(token.hint());
        let changes = changes(Some((found.record(), found.details())), &record, found.details());
        let event = AuditEvent::new(actor.stamp(now), AuditKind::Reissued, record.owner().clone())
            .with_token(record.id())
            .with_changes(changes);
        let update = Update::of(found).with_record(record.clone()).with_digest(token.digest()).with_unused(true);
        self.apply(Change::default().with_update(update).with_event(event)).await?;
        Ok(CreatedPat { record, token })
    }
}

/// For how long a key counts.
const KEY_LIFETIME: SignedDuration = SignedDuration::from_hours(24);

/// When a token retires that is replaced now: when its grace is over, or it has expired. Without a grace there is nothing to
/// wait for, whatever the clocks of others say.
fn retirement(record: &PatRecord, now: Timestamp, rotation: &Rotation) -> Option<Timestamp> {
    if rotation.grace.is_zero() {
        return None;
    }
    let end_of_grace = now.checked_add(rotation.grace).map_or(Timestamp::MAX, whole_microseconds);
    Some(record.expires_at().map_or(end_of_grace, |expiry| expiry.min(end_of_grace)))
}

/// That a token is replaced.
fn replacement(
    actor: &Actor,
    found: &StoredPat,
    successor: &PatRecord,
    (now, rotation): (Timestamp, &Rotation),
) -> Change {
    let retires_at = retirement(found.record(), now, rotation);
    let record = found.record().clone().with_replacement(now).with_retirement(retires_at);
    let details = found.details().clone().with_successor(successor.id());
    let event = AuditEvent::new(actor.stamp(now), AuditKind::Rotated, record.owner().clone())
        .with_token(record.id())
        .with_changes(changes(Some((found.record(), found.details())), &record, &details));
    Change::default().with_update(Update::of(found).with_record(record).with_details(details)).with_event(event)
}

/// What people wrote about a token goes over to the one that replaces it.
fn inherited(found: &StoredPat, rotation: &Rotation) -> PatDetails {
    PatDetails::default()
        .with_description(found.details().description().cloned())
        .with_metadata(found.details().metadata().clone())
        .with_key(rotation.key)
}
