//! The leak suite: no token and no digest gets to where it does not belong, in the whole run of the tests.
//!
//! Every token that a test makes is kept here ([`token_of`], [`keep`]). What leaves the library is looked through for
//! kept tokens and their digests, and for whatever has the shape of either, in all the ways that bytes are written down:
//!
//! - each event and span of every crate, at every level, when it is made and when a field is recorded later ([`Watch`],
//!   which is the subscriber of the process, and part of those that a test sets for itself); records of `log` and the
//!   messages of panics too;
//! - each response that comes through [`send`], `support::render` or a socket: status, headers, body and trailers;
//! - what the example server prints and logs;
//! - `Debug`, `Display` and the sources of errors, of all that touches a token (`tests/it/leaks.rs`).
//!
//! The URL of a request is the test's own and is not looked at; one in a response stands in a header.
//!
//! A find ends the process by [`std::process::abort`]: a panic could be caught by whatever polls the code that leaked, such
//! as a task that nobody waits for. The message names the place and not the secret.

mod look;
mod peel;
mod response;
mod search;
mod secrets;
mod watch;

pub(crate) use look::{is_seen, look, look_for_tokens, look_past_one_token, silent, silent_error};
pub(crate) use response::{looked_at, send};
pub(crate) use secrets::{keep, keep_digest, keep_text, token_of};
pub(crate) use watch::{Watch, watch};
