//! What goes over the wire, read by a bare client of HTTP/2.

use std::fmt::Write as _;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Incoming};
use hyper::client::conn::http2::{SendRequest, handshake};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpStream;
use tower_pat::token::PatToken;

use super::site::{Hall, Site, reader};
use crate::support::scopes;

/// One connection, for as many requests as it lasts.
async fn connect(site: &Site) -> SendRequest<Full<Bytes>> {
    let stream = TcpStream::connect(site.addr).await.unwrap();
    let (sender, connection) = handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    sender
}

fn call(path: &str, content_type: &str, token: Option<&PatToken>) -> Request<Full<Bytes>> {
    let mut request = Request::post(format!("http://localhost{path}")).header("content-type", content_type);
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {}", token.expose_secret()));
    }
    // An empty message: not compressed, of length 0.
    request.body(Full::from(&[0; 5][..])).unwrap()
}

/// Status and headers without the date; whether the headers end the stream.
fn head(response: &Response<Incoming>) -> String {
    let mut text = response.status().as_u16().to_string();
    let mut headers: Vec<_> = response.headers().iter().filter(|(name, _)| *name != "date").collect();
    headers.sort_by_key(|(name, _)| name.as_str());
    for (name, value) in headers {
        write!(text, "\n{name}: {}", value.to_str().unwrap()).unwrap();
    }
    text + if response.body().is_end_stream() { "\nEND" } else { "" }
}

const CHECK: &str = "/grpc.health.v1.Health/Check";

#[tokio::test]
async fn denial_is_status_200_with_trailers_only() {
    let hall = Hall::new();
    let site = Site::of(&hall).await;
    let mut connection = connect(&site).await;
    let other = hall.holder(reader().with_scopes(scopes("other")));
    let unauthenticated = "200\ncontent-type: application/grpc\ngrpc-message: An access token is required.\n\
                           grpc-status: 16\nEND";
    let lacking = "200\ncontent-type: application/grpc\n\
                   grpc-message: The access token lacks a scope that is required here.\ngrpc-status: 7\nEND";
    for content_type in ["application/grpc", "application/grpc+proto", "application/grpc;charset=utf-8"] {
        for (token, expected) in [(None, unauthenticated), (Some(&other), lacking)] {
            let response = connection.send_request(call(CHECK, content_type, token)).await.unwrap();
            assert_eq!(head(&response), expected, "{content_type}");
            assert!(response.into_body().collect().await.unwrap().to_bytes().is_empty());
        }
    }
}

#[tokio::test]
async fn good_call_on_the_connection_of_denied_ones_ends_with_trailers() {
    let hall = Hall::new();
    let site = Site::of(&hall).await;
    let mut connection = connect(&site).await;
    for _ in 0..3 {
        connection.send_request(call(CHECK, "application/grpc", None)).await.unwrap();
        let response = connection.send_request(call(CHECK, "application/grpc", Some(&hall.token))).await.unwrap();
        assert_eq!(head(&response), "200\ncaller: alice\ncontent-type: application/grpc");
        let body = response.into_body().collect().await.unwrap();
        assert_eq!(body.trailers().unwrap()["grpc-status"], "0");
        assert_eq!(&body.to_bytes()[..], [0, 0, 0, 0, 2, 8, 1]);
    }
}

/// tonic-web translates outside of the layer; what arrives untranslated is HTTP.
#[tokio::test]
async fn other_content_type_is_answered_in_the_form_of_http() {
    let hall = Hall::new();
    let site = Site::of(&hall).await;
    let mut connection = connect(&site).await;
    let expected = "401\ncache-control: no-store\nwww-authenticate: Bearer realm=\"api\"\nEND";
    for content_type in ["application/grpc-web", "application/grpc-web+proto", "application/json"] {
        let response = connection.send_request(call(CHECK, content_type, None)).await.unwrap();
        assert_eq!(head(&response), expected, "{content_type}");
    }
    let mut get = call(CHECK, "application/grpc", None);
    *get.method_mut() = http::Method::GET;
    assert_eq!(head(&connection.send_request(get).await.unwrap()), expected);
}

/// Without a token a caller cannot tell what there is; with one, only what is listed.
#[tokio::test]
async fn path_that_is_no_listed_method_is_denied_before_it_is_routed() {
    let hall = Hall::new();
    let site = Site::of(&hall).await;
    let mut connection = connect(&site).await;
    for path in [
        "/acme.v1.Invoices/Send",
        "/grpc.health.v1.Health",
        "/grpc.health.v1.Health/",
        "/grpc.health.v1.Health/Check/",
        "/grpc.health.v1.health/Check",
        "/grpc.health.v1.Health%2FCheck",
        "//grpc.health.v1.Health/Check",
        "/",
    ] {
        for (token, status) in [(None, "16"), (Some(&hall.token), "7")] {
            let response = connection.send_request(call(path, "application/grpc", token)).await.unwrap();
            assert_eq!(response.headers()["grpc-status"], status, "{path}");
        }
    }
    let unknown = call("/grpc.health.v1.Health/List", "application/grpc", Some(&hall.token));
    let response = connection.send_request(unknown).await.unwrap();
    assert_eq!(response.headers()["grpc-status"], "12", "the service is listed, and tonic has no such method");
}

#[tokio::test]
async fn query_does_not_change_what_a_method_asks_for() {
    let hall = Hall::new();
    let site = Site::of(&hall).await;
    let mut connection = connect(&site).await;
    let reader = hall.holder(reader().with_scopes(scopes("health:read")));
    let watch = call("/grpc.health.v1.Health/Watch?/Check", "application/grpc", Some(&reader));
    let response = connection.send_request(watch).await.unwrap();
    assert_eq!(response.headers()["grpc-status"], "7");
}
