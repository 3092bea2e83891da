//! What programs call by a standard, and the report of leaks.

use std::error::Error;
use std::num::NonZeroU32;
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{Extensions, HeaderMap};
use serde_json::json;
use tower_pat::client::client_addr_fn;
use tower_pat::manager::NewPat;
use tower_pat::record::{Audience, TokenName};
use tower_pat::store::PatQuery;
use tower_pat::token::PatToken;
use tower_pat::web::{self, IntrospectionClient, IntrospectionClients, ProtectedResource, Rate};

use super::site::{Answer, Call, Site};
use crate::support::{owner, scopes, token};

#[derive(Debug)]
pub(super) struct Gateways;

#[async_trait]
impl IntrospectionClients for Gateways {
    async fn authenticate(
        &self,
        id: &str,
        secret: &str,
    ) -> Result<Option<IntrospectionClient>, Box<dyn Error + Send + Sync>> {
        let api = Audience::parse("https://api.example")?;
        match (id, secret) {
            ("plain", "s3cret+") => Ok(Some(IntrospectionClient::default())),
            ("full", "s3cret+") => Ok(Some(IntrospectionClient::default().with_audience(api).with_limits(true))),
            ("broken", _) => Err("the table of clients is gone".into()),
            _ => Ok(None),
        }
    }
}

pub(super) fn basic(client: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{client}:s3cret%2B")))
}

async fn introspect(app: &Router, client: &str, token: &str) -> Answer {
    let call = Call::new("POST", "/introspect").form(&[("token", token), ("token_type_hint", "access_token")]);
    call.header("authorization", &basic(client)).send(app).await
}

