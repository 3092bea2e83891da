use std::convert::Infallible;
use std::env;
use std::error::Error;
use std::fmt;
use std::future::ready;
use std::os::unix::process::ExitStatusExt;
use std::panic;
use std::process::{Command, Output};

use axum::body::Body;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, Request, Response};
use http_body_util::{BodyExt, Empty};
use regex::Regex;
use tower::service_fn;
use tower_pat::token::{OsEntropy, PatToken};
use tracing::field;

use crate::support::leak::{look_for_tokens, look_past_one_token, silent, silent_error};
use crate::support::{Journal, format, send, token};

/// Which leak a child process is to plant, by its name.
const PLANT: &str = "PAT_PLANTED_LEAK";
const SIGABRT: i32 = 6;

/// A leak: its name, how it comes about, and how it is told.
type Leak = (&'static str, fn(&PatToken), &'static str);

const LEAKS: &[Leak] = &[
    ("field of an event", field_of_an_event, "a token in an event"),
    ("message of an event", message_of_an_event, "a token in an event"),
    ("event of another crate", event_of_another_crate, "a token in an event: sqlx::query"),
    ("event in a task that nobody waits for", event_in_a_task, "a token in an event"),
    ("event under a subscriber of the test", event_under_another_subscriber, "a token in an event"),
    ("source of an error in an event", source_in_an_event, "a token in an event"),
    ("field of a span", field_of_a_span, "a token in a span"),
    ("field of a span that is recorded later", recorded_field, "a token in a recorded field of a span"),
    ("log record", log_record, "a token in a log record"),
    ("panic that is caught", panic_that_is_caught, "a token in a panic: tests/it/leaks/planted.rs"),
    ("token that nobody kept", token_that_nobody_kept, "a token in an event"),
    ("digest in hexadecimal", digest_in_hexadecimal, "a digest in an event"),
    ("digest as a list", digest_as_a_list, "a digest in an event"),
    ("Basic credentials", basic_credentials, "a token in an event"),
    ("header of a response", header_of_a_response, "a token in a response header: GET /: location"),
    ("body of a response", body_of_a_response, "a token in a response body: GET /"),
    ("trailer of a response", trailer_of_a_response, "a token in a response trailer: GET /: grpc-message"),
    ("Debug", debug, "a token in Debug: Leaky"),
    ("source of an error", source_of_an_error, "a token in an error: Harmless"),
    ("file of a store", file_of_a_store, "a token in a file of the store"),
    ("token that is shown twice", token_that_is_shown_twice, "a token in an answer with a new token"),
];

/// Each leak is planted in a process of its own, which must die of it. The same process without a leak must not.
#[test]
fn planted_leak_ends_the_run() {
    if let Ok(name) = env::var(PLANT) {
        return plant(&name);
    }
    let none = run_with("nothing");
    assert!(none.status.success(), "{none:?}");
    for (name, _, told) in LEAKS {
        let output = run_with(name);
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        assert_eq!(output.status.signal(), Some(SIGABRT), "{name}: {said}");
        assert!(said.contains(&format!("LEAK: {told}")), "{name}: {said}");
        let shape = Regex::new(&format().scanner_regex()).unwrap();
        assert!(!shape.is_match(&said), "{name}: the message holds the token itself");
    }
}

fn run_with(leak: &str) -> Output {
    let mut child = Command::new(env::current_exe().unwrap());
    child.args(["--exact", "leaks::planted::planted_leak_ends_the_run"]).env(PLANT, leak).output().unwrap()
}

fn plant(name: &str) {
    let token = token();
    let Some((_, leak, _)) = LEAKS.iter().find(|(known, ..)| *known == name) else {
        return tracing::info!(?token, digest = ?token.digest(), hint = %token.hint(), "no leak");
    };
    leak(&token);
}

fn field_of_an_event(token: &PatToken) {
    tracing::info!(token = token.expose_secret(), "planted");
}

fn message_of_an_event(token: &PatToken) {
    tracing::trace!("planted {}", token.expose_secret());
}

fn event_of_another_crate(token: &PatToken) {
    tracing::debug!(target: "sqlx::query", statement = ?token.expose_secret());
}

