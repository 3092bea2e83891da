use std::sync::Arc;

use futures_util::future::join_all;
use jiff::Timestamp;
use tower_pat::denial::InvalidToken;
use tower_pat::manager::{Edit, ManageErrorKind, Rotation};
use tower_pat::policy::{Lifetime, Policy};
use tower_pat::record::{AudienceSet, Description, Metadata, NetworkSet};
use tower_pat::resource::ResourceSet;

use super::bench::{Bench, DAY, HOUR, alice, id, name, root, wanted};
use crate::postgres::Place;
use crate::support::{noon, scopes};

#[tokio::test]
async fn every_field_is_changed_that_is_named_and_no_other() {
    let bench = Bench::new();
    let created = bench.create().await;
    let resources: ResourceSet = "repo:acme/*".parse().unwrap();
    let networks: NetworkSet = "192.0.2.0/24".parse().unwrap();
    let audiences: AudienceSet = "https://a.example".parse().unwrap();
    let before = created.record().clone();
    for (edit, after) in [
        (Edit::default().with_name(name("other")), before.clone().with_name(name("other"))),
        (Edit::default().with_scopes(scopes("")), before.clone().with_scopes(scopes(""))),
        (Edit::default().with_resources(resources.clone()), before.clone().with_resources(resources)),
        (Edit::default().with_networks(networks.clone()), before.clone().with_networks(networks)),
        (Edit::default().with_audiences(audiences.clone()), before.clone().with_audiences(audiences)),
        (Edit::default().with_lifetime(Lifetime::For(DAY)), before.clone().with_expiry(noon() + DAY)),
        (Edit::default().with_pause(true), before.clone().with_pause(noon())),
    ] {
        let bench = Bench::new();
        let created = bench.create().await;
        let edited = bench.manager.edit(alice(), id(&created), edit).await.unwrap();
        let after = after.with_hint(created.record().hint().cloned());
        let same = |record: &tower_pat::record::PatRecord| {
            tower_pat::record::PatRecord::new(id(&created), record.owner().clone())
                .with_name(record.name().cloned())
                .with_hint(record.hint().cloned())
                .with_scopes(record.scopes().clone())
                .with_resources(record.resources().cloned())
                .with_creation(record.created_at())
                .with_expiry(record.expires_at())
                .with_pause(record.paused_at())
                .with_networks(record.networks().cloned())
                .with_audiences(record.audiences().cloned())
        };
        assert_eq!(edited.record(), &same(&after));
        assert_eq!(edited.version(), 2);
        assert_eq!(bench.manager.get(alice(), id(&created)).await.unwrap(), edited);
    }
    let described = Edit::default()
        .with_description(Description::parse("x").unwrap())
        .with_metadata(Metadata::new([("team", "billing")]).unwrap());
    let edited = bench.manager.edit(alice(), id(&created), described).await.unwrap();
    assert_eq!((edited.record(), edited.details().metadata().len()), (&before, 1));
    let bare = bench.manager.edit(alice(), id(&created), Edit::default().with_description(None)).await.unwrap();
    assert_eq!((bare.details().description(), bare.details().metadata().len()), (None, 1));
}

#[tokio::test]
async fn change_counts_from_the_very_next_request() {
    let bench = Bench::new();
    let created = bench.create().await;
    for _ in 0..3 {
        assert!(bench.is_accepted(&created).await);
        bench.manager.pause(alice(), id(&created)).await.unwrap();
        assert_eq!(bench.refusal(&created).await, Some(InvalidToken::Paused));
        bench.manager.resume(alice(), id(&created)).await.unwrap();
    }
    assert!(bench.is_accepted(&created).await);
    bench.manager.edit(alice(), id(&created), Edit::default().with_lifetime(Lifetime::For(HOUR))).await.unwrap();
    bench.clock.advance(HOUR);
    assert_eq!(bench.refusal(&created).await, Some(InvalidToken::Expired));
}

#[tokio::test]
async fn what_changes_nothing_is_not_written() {
    let bench = Bench::new();
    let created = bench.create().await;
    let paused = bench.manager.pause(alice(), id(&created)).await.unwrap();
    bench.clock.advance(HOUR);
    assert_eq!(bench.manager.pause(alice(), id(&created)).await.unwrap(), paused, "the first pause counts");
    let same = Edit::default().with_name(name("nightly build")).with_scopes(scopes("invoices:read"));
    assert_eq!(bench.manager.edit(alice(), id(&created), same).await.unwrap().version(), 2);
}

