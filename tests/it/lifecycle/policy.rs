use futures_util::future::join_all;
use jiff::Timestamp;
use tower_pat::manager::{Actor, Edit, ManageErrorKind, Rotation};
use tower_pat::policy::{Lifetime, Policy};
use tower_pat::store::PatQuery;

use super::bench::{Bench, DAY, HOUR, alice, id, kept, name, root, wanted};
use crate::sqlite::Place;
use crate::support::{noon, owner, scopes};

#[tokio::test]
async fn token_lives_for_90_days_unless_somebody_says_otherwise_and_for_366_at_most() {
    let bench = Bench::new();
    let created = bench.create().await;
    assert_eq!(created.record().expires_at(), Some(noon() + 90 * DAY));
    let longest = bench.create_as(&alice(), wanted("n").with_lifetime(366 * DAY)).await;
    assert_eq!(longest.record().expires_at(), Some(noon() + 366 * DAY));
    for too_long in [
        wanted("n").with_lifetime(366 * DAY + HOUR),
        wanted("n").with_expiry(Timestamp::MAX),
        wanted("n").without_expiry(),
    ] {
        assert_eq!(bench.create_refusal(too_long).await, ManageErrorKind::Expiry);
    }
}

#[tokio::test]
async fn lifetime_of_nothing_allows_no_token() {
    for nothing in [std::time::Duration::ZERO, std::time::Duration::from_nanos(999)] {
        let reading = Policy::default().with_read_only(scopes("invoices:read"), nothing);
        for policy in [Policy::default().with_max_lifetime(nothing), reading] {
            let bench = Bench::with(policy);
            for wanted in [wanted("n"), wanted("n").with_expiry(noon() + DAY), wanted("n").with_lifetime(HOUR)] {
                assert_eq!(bench.create_refusal(wanted).await, ManageErrorKind::Expiry);
            }
        }
    }
}

#[tokio::test]
async fn set_that_only_reads_may_live_longer_and_loses_that_when_it_is_widened() {
    let reading = scopes("invoices:read");
    let policy = Policy::default().with_max_lifetime(30 * DAY).with_read_only(reading, 300 * DAY);
    let bench = Bench::with(policy);
    let long = bench.create_as(&alice(), wanted("n").with_lifetime(300 * DAY)).await;
    let writing = scopes("invoices:read invoices:write");
    let refused = bench.create_refusal(wanted("n").with_scopes(writing.clone()).with_lifetime(31 * DAY)).await;
    assert_eq!(refused, ManageErrorKind::Expiry);
    let shortened = bench.create_as(&alice(), wanted("n").with_scopes(writing.clone())).await;
    assert_eq!(shortened.record().expires_at(), Some(noon() + 30 * DAY), "what nobody asked for is no error");
    let widened = Edit::default().with_scopes(writing);
    let refused = bench.manager.edit(alice(), id(&long), widened.clone()).await.unwrap_err();
    assert_eq!((refused.kind(), refused.kind().field()), (ManageErrorKind::Expiry, Some("expiry")));
    let edited = bench.manager.edit(alice(), id(&long), widened.with_lifetime(Lifetime::For(DAY))).await.unwrap();
    assert_eq!(edited.record().expires_at(), Some(noon() + DAY));
}

#[tokio::test]
async fn token_lives_for_ever_only_where_that_is_allowed() {
    let bench = Bench::with(Policy::default().with_insecure_endless_lifetime(true).with_max_lifetime(None));
    let endless = bench.create_as(&alice(), wanted("n").without_expiry()).await;
    assert_eq!(endless.record().expires_at(), None);
    assert!(bench.create().await.record().expires_at().is_some(), "but only to who asks for it");
    bench.create_as(&alice(), wanted("n").with_expiry(Timestamp::MAX)).await;
}

#[tokio::test]
async fn owner_grants_what_they_may_and_keeps_what_was_granted() {
    let policy = Policy::default().with_grants(|owner, scope| scope.as_ref() != "admin" || owner.as_str() == "bob");
    let bench = Bench::with(policy);
    let admin = || wanted("n").with_scopes(scopes("admin invoices:read"));
    assert_eq!(bench.create_refusal(admin()).await, ManageErrorKind::Scope);
    let for_alice = bench.manager.create(root(), admin().with_owner(owner("alice"))).await.unwrap_err();
    assert_eq!(for_alice.kind(), ManageErrorKind::Scope, "an administrator does not make owners mightier");
    let of_bob = kept(bench.manager.create(root(), admin().with_owner(owner("bob"))).await.unwrap());
    let narrowed = Edit::default().with_scopes(scopes("admin"));
    let narrowed = bench.manager.edit(owner("bob"), id(&of_bob), narrowed).await.unwrap();
    assert_eq!(narrowed.record().scopes(), &scopes("admin"));
    let strict = bench.manager.clone().with_policy(Policy::default().with_grants(|_, _| false));
    let renamed = strict.edit(owner("bob"), id(&of_bob), Edit::default().with_name(name("other"))).await.unwrap();
    assert_eq!(renamed.record().scopes(), &scopes("admin"), "what it has may stay");
    let widened = strict.edit(owner("bob"), id(&of_bob), Edit::default().with_scopes(scopes("admin invoices:read")));
    assert_eq!(widened.await.unwrap_err().kind(), ManageErrorKind::Scope);
}

