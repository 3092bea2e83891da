use jiff::Timestamp;

use super::actor::Actor;
use super::error::{ManageError, ManageErrorKind};
use super::fields::changes;
use super::new::{CreatedPat, NewPat};
use super::pat::PatManager;
use crate::instant::whole_microseconds;
use crate::record::{OwnerId, PatRecord, TokenId};
use crate::scope::ScopeSet;
use crate::store::{
    ActorId, AuditEvent, AuditKind, Change, IdempotencyKey, Insertion, OwnerLimits, PatDetails, StoredPat,
};

impl PatManager {
    /// Makes a token: for the owner who asks, or for the one whom an administrator or the system names
    /// ([`NewPat::with_owner`]). A token makes none. Times are kept to the microsecond.
    ///
    /// A call that is made again with the same [key](NewPat::with_idempotency_key), since the answer was lost, gives the
    /// same record with another token, and the first token is worth nothing; unless it has been used. A key counts for 24
    /// hours after the record was made or made again, and for the same wish in all its parts.
    ///
    /// # Errors
    ///
    /// - [`Forbidden`](ManageErrorKind::Forbidden) to a token, and to an owner who asks for somebody else;
    ///   [`Owner`](ManageErrorKind::Owner): an administrator did not say for whom;
    /// - [`Login`](ManageErrorKind::Login);
    /// - [`Name`](ManageErrorKind::Name), [`NameTaken`](ManageErrorKind::NameTaken), [`Scope`](ManageErrorKind::Scope),
    ///   [`Expiry`](ManageErrorKind::Expiry), [`NotBefore`](ManageErrorKind::NotBefore);
    /// - [`LimitReached`](ManageErrorKind::LimitReached);
    /// - [`KeyUsed`](ManageErrorKind::KeyUsed): the key stands for another wish or counts no more, or the token has been used;
    /// - [`Conflict`](ManageErrorKind::Conflict): the same call was made twice at one time, and the other was answered;
    /// - [`Duplicate`](ManageErrorKind::Duplicate) where the randomness repeats itself;
    /// - [`Unavailable`](ManageErrorKind::Unavailable), after which there may be a token that nobody has seen: ask again with
    ///   the same key.
    pub async fn create(&self, actor: impl Into<Actor>, wanted: NewPat) -> Result<CreatedPat, ManageError> {
        let actor = actor.into();
        let (owner, now) = (owner_of(&actor, &wanted)?, self.now());
        self.signed_in(&actor, now)?;
        if !self.policy.allows_name(&wanted.name) {
            return Err(ManageErrorKind::Name.into());
        }
        self.grantable(&owner, &wanted.scopes)?;
        let expiry = self.policy.expiry(wanted.lifetime, &wanted.scopes, now)?;
        let record = self.record(&owner, &wanted, (now, expiry))?;
        match wanted.key {
            None => self.make(&actor, record, wanted.details()).await,
            Some(key) => self.make_once(&actor, record, &wanted, &key).await,
        }
    }

    async fn make_once(
        &self,
        actor: &Actor,
        record: PatRecord,
        wanted: &NewPat,
        key: &IdempotencyKey,
    ) -> Result<CreatedPat, ManageError> {
        let owner = record.owner().clone();
        if let Some(found) = self.by_key(&owner, key).await? {
            return self.make_again(actor, &record, wanted, found).await;
        }
        match self.make(actor, record.clone(), wanted.details()).await {
            // The same call made twice at one time: the other was first.
            Err(error) if error.kind() == ManageErrorKind::Duplicate => match self.by_key(&owner, key).await? {
                Some(found) => self.make_again(actor, &record, wanted, found).await,
                None => Err(error),
            },
            made => made,
        }
    }

    /// What was made with a key.
    pub(crate) async fn by_key(&self, owner: &OwnerId, key: &IdempotencyKey) -> Result<Option<StoredPat>, ManageError> {
        self.store.find_by_key(owner, key).await.map_err(ManageError::unavailable)
    }

    async fn make_again(
        &self,
        actor: &Actor,
        record: &PatRecord,
        wanted: &NewPat,
        found: StoredPat,
    ) -> Result<CreatedPat, ManageError> {
        if !(is_alike(&found, record, wanted) && self.lives_as_wanted(found.record(), wanted)) {
            return Err(ManageErrorKind::KeyUsed.into());
        }
        self.reissue(actor, &found).await
    }

    /// Whether a record expires when it would if the wish had been made as it was made.
    fn lives_as_wanted(&self, record: &PatRecord, wanted: &NewPat) -> bool {
        let expiry = record.created_at().map(|made_at| self.policy.expiry(wanted.lifetime, &wanted.scopes, made_at));
        expiry == Some(Ok(record.expires_at()))
    }

