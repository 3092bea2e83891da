//! The manager: what it makes, refuses and announces.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use tower_pat::denial::{Denial, InvalidToken};
use tower_pat::manager::{CreatedPat, ManageErrorKind, NewPat};
use tower_pat::record::{AudienceSet, NetworkSet, OwnerId, Reason, TokenId, TokenName};
use tower_pat::resolver::{Answer, ResolveError};
use tower_pat::resource::ResourceSet;
use tower_pat::revocations::Revocations;
use tower_pat::scope::ScopeCatalog;
use tower_pat::store::{
    Change, Done, EventPage, EventQuery, IdempotencyKey, MemoryStore, PatPage, PatQuery, PatStore, Selection, Stamp,
    StoreError, StoreErrorKind, StoredPat, Use,
};
use tower_pat::testing::ManualClock;
use tower_pat::token::{Entropy, EntropyError, PatToken, TokenDigest};
use tower_pat::verifier::VerifyContext;
use tower_pat::{PatManager, PatPrincipal, PatResolver, PatVerifier};

use crate::support::{format, leak, listed, noon, owner, revoke, scopes, token};

/// A manager and a verifier over one store, at noon.
struct Bench {
    store: Arc<dyn PatStore>,
    manager: PatManager,
    verifier: PatVerifier,
}

impl Bench {
    fn over(store: Arc<dyn PatStore>) -> Self {
        let clock = ManualClock::new(noon());
        let catalog = ScopeCatalog::from(scopes("invoices:read invoices:write"));
        Self {
            manager: PatManager::new(format(), store.clone(), catalog).with_clock(clock.clone()),
            verifier: PatVerifier::builder(format(), store.clone()).with_clock(clock).build(),
            store,
        }
    }

    fn new() -> Self {
        Self::over(Arc::new(MemoryStore::new()))
    }

    async fn create(&self) -> CreatedPat {
        self.create_as(wanted()).await
    }

    async fn create_as(&self, wanted: NewPat) -> CreatedPat {
        let created = self.manager.create(&owner("alice"), wanted).await.unwrap();
        leak::keep(created.token());
        created
    }

    async fn verify(&self, token: &PatToken) -> Result<PatPrincipal, Denial> {
        self.verifier.verify(token.expose_secret(), &VerifyContext::default()).await
    }

    async fn is_revoked(&self, id: TokenId) -> bool {
        self.store.find(id).await.unwrap().unwrap().record().revoked_at().is_some()
    }
}

const MINUTE: Duration = Duration::from_mins(1);
const NANOSECOND: Duration = Duration::from_nanos(1);

fn wanted() -> NewPat {
    NewPat::new(TokenName::parse("nightly build").unwrap()).with_scopes(scopes("invoices:read"))
}

#[tokio::test]
async fn created_token_is_accepted_as_it_was_asked_for() {
    let bench = Bench::new();
    let lifetime = Duration::from_mins(1);
    let created = bench.create_as(wanted().with_lifetime(lifetime)).await;
    let caller = bench.verify(created.token()).await.unwrap();
    assert_eq!(caller.record(), created.record());
    assert_eq!(caller.owner(), &owner("alice"));
    assert_eq!(caller.name().unwrap().as_str(), "nightly build");
    assert_eq!(caller.scopes(), &scopes("invoices:read"));
    assert_eq!(caller.expires_at(), Some(noon() + lifetime));
    assert_eq!(caller.record().created_at(), Some(noon()));
    assert_eq!(caller.record().hint(), Some(&created.token().hint()));
}

