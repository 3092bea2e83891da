//! A change that finds nothing to do: somebody else may have made it and not announced it yet.

use std::sync::Arc;

use tower_pat::denial::InvalidToken;
use tower_pat::manager::{Actor, CreatedPat, Edit, Rotation};
use tower_pat::policy::Policy;
use tower_pat::record::Reason;
use tower_pat::store::Selection;

use super::bench::{Bench, alice, id, root};
use crate::sqlite::Place;
use crate::support::owner;

/// A token that the verifier has accepted, and which somebody else then changed who tells nobody.
async fn changed_by_a_stranger(place: &Place, change: &str) -> (Bench, CreatedPat) {
    let bench = Bench::over(Arc::new(place.open().await), Policy::default());
    let created = bench.create().await;
    assert!(bench.is_accepted(&created).await);
    place.run(change).await;
    assert!(bench.is_accepted(&created).await, "nobody told the verifier");
    (bench, created)
}

const REVOKE: &str = "UPDATE pat_tokens SET revoked_at = 1, version = version + 1";

#[tokio::test]
async fn revocation_of_what_is_revoked_already_counts_when_it_returns() {
    for how in ["revoke", "revoke_for", "revoke_all", "report_leaked"] {
        let place = Place::new();
        let (bench, created) = changed_by_a_stranger(&place, REVOKE).await;
        let (manager, reason) = (&bench.manager, Reason::parse("laptop stolen").unwrap());
        match how {
            "revoke" => manager.revoke(alice(), id(&created)).await.unwrap(),
            "revoke_for" => manager.revoke_for(alice(), id(&created), reason).await.unwrap(),
            "revoke_all" => assert_eq!(manager.revoke_all(root(), Selection::all(), None).await.unwrap(), 0),
            _ => {
                let report = [created.token().expose_secret()];
                assert!(!manager.report_leaked(Actor::system(), &report, reason).await.unwrap()[0].is_revoked());
            }
        }
        assert_eq!(bench.refusal(&created).await, Some(InvalidToken::Revoked), "{how}");
    }
}

#[tokio::test]
async fn change_of_somebody_else_that_a_refused_call_meets_counts_when_it_returns() {
    const REPLACE: &str = "UPDATE pat_tokens SET replaced_at = 1, version = version + 1";
    const RENAME: &str = "UPDATE pat_tokens SET paused_at = 1, version = version + 1";
    for (how, change, refusal) in [
        ("pause", REVOKE, InvalidToken::Revoked),
        ("rotate", REVOKE, InvalidToken::Revoked),
        ("rotate", REPLACE, InvalidToken::Rotated),
        ("with a version", RENAME, InvalidToken::Paused),
    ] {
        let place = Place::new();
        let (bench, created) = changed_by_a_stranger(&place, change).await;
        let refused = match how {
            "pause" => bench.manager.pause(alice(), id(&created)).await.map(drop),
            "rotate" => bench.manager.rotate(alice(), id(&created), Rotation::default()).await.map(drop),
            _ => bench.manager.edit(alice(), id(&created), Edit::default().with_version(1)).await.map(drop),
        };
        assert!(refused.is_err(), "{how}");
        assert_eq!(bench.refusal(&created).await, Some(refusal), "{how}: {refused:?}");
    }
}

#[tokio::test]
async fn pause_and_resumption_of_what_is_so_already_count_when_they_return() {
    let place = Place::new();
    let (bench, created) = changed_by_a_stranger(&place, "UPDATE pat_tokens SET paused_at = 1").await;
    bench.manager.pause(alice(), id(&created)).await.unwrap();
    assert_eq!(bench.refusal(&created).await, Some(InvalidToken::Paused));
    place.run("UPDATE pat_tokens SET paused_at = NULL").await;
    bench.manager.resume(alice(), id(&created)).await.unwrap();
    assert!(bench.is_accepted(&created).await);
}

#[tokio::test]
async fn owner_who_is_disabled_or_enabled_already_is_so_when_the_call_returns() {
    let place = Place::new();
    let (bench, created) = changed_by_a_stranger(&place, "INSERT INTO pat_owners VALUES ('alice', 1)").await;
    bench.manager.disable_owner(root(), &owner("alice")).await.unwrap();
    assert_eq!(bench.refusal(&created).await, Some(InvalidToken::OwnerDisabled));
    place.run("DELETE FROM pat_owners").await;
    bench.manager.enable_owner(root(), &owner("alice")).await.unwrap();
    assert!(bench.is_accepted(&created).await);
}
