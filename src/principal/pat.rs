use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;

use super::uses::Uses;
use crate::footprint::{Footprint, share};
use crate::record::{OwnerId, PatRecord, TokenId, TokenName};
use crate::requirement::{Held, Place, Requirement};
use crate::resource::{Resource, ResourceFilter};
use crate::scope::{ScopeBits, ScopeSet};

/// Who is calling, and what they may do: what handlers see of an accepted token.
///
/// [`PatAuthLayer`](crate::PatAuthLayer) puts it into the extensions of the request. An axum handler takes it as an
/// argument; any other service finds it with `request.extensions().get::<PatPrincipal>()`. It is one reference count:
/// cloning it is cheap.
///
/// ```
/// use tower_pat::PatPrincipal;
///
/// async fn greet(caller: PatPrincipal) -> String {
///     format!("Hello {}, you may {}", caller.owner(), caller.scopes())
/// }
/// # let _: axum::Router = axum::Router::new().route("/", axum::routing::get(greet));
/// ```
///
/// A test of a handler makes one from a record:
///
/// ```
/// use tower_pat::record::{OwnerId, PatRecord, TokenId, TokenName};
/// use tower_pat::requirement::Requirement;
/// use tower_pat::{PatPrincipal, Scope};
/// use uuid::Uuid;
///
/// let id = TokenId::from_uuid(Uuid::from_u128(7));
/// let record = PatRecord::new(id, OwnerId::parse("alice")?)
///     .with_name(TokenName::parse("nightly build")?)
///     .with_scopes("invoices:read".parse()?);
/// let caller = PatPrincipal::new(record);
///
/// assert!(caller.allows(&Requirement::scope(Scope::from_static("invoices:read")), None));
/// assert!(!caller.allows(&Requirement::scope(Scope::from_static("invoices:write")), None));
/// assert_eq!(caller.token_id(), id);
/// assert_eq!(caller.name().expect("a name").as_str(), "nightly build");
/// assert_eq!(caller.expires_at(), None);
/// assert_eq!(caller.record().revoked_at(), None);
/// # Ok::<(), tower_pat::invalid::InvalidValue>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatPrincipal(Arc<Inner>);

/// What is written on each use stands beside the count of references, on a line of the processor's cache that a use
/// writes to anyhow: hence the order of the fields.
#[repr(C)]
struct Inner {
    uses: Uses,
    record: PatRecord,
    granted: ScopeSet,
    /// The granted scopes once more, if there is a catalogue.
    bits: Option<ScopeBits>,
}

impl PartialEq for Inner {
    fn eq(&self, other: &Self) -> bool {
        (&self.record, &self.granted) == (&other.record, &other.granted)
    }
}

impl Eq for Inner {}

impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { record, granted, bits, .. } = self;
        f.debug_struct("Inner").field("record", record).field("granted", granted).field("bits", bits).finish()
    }
}

impl PatPrincipal {
    /// The principal of a record, who may do what the scopes of the record say. Whether the record is valid is not looked
    /// at: that is the verifier's part.
    #[must_use]
    pub fn new(record: PatRecord) -> Self {
        let granted = record.scopes().clone();
        Self::with_granted(record, granted, None, Uses::unwatched())
    }

    /// A principal who may do what a catalogue has made of the record's scopes.
    pub(crate) fn with_granted(record: PatRecord, granted: ScopeSet, bits: Option<ScopeBits>, uses: Uses) -> Self {
        Self(Arc::new(Inner { uses, record, granted, bits }))
    }

    /// The user on whose behalf the caller acts.
    #[must_use]
    pub fn owner(&self) -> &OwnerId {
        self.0.record.owner()
    }

    /// The identifier of the token's record.
    #[must_use]
    pub fn token_id(&self) -> TokenId {
        self.0.record.id()
    }

    /// What its owner calls the token.
    #[must_use]
    pub fn name(&self) -> Option<&TokenName> {
        self.0.record.name()
    }