#[tokio::test]
async fn what_cannot_be_granted_is_refused_and_nothing_is_kept() {
    let bench = Bench::new();
    for (wanted, kind) in [
        (wanted().with_scopes(scopes("invoices:delete")), ManageErrorKind::Scope),
        (wanted().with_scopes(scopes("invoices:read *")), ManageErrorKind::Scope),
        (wanted().with_lifetime(Duration::ZERO), ManageErrorKind::Expiry),
        (wanted().with_lifetime(Duration::from_nanos(999)), ManageErrorKind::Expiry),
        (wanted().with_lifetime(Duration::from_hours(24 * 365 * 10_000)), ManageErrorKind::Expiry),
        (wanted().with_lifetime(Duration::MAX), ManageErrorKind::Expiry),
        (wanted().with_expiry(noon()), ManageErrorKind::Expiry),
        (wanted().with_expiry(Timestamp::MIN), ManageErrorKind::Expiry),
        (wanted().with_lifetime(MINUTE).with_not_before(noon() + MINUTE), ManageErrorKind::NotBefore),
        (wanted().with_lifetime(MINUTE).with_not_before(noon() + MINUTE + NANOSECOND), ManageErrorKind::NotBefore),
        (wanted().with_lifetime(MINUTE + NANOSECOND).with_not_before(noon() + MINUTE), ManageErrorKind::NotBefore),
        (wanted().with_expiry(noon()).with_not_before(Timestamp::MAX), ManageErrorKind::Expiry),
    ] {
        let error = bench.manager.create(&owner("alice"), wanted.clone()).await.unwrap_err();
        assert_eq!(error.kind(), kind);
        let error = bench.manager.import(&owner("alice"), wanted, token().digest()).await.unwrap_err();
        assert_eq!(error.kind(), kind);
    }
    assert!(bench.store.is_empty().await.unwrap());
    let longest = wanted().with_lifetime(Duration::from_hours(24 * 366));
    bench.create_as(longest).await;
}

#[tokio::test]
async fn created_token_is_restricted_as_it_was_asked_for() {
    let bench = Bench::new();
    let (start, office, invoices) = (noon() + MINUTE, "192.0.2.0/24", "https://invoices.example");
    let asked_for = wanted()
        .with_lifetime(MINUTE + Duration::from_micros(1))
        .with_not_before(start + NANOSECOND)
        .with_networks(office.parse::<NetworkSet>().unwrap())
        .with_audiences(invoices.parse::<AudienceSet>().unwrap())
        .with_resources("repo:acme/*".parse::<ResourceSet>().unwrap());
    let created = bench.create_as(asked_for).await;
    let record = created.record();
    assert_eq!(record.not_before(), Some(start));
    assert_eq!(record.networks().unwrap().to_string(), office);
    assert_eq!(record.audiences().unwrap().to_string(), invoices);
    assert_eq!(record.resources().unwrap().to_string(), "repo:acme/*");
    assert_eq!(bench.store.find(record.id()).await.unwrap().unwrap().record(), record);
    assert_eq!(bench.verify(created.token()).await, Err(Denial::InvalidToken(InvalidToken::NotYetValid)));
    assert_eq!(bench.create().await.record().networks(), None);
}

#[tokio::test]
async fn imported_token_is_accepted_from_the_very_next_request_although_it_was_just_unknown() {
    let bench = Bench::new();
    let old = token();
    for _ in 0..2 {
        assert_eq!(bench.verify(&old).await, Err(Denial::InvalidToken(InvalidToken::Unknown)));
    }
    let asked_for = wanted().with_lifetime(MINUTE);
    let record = bench.manager.import(&owner("alice"), asked_for, TokenDigest::of(old.expose_secret())).await.unwrap();
    let caller = bench.verify(&old).await.unwrap();
    assert_eq!(caller.record(), &record);
    assert_eq!((record.owner(), record.hint()), (&owner("alice"), None));
    assert_eq!((record.created_at(), record.expires_at()), (Some(noon()), Some(noon() + MINUTE)));
    assert_eq!(listed(&bench.manager, &owner("alice")).await, std::slice::from_ref(&record));

    bench.manager.revoke(&owner("alice"), record.id()).await.unwrap();
    assert_eq!(bench.verify(&old).await, Err(Denial::InvalidToken(InvalidToken::Revoked)));
}

