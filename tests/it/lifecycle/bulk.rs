use tower_pat::denial::InvalidToken;
use tower_pat::manager::{Actor, LeakedPat, ManageErrorKind};
use tower_pat::policy::Policy;
use tower_pat::record::Reason;
use tower_pat::store::{BULK, Change, EventQuery, Insertion, Selection};
use tower_pat::token::TokenDigest;

use super::bench::{Bench, DAY, HOUR, alice, id, kept, mallory, root, wanted};
use crate::sqlite::Place;
use crate::support::{listed, noon, owner, record, token};

fn reason() -> Reason {
    Reason::parse("laptop stolen").unwrap()
}

#[tokio::test]
async fn all_of_an_owner_are_revoked_at_once_however_many() {
    let bench = Bench::new();
    let (created, of_bob) = (bench.create().await, bench.create_as(&Actor::owner(owner("bob")), wanted("n")).await);
    let many = (1..=1_100).map(|number: u128| Insertion::new(record(number), TokenDigest::of(number.to_be_bytes())));
    bench.store.apply(&many.fold(Change::default(), Change::with_insertion)).await.unwrap();
    assert!(bench.is_accepted(&created).await && bench.is_accepted(&of_bob).await);
    let revoked = bench.manager.revoke_all(alice(), Selection::all(), reason()).await.unwrap();
    assert_eq!(revoked, 1_101);
    assert!(revoked > 2 * BULK as u64);
    assert_eq!(bench.refusal(&created).await, Some(InvalidToken::Revoked));
    assert!(bench.is_accepted(&of_bob).await);
    assert_eq!(bench.manager.get(alice(), id(&created)).await.unwrap().details().revocation(), Some(&reason()));
}

#[tokio::test]
async fn in_an_incident_all_that_were_made_before_are_revoked() {
    let bench = Bench::new();
    let before = bench.create().await;
    bench.clock.advance(HOUR);
    let (incident, after) = (noon() + HOUR, bench.create().await);
    let exposed = Selection::all().with_created_before(incident);
    assert_eq!(bench.manager.revoke_all(root(), exposed, reason()).await.unwrap(), 1);
    assert_eq!(bench.refusal(&before).await, Some(InvalidToken::Revoked));
    assert!(bench.is_accepted(&after).await);
}

/// Whoever has a token can replace it by a new one.
#[tokio::test]
async fn in_an_incident_what_has_replaced_a_token_from_before_is_revoked_too() {
    let place = Place::new();
    let stores: [std::sync::Arc<dyn tower_pat::PatStore>; 2] =
        [std::sync::Arc::new(tower_pat::store::MemoryStore::new()), std::sync::Arc::new(place.open().await)];
    for store in stores {
        let bench = Bench::over(store, Policy::default());
        let before = bench.create().await;
        bench.clock.advance(2 * HOUR);
        let itself = Actor::token(id(&before));
        let rotation = tower_pat::manager::Rotation::default();
        let new = kept(bench.manager.rotate(itself, id(&before), rotation).await.unwrap());
        let exposed = Selection::all().with_created_before(noon() + HOUR);
        assert_eq!(bench.manager.revoke_all(root(), exposed, reason()).await.unwrap(), 2);
        assert_eq!(bench.refusal(&new).await, Some(InvalidToken::Revoked));
    }
}

#[tokio::test]
async fn removal_of_what_will_be_over_removes_nothing_that_is_not() {
    let bench = Bench::new();
    let standing = bench.create().await;
    assert_eq!(bench.manager.prune(root(), noon() + 1_000 * DAY).await.unwrap(), 0);
    assert!(bench.is_accepted(&standing).await);
}

#[tokio::test]
async fn disabled_owner_has_no_good_token_also_of_those_made_meanwhile() {
    let bench = Bench::new();
    let created = bench.create().await;
    assert!(bench.is_accepted(&created).await);
    for _ in 0..2 {
        bench.manager.disable_owner(root(), &owner("alice")).await.unwrap();
        assert_eq!(bench.refusal(&created).await, Some(InvalidToken::OwnerDisabled));
    }
    let meanwhile = bench.create_as(&root(), wanted("n").with_owner(owner("alice"))).await;
    assert_eq!(bench.refusal(&meanwhile).await, Some(InvalidToken::OwnerDisabled));
    bench.manager.enable_owner(root(), &owner("alice")).await.unwrap();
    assert!(bench.is_accepted(&created).await && bench.is_accepted(&meanwhile).await);
}

#[tokio::test]
async fn records_that_were_over_long_ago_are_removed_and_their_audit_stays() {
    let bench = Bench::new();
    let (revoked, short, standing) =
        (bench.create().await, bench.create_as(&alice(), wanted("n").with_lifetime(HOUR)).await, bench.create().await);
    bench.manager.revoke(alice(), id(&revoked)).await.unwrap();
    bench.clock.advance(10 * DAY);
    assert_eq!(bench.manager.prune(root(), noon()).await.unwrap(), 0, "none was over before noon");
    assert_eq!(bench.manager.prune(root(), noon() + 2 * HOUR).await.unwrap(), 2);
    assert_eq!(listed(&bench.manager, &owner("alice")).await.len(), 1);
    assert_eq!(bench.refusal(&short).await, Some(InvalidToken::Unknown));
    assert!(bench.is_accepted(&standing).await);
    let events = bench.manager.events(alice(), &EventQuery::default().with_token(id(&revoked))).await.unwrap();
    assert_eq!(events.events().len(), 3);
}

