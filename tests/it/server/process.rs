use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Output, Stdio};
use std::sync::LazyLock;

use tempfile::NamedTempFile;

use super::http::{self, Response};
use crate::support::leak;

/// An example, which logs all that it can; killed when it is dropped. What it has printed and logged is then looked
/// through for tokens and digests.
pub(crate) struct Server {
    child: Child,
    stdout: BufReader<ChildStdout>,
    log: NamedTempFile,
    pub(crate) addr: SocketAddr,
    pub(crate) demo_token: Option<String>,
}

impl Server {
    /// Starts the server on a database file and waits until it listens.
    pub(super) fn start(database: &Path) -> Self {
        Self::run(&mut command(&url(database)))
    }

    /// Starts another example, which keeps what it has in memory.
    pub(crate) fn start_example(executable: &Path) -> Self {
        Self::run(Command::new(executable).env("LISTEN", "127.0.0.1:0"))
    }

    fn run(command: &mut Command) -> Self {
        let log = NamedTempFile::new().unwrap();
        let stderr = log.reopen().unwrap();
        let mut child = command.env("RUST_LOG", "trace").stderr(stderr).stdout(Stdio::piped()).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut demo_token = None;
        let addr = loop {
            let mut line = String::new();
            assert_ne!(stdout.read_line(&mut line).unwrap(), 0, "the server ended before it listened");
            look_at_printed(&line);
            if let Some(token) = line.trim().strip_prefix("demo token: ") {
                leak::keep_text(token);
                demo_token = Some(token.to_owned());
            }
            if let Some(addr) = line.trim().strip_prefix("listening on http://") {
                break addr.parse().unwrap();
            }
        };
        Self { child, stdout, log, addr, demo_token }
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
    pub(super) fn bury(mut self) {
        assert!(!self.child.wait().unwrap().success());
    }

    pub(super) fn signal(&self, signal: &str) {
        let pid = self.child.id().to_string();
        // The shell has this command built in; a small machine has no other.
        let mut kill = Command::new("sh");
        kill.args(["-c", "kill -s \"$0\" \"$1\"", signal, &pid]);
        assert!(kill.status().unwrap().success());
    }

    /// Sends a signal and waits for the end.
    pub(super) fn stop(self, signal: &str) -> ExitStatus {
        self.stop_with_log(signal).0
    }

    /// The same, with what was logged until then.
    pub(super) fn stop_with_log(mut self, signal: &str) -> (ExitStatus, String) {
        self.signal(signal);
        (self.child.wait().unwrap(), fs::read_to_string(self.log.path()).unwrap())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let mut printed = String::new();
        self.stdout.read_to_string(&mut printed).unwrap();
        printed.lines().for_each(look_at_printed);
        leak::look("the log of the example server", "stderr", fs::read(self.log.path()).unwrap());
    }
}

/// The first token is printed, and how to use it.
fn look_at_printed(line: &str) {
    if line.starts_with("demo token: ") || line.starts_with("try it: ") {
        leak::look_past_one_token("the greeting of the example server", "stdout", line);
    } else {
        leak::look("what the example server prints", "stdout", line);
    }
}

/// Runs the server where it cannot start.
pub(super) fn run_to_its_end(url: &str) -> Output {
    command(url).output().unwrap()
}

fn url(database: &Path) -> String {
    format!("sqlite://{}", database.display())
}

fn command(url: &str) -> Command {
    static EXECUTABLE: LazyLock<PathBuf> = LazyLock::new(|| build("server"));
    let mut command = Command::new(&*EXECUTABLE);
    command.env("LISTEN", "127.0.0.1:0").env("DATABASE_URL", url).env_remove("RUST_LOG");
    command
}

/// Builds an example as it is now, and has cargo say where it is.
pub(crate) fn build(example: &str) -> PathBuf {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--quiet", "--all-features", "--example", example, "--message-format", "json"]);
    let output = cargo.current_dir(env!("CARGO_MANIFEST_DIR")).stderr(Stdio::inherit()).output().unwrap();
    let messages = String::from_utf8(output.stdout).unwrap();
    let messages = messages.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let mut executables = messages.filter_map(|message| message["executable"].as_str().map(PathBuf::from));
    executables.next_back().expect("the example is built")
}