#[tokio::test]
async fn token_that_is_known_is_not_imported_again_and_stays_its_owners() {
    let bench = Bench::new();
    let created = bench.create().await;
    for name in ["alice", "mallory"] {
        let again = bench.manager.import(&owner(name), wanted(), created.token().digest()).await.unwrap_err();
        assert_eq!(again.kind(), ManageErrorKind::Duplicate);
    }
    assert_eq!(bench.verify(created.token()).await.unwrap().record(), created.record());
    assert_eq!(listed(&bench.manager, &owner("mallory")).await, []);
}

/// As with a revocation: a verdict that was remembered at any point between commit and announcement is void.
#[tokio::test]
async fn caller_who_goes_away_at_any_await_leaves_no_imported_token_unknown() {
    let bench = Bench::over(Arc::new(Slow::default()));
    let (mut completed, mut gone_but_imported) = (false, 0);
    for polls in 1.. {
        let old = token();
        let mut call: Pin<Box<dyn Future<Output = _>>> =
            Box::pin(bench.manager.import(id_owner(), wanted(), old.digest()));
        for _ in 0..polls {
            let _ = bench.verify(&old).await;
            completed = poll_fn(|cx| Poll::Ready(call.as_mut().poll(cx))).await.is_ready();
            if completed {
                break;
            }
            tokio::task::yield_now().await;
        }
        drop(call);
        for _ in 0..20 {
            tokio::task::yield_now().await;
            let _ = bench.verify(&old).await;
        }
        assert!(bench.verify(&old).await.is_ok(), "gone after {polls} polls");
        if completed {
            break;
        }
        gone_but_imported += 1;
    }
    assert!(
        completed && gone_but_imported >= 3,
        "the call was left while its change was under way: {gone_but_imported}"
    );
}

#[tokio::test]
async fn generator_that_cannot_answer_makes_no_token() {
    #[derive(Debug)]
    struct Broken;
    impl Entropy for Broken {
        fn fill(&self, _bytes: &mut [u8]) -> Result<(), EntropyError> {
            Err(EntropyError::new("no device"))
        }
    }
    let mut bench = Bench::new();
    bench.manager = bench.manager.with_insecure_entropy(Arc::new(Broken));
    let error = bench.manager.create(&owner("alice"), wanted()).await.unwrap_err();
    assert_eq!(error.kind(), ManageErrorKind::Unavailable);
    assert!(bench.store.is_empty().await.unwrap());
}

#[tokio::test]
async fn owner_sees_their_own_tokens_only() {
    let bench = Bench::new();
    let created = bench.create().await;
    assert_eq!(listed(&bench.manager, &owner("alice")).await, [created.record().clone()]);
    assert_eq!(listed(&bench.manager, &owner("Alice")).await, []);

    let id = created.record().id();
    let others = bench.manager.revoke(&owner("mallory"), id).await.unwrap_err();
    assert_eq!(others.kind(), ManageErrorKind::NotFound);
    let none = bench.manager.revoke(&owner("alice"), TokenId::from_uuid(uuid::Uuid::nil())).await.unwrap_err();
    assert_eq!((none.kind(), none.to_string()), (others.kind(), others.to_string()));
    assert!(bench.verify(created.token()).await.is_ok());
}

#[tokio::test]
async fn revoked_token_is_refused_from_the_very_next_request() {
    let bench = Bench::new();
    let created = bench.create().await;
    for _ in 0..2 {
        assert!(bench.verify(created.token()).await.is_ok());
    }
    for _ in 0..2 {
        bench.manager.revoke(&owner("alice"), created.record().id()).await.unwrap();
        assert_eq!(bench.verify(created.token()).await, Err(Denial::InvalidToken(InvalidToken::Revoked)));
    }
}

