//! An example as a process of its own.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::LazyLock;

/// An example that listens; killed when it is dropped.
pub(crate) struct Example {
    child: Child,
    stdout: BufReader<ChildStdout>,
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
        Self { child, stdout, addr, demo_token }
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

    /// Sends a signal and waits for the end; also gives what it has printed since it listens.
    pub(crate) fn stop(mut self, signal: &str) -> (ExitStatus, String) {
        self.signal(signal);
        let mut printed = String::new();
        self.stdout.read_to_string(&mut printed).unwrap();
        (self.child.wait().unwrap(), printed)
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
