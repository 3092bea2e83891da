use std::fmt::Write as _;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use crate::support::leak;

/// A response, as the bytes on the wire have it.
#[derive(Debug)]
pub(super) struct Response {
    pub(super) status: u16,
    pub(super) head: String,
    pub(super) body: String,
}

impl Response {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.into_iter().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// The whole response as text, but for what differs from run to run.
    pub(super) fn render(&self) -> String {
        let head: Vec<_> = self.head.lines().filter(|line| !line.starts_with("date:")).collect();
        format!("{}\n\n{}\n", head.join("\n"), self.body)
    }

    pub(super) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("JSON: {self:?}"))
    }
}

/// Sends bytes and reads until the server closes; none when it closes or resets without an answer. The answer is looked
/// through for tokens and digests.
pub(super) fn send(addr: SocketAddr, request: &[u8]) -> Option<Response> {
    let response = exchange(addr, request)?;
    leak::look("an answer of the example server", &start(request), format!("{}\n\n{}", response.head, response.body));
    Some(response)
}

/// As [`send`], where the body shows the token that was just made, once.
pub(super) fn send_for_a_token(addr: SocketAddr, request: &[u8]) -> Option<Response> {
    let response = exchange(addr, request)?;
    leak::look_past_one_token("an answer with a new token", &start(request), &response.body);
    leak::look("the head of an answer with a new token", &start(request), &response.head);
    Some(response)
}

/// Method and path.
fn start(request: &[u8]) -> String {
    String::from_utf8_lossy(request).split(' ').take(2).collect::<Vec<_>>().join(" ")
}

fn exchange(addr: SocketAddr, request: &[u8]) -> Option<Response> {
    let mut stream = TcpStream::connect(addr).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    // A server may answer and close before it has read a request that is too large.
    let _ = stream.write_all(request);
    let mut answer = Vec::new();
    let mut piece = [0; 4096];
    while let Ok(length @ 1..) = stream.read(&mut piece) {
        answer.extend_from_slice(&piece[..length]);
    }
    let answer = String::from_utf8_lossy(&answer);
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some(Response { status, head: head.to_owned(), body: body.to_owned() })
}

/// A request of one line and some headers.
pub(super) fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
    let mut text = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
    for (name, value) in headers {
        write!(text, "{name}: {value}\r\n").unwrap();
    }
    write!(text, "Content-Length: {}\r\n\r\n{body}", body.len()).unwrap();
    text.into_bytes()
}
