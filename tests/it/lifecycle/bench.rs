use std::sync::Arc;
use std::time::Duration;

use tower_pat::denial::{Denial, InvalidToken};
use tower_pat::manager::{Actor, CreatedPat, ManageErrorKind, NewPat};
use tower_pat::policy::Policy;
use tower_pat::record::{TokenId, TokenName};
use tower_pat::scope::ScopeCatalog;
use tower_pat::store::{MemoryStore, PatStore};
use tower_pat::testing::ManualClock;
use tower_pat::verifier::VerifyContext;
use tower_pat::{PatManager, PatVerifier};

use crate::support::{format, leak, noon, owner, scopes};

pub(super) const HOUR: Duration = Duration::from_hours(1);
pub(super) const DAY: Duration = Duration::from_hours(24);

/// A manager and a verifier over one store, at noon.
pub(super) struct Bench {
    pub(super) manager: PatManager,
    pub(super) store: Arc<dyn PatStore>,
    pub(super) clock: Arc<ManualClock>,
    verifier: PatVerifier,
}

impl Bench {
    pub(super) fn new() -> Self {
        Self::with(Policy::default())
    }

    pub(super) fn with(policy: Policy) -> Self {
        Self::over(Arc::new(MemoryStore::new()), policy)
    }

    pub(super) fn over(store: Arc<dyn PatStore>, policy: Policy) -> Self {
        let clock = ManualClock::new(noon());
        let catalog = ScopeCatalog::from(scopes("invoices:read invoices:write admin"));
        let manager = PatManager::new(format(), store.clone(), catalog).with_clock(clock.clone()).with_policy(policy);
        let verifier = PatVerifier::builder(format(), store.clone()).with_clock(clock.clone()).build();
        Self { manager, store, clock, verifier }
    }

    /// A token of alice.
    pub(super) async fn create(&self) -> CreatedPat {
        self.create_as(&alice(), wanted("nightly build")).await
    }

    pub(super) async fn create_as(&self, actor: &Actor, wanted: NewPat) -> CreatedPat {
        kept(self.manager.create(actor, wanted).await.unwrap())
    }

    /// Why the verifier refuses a token; none if it accepts it.
    pub(super) async fn refusal(&self, created: &CreatedPat) -> Option<InvalidToken> {
        match self.verifier.verify(created.token().expose_secret(), &VerifyContext::default()).await {
            Ok(_) => None,
            Err(Denial::InvalidToken(reason)) => Some(reason),
            Err(denial) => panic!("{denial:?}"),
        }
    }

    pub(super) async fn is_accepted(&self, created: &CreatedPat) -> bool {
        self.refusal(created).await.is_none()
    }

    /// The kind of the error of a call for alice.
    pub(super) async fn create_refusal(&self, wanted: NewPat) -> ManageErrorKind {
        self.manager.create(&alice(), wanted).await.unwrap_err().kind()
    }
}

pub(super) fn kept(created: CreatedPat) -> CreatedPat {
    leak::keep(created.token());
    created
}

pub(super) fn id(created: &CreatedPat) -> TokenId {
    created.record().id()
}

pub(super) fn alice() -> Actor {
    Actor::owner(owner("alice"))
}

pub(super) fn mallory() -> Actor {
    Actor::owner(owner("mallory"))
}

pub(super) fn root() -> Actor {
    Actor::administrator(owner("root")).with_address(Some([192, 0, 2, 1].into()))
}

pub(super) fn name(text: &str) -> TokenName {
    TokenName::parse(text).unwrap()
}

pub(super) fn wanted(text: &str) -> NewPat {
    NewPat::new(name(text)).with_scopes(scopes("invoices:read"))
}
