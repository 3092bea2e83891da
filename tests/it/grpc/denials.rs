//! Each denial as a client of gRPC sees it: the last column of the table in `tower_pat::response`.

use std::net::IpAddr;
use std::time::Duration;

use http::{Extensions, HeaderMap};
use jiff::SignedDuration;
use tonic::Code::{Internal, NotFound, PermissionDenied, ResourceExhausted, Unauthenticated, Unavailable};
use tonic::service::Routes;
use tonic::transport::server::TcpConnectInfo;
use tonic::{Code, Request, Status};
use tonic_health::pb::HealthCheckRequest;
use tower_pat::client::client_addr_fn;
use tower_pat::denial::Denial;
use tower_pat::guard::GrpcRequirements;
use tower_pat::record::{AudienceSet, NetworkSet};
use tower_pat::token::PatToken;
use tower_pat::{Scope, TokenFormat};

use super::desk::Desk;
use super::site::{HEALTH, Hall, Site, guard, guard_of, reader, with_authorization, with_token};
use crate::support::{Mood, leak, noon, scopes, token};

/// A unary call and a stream are denied alike.
async fn denied(site: &Site, request: impl Fn() -> Request<HealthCheckRequest>) -> (Code, String) {
    let told = |status: Status| (status.code(), status.message().to_owned());
    let unary = told(site.client().check(request()).await.unwrap_err());
    let stream = told(site.client().watch(request()).await.unwrap_err());
    assert_eq!(unary, stream);
    unary
}

fn says(code: Code, message: &str) -> (Code, String) {
    (code, message.to_owned())
}

#[tokio::test]
async fn call_without_a_token_or_with_what_is_none_is_unauthenticated() {
    let hall = Hall::new();
    let site = Site::of(&hall).await;
    let bearer = format!("Bearer {}", hall.token.expose_secret());
    let foreign = leak::token_of(&TokenFormat::new("initech").unwrap());
    let foreign = format!("Bearer {}", foreign.expose_secret());
    for (authorization, message) in [
        (&[][..], "An access token is required."),
        (&["Basic YWxpY2U6"], "An access token is required."),
        (&["Bearer"], "The Authorization header is not a scheme followed by one token."),
        (&["Bearer a b"], "The Authorization header is not a scheme followed by one token."),
        (&[&bearer, &bearer], "The request carries more than one credential."),
        (&["Bearer x"], "The access token is not valid."),
        (&[&foreign], "The access token is not valid."),
    ] {
        let answer = denied(&site, || with_authorization(authorization)).await;
        assert_eq!(answer, says(Unauthenticated, message), "{authorization:?}");
    }
    assert_eq!(hall.ledger.calls(), 0);
}

#[tokio::test]
async fn token_that_is_not_accepted_is_unauthenticated_and_told_why() {
    let hall = Hall::new();
    let site = Site::of(&hall).await;
    let later = noon() + SignedDuration::from_secs(1);
    let audience: AudienceSet = "invoices".parse().unwrap();
    for (token, message) in [
        (token(), "The access token is not valid."),
        (hall.holder(reader().with_expiry(noon())), "The access token has expired."),
        (hall.holder(reader().with_not_before(later)), "The access token is not valid yet."),
        (hall.holder(reader().with_revocation(noon())), "The access token has been revoked."),
        (hall.holder(reader().with_pause(noon())), "The access token is paused."),
        (hall.holder(reader().with_owner_disabled(noon())), "The owner of the access token is disabled."),
        (hall.holder(reader().with_audiences(audience)), "The access token is meant for another service."),
    ] {
        assert_eq!(denied(&site, || with_token(&token)).await, says(Unauthenticated, message));
    }
}

#[tokio::test]
async fn token_expires_between_two_calls() {
    let hall = Hall::new();
    let site = Site::of(&hall).await;
    let token = hall.holder(reader().with_expiry(noon() + SignedDuration::from_secs(1)));
    assert!(site.check(&token).await.is_ok());
    hall.clock.advance(Duration::from_secs(1));
    assert_eq!(denied(&site, || with_token(&token)).await, says(Unauthenticated, "The access token has expired."));
}

/// tonic leaves the address of the connection where a layer finds it.
#[tokio::test]
async fn network_is_that_of_the_connection() {
    let hall = Hall::new();
    let site = Site::behind((hall.auth().with_client_addr(client_addr_fn(peer)), guard())).await;
    let inside = hall.holder(reader().with_networks(networks("127.0.0.0/8")));
    let outside = hall.holder(reader().with_networks(networks("192.0.2.0/24")));
    assert!(site.check(&inside).await.is_ok());
    let expected = says(PermissionDenied, "The access token is not allowed from this network.");
    assert_eq!(denied(&site, || with_token(&outside)).await, expected);
}