#[tokio::test]
async fn failed_commit_is_told_and_announced_since_its_outcome_is_unknown() {
    let store = Arc::new(Slow::default());
    let bench = Bench::over(store.clone());
    let created = bench.create().await;
    let before = store.revocations().epoch(&created.token().digest());
    revoke(&*store.inner, created.record().id()).await;
    store.fail();
    let error = bench.manager.revoke(&owner("alice"), created.record().id()).await.unwrap_err();
    assert_eq!(error.kind(), ManageErrorKind::Unavailable);
    assert_ne!(store.revocations().epoch(&created.token().digest()), before);
}

/// Drops the call after each number of polls, and verifies the token all the while, so that a verdict is remembered at
/// every point between commit and announcement. Once all is quiet, a revoked record means a refused token.
#[tokio::test]
async fn caller_who_goes_away_at_any_await_leaves_no_revoked_token_accepted() {
    let bench = Bench::over(Arc::new(Slow::default()));
    let (mut completed, mut gone_but_revoked) = (false, 0);
    for polls in 0.. {
        let created = bench.create().await;
        let id = created.record().id();
        assert!(bench.verify(created.token()).await.is_ok());
        let mut call: Pin<Box<dyn Future<Output = _>>> = Box::pin(bench.manager.revoke(id_owner(), id));
        for _ in 0..polls {
            completed = poll_fn(|cx| Poll::Ready(call.as_mut().poll(cx))).await.is_ready();
            if completed {
                break;
            }
            tokio::task::yield_now().await;
            let _ = bench.verify(created.token()).await;
        }
        drop(call);
        for _ in 0..20 {
            tokio::task::yield_now().await;
            let _ = bench.verify(created.token()).await;
        }
        let (revoked, accepted) = (bench.is_revoked(id).await, bench.verify(created.token()).await.is_ok());
        assert_eq!(accepted, !revoked, "gone after {polls} polls");
        if completed {
            break;
        }
        gone_but_revoked += u32::from(revoked);
    }
    assert!(completed && gone_but_revoked >= 3, "the call was left while its change was under way: {gone_but_revoked}");
}

#[cfg(feature = "sqlite")]
#[tokio::test]
async fn caller_who_goes_away_from_a_real_store_leaves_no_revoked_token_accepted() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("tokens.db").display());
    let bench = Bench::over(Arc::new(tower_pat::store::SqliteStore::open(&url).await.unwrap()));
    let mut gone_but_revoked = 0;
    for round in 0..100 {
        let created = bench.create().await;
        let id = created.record().id();
        let mut call: Pin<Box<dyn Future<Output = _>>> = Box::pin(bench.manager.revoke(id_owner(), id));
        for _ in 0..round {
            if poll_fn(|cx| Poll::Ready(call.as_mut().poll(cx))).await.is_ready() {
                break;
            }
            bench.verify(created.token()).await.ok();
        }
        drop(call);
        // A write that waits its turn behind the one left behind: when it is done, so is that.
        let later = bench.create().await;
        bench.verify(later.token()).await.unwrap();
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
        let (revoked, accepted) = (bench.is_revoked(id).await, bench.verify(created.token()).await.is_ok());
        assert!(!(revoked && accepted), "gone after {round} polls");
        gone_but_revoked += u32::from(revoked);
    }
    assert!(gone_but_revoked > 0);
}

#[cfg(feature = "sqlite")]
#[tokio::test]
async fn revocation_through_one_opening_of_a_file_counts_for_a_verifier_over_another() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("tokens.db").display());
    let one = Bench::over(Arc::new(tower_pat::store::SqliteStore::open(&url).await.unwrap()));
    let other = Bench::over(Arc::new(tower_pat::store::SqliteStore::open(&url).await.unwrap()));
    let created = one.create().await;
    assert!(other.verify(created.token()).await.is_ok());
    one.manager.revoke(&owner("alice"), created.record().id()).await.unwrap();
    assert_eq!(other.verify(created.token()).await, Err(Denial::InvalidToken(InvalidToken::Revoked)));
}

fn id_owner() -> &'static OwnerId {
    static ALICE: std::sync::LazyLock<OwnerId> = std::sync::LazyLock::new(|| owner("alice"));
    &ALICE
}

