use std::error::Error;
use std::fmt;
use std::io::{self, Write};
use std::process;

use super::search::{find, tokens_in};
use super::secrets::{Secret, keep_text};

/// Ends the process if there is a secret in these bytes.
pub(crate) fn look(channel: &str, place: &str, bytes: impl AsRef<[u8]>) {
    if let Some(secret) = find(bytes.as_ref(), &[Secret::Token, Secret::Digest]) {
        end(channel, place, secret);
    }
}

/// Whether there is a secret in these bytes, for tests of the search itself.
pub(crate) fn is_seen(bytes: &[u8]) -> bool {
    find(bytes, &[Secret::Token, Secret::Digest]).is_some()
}

/// As [`look`], where digests belong.
pub(crate) fn look_for_tokens(channel: &str, place: &str, bytes: impl AsRef<[u8]>) {
    if let Some(secret) = find(bytes.as_ref(), &[Secret::Token]) {
        end(channel, place, secret);
    }
}

/// As [`look`], where a token is shown, once, that was just made. It is kept, and all around it is looked at.
pub(crate) fn look_past_one_token(channel: &str, place: &str, text: &str) {
    let shown = tokens_in(text.as_bytes()).next().map(|token| String::from_utf8(token.to_vec()).unwrap());
    let Some(shown) = shown else { return look(channel, place, text) };
    keep_text(&shown);
    look(channel, place, text.replacen(&shown, "", 1));
}

/// Looks at what a value says of itself.
pub(crate) fn silent(name: &str, value: &dyn fmt::Debug) {
    look("Debug", name, format!("{value:?}\n{value:#?}\n{value:x?}"));
}

/// Looks at what an error says of itself and of its sources.
pub(crate) fn silent_error(name: &str, error: &dyn Error) {
    let mut next = Some(error);
    while let Some(error) = next {
        look("an error", name, format!("{error}\n{error:#}"));
        silent(name, &error);
        next = error.source();
    }
}

fn end(channel: &str, place: &str, secret: Secret) -> ! {
    let what = match secret {
        Secret::Token => "a token",
        Secret::Digest => "a digest",
    };
    // Not by `eprintln!`: what the test harness has captured would be lost with the process. In one piece, since other
    // threads write too.
    let _ = io::stderr().write_all(format!("\nLEAK: {what} in {channel}: {place}\n").as_bytes());
    process::abort();
}
