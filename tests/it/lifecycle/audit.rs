use tower_pat::manager::{Actor, Edit, ManageErrorKind, NewPat, Rotation};
use tower_pat::record::{Description, Reason, TokenName};
use tower_pat::store::{AuditKind, EventQuery, FieldChange, StoredEvent};
use tower_pat::token::TokenDigest;

use super::bench::{Bench, alice, id, kept, name, root};
use crate::support::leak::{look, silent};
use crate::support::{owner, scopes, token};

async fn events(bench: &Bench) -> Vec<StoredEvent> {
    bench.manager.events(root(), &EventQuery::default()).await.unwrap().events().to_vec()
}

#[tokio::test]
async fn everything_that_is_done_is_noted_with_who_did_it_and_from_where() {
    let bench = Bench::new();
    let created = bench.create().await;
    let edit = Edit::default().with_name(name("other")).with_scopes(scopes("invoices:read invoices:write"));
    bench.manager.edit(root(), id(&created), edit).await.unwrap();
    let rotated =
        kept(bench.manager.rotate(Actor::token(id(&created)), id(&created), Rotation::default()).await.unwrap());
    bench.manager.revoke_for(alice(), id(&rotated), Reason::parse("done").unwrap()).await.unwrap();
    bench.manager.disable_owner(Actor::system(), &owner("alice")).await.unwrap();
    let old = token();
    let wanted = NewPat::new(TokenName::parse("old").unwrap());
    bench.manager.import(&owner("alice"), wanted, TokenDigest::of(old.expose_secret())).await.unwrap();

    let events = events(&bench).await;
    let told: Vec<_> =
        events.iter().rev().map(|stored| (stored.event().kind(), stored.event().stamp().actor().word())).collect();
    assert_eq!(
        told,
        [
            (AuditKind::Created, "owner"),
            (AuditKind::Edited, "administrator"),
            (AuditKind::Rotated, "token"),
            (AuditKind::Created, "token"),
            (AuditKind::Revoked, "owner"),
            (AuditKind::OwnerDisabled, "system"),
            (AuditKind::Imported, "system"),
        ]
    );
    let edited = events[5].event();
    assert_eq!(edited.stamp().address(), Some([192, 0, 2, 1].into()));
    let before_and_after = [
        FieldChange::new("name", "nightly build".to_owned(), "other".to_owned()),
        FieldChange::new("scopes", "invoices:read".to_owned(), "invoices:read invoices:write".to_owned()),
    ];
    assert_eq!(edited.changes(), before_and_after);
    assert_eq!(events[2].event().changes(), [FieldChange::new("revocation", None, "done".to_owned())]);
    silent("the audit", &events);
    for stored in &events {
        look("JSON", "the audit", serde_json::to_string(stored.event().changes()).unwrap());
    }
}

#[tokio::test]
async fn what_is_refused_or_changes_nothing_is_not_noted() {
    let bench = Bench::new();
    let created = bench.create().await;
    let refused = bench.manager.edit(alice(), id(&created), Edit::default().with_scopes(scopes("root"))).await;
    assert_eq!(refused.unwrap_err().kind(), ManageErrorKind::Scope);
    bench.manager.edit(alice(), id(&created), Edit::default()).await.unwrap();
    let stale = Edit::default().with_version(9).with_description(Description::parse("x").unwrap());
    bench.manager.edit(alice(), id(&created), stale).await.unwrap_err();
    assert_eq!(events(&bench).await.len(), 1);
}