/// A store that takes its time on both sides of a commit, and whose commits, as those of a database do, go on when
/// nobody waits for them.
#[derive(Debug, Default)]
struct Slow {
    inner: Arc<MemoryStore>,
    fails: std::sync::atomic::AtomicBool,
}

impl Slow {
    fn fail(&self) {
        self.fails.store(true, std::sync::atomic::Ordering::SeqCst);
    }
}

async fn a_while() {
    for _ in 0..3 {
        tokio::task::yield_now().await;
    }
}

#[async_trait]
impl PatResolver for Slow {
    async fn resolve(&self, digest: &TokenDigest) -> Result<Answer, ResolveError> {
        self.inner.resolve(digest).await
    }

    fn revocations(&self) -> &Arc<Revocations> {
        self.inner.revocations()
    }
}

impl Slow {
    async fn slowly<T: Send + 'static>(
        &self,
        commit: impl Future<Output = Result<T, StoreError>> + Send + 'static,
    ) -> Result<T, StoreError> {
        if self.fails.load(std::sync::atomic::Ordering::SeqCst) {
            return Err(StoreErrorKind::Unavailable.into());
        }
        let commit = tokio::spawn(async move {
            a_while().await;
            commit.await
        });
        let committed = commit.await.expect("a commit does not panic");
        a_while().await;
        committed
    }
}

#[async_trait]
impl PatStore for Slow {
    async fn find(&self, id: TokenId) -> Result<Option<StoredPat>, StoreError> {
        a_while().await;
        self.inner.find(id).await
    }

    async fn find_by_digest(&self, digest: &TokenDigest) -> Result<Option<StoredPat>, StoreError> {
        self.inner.find_by_digest(digest).await
    }

    async fn find_by_key(&self, owner: &OwnerId, key: &IdempotencyKey) -> Result<Option<StoredPat>, StoreError> {
        self.inner.find_by_key(owner, key).await
    }

    async fn list(&self, query: &PatQuery) -> Result<PatPage, StoreError> {
        self.inner.list(query).await
    }

    async fn apply(&self, change: &Change) -> Result<(), StoreError> {
        let (inner, change) = (Arc::clone(&self.inner), change.clone());
        self.slowly(async move { inner.apply(&change).await }).await
    }

    async fn revoke_some(
        &self,
        selection: &Selection,
        reason: Option<&Reason>,
        stamp: &Stamp,
    ) -> Result<Done, StoreError> {
        let (inner, selection, reason) = (Arc::clone(&self.inner), selection.clone(), reason.cloned());
        let stamp = stamp.clone();
        self.slowly(async move { inner.revoke_some(&selection, reason.as_ref(), &stamp).await }).await
    }

    async fn set_owner_disabled(&self, owner: &OwnerId, disabled: bool, stamp: &Stamp) -> Result<Done, StoreError> {
        let (inner, owner, stamp) = (Arc::clone(&self.inner), owner.clone(), stamp.clone());
        self.slowly(async move { inner.set_owner_disabled(&owner, disabled, &stamp).await }).await
    }

    async fn owner_disabled_at(&self, owner: &OwnerId) -> Result<Option<Timestamp>, StoreError> {
        self.inner.owner_disabled_at(owner).await
    }

    async fn events(&self, query: &EventQuery) -> Result<EventPage, StoreError> {
        self.inner.events(query).await
    }

    async fn record_uses(&self, uses: &[Use]) -> Result<(), StoreError> {
        self.inner.record_uses(uses).await
    }

    async fn prune(&self, over_before: Timestamp, at_most: u32, stamp: &Stamp) -> Result<Done, StoreError> {
        self.inner.prune(over_before, at_most, stamp).await
    }

    async fn claim_expiring(&self, at_most: u32, stamp: &Stamp) -> Result<Done, StoreError> {
        self.inner.claim_expiring(at_most, stamp).await
    }

    async fn is_empty(&self) -> Result<bool, StoreError> {
        self.inner.is_empty().await
    }
}