#[tokio::test]
async fn what_is_over_stays_as_it_is() {
    let bench = Bench::new();
    let edit = || Edit::default().with_lifetime(Lifetime::For(30 * DAY));
    let (revoked, expired) = (bench.create().await, bench.create_as(&alice(), wanted("n").with_lifetime(HOUR)).await);
    let rotated = bench.create().await;
    bench.manager.revoke(alice(), id(&revoked)).await.unwrap();
    super::bench::kept(bench.manager.rotate(alice(), id(&rotated), Rotation::default()).await.unwrap());
    bench.clock.advance(HOUR);
    for created in [revoked, expired, rotated] {
        for actor in [alice(), root()] {
            let refused = bench.manager.edit(actor, id(&created), edit()).await.unwrap_err();
            assert_eq!(refused.kind(), ManageErrorKind::Ended);
        }
    }
}

#[tokio::test]
async fn of_two_edits_upon_one_version_one_is_made_and_the_other_told() {
    let bench = Bench::new();
    let created = bench.create().await;
    let edits = (0..10).map(|number| {
        let edit = Edit::default().with_version(1).with_name(name(&format!("n{number}")));
        bench.manager.edit(alice(), id(&created), edit)
    });
    let outcomes = join_all(edits).await;
    let (made, refused): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
    assert_eq!(made.len(), 1);
    assert!(refused.into_iter().all(|refused| refused.unwrap_err().kind() == ManageErrorKind::Conflict));
    let kept = bench.manager.get(alice(), id(&created)).await.unwrap();
    assert_eq!(&kept, made[0].as_ref().unwrap());
}

#[tokio::test]
async fn edits_that_name_no_version_are_all_made() {
    let bench = Bench::new();
    let created = bench.create().await;
    let described = Edit::default().with_description(Description::parse("x").unwrap());
    let edits = [Edit::default().with_name(name("other")), described, Edit::default().with_pause(true)];
    for outcome in join_all(edits.map(|edit| bench.manager.edit(alice(), id(&created), edit))).await {
        outcome.unwrap();
    }
    let all = bench.manager.get(alice(), id(&created)).await.unwrap();
    assert_eq!((all.version(), all.record().name()), (4, Some(&name("other"))));
    assert!(all.details().description().is_some() && all.record().paused_at().is_some());
}

#[tokio::test]
async fn revocation_wins_over_an_edit_that_was_begun_before() {
    let bench = Bench::new();
    let created = bench.create().await;
    let seen = bench.manager.get(alice(), id(&created)).await.unwrap();
    bench.manager.revoke(alice(), id(&created)).await.unwrap();
    let late = tower_pat::store::Change::default().with_update(tower_pat::store::Update::of(&seen));
    let refused = bench.store.apply(&late).await.unwrap_err();
    assert_eq!(refused.kind(), tower_pat::store::StoreErrorKind::Conflict);
    assert_eq!(bench.refusal(&created).await, Some(InvalidToken::Revoked));
}

#[tokio::test]
async fn token_that_is_to_live_longer_is_held_to_the_limits_as_a_new_one() {
    let bench = Bench::new();
    let (first, _second) = (bench.create().await, bench.create().await);
    let lifetime = |days: u32| Edit::default().with_lifetime(Lifetime::For(DAY * days));
    for (policy, kind) in [
        (Policy::default().with_max_tokens(1), ManageErrorKind::LimitReached),
        (Policy::default().with_unique_names(true), ManageErrorKind::NameTaken),
    ] {
        let strict = bench.manager.clone().with_policy(policy);
        assert_eq!(strict.edit(alice(), id(&first), lifetime(100)).await.unwrap_err().kind(), kind);
        strict.pause(alice(), id(&first)).await.unwrap();
        strict.edit(alice(), id(&first), lifetime(9).with_pause(false)).await.unwrap();
    }
}

/// PostgreSQL begins in 4713 BC.
#[tokio::test]
async fn instant_that_the_store_cannot_keep_is_the_fault_of_who_asks_for_it() {
    let place = Place::new().await;
    let bench = Bench::over(Arc::new(place.open_again().await), Policy::default());
    let wanted = wanted("n").with_not_before(Timestamp::MIN);
    assert_eq!(bench.create_refusal(wanted).await, ManageErrorKind::OutOfRange);
}
