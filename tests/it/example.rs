//! An example as a process of its own.

use std::collections::HashMap;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::LazyLock;

use tempfile::NamedTempFile;

use crate::support::leak;

/// What an example says of the token that it has made.
const GREETINGS: [&str; 4] = ["demo token: ", "try it: ", "make a repository: ", "clone it: "];

/// An example that listens and logs all that it can, unless its command says otherwise; killed when it is dropped. What it
/// has printed and logged is then looked through for tokens and digests.
pub(crate) struct Example {
    child: Child,
    stdout: BufReader<ChildStdout>,
    log: NamedTempFile,
    pub(crate) addr: SocketAddr,
    pub(crate) demo_token: Option<String>,
}

impl Example {
    /// How to run an example; it takes a free port.
    pub(crate) fn command(name: &str) -> Command {
        static EXECUTABLES: LazyLock<HashMap<String, PathBuf>> = LazyLock::new(build);
        let mut command = Command::new(&EXECUTABLES[name]);
        command.env("LISTEN", "127.0.0.1:0").env_remove("RUST_LOG");
        command
    }

    /// Runs it and waits until it listens.
    pub(crate) fn start(command: &mut Command) -> Self {
        let log = NamedTempFile::new().unwrap();
        let stderr = log.reopen().unwrap();
        if !command.get_envs().any(|(name, value)| name == "RUST_LOG" && value.is_some()) {
            command.env("RUST_LOG", "trace");
        }
        let mut child = command.stderr(stderr).stdout(Stdio::piped()).spawn().unwrap();
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

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn signal(&self, signal: &str) {
        let pid = self.child.id().to_string();
        // The shell has this command built in; a small machine has no other.
        let mut kill = Command::new("sh");
        kill.args(["-c", "kill -s \"$0\" \"$1\"", signal, &pid]);
        assert!(kill.status().unwrap().success());
    }

    /// Sends a signal and waits for the end; also gives what was logged until then.
    pub(crate) fn stop(mut self, signal: &str) -> (ExitStatus, String) {
        self.signal(signal);
        (self.child.wait().unwrap(), self.log())
    }

    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.log.path()).unwrap()
    }

    /// Waits for the end of one that was sent SIGKILL.
    pub(crate) fn bury(mut self) {
        assert!(!self.child.wait().unwrap().success());
    }
}

impl Drop for Example {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let mut printed = String::new();
        self.stdout.read_to_string(&mut printed).unwrap();
        printed.lines().for_each(look_at_printed);
        leak::look("the log of an example", "stderr", self.log());
    }
}

fn look_at_printed(line: &str) {
    if GREETINGS.iter().any(|greeting| line.starts_with(greeting)) {
        leak::look_past_one_token("the greeting of an example", "stdout", line);
    } else {
        leak::look("what an example prints", "stdout", line);
    }
}

/// How `DATABASE_URL` names a file.
pub(crate) fn url(database: &Path) -> String {
    format!("sqlite://{}", database.display())
}

/// Builds the examples as they are now, and has cargo say where they are.
fn build() -> HashMap<String, PathBuf> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--quiet", "--all-features", "--examples", "--message-format", "json"]);
    let output = cargo.current_dir(env!("CARGO_MANIFEST_DIR")).stderr(Stdio::inherit()).output().unwrap();
    let messages = String::from_utf8(output.stdout).unwrap();
    let messages = messages.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let built = messages.filter_map(|message| {
        Some((message["target"]["name"].as_str()?.to_owned(), message["executable"].as_str()?.into()))
    });
    built.collect()
}
