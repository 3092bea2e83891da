use jiff::Timestamp;

use super::actor::Actor;
use super::error::{ManageError, ManageErrorKind};
use super::fields::changes;
use super::pat::PatManager;
use crate::policy::Lifetime;
use crate::record::{AudienceSet, Description, Metadata, NetworkSet, PatRecord, TokenId, TokenName};
use crate::resource::ResourceSet;
use crate::scope::ScopeSet;
use crate::store::{ActorId, AuditEvent, AuditKind, Change, OwnerLimits, PatDetails, StoredPat, Update};

/// What is to be changed of a token: nothing, unless it is said.
///
/// ```
/// use tower_pat::manager::Edit;
/// use tower_pat::record::{Description, TokenName};
///
/// let edit = Edit::default()
///     .with_name(TokenName::parse("nightly build")?)
///     .with_description(Description::parse("for the build at night")?)
///     .with_scopes("invoices:read".parse()?)
///     .with_pause(true);
/// # Ok::<(), tower_pat::invalid::InvalidValue>(())
/// ```
#[derive(Debug, Clone, Default)]
#[must_use = "it is only a wish until it is given to a manager"]
pub struct Edit {
    version: Option<u64>,
    name: Wish<TokenName>,
    description: Wish<Option<Description>>,
    metadata: Wish<Metadata>,
    scopes: Wish<ScopeSet>,
    resources: Wish<Option<ResourceSet>>,
    networks: Wish<Option<NetworkSet>>,
    audiences: Wish<Option<AudienceSet>>,
    lifetime: Option<Lifetime>,
    pause: Option<bool>,
}

/// What is to become of a field.
#[derive(Debug, Clone, Default)]
enum Wish<T> {
    #[default]
    Stay,
    Become(T),
}

impl<T: Clone> Wish<T> {
    fn or(&self, before: T) -> T {
        match self {
            Self::Stay => before,
            Self::Become(after) => after.clone(),
        }
    }
}

impl Edit {
    /// Sets which version the caller saw: if there is another by now, nothing is changed. Without it the change is made upon
    /// whatever is there.
    pub fn with_version(mut self, version: u64) -> Self {
        self.version = Some(version);
        self
    }

    /// Changes the name.
    pub fn with_name(mut self, name: TokenName) -> Self {
        self.name = Wish::Become(name);
        self
    }

    /// Changes the description, or takes it away.
    pub fn with_description(mut self, description: impl Into<Option<Description>>) -> Self {
        self.description = Wish::Become(description.into());
        self
    }

    /// Changes all the metadata.
    pub fn with_metadata(mut self, metadata: Metadata) -> Self {
        self.metadata = Wish::Become(metadata);
        self
    }

    /// Changes all the scopes: fewer narrow the token, more widen it.
    pub fn with_scopes(mut self, scopes: ScopeSet) -> Self {
        self.scopes = Wish::Become(scopes);
        self
    }

    /// Changes on what the token may be used; on everything if none.
    pub fn with_resources(mut self, resources: impl Into<Option<ResourceSet>>) -> Self {
        self.resources = Wish::Become(resources.into());
        self
    }

    /// Changes from where the token may be used; from any network if none.
    pub fn with_networks(mut self, networks: impl Into<Option<NetworkSet>>) -> Self {
        self.networks = Wish::Become(networks.into());
        self
    }

    /// Changes for which services the token is meant; for any if none.
    pub fn with_audiences(mut self, audiences: impl Into<Option<AudienceSet>>) -> Self {
        self.audiences = Wish::Become(audiences.into());
        self
    }

    /// Changes how long the token lives, from now on.
    pub fn with_lifetime(mut self, lifetime: Lifetime) -> Self {
        self.lifetime = Some(lifetime);
        self
    }

    /// Pauses the token, or resumes it.
    pub fn with_pause(mut self, paused: bool) -> Self {
        self.pause = Some(paused);
        self
    }

