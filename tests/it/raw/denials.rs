//! Why a token does not pass, and how that is said.

use jiff::SignedDuration;
use tower_pat::record::{AudienceSet, NetworkSet};
use tower_pat::token::PatToken;

use super::host::Host;
use super::wire::{Answer, Row, get, hold, request};
use crate::support::{noon, scopes, token};

fn bearer(token: &PatToken) -> String {
    format!("Authorization: Bearer {}", token.expose_secret())
}

fn invalid(description: &str) -> String {
    format!(r#"Bearer realm="api", error="invalid_token", error_description="{description}""#)
}

#[tokio::test]
async fn token_that_is_not_accepted() {
    let host = Host::new().await;
    let audiences: AudienceSet = "payments".parse().unwrap();
    let later = noon() + SignedDuration::from_nanos(1);
    let mut rows = Vec::new();
    for (token, description) in [
        (token(), "The access token is not valid."),
        (host.mint(|record| record.with_expiry(noon())), "The access token has expired."),
        (host.mint(|record| record.with_revocation(noon())), "The access token has been revoked."),
        (host.mint(|record| record.with_not_before(later)), "The access token is not valid yet."),
        (host.mint(|record| record.with_pause(noon())), "The access token is paused."),
        (host.mint(|record| record.with_owner_disabled(noon())), "The owner of the access token is disabled."),
        (host.mint(|record| record.with_audiences(audiences)), "The access token is meant for another service."),
    ] {
        rows.push(Row::new(get("/bearer/me", &[&bearer(&token)]), 401, &[&invalid(description)], "invalid-token"));
    }
    let network = |text: &str| {
        let networks: NetworkSet = text.parse().unwrap();
        get("/bearer/me", &[&bearer(&host.mint(|record| record.with_networks(networks)))])
    };
    rows.push(Row::passes(network("127.0.0.0/8")));
    rows.push(Row::new(network("192.0.2.0/24"), 403, &[], "network-not-allowed"));
    rows.push(Row::passes(get("/bearer/me", &[&bearer(&host.mint(|record| record.with_not_before(noon())))])));
    hold(&host, rows).await;
}

#[tokio::test]
async fn scope_that_is_missing() {
    let host = Host::new().await;
    let bearer = bearer(&host.mint(|record| record));
    let lacking = |rest: &str| {
        format!(
            r#"Bearer realm="api", error="insufficient_scope", error_description="The access token lacks a scope that is required here."{rest}"#
        )
    };
    let nobody = bearer_of_nothing(&host);
    let rows = vec![
        Row::passes(get("/bearer/read", &[&bearer])),
        Row::new(
            get("/bearer/both", &[&bearer]),
            403,
            &[&lacking(r#", scope="invoices:read invoices:write""#)],
            "insufficient-scope",
        ),
        Row::new(get("/bearer/either", &[&bearer]), 403, &[&lacking(r#", scope="admin""#)], "insufficient-scope"),
        Row::new(get("/bearer/read", &[&nobody]), 403, &[&lacking(r#", scope="invoices:read""#)], "insufficient-scope"),
        Row::new(get("/discreet/both", &[&bearer]), 403, &[&lacking("")], "insufficient-scope"),
        Row::new(get("/concealed/both", &[&bearer]), 404, &[], "not-found"),
        Row::new(get("/concealed/read", &[]), 401, &[r#"Bearer realm="api""#], "missing-token"),
        Row::new(get("/anonymous/read", &[]), 401, &[r#"Bearer realm="api""#], "missing-token"),
        Row::new(
            get("/described/read", &[&nobody]),
            403,
            &[&lacking(r#", scope="invoices:read", resource_metadata="https://acme.example/.well-known/x""#)],
            "insufficient-scope",
        ),
        Row::new(
            get("/described/me", &[]),
            401,
            &[r#"Bearer realm="api", resource_metadata="https://acme.example/.well-known/x""#],
            "missing-token",
        ),
        Row::new(get("/quoted/me", &[]), 401, &[r#"Bearer realm="a \"b\" \\c""#], "missing-token"),
        Row::new(get("/bearer/none", &[]), 404, &[], ""),
    ];
    hold(&host, rows).await;
    let named = Answer::to(&host, &get("/bearer/both", &[&bearer])).await.body;
    let scopes = r#""held_scopes":["invoices:read"],"required_scopes":{"all":["invoices:read","invoices:write"]}}"#;
    assert!(named.ends_with(scopes), "{named}");
    for path in ["/discreet/both", "/concealed/both"] {
        let answer = Answer::to(&host, &get(path, &[&bearer])).await;
        assert!(!answer.body.contains("invoices"), "{}", answer.body);
    }
}

fn bearer_of_nothing(host: &Host) -> String {
    bearer(&host.mint(|record| record.with_scopes(scopes(""))))
}

#[tokio::test]
async fn what_no_other_token_would_mend() {
    let host = Host::new().await;
    let (known, unknown) = (bearer(&host.mint(|record| record)), bearer(&token()));
    let rows = vec![
        Row::passes(get("/bearer/me", &[&known])),
        Row::new(get("/bearer/limited", &[&known]), 429, &[], "too-many-requests"),
        Row::new(get("/unlayered/me", &[&known]), 500, &[], "misconfigured"),
        Row::new(get("/unlayered/read", &[&known]), 500, &[], "misconfigured"),
    ];
    hold(&host, rows).await;
    let limited = Answer::to(&host, &get("/bearer/limited", &[&known])).await;
    assert_eq!(limited.one("retry-after").as_deref(), Some("2"));
    host.break_down();
    let rows = vec![
        Row::new(get("/bearer/me", &[&unknown]), 503, &[], "unavailable"),
        Row::new(get("/anonymous/me", &[&unknown]), 503, &[], "unavailable"),
        Row::passes(get("/bearer/me", &[&known])),
    ];
    hold(&host, rows).await;
}

#[tokio::test]
async fn head_has_the_headers_of_get_and_no_body() {
    let host = Host::new().await;
    let bearer = bearer(&host.mint(|record| record));
    for (path, headers) in [
        ("/bearer/me", vec![]),
        ("/bearer/me", vec!["Authorization: Bearer x"]),
        ("/bearer/me", vec!["Authorization: Bearer"]),
        ("/bearer/both", vec![&*bearer]),
        ("/concealed/both", vec![&*bearer]),
        ("/bearer/limited", vec![&*bearer]),
        ("/unlayered/me", vec![]),
    ] {
        let get = Answer::to(&host, &get(path, &headers)).await;
        let head = Answer::to(&host, &request("HEAD", path, &headers)).await;
        assert_eq!(head.body, "");
        assert!(!get.body.is_empty());
        for name in ["content-length", "content-type", "www-authenticate", "cache-control", "retry-after"] {
            assert_eq!(head.all(name), get.all(name), "{path} {name}");
        }
        assert_eq!(head.status, get.status);
    }
}

#[tokio::test]
async fn grpc_is_answered_in_its_own_form() {
    let host = Host::new().await;
    let (bearer, expired) =
        (bearer(&host.mint(|record| record)), bearer(&host.mint(|record| record.with_expiry(noon()))));
    for (path, authorization, status, message) in [
        ("/bearer/me", "X: y", "16", "An access token is required."),
        (
            "/bearer/me",
            "Authorization: Bearer",
            "16",
            "The Authorization header is not a scheme followed by one token.",
        ),
        ("/bearer/me", &expired, "16", "The access token has expired."),
        ("/bearer/both", &bearer, "7", "The access token lacks a scope that is required here."),
        ("/concealed/both", &bearer, "5", "There is nothing here for this access token."),
        ("/bearer/limited", &bearer, "8", "Too many requests were made."),
        ("/unlayered/read", &bearer, "13", "The service is not set up correctly."),
    ] {
        for content_type in ["application/grpc", "application/grpc+proto", "application/grpc; x=y"] {
            let content_type = format!("Content-Type: {content_type}");
            let answer = request("POST", path, &["Content-Length: 0", &content_type, authorization]);
            let answer = Answer::to(&host, &answer).await;
            assert_eq!((answer.status, answer.body.as_str()), (200, ""), "{path}");
            assert_eq!(answer.one("content-type").as_deref(), Some("application/grpc"));
            assert_eq!(answer.one("grpc-status").as_deref(), Some(status), "{path} {authorization}");
            assert_eq!(answer.one("grpc-message").as_deref(), Some(message), "{path}");
            assert_eq!(answer.all("www-authenticate"), Vec::<String>::new());
        }
        let web = request("POST", path, &["Content-Length: 0", "Content-Type: application/grpc-web", authorization]);
        assert!(Answer::to(&host, &web).await.status >= 400, "{path}");
    }
}

#[tokio::test]
async fn client_is_told_about_its_token_where_the_host_wants_that() {
    let host = Host::new().await;
    let told = |answer: &Answer| {
        ["x-oauth-scopes", "x-accepted-oauth-scopes", "x-token-expires-at"].map(|name| answer.one(name))
    };
    let expiring = host.mint(|record| {
        record.with_scopes(scopes("admin invoices:read")).with_expiry(noon() + SignedDuration::from_secs(90))
    });
    let some = |text: &str| Some(text.to_owned());
    let expiry = || some("2030-01-01T12:01:30Z");
    for (path, token, expected) in [
        ("/informing/read", &expiring, [some("admin, invoices:read"), some("invoices:read"), expiry()]),
        ("/informing/either", &expiring, [some("admin, invoices:read"), some("admin, invoices:write"), expiry()]),
        ("/informing/me", &host.mint(|record| record), [some("invoices:read"), some(""), None]),
        ("/informing/own", &expiring, [some("mine"), some("admin, invoices:read"), expiry()]),
        (
            "/informing/both",
            &host.mint(|record| record),
            [some("invoices:read"), some("invoices:read, invoices:write"), None],
        ),
        ("/informing/me", &token(), [None, None, None]),
        ("/bearer/me", &expiring, [None, None, None]),
    ] {
        let answer = Answer::to(&host, &get(path, &[&bearer(token)])).await;
        assert_eq!(told(&answer), expected, "{path}");
    }
}