/// A panic would end the task alone.
#[tokio::main(flavor = "current_thread")]
async fn event_in_a_task(token: &PatToken) {
    let text = token.expose_secret().to_owned();
    drop(tokio::spawn(async move { tracing::info!(text, "planted") }));
    tokio::task::yield_now().await;
}

fn event_under_another_subscriber(token: &PatToken) {
    tracing::subscriber::with_default(Journal::default().subscriber(), || field_of_an_event(token));
}

fn source_in_an_event(token: &PatToken) {
    let error = Harmless(Leaky(token.expose_secret().to_owned()));
    tracing::warn!(error = &error as &dyn Error, "planted");
}

fn field_of_a_span(token: &PatToken) {
    let _span = tracing::info_span!("planted", token = token.expose_secret());
}

fn recorded_field(token: &PatToken) {
    let span = tracing::info_span!("planted", token = field::Empty);
    span.record("token", token.expose_secret());
}

fn log_record(token: &PatToken) {
    log::trace!("planted {}", token.expose_secret());
}

fn panic_that_is_caught(token: &PatToken) {
    let caught = panic::catch_unwind(|| panic!("{}", token.expose_secret()));
    assert!(caught.is_err());
}

fn token_that_nobody_kept(_: &PatToken) {
    field_of_an_event(&format().generate(&OsEntropy).unwrap());
}

fn digest_in_hexadecimal(token: &PatToken) {
    let hex = format!("{:02x?}", token.digest().as_bytes()).replace(['[', ',', ' ', ']'], "");
    tracing::info!(hex, "planted");
}

fn digest_as_a_list(token: &PatToken) {
    tracing::info!(digest = ?token.digest().as_bytes(), "planted");
}

fn basic_credentials(token: &PatToken) {
    let credentials = STANDARD.encode(format!("x:{}", token.expose_secret()));
    tracing::info!(authorization = format!("Basic {credentials}"), "planted");
}

fn header_of_a_response(token: &PatToken) {
    let location = format!("/tokens?new={}", token.expose_secret());
    answer(Response::builder().header("location", location).body(Body::empty()).unwrap());
}

fn body_of_a_response(token: &PatToken) {
    answer(Response::new(Body::from(format!("no such token: {}", token.expose_secret()))));
}

fn trailer_of_a_response(token: &PatToken) {
    let trailers =
        HeaderMap::from_iter([(HeaderName::from_static("grpc-message"), token.expose_secret().parse().unwrap())]);
    let body = Empty::<Bytes>::new().with_trailers(ready(Some(Ok(trailers))));
    answer(Response::new(Body::new(body)));
}

#[tokio::main(flavor = "current_thread")]
async fn answer(response: Response<Body>) {
    let mut response = Some(response);
    let service = service_fn(|_: Request<Body>| {
        let response = response.take().unwrap();
        async { Ok::<_, Infallible>(response) }
    });
    send(service, Request::new(Body::empty())).await;
}

fn debug(token: &PatToken) {
    silent("Leaky", &Leaky(token.expose_secret().to_owned()));
}

fn source_of_an_error(token: &PatToken) {
    silent_error("Harmless", &Harmless(Leaky(token.expose_secret().to_owned())));
}

fn file_of_a_store(token: &PatToken) {
    look_for_tokens("a file of the store", "pat.db", token.digest().as_bytes());
    look_for_tokens("a file of the store", "pat.db-wal", token.expose_secret());
}

fn token_that_is_shown_twice(token: &PatToken) {
    let shown = format!("{{\"token\": \"{}\"}}", token.expose_secret());
    look_past_one_token("an answer with a new token", "POST /api/tokens", &shown);
    look_past_one_token("an answer with a new token", "POST /api/tokens", &shown.repeat(2));
}

#[derive(Debug)]
struct Leaky(String);

impl fmt::Display for Leaky {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Leaky {}

/// Leaks by its source alone.
struct Harmless(Leaky);

impl fmt::Debug for Harmless {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Harmless")
    }
}

impl fmt::Display for Harmless {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("harmless")
    }
}

impl Error for Harmless {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.0)
    }
}
