use jiff::Timestamp;

use super::audience::AudienceSet;
use super::family::FamilyId;
use super::id::TokenId;
use super::name::TokenName;
use super::network::NetworkSet;
use super::owner::OwnerId;
use crate::footprint::Footprint;
use crate::resource::ResourceSet;
use crate::scope::ScopeSet;
use crate::token::TokenHint;

/// What is known about a token. It holds neither the token nor its digest.
///
/// A new record allows nothing: scopes are added by name, and a token without them passes only where any valid token
/// does.
///
/// ```
/// use jiff::Timestamp;
/// use tower_pat::record::{OwnerId, PatRecord, PatStatus, TokenId};
/// use uuid::Uuid;
///
/// let expiry: Timestamp = "2030-01-01T00:00:00Z".parse()?;
/// let record = PatRecord::new(TokenId::from_uuid(Uuid::from_u128(7)), OwnerId::parse("alice")?)
///     .with_scopes("invoices:read".parse()?)
///     .with_expiry(expiry);
///
/// assert_eq!(record.status_at("2029-12-31T23:59:59Z".parse()?), PatStatus::Active);
/// assert_eq!(record.status_at(expiry), PatStatus::Expired);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatRecord {
    id: TokenId,
    owner: OwnerId,
    name: Option<TokenName>,
    hint: Option<TokenHint>,
    scopes: ScopeSet,
    resources: Option<ResourceSet>,
    created_at: Option<Timestamp>,
    not_before: Option<Timestamp>,
    expires_at: Option<Timestamp>,
    paused_at: Option<Timestamp>,
    owner_disabled_at: Option<Timestamp>,
    revoked_at: Option<Timestamp>,
    networks: Option<NetworkSet>,
    audiences: Option<AudienceSet>,
    /// None for a token that has replaced none and that none has replaced: most are so, and they are remembered by the
    /// million.
    rotation: Option<Box<Rotation>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Rotation {
    family: FamilyId,
    replaced_at: Option<Timestamp>,
    retires_at: Option<Timestamp>,
}

impl PatRecord {
    /// A record of a token that belongs to `owner`, has no scopes, does not expire and is neither restricted nor revoked.
    #[must_use]
    pub fn new(id: TokenId, owner: OwnerId) -> Self {
        Self {
            id,
            owner,
            name: None,
            hint: None,
            scopes: ScopeSet::default(),
            resources: None,
            created_at: None,
            not_before: None,
            expires_at: None,
            paused_at: None,
            owner_disabled_at: None,
            revoked_at: None,
            networks: None,
            audiences: None,
            rotation: None,
        }
    }

    /// Sets of which tokens this is one, each the successor of another. Without it the token is the first of its own.
    ///
    /// ```
    /// # use tower_pat::record::{OwnerId, PatRecord, TokenId};
    /// # use uuid::Uuid;
    /// # let record = PatRecord::new(TokenId::from_uuid(Uuid::from_u128(7)), OwnerId::parse("alice")?);
    /// let first = TokenId::from_uuid(Uuid::from_u128(1));
    /// assert_eq!(record.with_family(first.into()).family(), first.into());
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    #[must_use]
    pub fn with_family(self, family: FamilyId) -> Self {
        let rotation = Rotation { family, ..self.rotation() };
        self.with_rotation(rotation)
    }

    /// Sets what its owner calls the token.
    #[must_use]
    pub fn with_name(mut self, name: impl Into<Option<TokenName>>) -> Self {
        self.name = name.into();
        self
    }

