use std::sync::Arc;

use jiff::Timestamp;

use super::error::{ManageError, ManageErrorKind};
use super::new::{CreatedPat, Expiry, NewPat};
use crate::clock::{Clock, SystemClock};
use crate::instant::whole_microseconds;
use crate::record::{OwnerId, PatRecord, TokenId};
use crate::scope::ScopeCatalog;
use crate::store::{ActorId, Change, Insertion, PatQuery, PatStore, Selection, Stamp, StoredPat, Touched};
use crate::token::{Entropy, OsEntropy, TokenFormat};

/// Creates, lists and revokes tokens, for their owners.
///
/// An owner sees and changes their own tokens only: what belongs to others is to them as if it did not exist.
///
/// # Cancel safety
///
/// A change that was begun is brought to its end although the future of its call is dropped: made and announced, or not
/// made.
///
/// # Panics
///
/// Changes panic outside a Tokio runtime.
///
/// ```
/// use std::sync::Arc;
/// use tower_pat::record::OwnerId;
/// use tower_pat::store::MemoryStore;
/// use tower_pat::{PatManager, TokenFormat};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let store = Arc::new(MemoryStore::new());
/// let manager = PatManager::new(TokenFormat::new("acme_pat")?, store, "invoices:read".parse()?);
/// assert!(manager.list(&OwnerId::parse("alice")?).await?.is_empty());
/// # Ok(()) }
/// ```
#[derive(Debug, Clone)]
pub struct PatManager {
    format: TokenFormat,
    pub(super) store: Arc<dyn PatStore>,
    catalog: ScopeCatalog,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

impl PatManager {
    /// A manager of the tokens in this store, which may be given the scopes of the catalogue and no others. An empty
    /// catalogue allows tokens without scopes alone.
    ///
    /// What is stored is what was asked for: the verifier finds what it implies, by the catalogue it has
    /// ([`PatVerifierBuilder::with_catalog`](crate::verifier::PatVerifierBuilder::with_catalog)).
    #[must_use]
    pub fn new(format: TokenFormat, store: Arc<dyn PatStore>, catalog: ScopeCatalog) -> Self {
        Self { format, store, catalog, clock: Arc::new(SystemClock), entropy: Arc::new(OsEntropy) }
    }

    /// Sets where the manager reads the time; from the operating system by default.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Sets where tokens and identifiers take their randomness; from the operating system by default. Whoever can
    /// foresee it can foresee every token.
    #[must_use]
    pub fn with_insecure_entropy(mut self, entropy: Arc<dyn Entropy>) -> Self {
        self.entropy = entropy;
        self
    }

    /// The scopes that tokens may be given; for whoever offers people a choice.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use tower_pat::store::MemoryStore;
    /// # use tower_pat::{PatManager, TokenFormat};
    /// # let format = TokenFormat::new("acme_pat")?;
    /// let manager = PatManager::new(format, Arc::new(MemoryStore::new()), "invoices:read".parse()?);
    /// assert!(manager.catalog().contains("invoices:read"));
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    #[must_use]
    pub fn catalog(&self) -> &ScopeCatalog {
        &self.catalog
    }

    /// Makes a token for an owner. Times are kept to the microsecond.
    ///
    /// # Errors
    ///
    /// [`Scope`](ManageErrorKind::Scope), [`Expiry`](ManageErrorKind::Expiry), [`NotBefore`](ManageErrorKind::NotBefore),
    /// [`Duplicate`](ManageErrorKind::Duplicate) where the randomness repeats itself, or
    /// [`Unavailable`](ManageErrorKind::Unavailable), after which there may be a token that nobody has seen.
    pub async fn create(&self, owner: &OwnerId, wanted: NewPat) -> Result<CreatedPat, ManageError> {
        let record = self.record(owner, wanted)?;
        let token = self.format.generate(&*self.entropy).map_err(ManageError::unavailable)?;
        let record = record.with_hint(token.hint());
        self.apply(Change::default().with_insertion(Insertion::new(record.clone(), token.digest()))).await?;
        Ok(CreatedPat { record, token })
    }

