//! What a host sets.

use axum::Router;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use tower_pat::policy::Policy;
use tower_pat::testing::ManualClock;
use tower_pat::web::{Color, Logo};
use tower_pat::{PatAuthLayer, PatVerifier};

use super::host::Host;
use super::site::{ROOT, Site};
use crate::support::noon;

async fn host() -> Host {
    Host::new(Policy::default(), ManualClock::new(noon())).await
}

#[tokio::test]
async fn header_is_the_hosts() {
    let host = host().await;
    let page = host
        .page()
        .with_title("Acme & <Sons>")
        .with_link_back("/settings", "Settings")
        .with_logo(Logo::svg(r#"<svg xmlns="http://www.w3.org/2000/svg"/>"#))
        .with_accent(Color::parse("#ffee00").unwrap())
        .with_example("https://api.acme.example/me");
    let site = Site::of(&host.app(page), "alice");
    let seen = site.get(ROOT).await;
    assert_eq!(seen.text(".brand"), "Acme & <Sons>");
    assert!(seen.text("title").ends_with("· Acme & <Sons>"));
    assert_eq!(seen.attributes(".top-end a", "href"), ["/settings"]);
    let logo = seen.attributes(".brand img", "src").remove(0);
    assert_eq!(site.get(&logo).await.headers[CONTENT_TYPE], "image/svg+xml");
    let style = site.get(&seen.attributes("link[rel=stylesheet]", "href").remove(0)).await.body;
    assert!(!style.starts_with(":root{--accent:#ffee00"), "yellow is not read on white");
    assert!(style.contains("dark){:root{--accent:#ffee00"), "and well on black");
    let key = site.get(&format!("{ROOT}/new")).await.value("key");
    let made = site.post(&format!("{ROOT}/new"), &[("key", &*key), ("name", "x"), ("expiry", "7")]).await;
    assert!(made.text("#try").ends_with("'https://api.acme.example/me'"));
}

#[tokio::test]
async fn logo_of_the_host_is_where_the_host_has_it() {
    let host = host().await;
    let site = Site::of(&host.app(host.page().with_logo(Logo::at("/static/logo.svg"))), "alice");
    assert_eq!(site.get(ROOT).await.attributes(".brand img", "src"), ["/static/logo.svg"]);
}

#[tokio::test]
async fn page_is_in_the_language_of_the_browser_or_of_the_host() {
    let host = host().await;
    let mut site = Site::of(&host.app(host.page()), "alice");
    site.language = "fr-CH, fr;q=0.9, en;q=0.8";
    let seen = site.get(ROOT).await;
    assert_eq!(
        (seen.text("h1"), seen.attributes("html", "lang")),
        ("Jetons d’accès".to_owned(), vec!["fr".to_owned()])
    );
    assert_eq!(site.get(&format!("{ROOT}/nothing/there")).await.text("h1"), "Il n’y a rien ici");
    let mut site = Site::of(&host.app(host.page().with_language("en").unwrap()), "alice");
    site.language = "fr";
    assert_eq!(site.get(ROOT).await.text("h1"), "Access tokens");
    assert!(host.page().with_language("de").is_err());
}

/// Wherever the router is nested, its links lead to itself.
#[tokio::test]
async fn links_are_below_where_the_page_is() {
    let host = host().await;
    let layer = PatAuthLayer::new(PatVerifier::new(crate::support::format(), host.store.clone())).with_anonymous();
    let nested = Router::new().nest("/of/{team}", Router::new().nest("/tokens", host.page().router()));
    for (app, root) in [(nested, "/of/blue%20team/tokens"), (host.page().router(), "")] {
        let site = Site::of(&app.layer(layer.clone()), "alice");
        let seen = site.get(if root.is_empty() { "/" } else { root }).await;
        assert_eq!(seen.status, StatusCode::OK, "{root}");
        let links = [seen.attributes("main a, link", "href"), seen.attributes("form", "action")].concat();
        assert!(
            links.len() > 3 && links.iter().all(|link| link.starts_with(&format!("{root}/")) || link == root),
            "{links:?}"
        );
        for link in links {
            assert_eq!(site.get(&link).await.status, StatusCode::OK, "{link}");
        }
        let form = site.get(&format!("{root}/new")).await;
        let fields = [("key", form.value("key")), ("name", "build".to_owned()), ("expiry", "7".to_owned())];
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let made = site.post(&form.attributes("form", "action")[0], &fields).await;
        let place = made.attributes("[data-place]", "data-place").remove(0);
        for path in ["", "/edit", "/rotate", "/revoke"] {
            assert_eq!(site.get(&format!("{place}{path}")).await.status, StatusCode::OK, "{place}{path}");
        }
        let done = site.post(&format!("{place}/pause"), &[]).await;
        assert_eq!(site.get(done.location()).await.text(".note-done").split('.').next(), Some("The token is paused"));
    }
}