    /// Sets by what people recognise the token.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<Option<TokenHint>>) -> Self {
        self.hint = hint.into();
        self
    }

    /// Sets what the token may do.
    #[must_use]
    pub fn with_scopes(mut self, scopes: ScopeSet) -> Self {
        self.scopes = scopes;
        self
    }

    /// Sets on what the token may be used. None means on everything, an empty set on nothing.
    ///
    /// ```
    /// # use tower_pat::record::{OwnerId, PatRecord, TokenId};
    /// # use uuid::Uuid;
    /// use tower_pat::resource::ResourceSet;
    ///
    /// # let record = PatRecord::new(TokenId::from_uuid(Uuid::from_u128(7)), OwnerId::parse("alice")?);
    /// let acme: ResourceSet = "repo:acme/*".parse()?;
    /// assert_eq!(record.resources(), None);
    /// assert_eq!(record.with_resources(acme.clone()).resources(), Some(&acme));
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    #[must_use]
    pub fn with_resources(mut self, resources: impl Into<Option<ResourceSet>>) -> Self {
        self.resources = resources.into();
        self
    }

    /// Sets when the token was made.
    #[must_use]
    pub fn with_creation(mut self, instant: impl Into<Option<Timestamp>>) -> Self {
        self.created_at = instant.into();
        self
    }

    /// Sets the first instant at which the token is accepted. None means that it is accepted from the beginning.
    ///
    /// ```
    /// # use jiff::Timestamp;
    /// # use tower_pat::record::{OwnerId, PatRecord, PatStatus, TokenId};
    /// # use uuid::Uuid;
    /// # let record = PatRecord::new(TokenId::from_uuid(Uuid::from_u128(7)), OwnerId::parse("alice")?);
    /// let start: Timestamp = "2030-01-01T00:00:00Z".parse()?;
    /// let record = record.with_not_before(start);
    /// assert_eq!(record.status_at("2029-12-31T23:59:59Z".parse()?), PatStatus::NotYetValid);
    /// assert_eq!(record.status_at(start), PatStatus::Active);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_not_before(mut self, instant: impl Into<Option<Timestamp>>) -> Self {
        self.not_before = instant.into();
        self
    }

    /// Sets the first instant at which the token is no longer accepted. None means that it never expires.
    #[must_use]
    pub fn with_expiry(mut self, instant: impl Into<Option<Timestamp>>) -> Self {
        self.expires_at = instant.into();
        self
    }

    /// Sets when another token took the place of this one: from then on, whatever the clock says, it is not accepted, unless
    /// it has a grace ([`with_retirement`](Self::with_retirement)). None means that none has.
    ///
    /// ```
    /// # use jiff::Timestamp;
    /// # use tower_pat::record::{OwnerId, PatRecord, PatStatus, TokenId};
    /// # use uuid::Uuid;
    /// # let record = PatRecord::new(TokenId::from_uuid(Uuid::from_u128(7)), OwnerId::parse("alice")?);
    /// let replaced = record.with_replacement("2030-01-01T00:00:00Z".parse::<Timestamp>()?);
    /// assert!(replaced.is_replaced());
    /// assert_eq!(replaced.status_at("2029-12-31T23:59:59Z".parse()?), PatStatus::Rotated);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_replacement(self, instant: impl Into<Option<Timestamp>>) -> Self {
        let rotation = Rotation { replaced_at: instant.into(), ..self.rotation() };
        self.with_rotation(rotation)
    }

    /// Sets the end of the grace of a token that another has replaced: the first instant at which it is no longer accepted.
    /// None means that there is no grace.
    ///
    /// ```
    /// # use jiff::Timestamp;
    /// # use tower_pat::record::{OwnerId, PatRecord, PatStatus, TokenId};
    /// # use uuid::Uuid;
    /// # let record = PatRecord::new(TokenId::from_uuid(Uuid::from_u128(7)), OwnerId::parse("alice")?);
    /// let end_of_grace: Timestamp = "2030-01-01T00:00:00Z".parse()?;
    /// let record = record.with_retirement(end_of_grace);
    /// assert_eq!(record.status_at("2029-12-31T23:59:59Z".parse()?), PatStatus::Active);
    /// assert_eq!(record.status_at(end_of_grace), PatStatus::Rotated);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_retirement(self, instant: impl Into<Option<Timestamp>>) -> Self {
        let rotation = Rotation { retires_at: instant.into(), ..self.rotation() };
        self.with_rotation(rotation)
    }

    fn rotation(&self) -> Rotation {
        Rotation { family: self.family(), replaced_at: self.replaced_at(), retires_at: self.retires_at() }
    }

    fn with_rotation(mut self, rotation: Rotation) -> Self {
        let is_replaced = rotation.replaced_at.is_some() || rotation.retires_at.is_some();
        let is_none = rotation.family == self.id.into() && !is_replaced;
        self.rotation = (!is_none).then(|| Box::new(rotation));
        self
    }

    /// Sets when the token was paused: it is not accepted, whatever the clock says, until it is resumed. None means that
    /// it is not paused.
    ///
    /// ```
    /// # use jiff::Timestamp;
    /// # use tower_pat::record::{OwnerId, PatRecord, PatStatus, TokenId};
    /// # use uuid::Uuid;
    /// # let record = PatRecord::new(TokenId::from_uuid(Uuid::from_u128(7)), OwnerId::parse("alice")?);
    /// # let now = Timestamp::UNIX_EPOCH;
    /// let paused = record.with_pause(now);
    /// assert_eq!(paused.status_at(now), PatStatus::Paused);
    /// assert_eq!(paused.with_pause(None).status_at(now), PatStatus::Active);
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    #[must_use]
    pub fn with_pause(mut self, instant: impl Into<Option<Timestamp>>) -> Self {
        self.paused_at = instant.into();
        self
    }

    /// Sets when the user that the token belongs to was disabled: until they are enabled again, it is not accepted,
    /// whatever the clock says. None means that they are not disabled.
    ///
    /// ```
    /// # use jiff::Timestamp;
    /// # use tower_pat::record::{OwnerId, PatRecord, PatStatus, TokenId};
    /// # use uuid::Uuid;
    /// # let record = PatRecord::new(TokenId::from_uuid(Uuid::from_u128(7)), OwnerId::parse("alice")?);
    /// # let now = Timestamp::UNIX_EPOCH;
    /// let disabled = record.with_owner_disabled(now);
    /// assert_eq!(disabled.status_at(now), PatStatus::OwnerDisabled);
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    #[must_use]
    pub fn with_owner_disabled(mut self, instant: impl Into<Option<Timestamp>>) -> Self {
        self.owner_disabled_at = instant.into();
        self
    }

    /// Sets when the token was revoked: from then on, whatever the clock says, it is not accepted. None means that it
    /// is not revoked.
    #[must_use]
    pub fn with_revocation(mut self, instant: impl Into<Option<Timestamp>>) -> Self {
        self.revoked_at = instant.into();
        self
    }

    /// Sets from where the token may be used. None means from any network, an empty set from nowhere.
    ///
    /// ```
    /// # use tower_pat::record::{NetworkSet, OwnerId, PatRecord, TokenId};
    /// # use uuid::Uuid;
    /// # let record = PatRecord::new(TokenId::from_uuid(Uuid::from_u128(7)), OwnerId::parse("alice")?);
    /// let office: NetworkSet = "192.0.2.0/24 2001:db8::/32".parse()?;
    /// assert_eq!(record.networks(), None);
    /// assert_eq!(record.with_networks(office.clone()).networks(), Some(&office));
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    #[must_use]
    pub fn with_networks(mut self, networks: impl Into<Option<NetworkSet>>) -> Self {
        self.networks = networks.into();
        self
    }

    /// Sets for which services the token is meant ([RFC 7519, section 4.1.3]). None means for any, an empty set for none.
    ///
    /// ```
    /// # use tower_pat::record::{AudienceSet, OwnerId, PatRecord, TokenId};
    /// # use uuid::Uuid;
    /// # let record = PatRecord::new(TokenId::from_uuid(Uuid::from_u128(7)), OwnerId::parse("alice")?);
    /// let invoices: AudienceSet = "https://invoices.example".parse()?;
    /// assert_eq!(record.audiences(), None);
    /// assert_eq!(record.with_audiences(invoices.clone()).audiences(), Some(&invoices));
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    ///
    /// [RFC 7519, section 4.1.3]: https://www.rfc-editor.org/rfc/rfc7519#section-4.1.3
    #[must_use]
    pub fn with_audiences(mut self, audiences: impl Into<Option<AudienceSet>>) -> Self {
        self.audiences = audiences.into();
        self
    }

    /// The identifier of the record.
    #[must_use]
    pub fn id(&self) -> TokenId {
        self.id
    }

    /// Of which tokens this is one, each the successor of another.
    #[must_use]
    pub fn family(&self) -> FamilyId {
        self.rotation.as_ref().map_or_else(|| self.id.into(), |rotation| rotation.family)
    }

    /// The user the token belongs to.
    #[must_use]
    pub fn owner(&self) -> &OwnerId {
        &self.owner
    }

    /// What its owner calls the token.
    #[must_use]
    pub fn name(&self) -> Option<&TokenName> {
        self.name.as_ref()
    }

    /// By what people recognise the token.
    #[must_use]
    pub fn hint(&self) -> Option<&TokenHint> {
        self.hint.as_ref()
    }

    /// What the token may do.
    #[must_use]
    pub fn scopes(&self) -> &ScopeSet {
        &self.scopes
    }

    /// On what the token may be used; none if on everything.
    #[must_use]
    pub fn resources(&self) -> Option<&ResourceSet> {
        self.resources.as_ref()
    }

    /// When the token was made.
    #[must_use]
    pub fn created_at(&self) -> Option<Timestamp> {
        self.created_at
    }

    /// The first instant at which the token is accepted; none if it is from the beginning.
    #[must_use]
    pub fn not_before(&self) -> Option<Timestamp> {
        self.not_before
    }

    /// The first instant at which the token is no longer accepted; none if it never expires.
    #[must_use]
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.expires_at
    }

    /// When another token took the place of this one; none if none has, or if it is not known when.
    #[must_use]
    pub fn replaced_at(&self) -> Option<Timestamp> {
        self.rotation.as_ref().and_then(|rotation| rotation.replaced_at)
    }

    /// Whether another token has taken the place of this one, also in its grace.
    #[must_use]
    pub fn is_replaced(&self) -> bool {
        self.replaced_at().is_some() || self.retires_at().is_some()
    }

    /// The end of the grace: the first instant at which a token that another has replaced is no longer accepted. None if there
    /// is no grace.
    #[must_use]
    pub fn retires_at(&self) -> Option<Timestamp> {
        self.rotation.as_ref().and_then(|rotation| rotation.retires_at)
    }

    /// The first instant at which the clock alone ends the token, whatever comes first: its expiry or the end of its grace.
    /// None if it lasts, or if it is over by somebody's decision alone.
    ///
    /// ```
    /// # use jiff::{SignedDuration, Timestamp};
    /// # use tower_pat::record::{OwnerId, PatRecord, TokenId};
    /// # use uuid::Uuid;
    /// # let record = PatRecord::new(TokenId::from_uuid(Uuid::from_u128(7)), OwnerId::parse("alice")?);
    /// let expiry: Timestamp = "2030-01-01T00:00:00Z".parse()?;
    /// let record = record.with_expiry(expiry);
    /// assert_eq!(record.ends_at(), Some(expiry));
    /// let earlier = expiry - SignedDuration::from_hours(1);
    /// assert_eq!(record.with_retirement(earlier).ends_at(), Some(earlier));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn ends_at(&self) -> Option<Timestamp> {
        self.expires_at.into_iter().chain(self.retires_at()).min()
    }

    /// When the token was paused; none if it is not.
    #[must_use]
    pub fn paused_at(&self) -> Option<Timestamp> {
        self.paused_at
    }

    /// When the user that the token belongs to was disabled; none if they are not.
    #[must_use]
    pub fn owner_disabled_at(&self) -> Option<Timestamp> {
        self.owner_disabled_at
    }

    /// When the token was revoked; none if it is not.
    #[must_use]
    pub fn revoked_at(&self) -> Option<Timestamp> {
        self.revoked_at
    }

    /// From where the token may be used; none if from any network.
    #[must_use]
    pub fn networks(&self) -> Option<&NetworkSet> {
        self.networks.as_ref()
    }

    /// For which services the token is meant; none if for any.
    #[must_use]
    pub fn audiences(&self) -> Option<&AudienceSet> {
        self.audiences.as_ref()
    }
}

impl Footprint for PatRecord {
    fn footprint(&self) -> usize {
        let Self { owner, name, hint, scopes, resources, networks, audiences, rotation, .. } = self;
        let rotation = rotation.as_ref().map_or(0, |rotation| size_of_val(&**rotation));
        let texts = owner.footprint() + name.footprint() + hint.footprint();
        texts + rotation + scopes.footprint() + resources.footprint() + networks.footprint() + audiences.footprint()
    }
}