    fn details(&self, before: &PatDetails) -> PatDetails {
        let copy = before.clone();
        copy.with_description(self.description.or(before.description().cloned()))
            .with_metadata(self.metadata.or(before.metadata().clone()))
    }

    /// But for the expiry, which the policy has a say in.
    fn record(&self, before: &PatRecord, now: Timestamp) -> PatRecord {
        let name = match &self.name {
            Wish::Become(name) => Some(name.clone()),
            Wish::Stay => before.name().cloned(),
        };
        let paused_at = match self.pause {
            Some(true) => before.paused_at().or(Some(now)),
            Some(false) => None,
            None => before.paused_at(),
        };
        let copy = before.clone();
        copy.with_name(name)
            .with_scopes(self.scopes.or(before.scopes().clone()))
            .with_resources(self.resources.or(before.resources().cloned()))
            .with_networks(self.networks.or(before.networks().cloned()))
            .with_audiences(self.audiences.or(before.audiences().cloned()))
            .with_pause(paused_at)
    }
}

impl PatManager {
    /// How often a change is made upon a newer version before it is given up, when the caller named none.
    pub(super) const ATTEMPTS: usize = 5;

    /// Changes a token: its name, description and metadata, what it may do and where, when it expires, whether it is paused.
    /// Gives what there is afterwards. What changes nothing is not written.
    ///
    /// Scopes that the token did not have must be in the catalogue and for its owner to grant; those it had may stay. A token
    /// that was revoked, was replaced or has expired stays as it is.
    ///
    /// # Errors
    ///
    /// - [`NotFound`](ManageErrorKind::NotFound), also for a token of somebody else;
    /// - [`Forbidden`](ManageErrorKind::Forbidden) to a token;
    /// - [`Ended`](ManageErrorKind::Ended);
    /// - [`Conflict`](ManageErrorKind::Conflict): there is another version than the one named, or a newer one each time;
    /// - [`Name`](ManageErrorKind::Name), [`NameTaken`](ManageErrorKind::NameTaken), [`Scope`](ManageErrorKind::Scope),
    ///   [`Expiry`](ManageErrorKind::Expiry), [`NotBefore`](ManageErrorKind::NotBefore);
    /// - [`LimitReached`](ManageErrorKind::LimitReached): it is to live longer, and there are more than there may be;
    /// - [`Unavailable`](ManageErrorKind::Unavailable).
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use tower_pat::manager::NewPat;
    /// # use tower_pat::record::{OwnerId, TokenName};
    /// # use tower_pat::store::MemoryStore;
    /// # use tower_pat::{PatManager, TokenFormat};
    /// use tower_pat::manager::Edit;
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let catalog = "invoices:read".parse()?;
    /// # let manager = PatManager::new(TokenFormat::new("acme_pat")?, Arc::new(MemoryStore::new()), catalog);
    /// # let alice = OwnerId::parse("alice")?;
    /// # let id = manager.create(&alice, NewPat::new(TokenName::parse("n")?)).await?.record().id();
    /// let seen = manager.get(&alice, id).await?;
    /// let edit = Edit::default().with_version(seen.version()).with_scopes("invoices:read".parse()?);
    /// assert_eq!(manager.edit(&alice, id, edit).await?.version(), 2);
    /// # Ok(()) }
    /// ```
    pub async fn edit(&self, actor: impl Into<Actor>, id: TokenId, edit: Edit) -> Result<StoredPat, ManageError> {
        let actor = actor.into();
        for _ in 0..Self::ATTEMPTS {
            let found = self.seen(&actor, id).await?;
            if matches!(actor.id(), ActorId::Token(_)) {
                return Err(ManageErrorKind::Forbidden.into());
            }
            if edit.version.is_some_and(|version| version != found.version()) {
                self.announce(&found);
                return Err(ManageErrorKind::Conflict.into());
            }
            match self.edit_once(&actor, &found, &edit).await {
                Err(error) if error.kind() == ManageErrorKind::Conflict && edit.version.is_none() => {}
                outcome => return outcome,
            }
        }
        Err(ManageErrorKind::Conflict.into())
    }

