use std::ops::Deref;
use std::path::Path;
use std::process::{Command, ExitStatus, Output};

use super::http::{self, Response};
use crate::example::{Example, url};

/// The example server.
pub(super) struct Server(Example);

impl Deref for Server {
    type Target = Example;

    fn deref(&self) -> &Example {
        &self.0
    }
}

impl Server {
    /// Starts the server on a database file and waits until it listens.
    pub(super) fn start(database: &Path) -> Self {
        Self(Example::start(&mut command(&url(database))))
    }

    /// Starts the server on a database. It is going to be asked a lot, and logs little.
    #[cfg(feature = "postgres")]
    pub(super) fn start_at(url: &str) -> Self {
        Self(Example::start(command(url).env("RUST_LOG", "info")))
    }

    pub(super) fn call(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Response {
        self.try_call(method, path, headers, body).expect("an answer")
    }

    pub(super) fn try_call(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Option<Response> {
        http::send(self.addr, &http::request(method, path, headers, body))
    }

    /// A call with a token.
    pub(super) fn call_as(&self, token: &str, method: &str, path: &str, body: &str) -> Response {
        let bearer = format!("Bearer {token}");
        self.call(method, path, &[("Authorization", &bearer), ("Content-Type", "application/json")], body)
    }

    /// Signs in; gives the value of the `Cookie` header.
    pub(super) fn log_in(&self, user: &str) -> String {
        let form = [("Content-Type", "application/x-www-form-urlencoded")];
        let response = self.call("POST", "/login", &form, &format!("user={user}"));
        assert_eq!(response.status, 204, "{response:?}");
        let cookie = response.header("set-cookie").unwrap();
        cookie.split(';').next().unwrap().to_owned()
    }

    /// A call of somebody who is signed in.
    pub(super) fn call_signed_in(&self, cookie: &str, method: &str, path: &str, body: &str) -> Response {
        self.call(method, path, &[("Cookie", cookie), ("Content-Type", "application/json")], body)
    }

    /// Makes a token, which the answer shows.
    pub(super) fn create(&self, cookie: &str, body: &str) -> Response {
        self.try_create(cookie, body).expect("an answer")
    }

    pub(super) fn try_create(&self, cookie: &str, body: &str) -> Option<Response> {
        let headers = [("Cookie", cookie), ("Content-Type", "application/json")];
        http::send_for_a_token(self.addr, &http::request("POST", "/api/tokens", &headers, body))
    }

    /// Waits for the end of a server that was sent SIGKILL.
    pub(super) fn bury(self) {
        self.0.bury();
    }

    /// Sends a signal and waits for the end.
    pub(super) fn stop(self, signal: &str) -> ExitStatus {
        self.stop_with_log(signal).0
    }

    /// The same, with what was logged until then.
    pub(super) fn stop_with_log(self, signal: &str) -> (ExitStatus, String) {
        self.0.stop(signal)
    }
}

/// Runs the server where it cannot start.
pub(super) fn run_to_its_end(url: &str) -> Output {
    command(url).output().unwrap()
}

fn command(url: &str) -> Command {
    let mut command = Example::command("server");
    command.env("DATABASE_URL", url);
    command
}