fn networks(text: &str) -> NetworkSet {
    text.parse().unwrap()
}

fn peer(_: &HeaderMap, extensions: &Extensions) -> Option<IpAddr> {
    Some(extensions.get::<TcpConnectInfo>()?.remote_addr()?.ip())
}

const LACKING: &str = "The access token lacks a scope that is required here.";

/// What a call is answered: 0 for one that is let pass.
async fn codes(site: &Site, token: &PatToken) -> [Code; 2] {
    let of = |status: Status| status.code();
    [site.check(token).await.map_or_else(of, |_| Code::Ok), site.watch(token).await.map_or_else(of, |_| Code::Ok)]
}

#[tokio::test]
async fn requirement_of_a_method_goes_before_that_of_its_service() {
    let hall = Hall::new();
    let site = Site::of(&hall).await;
    for (held, expected) in [
        ("health:read health:watch", [Code::Ok, Code::Ok]),
        ("health:read", [Code::Ok, PermissionDenied]),
        ("health:watch", [PermissionDenied, Code::Ok]),
        ("other", [PermissionDenied, PermissionDenied]),
    ] {
        let token = hall.holder(reader().with_scopes(scopes(held)));
        assert_eq!(codes(&site, &token).await, expected, "{held}");
    }
    let other = hall.holder(reader().with_scopes(scopes("other")));
    assert_eq!(denied(&site, || with_token(&other)).await, says(PermissionDenied, LACKING));
}

#[tokio::test]
async fn unlisted_method_is_denied_to_everybody() {
    let hall = Hall::new();
    let listed = GrpcRequirements::new().with_method(HEALTH, "Check", Scope::from_static("health:read"));
    let site = Site::behind((hall.auth(), guard_of(listed))).await;
    assert_eq!(codes(&site, &hall.token).await, [Code::Ok, PermissionDenied]);
    let none = Site::behind((hall.auth(), guard_of(GrpcRequirements::new()))).await;
    assert_eq!(denied(&none, || with_token(&hall.token)).await, says(PermissionDenied, LACKING));
}

#[tokio::test]
async fn concealed_method_is_not_found() {
    let hall = Hall::new();
    let site = Site::behind((hall.auth().with_concealment(), guard())).await;
    let other = hall.holder(reader().with_scopes(scopes("other")));
    let expected = says(NotFound, "There is nothing here for this access token.");
    assert_eq!(denied(&site, || with_token(&other)).await, expected);
    assert_eq!(denied(&site, || with_authorization(&[])).await.0, Unauthenticated);
}

/// tonic routes by a router of axum's, whose handlers may return a denial.
#[tokio::test]
async fn too_many_requests_exhaust_a_resource() {
    let hall = Hall::new();
    let busy = axum::Router::new().fallback(async || Denial::TooManyRequests(Duration::from_secs(3)));
    let site = Site::serving(hall.auth(), Routes::from(busy), Desk::new()).await;
    let expected = says(ResourceExhausted, "Too many requests were made.");
    assert_eq!(denied(&site, || with_token(&hall.token)).await, expected);
}

#[tokio::test]
async fn outage_is_unavailable_and_passes() {
    let hall = Hall::new();
    let site = Site::of(&hall).await;
    hall.ledger.set_mood(Mood::Fails);
    let expected = says(Unavailable, "The access token cannot be checked at the moment.");
    assert_eq!(denied(&site, || with_token(&hall.token)).await, expected);
    hall.ledger.set_mood(Mood::Answers);
    assert_eq!(codes(&site, &hall.token).await, [Code::Ok, Code::Ok]);
}

#[tokio::test]
async fn guard_without_the_layer_is_a_mistake_of_the_service() {
    let hall = Hall::new();
    let site = Site::behind(guard()).await;
    assert_eq!(denied(&site, || with_token(&hall.token)).await, says(Internal, "The service is not set up correctly."));
}

#[tokio::test]
async fn caller_without_a_token_is_stopped_by_the_guard_where_the_layer_lets_it_pass() {
    let hall = Hall::new();
    let site = Site::behind((hall.auth().with_anonymous(), guard())).await;
    let expected = says(Unauthenticated, "An access token is required.");
    assert_eq!(denied(&site, || with_authorization(&[])).await, expected);
}
