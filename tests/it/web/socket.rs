//! Through a socket, as a client sends it.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tower_pat::client::SocketPeer;

use super::site::{Call, Site, policy};
use crate::support::leak;

/// What a server answers to these bytes, until it closes.
async fn raw(addr: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(addr).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    let mut answer = Vec::new();
    // A server that refuses a body does not read it, and may end the connection on it.
    let _ = stream.read_to_end(&mut answer).await;
    let answer = String::from_utf8(answer).unwrap();
    leak::look_past_one_token("a socket", "the API", &answer);
    answer
}

#[tokio::test]
async fn api_is_called_through_a_socket() {
    let site = Site::with(policy(), |api| api.with_client_addr(SocketPeer));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    let service = site.app.clone().into_make_service_with_connect_info::<SocketAddr>();
    let server = tokio::spawn(async move { axum::serve(listener, service).await });

    let head = format!("Host: {addr}\r\nCookie: user=alice\r\nConnection: close\r\n");
    let body = r#"{"name":"build"}"#;
    let json = format!("Content-Type: application/json\r\nContent-Length: {}\r\n", body.len());
    let made = raw(addr, format!("POST /api/tokens HTTP/1.1\r\n{head}{json}\r\n{body}").as_bytes()).await;
    assert!(made.starts_with("HTTP/1.1 201 "), "{made}");
    let path = made.lines().find_map(|line| line.strip_prefix("location: ")).unwrap().to_owned();
    assert!(made.contains("cache-control: no-store"));

    // From where it was made, is noted.
    let events = Call::get(&format!("{path}/events")).by("alice").send(&site.app).await.json();
    assert_eq!(events["items"][0]["address"], "127.0.0.1");

    let shown = raw(addr, format!("HEAD {path} HTTP/1.1\r\n{head}\r\n").as_bytes()).await;
    assert!(
        shown.starts_with("HTTP/1.1 200 ") && shown.contains("etag: \"1\"") && shown.ends_with("\r\n\r\n"),
        "{shown}"
    );

    let foreign = format!("DELETE {path} HTTP/1.1\r\n{head}Origin: https://evil.example\r\n\r\n");
    assert!(raw(addr, foreign.as_bytes()).await.starts_with("HTTP/1.1 403 "));

    // A body without a length, longer than it may be.
    let chunk = |size: usize| format!("{size:x}\r\n{}\r\n", "x".repeat(size));
    let chunks = chunk(40_000) + &chunk(25_600);
    let long = format!(
        "POST /api/tokens HTTP/1.1\r\n{head}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}0\r\n\r\n"
    );
    assert!(raw(addr, long.as_bytes()).await.starts_with("HTTP/1.1 413 "));

    // A line that no header may have ends the request before anybody reads it.
    let split = format!("GET /api/tokens HTTP/1.1\r\n{head}X-A: b\r\nIf-Match: \"1\r\nX\"\r\n\r\n");
    assert!(raw(addr, split.as_bytes()).await.starts_with("HTTP/1.1 400 "));
    server.abort();
}
