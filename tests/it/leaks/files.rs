use std::fs;
use std::sync::Arc;

use sqlx::query_scalar;
use tower_pat::PatManager;
use tower_pat::manager::NewPat;
use tower_pat::record::TokenName;

use crate::sqlite::Place;
use crate::support::{format, leak, owner, scopes};

#[tokio::test]
async fn files_of_a_store_hold_no_token_and_its_change_log_no_digest() {
    let place = Place::new();
    let store = Arc::new(place.open().await);
    let manager = PatManager::new(format(), store.clone(), scopes("invoices:read").into());
    let mut digests = Vec::new();
    for _ in 0..5 {
        let created = manager.create(&owner("alice"), NewPat::new(TokenName::parse("leak").unwrap())).await.unwrap();
        leak::keep(created.token());
        manager.revoke(&owner("alice"), created.record().id()).await.unwrap();
        digests.push(created.token().digest());
    }

    // Nobody has closed the store: the latest is in the write-ahead log.
    let mut files = Vec::new();
    for file in fs::read_dir(place.directory.path()).unwrap() {
        let path = file.unwrap().path();
        files.push(fs::read(&path).unwrap());
        leak::look_for_tokens("a file of the store", path.to_str().unwrap(), files.last().unwrap());
    }
    let holds = |part: &[u8]| files.iter().any(|file| file.windows(part.len()).any(|window| window == part));
    assert!(files.len() >= 2 && digests.iter().all(|digest| holds(digest.as_bytes())), "the digests are there");

    let mut stranger = place.stranger().await;
    let rows = "SELECT quote(seq) || ' ' || quote(mark) || ' ' || quote(changed_at) FROM pat_changes
        UNION ALL SELECT quote(only_row) || ' ' || quote(generation) FROM pat_change_log";
    let rows: Vec<String> = query_scalar(rows).fetch_all(&mut stranger).await.unwrap();
    assert_eq!(rows.len(), 11);
    leak::look("the change log", "pat_changes", rows.join("\n"));
}