#[tokio::test]
async fn leaked_tokens_are_revoked_whoever_reports_them() {
    let bench = Bench::new();
    let (leaked, over, safe) = (bench.create().await, bench.create().await, bench.create().await);
    bench.manager.revoke(alice(), id(&over)).await.unwrap();
    let unknown = token();
    let report = [leaked.token().expose_secret(), "no token", over.token().expose_secret(), unknown.expose_secret()];
    let scanner = Actor::system().with_address(Some([192, 0, 2, 9].into()));
    let outcome = bench.manager.report_leaked(&scanner, &report, reason()).await.unwrap();
    assert!(outcome.iter().map(LeakedPat::is_known).eq([true, false, true, false]));
    let told: Vec<_> =
        outcome.iter().map(|one| (one.stored().map(|stored| stored.record().id()), one.is_revoked())).collect();
    assert_eq!(told, [(Some(id(&leaked)), true), (None, false), (Some(id(&over)), false), (None, false)]);
    assert_eq!(bench.refusal(&leaked).await, Some(InvalidToken::Revoked));
    assert!(bench.is_accepted(&safe).await);
    crate::support::leak::silent("LeakedPat", &outcome);
    let too_many = vec!["x"; 1_001];
    let refused = bench.manager.report_leaked(&scanner, &too_many, reason()).await.unwrap_err();
    assert_eq!(refused.kind(), ManageErrorKind::TooMany);
}

#[tokio::test]
async fn leaked_token_in_its_grace_is_revoked_and_its_successor_stays() {
    let bench = Bench::with(Policy::default().with_max_grace(DAY));
    let old = bench.create().await;
    let rotation = tower_pat::manager::Rotation::default().with_grace(HOUR);
    let new = kept(bench.manager.rotate(alice(), id(&old), rotation).await.unwrap());
    let outcome = bench.manager.report_leaked(alice(), &[old.token().expose_secret()], reason()).await.unwrap();
    assert!(outcome[0].is_revoked());
    assert_eq!(bench.refusal(&old).await, Some(InvalidToken::Revoked));
    assert!(bench.is_accepted(&new).await);
}

#[tokio::test]
async fn who_reports_a_token_of_somebody_else_is_not_told_whose_it_is() {
    let bench = Bench::new();
    let created = bench.create().await;
    let outcome = bench.manager.report_leaked(mallory(), &[created.token().expose_secret()], reason()).await.unwrap();
    assert_eq!((outcome[0].stored(), outcome[0].is_known(), outcome[0].is_revoked()), (None, true, true));
    assert_eq!(bench.refusal(&created).await, Some(InvalidToken::Revoked));
}

const DAMAGE: &str = "UPDATE pat_tokens SET metadata = '[]' WHERE name = 'damaged'";

#[tokio::test]
async fn leaked_token_whose_record_cannot_be_read_is_revoked_and_so_are_the_others() {
    let place = Place::new();
    let bench = Bench::over(std::sync::Arc::new(place.open().await), Policy::default());
    let (damaged, other) = (bench.create_as(&alice(), wanted("damaged")).await, bench.create().await);
    assert!(bench.is_accepted(&damaged).await && bench.is_accepted(&other).await);
    place.run(DAMAGE).await;
    let report = [damaged.token().expose_secret(), other.token().expose_secret()];
    let outcome = bench.manager.report_leaked(Actor::system(), &report, reason()).await.unwrap();
    assert!(outcome.iter().all(|leaked| leaked.is_known() && leaked.is_revoked()));
    assert_eq!(outcome[0].stored(), None);
    for created in [&damaged, &other] {
        assert_eq!(bench.refusal(created).await, Some(InvalidToken::Revoked));
    }
}

#[tokio::test]
async fn record_that_cannot_be_read_is_revoked_by_its_owner_and_not_there_for_others() {
    let place = Place::new();
    let bench = Bench::over(std::sync::Arc::new(place.open().await), Policy::default());
    let damaged = bench.create_as(&alice(), wanted("damaged")).await;
    assert!(bench.is_accepted(&damaged).await);
    place.run(DAMAGE).await;
    for stranger in [mallory(), Actor::token(tower_pat::record::TokenId::from_uuid(uuid::Uuid::nil()))] {
        let refused = bench.manager.revoke(stranger, id(&damaged)).await.unwrap_err();
        assert_eq!(refused.kind(), ManageErrorKind::NotFound);
        assert!(bench.is_accepted(&damaged).await);
    }
    bench.manager.revoke(alice(), id(&damaged)).await.unwrap();
    assert_eq!(bench.refusal(&damaged).await, Some(InvalidToken::Revoked));
}
