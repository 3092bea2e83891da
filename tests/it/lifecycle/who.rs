use tower_pat::manager::{Actor, Edit, ManageErrorKind, Rotation};
use tower_pat::record::TokenId;
use tower_pat::store::{EventQuery, PatQuery, Selection};

use super::bench::{Bench, alice, id, kept, mallory, root, wanted};
use crate::support::{owner, scopes, token};

fn kind<T: std::fmt::Debug>(outcome: Result<T, tower_pat::manager::ManageError>) -> ManageErrorKind {
    outcome.unwrap_err().kind()
}

#[tokio::test]
async fn what_belongs_to_others_is_as_if_it_did_not_exist() {
    let bench = Bench::new();
    let created = bench.create().await;
    let nothing = TokenId::from_uuid(uuid::Uuid::nil());
    for (actor, id) in
        [(mallory(), id(&created)), (alice(), nothing), (root(), nothing), (Actor::token(nothing), id(&created))]
    {
        let manager = &bench.manager;
        assert_eq!(kind(manager.get(&actor, id).await), ManageErrorKind::NotFound);
        assert_eq!(kind(manager.edit(&actor, id, Edit::default()).await), ManageErrorKind::NotFound);
        assert_eq!(kind(manager.pause(&actor, id).await), ManageErrorKind::NotFound);
        assert_eq!(kind(manager.rotate(&actor, id, Rotation::default()).await), ManageErrorKind::NotFound);
        assert_eq!(kind(manager.revoke(&actor, id).await), ManageErrorKind::NotFound);
    }
    let presented = created.token().expose_secret();
    assert_eq!(kind(bench.manager.find_presented(mallory(), presented).await), ManageErrorKind::NotFound);
    assert_eq!(bench.manager.revoke_all(mallory(), Selection::all(), None).await.unwrap(), 0);
    let everybody = PatQuery::default().with_owner(owner("alice"));
    assert!(bench.manager.list(mallory(), &everybody).await.unwrap().items().is_empty());
    let events = EventQuery::default().with_owner(owner("alice")).with_token(id(&created));
    assert!(bench.manager.events(mallory(), &events).await.unwrap().events().is_empty());
    assert!(bench.is_accepted(&created).await);
}

#[tokio::test]
async fn administrator_and_system_see_and_change_what_belongs_to_anybody() {
    for actor in [root(), Actor::system()] {
        let bench = Bench::new();
        let created = bench.create().await;
        assert_eq!(kind(bench.manager.create(&actor, wanted("n")).await), ManageErrorKind::Owner);
        bench.create_as(&actor, wanted("n").with_owner(owner("bob"))).await;
        assert_eq!(bench.manager.list(&actor, &PatQuery::default()).await.unwrap().items().len(), 2);
        let widened = Edit::default().with_scopes(scopes("invoices:read invoices:write"));
        bench.manager.edit(&actor, id(&created), widened).await.unwrap();
        let found = bench.manager.find_presented(&actor, created.token().expose_secret()).await.unwrap();
        assert_eq!(found.record().scopes().len(), 2);
        assert_eq!(
            kind(bench.manager.find_presented(&actor, token().expose_secret()).await),
            ManageErrorKind::NotFound
        );
        assert_eq!(kind(bench.manager.find_presented(&actor, "no token").await), ManageErrorKind::NotFound);
        bench.manager.revoke(&actor, id(&created)).await.unwrap();
        assert!(!bench.is_accepted(&created).await);
    }
}

#[tokio::test]
async fn token_reads_rotates_and_revokes_itself_and_does_nothing_else() {
    let bench = Bench::new();
    let created = bench.create().await;
    let itself = Actor::token(id(&created));
    let manager = &bench.manager;
    assert_eq!(manager.get(&itself, id(&created)).await.unwrap().record(), created.record());
    assert_eq!(kind(manager.create(&itself, wanted("n")).await), ManageErrorKind::Forbidden);
    let for_itself = wanted("n").with_owner(owner("alice"));
    assert_eq!(kind(manager.create(&itself, for_itself).await), ManageErrorKind::Forbidden);
    for edit in [Edit::default(), Edit::default().with_pause(true), Edit::default().with_scopes(scopes("admin"))] {
        assert_eq!(kind(manager.edit(&itself, id(&created), edit).await), ManageErrorKind::Forbidden);
    }
    assert_eq!(kind(manager.list(&itself, &PatQuery::default()).await), ManageErrorKind::Forbidden);
    assert_eq!(kind(manager.events(&itself, &EventQuery::default()).await), ManageErrorKind::Forbidden);
    assert_eq!(kind(manager.revoke_all(&itself, Selection::all(), None).await), ManageErrorKind::Forbidden);
    let rotated = kept(manager.rotate(&itself, id(&created), Rotation::default()).await.unwrap());
    assert_eq!(kind(manager.get(&itself, id(&rotated)).await), ManageErrorKind::NotFound, "its successor is another");
    manager.revoke(Actor::token(id(&rotated)), id(&rotated)).await.unwrap();
    assert!(!bench.is_accepted(&rotated).await);
}

#[tokio::test]
async fn only_the_privileged_disable_owners_and_remove_records() {
    let bench = Bench::new();
    let created = bench.create().await;
    for actor in [alice(), mallory(), Actor::token(id(&created))] {
        assert_eq!(kind(bench.manager.disable_owner(&actor, &owner("alice")).await), ManageErrorKind::Forbidden);
        assert_eq!(kind(bench.manager.enable_owner(&actor, &owner("alice")).await), ManageErrorKind::Forbidden);
        assert_eq!(kind(bench.manager.prune(&actor, jiff::Timestamp::MAX).await), ManageErrorKind::Forbidden);
    }
    assert!(bench.is_accepted(&created).await);
}

#[tokio::test]
async fn owner_who_asks_for_somebody_else_gets_nothing() {
    let bench = Bench::new();
    let refused = bench.manager.create(mallory(), wanted("n").with_owner(owner("alice"))).await;
    assert_eq!(kind(refused), ManageErrorKind::Forbidden);
    bench.create_as(&alice(), wanted("n").with_owner(owner("alice"))).await;
}