fn inactive(answer: &Answer) -> bool {
    (answer.status, answer.body.as_str()) == (200, r#"{"active":false}"#)
}

#[tokio::test]
async fn client_is_told_what_a_token_is_worth() {
    let site = Site::new();
    let app = web::introspection(site.manager.clone(), Gateways);
    let created = site.create("alice", "build").await;
    let answer = introspect(&app, "plain", created.token().expose_secret()).await;
    let record = created.record();
    let expected = json!({
        "active": true,
        "scope": "invoices:read",
        "token_type": "Bearer",
        "sub": "alice",
        "jti": record.id().to_string(),
        "iat": record.created_at().unwrap().as_second(),
        "exp": record.expires_at().unwrap().as_second(),
    });
    assert_eq!(answer.json(), expected);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    site.manager.revoke(&owner("alice"), record.id()).await.unwrap();
    assert!(inactive(&introspect(&app, "plain", created.token().expose_secret()).await));
}

#[tokio::test]
async fn what_is_not_active_to_a_client_looks_all_the_same() {
    let site = Site::new();
    let app = web::introspection(site.manager.clone(), Gateways);
    let wanted = |name: &str| NewPat::new(TokenName::parse(name).unwrap()).with_scopes(scopes("invoices:read"));
    let limited = site.create_as("alice", wanted("l").with_resources(Some("repo:acme/*".parse().unwrap()))).await;
    let local = site.create_as("alice", wanted("n").with_networks(Some("192.0.2.0/24".parse().unwrap()))).await;
    let meant = site.create_as("alice", wanted("a").with_audiences(Some("https://api.example".parse().unwrap()))).await;
    let other =
        site.create_as("alice", wanted("o").with_audiences(Some("https://other.example".parse().unwrap()))).await;
    let paused = site.create("alice", "p").await;
    site.manager.pause(&owner("alice"), paused.record().id()).await.unwrap();
    for created in [&limited, &local, &meant, &other, &paused] {
        assert!(inactive(&introspect(&app, "plain", created.token().expose_secret()).await));
    }
    for unknown in [token().expose_secret(), "acme_pat_x", "ghp_0123456789", "\u{1F41F}"] {
        assert!(inactive(&introspect(&app, "full", unknown).await));
    }
    let resources = introspect(&app, "full", limited.token().expose_secret()).await.json();
    assert_eq!(resources["resources"], json!(["repo:acme/*"]));
    let networks = introspect(&app, "full", local.token().expose_secret()).await.json();
    assert_eq!(networks["networks"], json!(["192.0.2.0/24"]));
    let audience = introspect(&app, "full", meant.token().expose_secret()).await.json();
    assert_eq!((&audience["active"], &audience["aud"]), (&json!(true), &json!(["https://api.example"])));
    assert!(inactive(&introspect(&app, "full", other.token().expose_secret()).await));
    site.clock.advance(Duration::from_hours(24 * 91));
    assert!(inactive(&introspect(&app, "full", limited.token().expose_secret()).await));
}

#[tokio::test]
async fn client_that_is_not_known_learns_nothing() {
    let site = Site::new();
    let app = web::introspection(site.manager.clone(), Gateways);
    let created = site.create("alice", "build").await;
    let form = || Call::new("POST", "/introspect").form(&[("token", created.token().expose_secret())]);
    for call in [
        form(),
        form().with_token(created.token()),
        form().header("authorization", &basic("stranger")),
        form().header("authorization", "Basic cGxhaW46d3Jvbmc="),
        form().header("authorization", &basic("plain")).header("authorization", &basic("plain")),
        Call::new("POST", "/introspect"),
    ] {
        let answer = call.send(&app).await;
        assert_eq!((answer.status, answer.json()), (401, json!({ "error": "invalid_client" })));
        assert!(answer.header("www-authenticate").unwrap().starts_with("Basic "));
    }
    let broken = form().header("authorization", &basic("broken")).send(&app).await;
    assert_eq!((broken.status, broken.header("retry-after")), (503, Some("1")));
    for call in [
        Call::new("POST", "/introspect").form(&[]),
        Call::new("POST", "/introspect").form(&[("token", "")]),
        Call::new("POST", "/introspect").form(&[("token", "a"), ("token", "b")]),
        Call::new("POST", "/introspect").json(&json!({ "token": "a" })),
    ] {
        let answer = call.header("authorization", &basic("plain")).send(&app).await;
        assert_eq!((answer.status, answer.json()), (400, json!({ "error": "invalid_request" })));
    }
    let query = format!("/introspect?token={}", created.token().expose_secret());
    assert_eq!(Call::get(&query).header("authorization", &basic("plain")).send(&app).await.status, 405);
}

async fn is_accepted(site: &Site, token: &PatToken) -> bool {
    Call::get("/api/tokens/self").with_token(token).send(&site.app).await.status == 200
}

#[tokio::test]
async fn whoever_has_a_token_revokes_it() {
    let site = Site::in_a_file().await;
    let app: Router = web::revocation(site.manager.clone()).router();
    let (created, left) = (site.create("alice", "build").await, site.create("alice", "left").await);
    let revoke = async |fields: &[(&str, &str)]| Call::new("POST", "/revoke").form(fields).send(&app).await;
    let secret = created.token().expose_secret();
    assert!(is_accepted(&site, created.token()).await);
    let first = revoke(&[("token", secret), ("token_type_hint", "refresh_token"), ("client_id", "cli")]).await;
    assert_eq!(first.status, 200);
    assert!(!is_accepted(&site, created.token()).await && is_accepted(&site, left.token()).await);
    // What is over, unknown or no token at all looks the same.
    for text in [secret, token().expose_secret(), "acme_pat_x", "x"] {
        assert_eq!(revoke(&[("token", text)]).await, first);
    }
    for fields in [&[][..], &[("token", "")], &[("token", "a"), ("token", "a")]] {
        let answer = revoke(fields).await;
        assert_eq!((answer.status, answer.json()), (400, json!({ "error": "invalid_request" })));
    }
    let id = created.record().id();
    let events = Call::get(&format!("/api/tokens/{id}/events")).by("alice").send(&site.app).await.json();
    assert_eq!((&events["items"][0]["kind"], &events["items"][0]["actor"]), (&json!("revoked"), &json!("token")));
}

#[tokio::test]
async fn reported_tokens_are_revoked_and_nobody_is_told() {
    let site = Site::in_a_file().await;
    let app: Router = web::leak_report(site.manager.clone()).router();
    let (first, second) = (site.create("alice", "a").await, site.create("bob", "b").await);
    let left = site.create("alice", "left").await;
    let report = async |body| Call::post("/leaks", &body).send(&app).await;
    let unknown = report(json!({ "tokens": [token().expose_secret(), "acme_pat_x", ""] })).await;
    assert_eq!((unknown.status, unknown.body.as_str()), (202, ""));
    let found = [first.token().expose_secret(), second.token().expose_secret(), "nothing"];
    let known = report(json!({ "tokens": found, "reason": "in a public repository" })).await;
    assert_eq!(known, unknown);
    assert_eq!(report(json!({ "tokens": [] })).await, unknown);
    assert!(!is_accepted(&site, first.token()).await && !is_accepted(&site, second.token()).await);
    assert!(is_accepted(&site, left.token()).await);
    let page = site.manager.list(&owner("alice"), &PatQuery::default().with_name_part("a")).await.unwrap();
    let reason = page.items()[0].details().revocation().map(ToString::to_string);
    assert_eq!(reason.as_deref(), Some("in a public repository"));
    let many: Vec<_> = (0..101).map(|number| number.to_string()).collect();
    for (body, field) in [
        (json!({ "tokens": many }), "tokens"),
        (json!({ "tokens": "x" }), "tokens"),
        (json!({}), "tokens"),
        (json!({ "tokens": [], "reason": "" }), "reason"),
        (json!({ "tokens": [], "url": "x" }), "url"),
    ] {
        let answer = report(body).await;
        assert_eq!((answer.status, answer.fields()), (422, vec![field.to_owned()]));
    }
}

type Make = fn() -> Call;

#[tokio::test]
async fn address_that_calls_too_often_waits() {
    let site = Site::new();
    let rate = Rate::new(NonZeroU32::new(2).unwrap(), Duration::from_mins(1));
    let from =
        || client_addr_fn(|headers: &HeaderMap, _: &Extensions| headers.get("x-real-ip")?.to_str().ok()?.parse().ok());
    let revoke: Router = web::revocation(site.manager.clone()).with_client_addr(from()).with_rate(rate).router();
    let leaks: Router = web::leak_report(site.manager.clone()).with_client_addr(from()).with_rate(rate).router();
    let calls: [(&Router, Make); 2] = [
        (&revoke, || Call::new("POST", "/revoke").form(&[("token", "x")])),
        (&leaks, || Call::post("/leaks", &json!({ "tokens": [] }))),
    ];
    for (app, call) in calls {
        let status = async |from: &str| call().header("x-real-ip", from).send(app).await.status;
        for _ in 0..2 {
            assert!(matches!(status("192.0.2.7").await, 200 | 202));
            assert!(matches!(status("2001:db8::1").await, 200 | 202));
        }
        assert_eq!(status("192.0.2.7").await, 429);
        assert_eq!(status("::ffff:192.0.2.7").await, 429);
        // A household has more addresses than anybody can count.
        assert_eq!(status("2001:db8::2").await, 429);
        assert!(matches!(status("2001:db8:0:1::1").await, 200 | 202));
        let late = call().header("x-real-ip", "192.0.2.7").send(app).await;
        assert!(late.header("retry-after").is_some());
    }
    site.clock.advance(Duration::from_secs(30));
    let again = calls[0].1().header("x-real-ip", "192.0.2.7").send(&revoke).await;
    assert_eq!(again.status, 200);
}

#[tokio::test]
async fn service_says_what_it_accepts() {
    let catalog = "invoices:read invoices:write".parse().unwrap();
    let resource =
        ProtectedResource::parse("https://api.example/v1/").unwrap().with_scopes(&catalog).with_name("Invoices");
    assert_eq!(resource.metadata_url(), "https://api.example/.well-known/oauth-protected-resource/v1");
    let app: Router = resource.router();
    let answer = Call::get("/.well-known/oauth-protected-resource/v1").send(&app).await;
    let expected = json!({
        "resource": "https://api.example/v1/",
        "resource_name": "Invoices",
        "scopes_supported": ["invoices:read", "invoices:write"],
        "bearer_methods_supported": ["header"],
    });
    assert_eq!(answer.json(), expected);
    assert_eq!(Call::get("/.well-known/oauth-protected-resource").send(&app).await.status, 404);
    let root: Router = ProtectedResource::parse("https://api.example").unwrap().router();
    assert_eq!(Call::get("/.well-known/oauth-protected-resource").send(&root).await.status, 200);
    assert!(ProtectedResource::parse("http://localhost:3000").is_ok());
    for text in [
        "",
        "api.example",
        "http://api.example",
        "https://",
        "ftp://api.example",
        "https://api.example?x",
        "https://api.example#x",
        "https://api.example/{x}",
        "https://user@api.example",
    ] {
        assert!(ProtectedResource::parse(text).is_err(), "{text}");
    }
}
