use std::sync::Arc;

use jiff::Timestamp;

use super::stream::Subscribers;
use crate::clock::{Clock, SystemClock};
use crate::instant::whole_microseconds;
use crate::policy::Policy;
use crate::scope::ScopeCatalog;
use crate::store::PatStore;
use crate::token::{Entropy, OsEntropy, TokenFormat};

/// Creates, lists, changes, rotates and revokes tokens, as a [policy](Policy) allows, for an [actor](super::Actor): an owner
/// sees and changes their own tokens only, and what belongs to others is to them as if it did not exist.
///
/// An owner may resume what an administrator has paused: to keep them from it, revoke the token, or
/// [disable](Self::disable_owner) the owner.
///
/// What was done is noted in the audit, in the transaction of the change, and told to who has [subscribed](Self::subscribe),
/// after it. Clones of a manager share their subscribers, also where they are set up otherwise.
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
/// use tower_pat::store::{MemoryStore, PatQuery};
/// use tower_pat::{PatManager, TokenFormat};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let store = Arc::new(MemoryStore::new());
/// let manager = PatManager::new(TokenFormat::new("acme_pat")?, store, "invoices:read".parse()?);
/// let page = manager.list(&OwnerId::parse("alice")?, &PatQuery::default()).await?;
/// assert!(page.items().is_empty());
/// # Ok(()) }
/// ```
#[derive(Debug, Clone)]
pub struct PatManager {
    pub(super) format: TokenFormat,
    pub(super) store: Arc<dyn PatStore>,
    pub(super) catalog: ScopeCatalog,
    pub(super) policy: Policy,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) entropy: Arc<dyn Entropy>,
    pub(super) subscribers: Arc<Subscribers>,
}

impl PatManager {
    /// A manager of the tokens in this store, which may be given the scopes of the catalogue and no others. An empty
    /// catalogue allows tokens without scopes alone.
    ///
    /// What is stored is what was asked for: the verifier finds what it implies, by the catalogue it has
    /// ([`PatVerifierBuilder::with_catalog`](crate::verifier::PatVerifierBuilder::with_catalog)).
    #[must_use]
    pub fn new(format: TokenFormat, store: Arc<dyn PatStore>, catalog: ScopeCatalog) -> Self {
        let (clock, entropy) = (Arc::new(SystemClock), Arc::new(OsEntropy));
        Self { format, store, catalog, policy: Policy::default(), clock, entropy, subscribers: Arc::default() }
    }

    /// Sets what people may do; the [default policy](Policy) without it.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use tower_pat::store::MemoryStore;
    /// # use tower_pat::{PatManager, TokenFormat};
    /// # let format = TokenFormat::new("acme_pat")?;
    /// use tower_pat::policy::Policy;
    ///
    /// let manager = PatManager::new(format, Arc::new(MemoryStore::new()), "invoices:read".parse()?)
    ///     .with_policy(Policy::default().with_max_tokens(50));
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    #[must_use]
    pub fn with_policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
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

    /// What people may do; for whoever offers them a choice.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use jiff::Timestamp;
    /// # use tower_pat::store::MemoryStore;
    /// # use tower_pat::{PatManager, ScopeSet, TokenFormat};
    /// # let format = TokenFormat::new("acme_pat")?;
    /// use tower_pat::policy::Lifetime;
    ///
    /// let manager = PatManager::new(format, Arc::new(MemoryStore::new()), "invoices:read".parse()?);
    /// let endless = manager.policy().expiry(Lifetime::Endless, &ScopeSet::default(), Timestamp::UNIX_EPOCH);
    /// assert!(endless.is_err());
    /// # Ok::<(), tower_pat::invalid::InvalidValue>(())
    /// ```
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Where the manager reads the time.
    #[cfg(feature = "web")]
    pub(crate) fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// What the manager takes for now.
    pub(crate) fn now(&self) -> Timestamp {
        whole_microseconds(self.clock.now().wall())
    }
}
