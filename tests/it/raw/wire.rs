use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::host::Host;
use crate::support::leak;

/// A row of the table: a request, and what comes back.
pub(super) struct Row {
    pub(super) request: Vec<u8>,
    pub(super) status: u16,
    pub(super) challenges: Vec<String>,
    /// The last word of a problem's type, or the whole body of anything else.
    pub(super) body: String,
}

impl Row {
    pub(super) fn new(request: impl Into<Vec<u8>>, status: u16, challenges: &[&str], body: &str) -> Self {
        let challenges = challenges.iter().map(|&challenge| challenge.to_owned()).collect();
        Self { request: request.into(), status, challenges, body: body.to_owned() }
    }

    /// A request that gets through to the handler, which says whom it is for.
    pub(super) fn passes(request: impl Into<Vec<u8>>) -> Self {
        Self::new(request, 200, &[], "alice")
    }
}

pub(super) async fn hold(host: &Host, rows: Vec<Row>) {
    for row in rows {
        let shown = String::from_utf8_lossy(&row.request).into_owned();
        let answer = Answer::to(host, &row.request).await;
        let said = (answer.status, answer.challenges(), answer.gist());
        assert_eq!(said, (row.status, row.challenges, row.body), "{shown}");
        answer.check_form();
    }
}

/// A request without body; the connection ends with the response.
pub(super) fn request(method: &str, path: &str, headers: &[&str]) -> Vec<u8> {
    let lines: String = headers.iter().flat_map(|&header| [header, "\r\n"]).collect();
    format!("{method} {path} HTTP/1.1\r\nHost: api.acme.example\r\nConnection: close\r\n{lines}\r\n").into_bytes()
}

pub(super) fn get(path: &str, headers: &[&str]) -> Vec<u8> {
    request("GET", path, headers)
}

pub(super) fn basic(credentials: &str) -> String {
    format!("Authorization: Basic {}", BASE64_STANDARD.encode(credentials))
}

/// A response as it came.
pub(super) struct Answer {
    pub(super) status: u16,
    headers: Vec<(String, String)>,
    pub(super) body: String,
}

impl Answer {
    pub(super) async fn to(host: &Host, request: &[u8]) -> Self {
        let mut socket = TcpStream::connect(host.addr).await.unwrap();
        socket.write_all(request).await.unwrap();
        let mut bytes = Vec::new();
        socket.read_to_end(&mut bytes).await.unwrap();
        leak::look("a raw response", "socket", &bytes);
        Self::parse(&String::from_utf8(bytes).unwrap())
    }

    fn parse(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let mut lines = head.split("\r\n");
        let status = lines.next().unwrap().strip_prefix("HTTP/1.1 ").unwrap()[..3].parse().unwrap();
        let pair = |line: &str| {
            let (name, value) = line.split_once(": ").unwrap();
            (name.to_ascii_lowercase(), value.to_owned())
        };
        Self { status, headers: lines.map(pair).collect(), body: body.to_owned() }
    }

    pub(super) fn all(&self, name: &str) -> Vec<String> {
        self.headers.iter().filter(|(there, _)| there == name).map(|(_, value)| value.clone()).collect()
    }

    pub(super) fn one(&self, name: &str) -> Option<String> {
        let all = self.all(name);
        assert!(all.len() < 2, "{name}: {all:?}");
        all.into_iter().next()
    }

    fn challenges(&self) -> Vec<String> {
        self.all("www-authenticate")
    }

    fn gist(&self) -> String {
        if self.one("content-type").as_deref() != Some("application/problem+json") || self.body.is_empty() {
            return self.body.clone();
        }
        let problem: serde_json::Value = serde_json::from_str(&self.body).unwrap();
        assert_eq!(problem["status"], self.status);
        assert!(problem["title"].is_string() && problem["detail"].is_string());
        problem["type"].as_str().unwrap().strip_prefix("urn:problem-type:tower-pat:").unwrap().to_owned()
    }

    /// What every denial has, and nothing else.
    fn check_form(&self) {
        let denied = self.one("content-type").as_deref() == Some("application/problem+json");
        assert_eq!(self.one("cache-control").as_deref() == Some("no-store"), denied);
        assert_eq!(self.one("retry-after").is_some(), matches!(self.status, 429 | 503));
        let length: usize = self.one("content-length").map_or(0, |length| length.parse().unwrap());
        assert!(self.body.is_empty() || self.body.len() == length, "{length} {}", self.body);
    }
}
