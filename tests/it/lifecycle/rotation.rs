use std::sync::Arc;

use futures_util::future::join_all;
use tower_pat::denial::InvalidToken;
use tower_pat::manager::{Actor, Edit, ManageErrorKind, Rotation};
use tower_pat::policy::{Lifetime, Policy};
use tower_pat::record::{Description, Metadata, NetworkSet, PatRecord, PatStatus, Reason};
use tower_pat::resource::ResourceSet;
use tower_pat::store::{MemoryStore, PatQuery, PatStore};

use super::bench::{Bench, DAY, HOUR, alice, id, kept, wanted};
use crate::sqlite::Place;
use crate::support::noon;

const NANOSECOND: std::time::Duration = std::time::Duration::from_nanos(1);

fn graceful() -> Bench {
    Bench::with(Policy::default().with_max_grace(2 * DAY))
}

#[tokio::test]
async fn successor_inherits_what_the_token_was_and_the_token_ends_at_once() {
    let bench = Bench::new();
    let wanted = wanted("nightly build")
        .with_lifetime(10 * DAY)
        .with_resources("repo:acme/*".parse::<ResourceSet>().unwrap())
        .with_networks("192.0.2.0/24".parse::<NetworkSet>().unwrap())
        .with_description(Description::parse("x").unwrap())
        .with_metadata(Metadata::new([("team", "billing")]).unwrap());
    let old = bench.create_as(&alice(), wanted).await;
    bench.clock.advance(9 * DAY);
    let new = kept(bench.manager.rotate(alice(), id(&old), Rotation::default()).await.unwrap());
    let (before, after) = (old.record(), new.record());
    assert_ne!(before.id(), after.id());
    assert_eq!(after.family(), before.family());
    assert_eq!((after.name(), after.scopes()), (before.name(), before.scopes()));
    assert_eq!((after.resources(), after.networks()), (before.resources(), before.networks()));
    assert_eq!(after.expires_at(), Some(noon() + 19 * DAY), "it lives as long from now on");
    let stored = bench.manager.get(alice(), id(&new)).await.unwrap();
    assert!(stored.details().description().is_some() && stored.details().metadata().len() == 1);
    let replaced = bench.manager.get(alice(), id(&old)).await.unwrap();
    assert_eq!(replaced.details().successor(), Some(id(&new)));
    assert_eq!(replaced.record().replaced_at(), Some(noon() + 9 * DAY));
    assert_eq!(replaced.record().retires_at(), None, "there is no grace whose end a clock would have to come to");
    assert_eq!(bench.refusal(&old).await, Some(InvalidToken::Rotated), "a signal that it is used again");
}

/// Two instances over one store, and the clock of the other is an hour behind.
#[tokio::test]
async fn replaced_token_is_refused_at_once_also_by_whose_clock_runs_behind() {
    let place = Place::new();
    let stores: [Arc<dyn PatStore>; 2] = [Arc::new(MemoryStore::new()), Arc::new(place.open().await)];
    for store in stores {
        let (bench, late) = (Bench::over(store.clone(), Policy::default()), Bench::over(store, Policy::default()));
        late.clock.set_wall(noon() - HOUR);
        let old = bench.create().await;
        assert!(late.is_accepted(&old).await);
        let new = kept(bench.manager.rotate(alice(), id(&old), Rotation::default()).await.unwrap());
        assert_eq!(late.refusal(&old).await, Some(InvalidToken::Rotated));
        assert!(late.is_accepted(&new).await);
        for (status, expected) in [(PatStatus::Rotated, &old), (PatStatus::Active, &new)] {
            let query = PatQuery::default().with_states([status], noon() - HOUR);
            let listed = late.manager.list(alice(), &query).await.unwrap();
            assert!(listed.records().map(PatRecord::id).eq([id(expected)]), "{status:?}");
        }
        let edited = late.manager.pause(alice(), id(&old)).await.unwrap_err();
        assert_eq!(edited.kind(), ManageErrorKind::Ended);
        let rotated = late.manager.rotate(alice(), id(&old), Rotation::default()).await.unwrap_err();
        assert_eq!(rotated.kind(), ManageErrorKind::Rotated);
        let (report, reason) = ([old.token().expose_secret()], Reason::parse("found in a log").unwrap());
        let leaked = late.manager.report_leaked(Actor::system(), &report, reason).await.unwrap();
        assert!(leaked[0].is_known() && !leaked[0].is_revoked(), "what is over is not revoked");
    }
}