#[tokio::test]
async fn names_are_as_the_policy_has_them() {
    let policy = Policy::default()
        .with_unique_names(true)
        .with_name_length(3..=8)
        .with_name_chars(|char| char.is_alphanumeric() || char == '-');
    let bench = Bench::with(policy);
    for text in ["ab", "abcdefghi", "a b c", "a_b"] {
        assert_eq!(bench.create_refusal(wanted(text)).await, ManageErrorKind::Name, "{text}");
    }
    let first = bench.create_as(&alice(), wanted("deploy-1")).await;
    assert_eq!(bench.create_refusal(wanted("DEPLOY-1")).await, ManageErrorKind::NameTaken);
    let second = bench.create_as(&alice(), wanted("deploy-2")).await;
    let rename = |text: &str| Edit::default().with_name(name(text));
    let taken = bench.manager.edit(alice(), id(&second), rename("Deploy-1")).await.unwrap_err();
    assert_eq!((taken.kind(), taken.kind().field()), (ManageErrorKind::NameTaken, Some("name")));
    assert_eq!(bench.manager.edit(alice(), id(&second), rename("x")).await.unwrap_err().kind(), ManageErrorKind::Name);
    kept(bench.manager.rotate(alice(), id(&first), Rotation::default()).await.unwrap());
    assert_eq!(bench.create_refusal(wanted("deploy-1")).await, ManageErrorKind::NameTaken, "the successor has it");
    bench.create_as(&Actor::owner(owner("bob")), wanted("deploy-1")).await;
}

#[tokio::test]
async fn of_a_hundred_tokens_made_at_once_as_many_are_made_as_the_limit_allows() {
    let place = Place::new();
    let policy = Policy::default().with_max_tokens(10);
    let stores: [std::sync::Arc<dyn tower_pat::PatStore>; 2] =
        [std::sync::Arc::new(tower_pat::store::MemoryStore::new()), std::sync::Arc::new(place.open().await)];
    for store in stores {
        let bench = Bench::over(store, policy.clone());
        let outcomes = join_all((0..100).map(|_| bench.manager.create(alice(), wanted("n")))).await;
        let (made, refused): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
        assert_eq!(made.len(), 10);
        for created in made {
            kept(created.unwrap());
        }
        assert!(refused.into_iter().all(|refused| refused.unwrap_err().kind() == ManageErrorKind::LimitReached));
        let listed = bench.manager.list(alice(), &PatQuery::default().with_size(100)).await.unwrap();
        assert_eq!(listed.items().len(), 10);
        let id = listed.items()[0].record().id();
        let rotated = kept(bench.manager.rotate(alice(), id, Rotation::default()).await.unwrap());
        assert_eq!(bench.create_refusal(wanted("n")).await, ManageErrorKind::LimitReached);
        bench.manager.revoke(alice(), rotated.record().id()).await.unwrap();
        bench.create().await;
    }
}

#[tokio::test]
async fn secret_is_given_to_an_owner_who_has_signed_in_of_late_alone() {
    let bench = Bench::with(Policy::default().with_max_login_age(HOUR));
    let at = |instant: Timestamp| alice().with_login(instant);
    let created = bench.create_as(&at(noon() - HOUR), wanted("n")).await;
    let minute = std::time::Duration::from_mins(1);
    bench.create_as(&at(noon() + minute), wanted("n")).await;
    let just_too_late = at(noon() + minute + std::time::Duration::from_nanos(1));
    for stale in [alice(), at(noon() - HOUR - DAY), just_too_late, at(noon() + HOUR), at(Timestamp::MIN)] {
        assert_eq!(bench.manager.create(&stale, wanted("n")).await.unwrap_err().kind(), ManageErrorKind::Login);
        let rotation = bench.manager.rotate(&stale, id(&created), Rotation::default()).await;
        assert_eq!(rotation.unwrap_err().kind(), ManageErrorKind::Login);
        bench.manager.pause(&stale, id(&created)).await.unwrap();
        bench.manager.resume(&stale, id(&created)).await.unwrap();
    }
    kept(bench.manager.create(root(), wanted("n").with_owner(owner("alice"))).await.unwrap());
    kept(bench.manager.rotate(&at(noon()), id(&created), Rotation::default()).await.unwrap());
}

/// In Greek the last letter of a word would become another.
#[tokio::test]
async fn names_that_differ_in_case_alone_are_one_letter_by_letter() {
    let bench = Bench::with(Policy::default().with_unique_names(true));
    bench.create_as(&alice(), wanted("ΟΔΟΣ")).await;
    assert_eq!(bench.create_refusal(wanted("οδοσ")).await, ManageErrorKind::NameTaken);
    bench.create_as(&alice(), wanted("ΟΔΟΣΑ")).await;
    let found = bench.manager.list(alice(), &PatQuery::default().with_name_part("ΟΔΟΣ")).await.unwrap();
    assert_eq!(found.items().len(), 2);
}