    /// Pauses a token: it is not accepted until it is resumed.
    ///
    /// # Errors
    ///
    /// As [`edit`](Self::edit).
    pub async fn pause(&self, actor: impl Into<Actor>, id: TokenId) -> Result<StoredPat, ManageError> {
        self.edit(actor, id, Edit::default().with_pause(true)).await
    }

    /// Resumes a token that was paused.
    ///
    /// # Errors
    ///
    /// As [`edit`](Self::edit).
    pub async fn resume(&self, actor: impl Into<Actor>, id: TokenId) -> Result<StoredPat, ManageError> {
        self.edit(actor, id, Edit::default().with_pause(false)).await
    }

    async fn edit_once(&self, actor: &Actor, found: &StoredPat, edit: &Edit) -> Result<StoredPat, ManageError> {
        let now = self.now();
        if is_over(found.record(), now) {
            self.announce(found);
            return Err(ManageErrorKind::Ended.into());
        }
        let record = self.allowed(found.record(), edit, now)?;
        let details = edit.details(found.details());
        let changes = changes(Some((found.record(), found.details())), &record, &details);
        if changes.is_empty() {
            // Whoever made it so may not have announced it yet.
            self.announce(found);
            return Ok(found.clone());
        }
        let event = AuditEvent::new(actor.stamp(now), AuditKind::Edited, record.owner().clone())
            .with_token(record.id())
            .with_changes(changes);
        let mut update = Update::of(found).with_record(record.clone()).with_details(details.clone());
        if record.expires_at() != found.record().expires_at() {
            update = update.with_new_expiry(now);
        }
        let limits = self.limits_of_edit(found.record(), &record, now);
        self.apply(Change::default().with_update(update).with_event(event).with_limits(limits)).await?;
        let version = found.version() + 1;
        Ok(found.clone().with_record(record).with_details(details).with_version(version))
    }

    /// A token that lives longer is looked at as a new one: it may have expired when it is written, and another may have
    /// taken its place.
    fn limits_of_edit(&self, before: &PatRecord, record: &PatRecord, now: Timestamp) -> OwnerLimits {
        let is_longer = match (before.expires_at(), record.expires_at()) {
            (Some(before), Some(after)) => after > before,
            (before, after) => before.is_some() && after.is_none(),
        };
        let unique = self.policy.has_unique_names() && (is_longer || record.name() != before.name());
        let most = self.policy.max_tokens().filter(|_| is_longer);
        OwnerLimits::new(record.owner().clone(), now).with_most(most).with_unique_names(unique)
    }

    /// The record as it is to be, if the policy allows what is new in it.
    fn allowed(&self, before: &PatRecord, edit: &Edit, now: Timestamp) -> Result<PatRecord, ManageError> {
        let record = edit.record(before, now);
        if matches!(&edit.name, Wish::Become(name) if !self.policy.allows_name(name)) {
            return Err(ManageErrorKind::Name.into());
        }
        let added = record.scopes().iter().filter(|scope| !before.scopes().contains(scope)).cloned().collect();
        self.grantable(record.owner(), &added)?;
        let lifetime = match (edit.lifetime, record.expires_at()) {
            (Some(lifetime), _) => lifetime,
            // With other scopes a token may perhaps not live as long as it did.
            (None, Some(expiry)) if !added.is_empty() => Lifetime::Until(expiry),
            (None, None) if !added.is_empty() => Lifetime::Endless,
            _ => return Ok(record),
        };
        let expiry = self.policy.expiry(lifetime, record.scopes(), now)?;
        if record.not_before().zip(expiry).is_some_and(|(start, expiry)| start >= expiry) {
            return Err(ManageErrorKind::NotBefore.into());
        }
        Ok(record.with_expiry(expiry))
    }
}

/// Whether nothing can be done with a token any more.
pub(super) fn is_over(record: &PatRecord, now: Timestamp) -> bool {
    let is_expired = record.expires_at().is_some_and(|expiry| now >= expiry);
    record.revoked_at().is_some() || record.is_replaced() || is_expired
}