#[tokio::test]
async fn both_are_accepted_in_the_grace_and_not_at_its_very_end() {
    let bench = graceful();
    let old = bench.create().await;
    assert!(bench.is_accepted(&old).await);
    let new = kept(bench.manager.rotate(alice(), id(&old), Rotation::default().with_grace(HOUR)).await.unwrap());
    bench.clock.set_wall(noon() + HOUR - NANOSECOND);
    assert!(bench.is_accepted(&old).await && bench.is_accepted(&new).await);
    bench.clock.advance(NANOSECOND);
    assert_eq!(bench.refusal(&old).await, Some(InvalidToken::Rotated));
    assert!(bench.is_accepted(&new).await);
    let replaced = bench.manager.get(alice(), id(&old)).await.unwrap();
    assert_eq!(replaced.record().status_at(noon() + HOUR), PatStatus::Rotated);
}

#[tokio::test]
async fn grace_is_as_long_as_the_policy_allows_and_never_longer_than_the_token_would_live() {
    let bench = graceful();
    let short = bench.create_as(&alice(), wanted("n").with_lifetime(HOUR)).await;
    let too_long = Rotation::default().with_grace(2 * DAY + HOUR);
    let refused = bench.manager.rotate(alice(), id(&short), too_long).await.unwrap_err();
    assert_eq!((refused.kind(), refused.kind().field()), (ManageErrorKind::Grace, Some("grace")));
    kept(bench.manager.rotate(alice(), id(&short), Rotation::default().with_grace(2 * DAY)).await.unwrap());
    let replaced = bench.manager.get(alice(), id(&short)).await.unwrap();
    assert_eq!(replaced.record().replaced_at(), Some(noon()));
    assert_eq!(replaced.record().retires_at(), Some(noon() + HOUR));
    bench.clock.advance(HOUR);
    assert_eq!(bench.refusal(&short).await, Some(InvalidToken::Rotated));
    let none = Bench::new();
    let created = none.create().await;
    let refused = none.manager.rotate(alice(), id(&created), Rotation::default().with_grace(HOUR)).await.unwrap_err();
    assert_eq!(refused.kind(), ManageErrorKind::Grace, "by default there is none");
}

#[tokio::test]
async fn lifetime_that_the_policy_no_longer_allows_is_shortened() {
    let bench = Bench::with(Policy::default().with_insecure_endless_lifetime(true));
    let (long, endless) = (
        bench.create_as(&alice(), wanted("n").with_lifetime(300 * DAY)).await,
        bench.create_as(&alice(), wanted("n").without_expiry()).await,
    );
    let strict = bench.manager.clone().with_policy(Policy::default().with_max_lifetime(30 * DAY));
    for old in [long, endless] {
        let new = kept(strict.rotate(alice(), id(&old), Rotation::default()).await.unwrap());
        assert_eq!(new.record().expires_at(), Some(noon() + 30 * DAY));
    }
}

#[tokio::test]
async fn token_is_replaced_once_and_not_when_it_is_over() {
    let bench = Bench::new();
    let (old, revoked) = (bench.create().await, bench.create().await);
    bench.manager.revoke(alice(), id(&revoked)).await.unwrap();
    let refused = bench.manager.rotate(alice(), id(&revoked), Rotation::default()).await.unwrap_err();
    assert_eq!(refused.kind(), ManageErrorKind::Ended);
    let rotations = (0..10).map(|_| bench.manager.rotate(alice(), id(&old), Rotation::default()));
    let (made, refused): (Vec<_>, Vec<_>) = join_all(rotations).await.into_iter().partition(Result::is_ok);
    assert_eq!(made.len(), 1);
    kept(made.into_iter().next().unwrap().unwrap());
    assert!(refused.into_iter().all(|refused| refused.unwrap_err().kind() == ManageErrorKind::Rotated));
    bench.clock.advance(100 * DAY);
    let (expired, rotation) = (id(&revoked), Rotation::default());
    assert_eq!(bench.manager.rotate(alice(), expired, rotation).await.unwrap_err().kind(), ManageErrorKind::Ended);
}

