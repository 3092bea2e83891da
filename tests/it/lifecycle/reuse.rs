//! A token that is used after another has taken its place.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use sqlx::Connection;
use tower_pat::PatVerifier;
use tower_pat::denial::{Denial, InvalidToken};
use tower_pat::manager::{CreatedPat, Edit, EventStream, Rotation};
use tower_pat::policy::Policy;
use tower_pat::record::TokenId;
use tower_pat::reuse::ReuseWatch;
use tower_pat::store::{ActorId, AuditEvent, AuditKind, EventQuery, MemoryStore, PatStore, Use};
use tower_pat::verifier::VerifyContext;
use uuid::Uuid;

use super::bench::{Bench, DAY, HOUR, alice, id, kept, name, root};
use crate::sqlite::Place;
use crate::support::{Journal, format, noon};

const CLIENT: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(203, 0, 113, 7));

/// A verifier whose watch reports to the manager.
struct Watched {
    bench: Bench,
    watch: ReuseWatch,
    verifier: PatVerifier,
}

impl Watched {
    fn over(store: Arc<dyn PatStore>, policy: Policy) -> Self {
        let bench = Bench::over(store.clone(), policy.with_max_grace(DAY));
        let watch = ReuseWatch::start(bench.manager.clone());
        let verifier = PatVerifier::builder(format(), store)
            .with_clock(bench.clock.clone())
            .with_observer(Arc::new(watch.clone()))
            .build();
        Self { bench, watch, verifier }
    }

    /// Why a token is refused.
    async fn refusal(&self, created: &CreatedPat) -> Option<InvalidToken> {
        let context = VerifyContext::default().with_client_addr(CLIENT).with_user_agent("importer/2.1");
        match self.verifier.verify(created.token().expose_secret(), &context).await {
            Ok(_) => None,
            Err(Denial::InvalidToken(reason)) => Some(reason),
            Err(denial) => panic!("{denial:?}"),
        }
    }

    async fn rotated(&self) -> (CreatedPat, CreatedPat) {
        let old = self.bench.create().await;
        let new = self.bench.manager.rotate(alice(), id(&old), Rotation::default()).await.unwrap();
        (old, kept(new))
    }

    async fn noted(&self, kind: AuditKind) -> Vec<AuditEvent> {
        let page = self.bench.manager.events(root(), &EventQuery::default().with_size(100)).await.unwrap();
        page.events().iter().map(|stored| stored.event().clone()).filter(|event| event.kind() == kind).collect()
    }
}

async fn next(events: &mut EventStream) -> AuditEvent {
    events.recv().await.unwrap().unwrap()
}