    /// All tokens of an owner, the newest first, expired and revoked ones too.
    ///
    /// # Errors
    ///
    /// [`Unavailable`](ManageErrorKind::Unavailable).
    pub async fn list(&self, owner: &OwnerId) -> Result<Vec<PatRecord>, ManageError> {
        let (mut records, mut query) = (Vec::new(), PatQuery::default().with_owner(owner.clone()).with_size(100));
        loop {
            let page = self.store.list(&query).await.map_err(ManageError::unavailable)?;
            records.extend(page.records().cloned());
            let Some(next) = page.next().cloned() else {
                return Ok(records);
            };
            query = query.with_cursor(next);
        }
    }

    /// Revokes a token of an owner, at once and for good. Revoking it again changes nothing and is no error.
    ///
    /// # Errors
    ///
    /// [`NotFound`](ManageErrorKind::NotFound), also for a token of somebody else;
    /// [`Unavailable`](ManageErrorKind::Unavailable), after which the token may be revoked or not: ask again.
    pub async fn revoke(&self, owner: &OwnerId, id: TokenId) -> Result<(), ManageError> {
        let stored = self.find(owner, id).await?;
        let stamp = Stamp::new(self.now(), ActorId::Owner(owner.clone()));
        let store = Arc::clone(&self.store);
        self.commit(Touched::Marks(vec![stored.mark()]), async move {
            store.revoke_some(&Selection::all().with_token(id), None, &stamp).await.map(|_| (None, ()))
        })
        .await
    }

    async fn find(&self, owner: &OwnerId, id: TokenId) -> Result<StoredPat, ManageError> {
        let stored = self.store.find(id).await.map_err(ManageError::unavailable)?;
        stored.filter(|stored| stored.record().owner() == owner).ok_or_else(|| ManageErrorKind::NotFound.into())
    }

    /// The record of a token that is made now, without a hint.
    pub(super) fn record(&self, owner: &OwnerId, wanted: NewPat) -> Result<PatRecord, ManageError> {
        if !self.catalog.unknown(&wanted.scopes).is_empty() {
            return Err(ManageErrorKind::Scope.into());
        }
        let now = self.now();
        let expiry = expires_at(wanted.expiry, now)?;
        let id = TokenId::generate(self.clock.now(), &*self.entropy).map_err(ManageError::unavailable)?;
        let record = PatRecord::new(id, owner.clone())
            .with_name(wanted.name)
            .with_scopes(wanted.scopes)
            .with_resources(wanted.resources)
            .with_creation(now)
            .with_not_before(begins_at(wanted.not_before, expiry)?)
            .with_expiry(expiry)
            .with_networks(wanted.networks)
            .with_audiences(wanted.audiences);
        Ok(record)
    }

    fn now(&self) -> Timestamp {
        whole_microseconds(self.clock.now().wall())
    }
}

fn expires_at(expiry: Expiry, now: Timestamp) -> Result<Option<Timestamp>, ManageError> {
    let instant = match expiry {
        Expiry::Never => return Ok(None),
        Expiry::In(lifetime) => now.checked_add(lifetime).ok(),
        Expiry::At(instant) => Some(instant),
    };
    let instant = instant.map(whole_microseconds).filter(|&instant| instant > now);
    instant.map(Some).ok_or_else(|| ManageErrorKind::Expiry.into())
}

/// A token that begins when it is over would never be accepted, and nobody asks for that on purpose.
fn begins_at(instant: Option<Timestamp>, expiry: Option<Timestamp>) -> Result<Option<Timestamp>, ManageError> {
    let start = instant.map(whole_microseconds);
    match (start, expiry) {
        (Some(start), Some(expiry)) if start >= expiry => Err(ManageErrorKind::NotBefore.into()),
        _ => Ok(start),
    }
}