    /// What the token may do: the scopes of its record or, where the verifier has a
    /// [catalogue](crate::verifier::PatVerifierBuilder::with_catalog), what that makes of them. What is stored is in the
    /// [record](Self::record).
    ///
    /// ```
    /// use tower_pat::record::{OwnerId, PatRecord, TokenId};
    /// use tower_pat::resolver::{Answer, ResolveError, resolver_fn};
    /// use tower_pat::scope::{Scope, ScopeCatalog};
    /// use tower_pat::token::{OsEntropy, TokenDigest};
    /// use tower_pat::verifier::VerifyContext;
    /// use tower_pat::{PatVerifier, TokenFormat};
    /// # use uuid::Uuid;
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let (read, write) = (Scope::from_static("invoices:read"), Scope::from_static("invoices:write"));
    /// let catalog = ScopeCatalog::builder()
    ///     .with_scope(read.clone(), "See invoices")
    ///     .with_scope(write.clone(), "Write invoices")
    ///     .with_implication(write, read)
    ///     .build()?;
    /// # let record = PatRecord::new(TokenId::from_uuid(Uuid::from_u128(7)), OwnerId::parse("alice")?);
    /// let record = record.with_scopes("invoices:write retired:scope".parse()?);
    /// let resolver = resolver_fn(move |_: TokenDigest| {
    ///     let record = record.clone();
    ///     async { Ok::<_, ResolveError>(Answer::Known(record)) }
    /// });
    /// let format = TokenFormat::new("acme_pat")?;
    /// let token = format.generate(&OsEntropy)?;
    /// let verifier = PatVerifier::builder(format, resolver).with_catalog(catalog).build();
    ///
    /// let caller = verifier.verify(token.expose_secret(), &VerifyContext::default()).await.expect("a good token");
    /// assert_eq!(caller.scopes().to_string(), "invoices:read invoices:write");
    /// assert_eq!(caller.record().scopes().to_string(), "invoices:write retired:scope");
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn scopes(&self) -> &ScopeSet {
        &self.0.granted
    }

    /// The first instant at which the token is no longer accepted; none if it never expires.
    ///
    /// ```
    /// use jiff::{SignedDuration, Timestamp};
    /// use tower_pat::PatPrincipal;
    ///
    /// /// What to remind a caller of whose token ends within a week.
    /// fn reminder(caller: &PatPrincipal, now: Timestamp) -> Option<String> {
    ///     let expiry = caller.expires_at()?;
    ///     let is_near = expiry.duration_since(now) < SignedDuration::from_hours(7 * 24);
    ///     is_near.then(|| format!("this token ends at {expiry}"))
    /// }
    /// ```
    #[must_use]
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.0.record.expires_at()
    }

    /// The whole record.
    #[must_use]
    pub fn record(&self) -> &PatRecord {
        &self.0.record
    }

    /// What of the resources the token may be used on. A handler that lists things lists what passes.
    ///
    /// ```
    /// use tower_pat::PatPrincipal;
    /// use tower_pat::resource::Resource;
    ///
    /// fn visible(caller: &PatPrincipal, all: Vec<Resource>) -> Vec<Resource> {
    ///     all.into_iter().filter(|repo| caller.resources().covers(repo)).collect()
    /// }
    /// ```
    #[must_use]
    pub fn resources(&self) -> ResourceFilter<'_> {
        ResourceFilter::new(self.record().resources())
    }

    /// Whether the token may do what is asked for, on this resource.
    ///
    /// Where the requirement names a resource itself, that must be this one: a template is met by a resource that it may
    /// stand for. Without a resource, only a token that is not limited to some may do what names none.
    ///
    /// ```
    /// # use tower_pat::record::{OwnerId, PatRecord, TokenId};
    /// # use uuid::Uuid;
    /// use tower_pat::requirement::Requirement;
    /// use tower_pat::resource::{Resource, ResourceSet};
    /// use tower_pat::{PatPrincipal, Scope};
    ///
    /// # let record = PatRecord::new(TokenId::from_uuid(Uuid::from_u128(7)), OwnerId::parse("alice")?);
    /// let record = record.with_scopes("repo:read".parse()?).with_resources("repo:acme/*".parse::<ResourceSet>()?);
    /// let caller = PatPrincipal::new(record);
    ///
    /// let read = Requirement::scope(Scope::from_static("repo:read"));
    /// assert!(caller.allows(&read, &Resource::parse("repo:acme/site")?));
    /// assert!(!caller.allows(&read, &Resource::parse("repo:acme-evil/site")?));
    /// assert!(!caller.allows(&read, None));
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    #[must_use]
    pub fn allows<'a>(&self, requirement: &Requirement, resource: impl Into<Option<&'a Resource>>) -> bool {
        requirement.is_met(&self.held(resource.into().map_or(Place::Unknown, Place::On)))
    }

    /// How often it was accepted, as far as somebody wants to know.
    #[inline]
    pub(crate) fn uses(&self) -> &Uses {
        &self.0.uses
    }

    /// Whether both came of one load, and so count their uses together.
    #[cfg(feature = "manage")]
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// What a requirement is held against.
    pub(crate) fn held<'a>(&'a self, place: Place<'a>) -> Held<'a> {
        Held::new(self.scopes(), self.resources(), place).with_bits(self.0.bits.as_ref())
    }
}

impl Footprint for PatPrincipal {
    fn footprint(&self) -> usize {
        let Inner { record, granted, bits, .. } = &*self.0;
        share(&self.0, record.footprint() + granted.footprint() + bits.footprint())
    }
}
