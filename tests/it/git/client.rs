use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::support::leak;

/// Somebody with a home of their own, in which nothing of this machine is configured.
pub(super) struct Client {
    home: PathBuf,
}

impl Client {
    pub(super) fn new(home: PathBuf) -> Self {
        fs::create_dir(&home).unwrap();
        Self { home }
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.home.join(name)
    }

    /// A program in this home. One that hangs is stopped, and has failed.
    pub(super) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new("timeout");
        command.args(["--kill-after=1", "120"]).arg(program).current_dir(&self.home).stdin(Stdio::null());
        command.env_clear().envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
        command.env("HOME", &self.home).env("LC_ALL", "C").env("GIT_CONFIG_NOSYSTEM", "1");
        command.env("GIT_TERMINAL_PROMPT", "0").env("GIT_CONFIG_GLOBAL", "/dev/null");
        for who in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{who}_NAME"), "client").env(format!("GIT_{who}_EMAIL"), "client@localhost");
        }
        command
    }

    pub(super) fn git(&self, arguments: &[&str]) -> Said {
        Said::from(self.command("git").args(arguments).output().unwrap())
    }

    /// Calls curl, which is to fail on nothing but the connection; gives the status and the body.
    pub(super) fn curl(&self, arguments: &[&str]) -> (u16, String) {
        let mut curl = self.command("curl");
        curl.args(["--silent", "--show-error", "--path-as-is", "--noproxy", "*", "--write-out", "\n%{http_code}"]);
        let said = Said::from(curl.args(arguments).output().unwrap()).succeeded();
        leak::look("a response", "curl", &said.stdout);
        let (body, status) = said.stdout.rsplit_once('\n').unwrap();
        (status.parse().unwrap(), body.to_owned())
    }

    /// As the scheme `Basic` writes it.
    pub(super) fn base64(&self, text: &str) -> String {
        let mut shell = self.command("sh");
        shell.args(["-c", "printf %s \"$0\" | base64 --wrap=0", text]);
        Said::from(shell.output().unwrap()).succeeded().stdout
    }

    /// A working copy with one commit, on branch `main`.
    pub(super) fn work(&self, name: &str, file: &[u8]) -> PathBuf {
        let folder = self.path(name);
        self.git(&["init", "--quiet", "--initial-branch=main", name]).succeeded();
        fs::write(folder.join("file"), file).unwrap();
        self.commit(&folder);
        folder
    }

    /// Commits all that has changed.
    pub(super) fn commit(&self, work: &Path) {
        let work = work.to_str().unwrap();
        self.git(&["-C", work, "add", "--all"]).succeeded();
        self.git(&["-C", work, "commit", "--quiet", "--message", "change"]).succeeded();
    }

    pub(super) fn push(&self, work: &str, url: &str) -> Said {
        self.git(&["-C", work, "push", url, "HEAD"])
    }
}

/// What a program has said.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) success: bool,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        Self { success: output.status.success(), stdout: text(&output.stdout), stderr: text(&output.stderr) }
    }
}

impl Said {
    #[track_caller]
    pub(super) fn succeeded(self) -> Self {
        assert!(self.success, "{self:#?}");
        self
    }

    #[track_caller]
    pub(super) fn failed(self, complaint: &str) -> Self {
        assert!(!self.success && self.stderr.contains(complaint), "not {complaint:?}: {self:#?}");
        self
    }
}