#[tokio::test]
async fn pause_goes_over_to_the_successor() {
    let bench = Bench::new();
    let old = bench.create().await;
    bench.manager.pause(alice(), id(&old)).await.unwrap();
    let new = kept(bench.manager.rotate(alice(), id(&old), Rotation::default()).await.unwrap());
    assert_eq!(bench.refusal(&new).await, Some(InvalidToken::Paused), "a rotation makes nothing mightier");
}

#[tokio::test]
async fn family_is_revoked_as_a_whole() {
    let bench = graceful();
    let first = bench.create().await;
    let graceful = Rotation::default().with_grace(DAY);
    let second = kept(bench.manager.rotate(alice(), id(&first), graceful).await.unwrap());
    let third = kept(bench.manager.rotate(alice(), id(&second), Rotation::default()).await.unwrap());
    let other = bench.create().await;
    let family = tower_pat::store::Selection::all().with_family(third.record().family());
    assert_eq!(bench.manager.revoke_all(alice(), family, None).await.unwrap(), 3);
    for created in [&first, &second, &third] {
        assert_eq!(bench.refusal(created).await, Some(InvalidToken::Revoked));
    }
    assert!(bench.is_accepted(&other).await);
}

#[tokio::test]
async fn family_has_one_token_in_its_grace_and_the_next_when_that_is_over() {
    let bench = graceful();
    let rotation = || Rotation::default().with_grace(DAY);
    let first = bench.create().await;
    let second = kept(bench.manager.rotate(alice(), id(&first), rotation()).await.unwrap());
    let refused = bench.manager.rotate(alice(), id(&second), rotation()).await.unwrap_err();
    assert_eq!(refused.kind(), ManageErrorKind::Grace);
    bench.clock.advance(DAY);
    let third = kept(bench.manager.rotate(alice(), id(&second), rotation()).await.unwrap());
    bench.manager.revoke(alice(), id(&second)).await.unwrap();
    kept(bench.manager.rotate(alice(), id(&third), rotation()).await.unwrap());
}

#[tokio::test]
async fn token_that_replaces_itself_lives_no_longer_and_has_no_grace() {
    let bench = graceful();
    let old = bench.create_as(&alice(), wanted("n").with_lifetime(300 * DAY)).await;
    bench.clock.advance(200 * DAY);
    let short = Edit::default().with_lifetime(Lifetime::For(HOUR));
    bench.manager.edit(alice(), id(&old), short).await.unwrap();
    let itself = Actor::token(id(&old));
    let refused = bench.manager.rotate(&itself, id(&old), Rotation::default().with_grace(HOUR)).await.unwrap_err();
    assert_eq!(refused.kind(), ManageErrorKind::Grace);
    let new = kept(bench.manager.rotate(&itself, id(&old), Rotation::default()).await.unwrap());
    assert_eq!(new.record().expires_at(), Some(noon() + 200 * DAY + HOUR));
}

#[tokio::test]
async fn token_that_would_be_over_before_it_begins_replaces_none() {
    let bench = Bench::new();
    let late = wanted("n").with_lifetime(300 * DAY).with_not_before(noon() + 30 * DAY);
    let old = bench.create_as(&alice(), late).await;
    let strict = bench.manager.clone().with_policy(Policy::default().with_max_lifetime(30 * DAY));
    let refused = strict.rotate(alice(), id(&old), Rotation::default()).await.unwrap_err();
    assert_eq!(refused.kind(), ManageErrorKind::NotBefore);
    assert_eq!(bench.refusal(&old).await, Some(InvalidToken::NotYetValid), "the old one stays as it is");
}
