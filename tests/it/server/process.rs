use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Output, Stdio};
use std::sync::LazyLock;

use super::http::{self, Response};

/// The example server; killed when it is dropped.
pub(crate) struct Server {
    child: Child,
    _stdout: BufReader<ChildStdout>,
    pub(crate) addr: SocketAddr,
    pub(crate) demo_token: Option<String>,
}

impl Server {
    /// Starts the server on a database file and waits until it listens.
    pub(super) fn start(database: &Path) -> Self {
        Self::run(&mut command(&url(database)))
    }

    /// Starts it with all it can log going to a file.
    pub(super) fn start_logging(database: &Path, log: &Path) -> Self {
        let log = File::create(log).unwrap();
        Self::run(command(&url(database)).env("RUST_LOG", "trace").stderr(log))
    }

    /// Starts another example, which keeps what it has in memory.
    pub(crate) fn start_example(executable: &Path) -> Self {
        Self::run(Command::new(executable).env("LISTEN", "127.0.0.1:0").env_remove("RUST_LOG"))
    }

    fn run(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut demo_token = None;
        let addr = loop {
            let mut line = String::new();
            assert_ne!(stdout.read_line(&mut line).unwrap(), 0, "the server ended before it listened");
            if let Some(token) = line.trim().strip_prefix("demo token: ") {
                demo_token = Some(token.to_owned());
            }
            if let Some(addr) = line.trim().strip_prefix("listening on http://") {
                break addr.parse().unwrap();
            }
        };
        Self { child, _stdout: stdout, addr, demo_token }
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
    pub(crate) fn stop(mut self, signal: &str) -> ExitStatus {
        self.signal(signal);
        self.child.wait().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
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