    async fn make(&self, actor: &Actor, record: PatRecord, details: PatDetails) -> Result<CreatedPat, ManageError> {
        let token = self.format.generate(&*self.entropy).map_err(ManageError::unavailable)?;
        let record = record.with_hint(token.hint());
        let limits = OwnerLimits::new(record.owner().clone(), self.now())
            .with_most(self.policy.max_tokens())
            .with_unique_names(self.policy.has_unique_names());
        let event = self.made(actor, AuditKind::Created, &record, &details);
        let insertion = Insertion::new(record.clone(), token.digest()).with_details(details);
        self.apply(Change::default().with_insertion(insertion).with_event(event).with_limits(limits)).await?;
        Ok(CreatedPat { record, token })
    }

    /// That a record was made, for the audit.
    pub(super) fn made(&self, actor: &Actor, kind: AuditKind, record: &PatRecord, details: &PatDetails) -> AuditEvent {
        AuditEvent::new(actor.stamp(self.now()), kind, record.owner().clone())
            .with_token(record.id())
            .with_changes(changes(None, record, details))
    }

    /// The record of a token that is made now, without a hint.
    pub(super) fn record(
        &self,
        owner: &OwnerId,
        wanted: &NewPat,
        (now, expiry): (Timestamp, Option<Timestamp>),
    ) -> Result<PatRecord, ManageError> {
        let id = TokenId::generate(self.clock.now(), &*self.entropy).map_err(ManageError::unavailable)?;
        let record = PatRecord::new(id, owner.clone())
            .with_name(wanted.name.clone())
            .with_scopes(wanted.scopes.clone())
            .with_resources(wanted.resources.clone())
            .with_creation(now)
            .with_not_before(begins_at(wanted.not_before, expiry)?)
            .with_expiry(expiry)
            .with_networks(wanted.networks.clone())
            .with_audiences(wanted.audiences.clone());
        Ok(record)
    }

    /// Whether a token of an owner may get scopes that it does not have.
    pub(super) fn grantable(&self, owner: &OwnerId, scopes: &ScopeSet) -> Result<(), ManageError> {
        let is_known = self.catalog.unknown(scopes).is_empty();
        if !is_known || !scopes.iter().all(|scope| self.policy.may_grant(owner, scope)) {
            return Err(ManageErrorKind::Scope.into());
        }
        Ok(())
    }

    /// Whether an owner has signed in recently enough to get a secret.
    pub(super) fn signed_in(&self, actor: &Actor, now: Timestamp) -> Result<(), ManageError> {
        let is_owner = matches!(actor.id(), ActorId::Owner(_));
        if is_owner && !self.policy.is_recent(actor.login(), now) {
            return Err(ManageErrorKind::Login.into());
        }
        Ok(())
    }
}

/// Whether a record is what was wished for, its lifetime aside. One that was edited since is not.
fn is_alike(found: &StoredPat, wished: &PatRecord, wanted: &NewPat) -> bool {
    let (record, details) = (found.record(), found.details());
    record.family() == record.id().into()
        && record.name() == wished.name()
        && record.scopes() == wished.scopes()
        && record.resources() == wished.resources()
        && record.networks() == wished.networks()
        && record.audiences() == wished.audiences()
        && record.not_before() == wished.not_before()
        && details.description() == wanted.description.as_ref()
        && *details.metadata() == wanted.metadata
}

fn owner_of(actor: &Actor, wanted: &NewPat) -> Result<OwnerId, ManageError> {
    match (actor.id(), &wanted.owner) {
        (ActorId::Token(_), _) => Err(ManageErrorKind::Forbidden.into()),
        (ActorId::Owner(owner), None) => Ok(owner.clone()),
        (ActorId::Owner(owner), Some(named)) if owner != named => Err(ManageErrorKind::Forbidden.into()),
        (_, Some(named)) => Ok(named.clone()),
        (_, None) => Err(ManageErrorKind::Owner.into()),
    }
}

/// A token that begins when it is over would never be accepted, and nobody asks for that on purpose.
pub(super) fn begins_at(
    instant: Option<Timestamp>,
    expiry: Option<Timestamp>,
) -> Result<Option<Timestamp>, ManageError> {
    let start = instant.map(whole_microseconds);
    match (start, expiry) {
        (Some(start), Some(expiry)) if start >= expiry => Err(ManageErrorKind::NotBefore.into()),
        _ => Ok(start),
    }
}
