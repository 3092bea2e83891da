use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use tower_pat::clock::{Clock, Moment};
use tower_pat::denial::InvalidToken;
use tower_pat::manager::{Actor, ManageErrorKind, NewPat, Rotation};
use tower_pat::policy::Policy;
use tower_pat::record::{Description, Metadata};
use tower_pat::store::{IdempotencyKey, PatQuery, Use};
use tower_pat::testing::ManualClock;

use super::bench::{Bench, DAY, HOUR, alice, id, kept, wanted};
use crate::support::{noon, owner, scopes};

fn key(text: &str) -> IdempotencyKey {
    IdempotencyKey::parse(text).unwrap()
}

fn rotation(text: &str) -> Rotation {
    Rotation::default().with_idempotency_key(key(text))
}

#[tokio::test]
async fn creation_that_is_made_again_gives_the_same_record_another_token() {
    let bench = Bench::with(Policy::default().with_max_tokens(1).with_unique_names(true));
    let keyed = || wanted("n").with_idempotency_key(key("k1"));
    let first = bench.create_as(&alice(), keyed()).await;
    let second = bench.create_as(&alice(), keyed()).await;
    assert_eq!(id(&first), id(&second));
    assert_ne!(first.token().expose_secret(), second.token().expose_secret());
    assert_eq!(second.record().hint(), Some(&second.token().hint()));
    assert_eq!(
        bench.refusal(&first).await,
        Some(InvalidToken::Unknown),
        "whoever has the answer that was lost has nothing"
    );
    assert!(bench.is_accepted(&second).await);
    assert_eq!(bench.manager.list(alice(), &PatQuery::default()).await.unwrap().items().len(), 1);
}

/// It goes on with each look at it, as a real clock may.
#[derive(Debug)]
struct Ticking(Arc<ManualClock>);

impl Clock for Ticking {
    fn now(&self) -> Moment {
        self.0.advance(Duration::from_millis(1));
        self.0.now()
    }
}

#[tokio::test]
async fn creation_is_recognised_though_the_clock_went_on_while_it_was_made() {
    let bench = Bench::new();
    let manager = bench.manager.clone().with_clock(Arc::new(Ticking(bench.clock.clone())));
    let keyed = || wanted("n").with_idempotency_key(key("k1"));
    let first = kept(manager.create(alice(), keyed()).await.unwrap());
    let second = kept(manager.create(alice(), keyed()).await.unwrap());
    assert_eq!(id(&first), id(&second));
}

#[tokio::test]
async fn key_is_spent_once_the_token_was_used() {
    let bench = Bench::new();
    let keyed = || wanted("n").with_idempotency_key(key("k1"));
    let created = bench.create_as(&alice(), keyed()).await;
    bench.store.record_uses(&[Use::new(id(&created), noon())]).await.unwrap();
    let refused = bench.manager.create(alice(), keyed()).await.unwrap_err();
    assert_eq!((refused.kind(), refused.kind().field()), (ManageErrorKind::KeyUsed, Some("idempotency_key")));
    assert!(bench.is_accepted(&created).await);
}

#[tokio::test]
async fn key_stands_for_one_wish_of_one_owner() {
    let bench = Bench::new();
    bench.create_as(&alice(), wanted("n").with_idempotency_key(key("k1"))).await;
    for other in [wanted("m"), wanted("n").with_scopes(scopes("admin"))] {
        assert_eq!(bench.create_refusal(other.with_idempotency_key(key("k1"))).await, ManageErrorKind::KeyUsed);
    }
    bench.create_as(&Actor::owner(owner("bob")), wanted("m").with_idempotency_key(key("k1"))).await;
    let another = bench.create().await;
    let refused = bench.manager.rotate(alice(), id(&another), rotation("k1")).await.unwrap_err();
    assert_eq!(refused.kind(), ManageErrorKind::KeyUsed);
    assert!(bench.is_accepted(&another).await);
}

#[tokio::test]
async fn creation_that_is_made_many_times_at_once_makes_one_record() {
    let bench = Bench::new();
    let keyed = || wanted("n").with_idempotency_key(key("k1"));
    let outcomes = join_all((0..20).map(|_| bench.manager.create(alice(), keyed()))).await;
    let mut accepted = 0;
    for outcome in outcomes {
        match outcome {
            Ok(created) => accepted += usize::from(bench.is_accepted(&kept(created)).await),
            Err(error) => assert_eq!(error.kind(), ManageErrorKind::Conflict),
        }
    }
    assert_eq!(accepted, 1, "one of them has the token that counts");
    assert_eq!(bench.manager.list(alice(), &PatQuery::default()).await.unwrap().items().len(), 1);
}

