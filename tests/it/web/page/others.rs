//! Who may do what with whose tokens.

use axum::body::Body;
use http::StatusCode;
use http::header::AUTHORIZATION;
use tower_pat::policy::Policy;
use tower_pat::testing::ManualClock;

use super::host::Host;
use super::site::{ROOT, Site};
use crate::support::noon;

const ACTIONS: [&str; 5] = ["/edit", "/rotate", "/revoke", "/pause", "/resume"];

async fn host() -> (Host, axum::Router) {
    let host = Host::new(Policy::default(), ManualClock::new(noon())).await;
    let app = host.app(host.page());
    (host, app)
}

#[tokio::test]
async fn tokens_of_others_look_as_if_they_were_not_there() {
    let (_host, app) = host().await;
    let (alice, bob) = (Site::of(&app, "alice"), Site::of(&app, "bob"));
    let (id, _) = alice.make(&[("name", "build")]).await;
    let nobody = "01978a4e-7a3c-7d51-8d0a-3f5e1f0c9b2a";
    let form = [("key", "k"), ("version", "1"), ("name", "mine"), ("expiry", "30")];
    for path in ["", "/edit", "/rotate", "/revoke"] {
        let (theirs, none) =
            (bob.get(&format!("{ROOT}/{id}{path}")).await, bob.get(&format!("{ROOT}/{nobody}{path}")).await);
        assert_eq!(theirs.status, StatusCode::NOT_FOUND, "GET {path}");
        assert_eq!((theirs.headers, theirs.body), (none.headers, none.body), "GET {path}");
    }
    for path in ACTIONS {
        let theirs = bob.post(&format!("{ROOT}/{id}{path}"), &form).await;
        let none = bob.post(&format!("{ROOT}/{nobody}{path}"), &form).await;
        assert_eq!(theirs.status, StatusCode::NOT_FOUND, "POST {path}");
        assert_eq!((theirs.headers, theirs.body), (none.headers, none.body), "POST {path}");
    }
    assert_eq!(bob.get(&format!("{ROOT}/not-an-id")).await.status, StatusCode::NOT_FOUND);
    let list = bob.get(&format!("{ROOT}?owner=alice")).await;
    assert_eq!((list.status, list.location()), (StatusCode::SEE_OTHER, ROOT), "they see their own instead");
    assert!(bob.get(ROOT).await.texts(".token").is_empty());
    let seen = alice.get(&format!("{ROOT}/{id}")).await;
    assert_eq!((seen.text("h1"), seen.texts(".history > li").len()), ("build".to_owned(), 1));
}

#[tokio::test]
async fn administrator_looks_at_any_owners_tokens_and_stops_them_and_no_more() {
    let (_host, app) = host().await;
    let (alice, admin) = (Site::of(&app, "alice"), Site::of(&app, "admin"));
    let (id, _) = alice.make(&[("name", "build")]).await;
    let list = admin.get(&format!("{ROOT}?owner=alice")).await;
    assert_eq!(list.texts(".token h2"), ["build"]);
    assert!(list.text(".note-admin").contains("administrator, at the tokens of alice"));
    assert!(admin.get(ROOT).await.texts(".token").is_empty(), "their own list has their own");
    let path = format!("{ROOT}/{id}");
    let seen = admin.get(&path).await;
    assert!(seen.text(".note-admin").contains("a token of alice"));
    assert_eq!(seen.texts(".actions .button"), ["Pause", "Revoke"]);
    for action in ["/edit", "/rotate"] {
        assert_eq!(admin.get(&format!("{path}{action}")).await.status, StatusCode::FORBIDDEN);
        let form = [("key", "k"), ("version", "1"), ("name", "mine"), ("expiry", "30")];
        assert_eq!(admin.post(&format!("{path}{action}"), &form).await.status, StatusCode::FORBIDDEN);
    }
    assert_eq!(admin.post(&format!("{path}/pause"), &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(
        admin.post(&format!("{path}/revoke"), &[("reason", "seen in a log")]).await.status,
        StatusCode::SEE_OTHER
    );
    let history = alice.get(&path).await.texts(".history > li > p");
    assert!(history[0].starts_with("Revoked by the administrator admin"), "{history:?}");
    assert!(history[1].starts_with("Paused by the administrator admin"), "{history:?}");
    assert!(history[2].starts_with("Created by you"), "{history:?}");
}

#[tokio::test]
async fn token_sees_nothing_of_the_page_whatever_session_it_comes_with() {
    let (_host, app) = host().await;
    let alice = Site::of(&app, "alice");
    let (id, secret) = alice.make(&[("name", "build")]).await;
    for (method, path) in [
        ("GET", String::new()),
        ("GET", "/new".into()),
        ("POST", "/new".into()),
        ("GET", format!("/{id}")),
        ("POST", format!("/{id}/revoke")),
    ] {
        let request = alice.request(&format!("{ROOT}{path}")).method(method);
        let request = request.header(AUTHORIZATION, format!("Bearer {secret}")).body(Body::empty()).unwrap();
        let seen = alice.ask(request).await;
        assert_eq!((seen.status, seen.text("h1")), (StatusCode::FORBIDDEN, "A token manages no tokens".to_owned()));
    }
    assert_eq!(alice.get(&format!("{ROOT}/{id}")).await.texts(".badge"), ["Active"]);
}

#[tokio::test]
async fn who_is_not_signed_in_gets_what_the_host_answers() {
    let (_host, app) = host().await;
    let nobody = Site::of_nobody(&app);
    for (method, path) in [("GET", ""), ("GET", "/new"), ("POST", "/new"), ("POST", "/x/revoke")] {
        let request = nobody.request(&format!("{ROOT}{path}")).method(method).body(Body::empty()).unwrap();
        let seen = nobody.ask(request).await;
        assert_eq!((seen.status, seen.location()), (StatusCode::SEE_OTHER, "/login"), "{method} {path}");
    }
}