async fn until(mut is_so: impl FnMut() -> bool) {
    while !is_so() {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

#[tokio::test]
async fn reuse_is_noted_and_told_with_the_client_once_an_hour() {
    let place = Place::new();
    let stores: [Arc<dyn PatStore>; 2] = [Arc::new(MemoryStore::new()), Arc::new(place.open().await)];
    for store in stores {
        let watched = Watched::over(store, Policy::default());
        let (old, new) = watched.rotated().await;
        let mut events = watched.bench.manager.subscribe();
        for _ in 0..10 {
            assert_eq!(watched.refusal(&old).await, Some(InvalidToken::Rotated));
        }
        let event = next(&mut events).await;
        assert_eq!((event.kind(), event.token()), (AuditKind::Reused, Some(id(&old))));
        assert_eq!((event.stamp().actor(), event.stamp().address()), (&ActorId::Token(id(&old)), Some(CLIENT)));
        let change = &event.changes()[0];
        assert_eq!((change.field(), change.after()), ("user_agent", Some("importer/2.1")));
        watched.bench.clock.advance(Duration::from_secs(3_599));
        assert_eq!(watched.refusal(&old).await, Some(InvalidToken::Rotated));
        watched.bench.clock.advance(Duration::from_secs(1));
        assert_eq!(watched.refusal(&old).await, Some(InvalidToken::Rotated));
        let again = next(&mut events).await;
        assert_eq!(again.stamp().at(), noon() + HOUR, "an hour later, and not before");
        assert_eq!(watched.noted(AuditKind::Reused).await, [again, event], "what is told is noted");
        until(|| watched.watch.reported() == 2).await;
        assert_eq!(watched.watch.unreported(), 0);
        assert_eq!(watched.refusal(&new).await, None, "the one in use stays good, unless the policy says otherwise");
    }
}

#[tokio::test]
async fn reuse_ends_the_whole_family_at_once_if_the_policy_says_so() {
    let place = Place::new();
    let stores: [Arc<dyn PatStore>; 2] = [Arc::new(MemoryStore::new()), Arc::new(place.open().await)];
    for store in stores {
        let watched = Watched::over(store, Policy::default().with_revocation_on_reuse(true));
        let (old, new) = watched.rotated().await;
        let other = watched.bench.create().await;
        assert_eq!(watched.refusal(&new).await, None);
        let mut events = watched.bench.manager.subscribe();
        assert_eq!(watched.refusal(&old).await, Some(InvalidToken::Rotated));
        assert_eq!(next(&mut events).await.kind(), AuditKind::Reused);
        let mut revoked = [next(&mut events).await, next(&mut events).await];
        assert_eq!(watched.refusal(&new).await, Some(InvalidToken::Revoked), "who was told can rely on it");
        revoked.sort_by_key(AuditEvent::token);
        let mut family = [id(&old), id(&new)];
        family.sort_unstable();
        assert_eq!(revoked.each_ref().map(|event| event.token().unwrap()), family);
        assert!(revoked.iter().all(|event| event.stamp().actor() == &ActorId::System && !event.changes().is_empty()));
        assert_eq!(watched.refusal(&old).await, Some(InvalidToken::Revoked));
        assert_eq!(watched.refusal(&other).await, None, "no other family is touched");
    }
}

#[tokio::test]
async fn what_is_no_reuse_is_not_reported() {
    let watched = Watched::over(Arc::new(MemoryStore::new()), Policy::default().with_revocation_on_reuse(true));
    let bench = &watched.bench;
    let old = bench.create().await;
    let report = |token: TokenId, after: Duration| bench.manager.report_reuse(Use::new(token, noon() + after));
    assert!(!report(id(&old), Duration::ZERO).await.unwrap(), "nothing has taken its place");
    assert!(!report(TokenId::from_uuid(Uuid::nil()), Duration::ZERO).await.unwrap(), "there is no such token");
    let grace = Rotation::default().with_grace(HOUR);
    let new = kept(bench.manager.rotate(alice(), id(&old), grace).await.unwrap());
    assert_eq!(watched.refusal(&old).await, None);
    assert!(!report(id(&old), Duration::ZERO).await.unwrap(), "it is in its grace");
    assert!(!report(id(&old), HOUR).await.unwrap(), "a clock runs ahead");
    bench.manager.edit(alice(), id(&new), Edit::default().with_name(name("other"))).await.unwrap();
    bench.clock.advance(HOUR);
    assert!(!report(id(&old), Duration::new(3_599, 999_999_999)).await.unwrap(), "it was presented in its grace");
    assert_eq!(watched.noted(AuditKind::Reused).await, []);
    assert_eq!(watched.refusal(&new).await, None);
    assert!(report(id(&old), HOUR).await.unwrap());
    assert!(!report(id(&old), HOUR).await.unwrap(), "it is revoked by now");
}

/// Somebody else has changed the record, and this process has not heard of it.
#[tokio::test]
async fn verdict_that_is_old_makes_no_reuse_of_what_is_none() {
    let place = Place::new();
    let watched = Watched::over(Arc::new(place.open().await), Policy::default().with_revocation_on_reuse(true));
    let created = watched.bench.create().await;
    assert_eq!(watched.refusal(&created).await, None);
    let mut events = watched.bench.manager.subscribe();
    place.run("UPDATE pat_tokens SET replaced_at = 1").await;
    assert_eq!(watched.refusal(&created).await, None, "the verdict is from before");
    assert!(events.recv().now_or_never().is_none());
    assert_eq!((watched.watch.reported(), watched.watch.unreported()), (0, 0));
    // It is loaded anew by now.
    watched.bench.clock.advance(HOUR);
    assert_eq!(watched.refusal(&created).await, Some(InvalidToken::Rotated));
    assert_eq!(next(&mut events).await.kind(), AuditKind::Reused);
}

#[tokio::test]
async fn what_could_not_be_reported_is_counted_and_the_next_reuse_is() {
    let journal = Journal::default();
    let _listening = tracing::subscriber::set_default(journal.subscriber());
    let place = Place::new();
    let watched = Watched::over(Arc::new(place.open().await), Policy::default());
    let (old, _) = watched.rotated().await;
    place.run("CREATE TRIGGER no BEFORE INSERT ON pat_events BEGIN SELECT RAISE(ABORT, 'no'); END").await;
    assert_eq!(watched.refusal(&old).await, Some(InvalidToken::Rotated));
    until(|| watched.watch.unreported() == 1).await;
    let logged: Vec<_> = journal.take().into_iter().filter(|entry| entry.name == "pat.reuse").collect();
    assert_eq!((logged.len(), logged[0].level), (1, tracing::Level::WARN));
    place.run("DROP TRIGGER no").await;
    assert_eq!(watched.refusal(&old).await, Some(InvalidToken::Rotated));
    until(|| watched.watch.reported() == 1).await;
    assert_eq!(watched.noted(AuditKind::Reused).await.len(), 1);
}

/// Somebody else writes to the file for as long as they like.
#[tokio::test]
async fn requests_do_not_wait_for_reports_and_few_of_these_are_under_way() {
    let place = Place::new();
    let watched = Watched::over(Arc::new(place.open().await), Policy::default());
    let mut old = Vec::new();
    for _ in 0..20 {
        old.push(watched.rotated().await.0);
    }
    let mut stranger = place.stranger().await;
    let others = stranger.begin_with("BEGIN IMMEDIATE").await.unwrap();
    for _ in 0..3 {
        for old in &old {
            assert_eq!(watched.refusal(old).await, Some(InvalidToken::Rotated));
        }
    }
    assert_eq!((watched.watch.reported(), watched.watch.unreported()), (0, 3 * 12), "eight wait for their turn");
    others.rollback().await.unwrap();
    let mut expected = 8;
    until(|| watched.watch.reported() == expected).await;
    while expected < 20 {
        for old in &old {
            assert_eq!(watched.refusal(old).await, Some(InvalidToken::Rotated));
        }
        let before = expected;
        until(|| watched.watch.reported() > before).await;
        expected = watched.watch.reported();
    }
    assert_eq!(watched.noted(AuditKind::Reused).await.len(), 20, "each once");
}