#[tokio::test]
async fn rotation_that_is_made_again_gives_the_same_successor_another_token() {
    let bench = Bench::new();
    let old = bench.create().await;
    let first = kept(bench.manager.rotate(alice(), id(&old), rotation("k1")).await.unwrap());
    assert!(bench.is_accepted(&first).await);
    let second = kept(bench.manager.rotate(alice(), id(&old), rotation("k1")).await.unwrap());
    assert_eq!(id(&first), id(&second));
    assert_eq!(bench.refusal(&first).await, Some(InvalidToken::Unknown));
    assert!(bench.is_accepted(&second).await);
    for other in [Rotation::default(), rotation("k2")] {
        let refused = bench.manager.rotate(alice(), id(&old), other).await.unwrap_err();
        assert_eq!(refused.kind(), ManageErrorKind::Rotated);
    }
    bench.store.record_uses(&[Use::new(id(&second), noon())]).await.unwrap();
    let refused = bench.manager.rotate(alice(), id(&old), rotation("k1")).await.unwrap_err();
    assert_eq!(refused.kind(), ManageErrorKind::KeyUsed);
    assert!(bench.is_accepted(&second).await);
}

#[tokio::test]
async fn key_stands_for_a_wish_in_all_its_parts() {
    let bench = Bench::new();
    let keyed = |wanted: NewPat| wanted.with_lifetime(HOUR).with_idempotency_key(key("k1"));
    let created = bench.create_as(&alice(), keyed(wanted("n"))).await;
    bench.clock.advance(HOUR / 2);
    for other in [
        keyed(wanted("n")).with_lifetime(DAY),
        keyed(wanted("n")).with_lifetime(HOUR / 2),
        keyed(wanted("n")).with_expiry(noon() + DAY),
        keyed(wanted("n")).with_not_before(noon() + HOUR),
        keyed(wanted("n")).with_description(Description::parse("x").unwrap()),
        keyed(wanted("n")).with_metadata(Metadata::new([("team", "billing")]).unwrap()),
    ] {
        assert_eq!(bench.create_refusal(other).await, ManageErrorKind::KeyUsed);
    }
    assert!(bench.is_accepted(&created).await);
    let again = bench.create_as(&alice(), keyed(wanted("n"))).await;
    assert_eq!(again.record().expires_at(), Some(noon() + HOUR));
}

#[tokio::test]
async fn key_of_a_rotation_stands_for_its_grace_too() {
    let bench = Bench::with(Policy::default().with_max_grace(DAY));
    let old = bench.create().await;
    let graceful = || rotation("k1").with_grace(DAY);
    kept(bench.manager.rotate(alice(), id(&old), graceful()).await.unwrap());
    let refused = bench.manager.rotate(alice(), id(&old), rotation("k1")).await.unwrap_err();
    assert_eq!(refused.kind(), ManageErrorKind::KeyUsed, "the old one would still be accepted");
    bench.clock.advance(HOUR);
    kept(bench.manager.rotate(alice(), id(&old), graceful()).await.unwrap());
}

#[tokio::test]
async fn key_counts_for_a_day_after_the_record_was_made_or_made_again() {
    let bench = Bench::new();
    let keyed = || wanted("n").with_idempotency_key(key("k1"));
    let first = bench.create_as(&alice(), keyed()).await;
    bench.clock.advance(23 * HOUR);
    let second = bench.create_as(&alice(), keyed()).await;
    bench.clock.advance(23 * HOUR);
    let third = bench.create_as(&alice(), keyed()).await;
    assert!(id(&first) == id(&second) && id(&second) == id(&third));
    bench.clock.advance(DAY);
    assert_eq!(bench.create_refusal(keyed()).await, ManageErrorKind::KeyUsed);
    assert!(bench.is_accepted(&third).await);
}

#[tokio::test]
async fn imported_token_has_no_key_and_belongs_to_whom_the_wish_names() {
    let bench = Bench::new();
    let old = crate::support::token();
    let keyed = || wanted("n").with_idempotency_key(key("k1"));
    let refused = bench.manager.import(&owner("alice"), keyed().with_owner(owner("bob")), old.digest()).await;
    assert_eq!(refused.unwrap_err().kind(), ManageErrorKind::Owner);
    let imported = bench.manager.import(&owner("alice"), keyed(), old.digest()).await.unwrap();
    assert_ne!(id(&bench.create_as(&alice(), keyed()).await), imported.id());
    assert!(bench.store.find_by_digest(&old.digest()).await.unwrap().is_some(), "it is not given another token");
}

/// As one that was imported before keys were left out.
#[tokio::test]
async fn record_that_was_not_made_here_is_not_made_again() {
    let bench = Bench::new();
    let made = bench.create_as(&alice(), wanted("n").with_idempotency_key(key("k0"))).await;
    let record = made.record().clone().with_hint(None);
    let found = bench.store.find(id(&made)).await.unwrap().unwrap();
    let update = tower_pat::store::Update::of(&found).with_record(record);
    bench.store.apply(&tower_pat::store::Change::default().with_update(update)).await.unwrap();
    let again = wanted("n").with_idempotency_key(key("k0"));
    assert_eq!(bench.create_refusal(again).await, ManageErrorKind::KeyUsed);
    assert!(bench.is_accepted(&made).await);
}
