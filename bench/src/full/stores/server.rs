use std::error::Error;
use std::fs::{self, File, Permissions};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::Duration;

#[path = "../../../../tests/it/support/postgres/binaries.rs"]
#[expect(clippy::unwrap_used, reason = "it belongs to the tests")]
mod binaries;
#[path = "../../../../tests/it/support/postgres/keeper.rs"]
#[expect(clippy::unwrap_used, reason = "it belongs to the tests")]
mod keeper;

use keeper::Keeper;

const ATTEMPTS: usize = 3_000;
const PAUSE: Duration = Duration::from_millis(20);

/// A PostgreSQL server as it is installed, with a directory of its own, which goes with it.
pub(super) struct Server {
    port: u16,
    postmaster: Child,
    keeper: Option<Keeper>,
}

impl Server {
    pub(super) fn start() -> Result<Self, Box<dyn Error>> {
        let directory: PathBuf = tempfile::Builder::new().prefix("tower-pat-bench-").tempdir()?.keep();
        fs::set_permissions(&directory, Permissions::from_mode(0o755))?;
        let keeper = Some(Keeper::of(&directory));
        binaries::give(&directory);
        let mut initdb = binaries::command("initdb");
        initdb.args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-D"]);
        let made = initdb.arg(directory.join("data")).output()?;
        if !made.status.success() {
            return Err(String::from_utf8_lossy(&made.stderr).into());
        }
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let server = Self { port, postmaster: run(&directory, port)?, keeper };
        server.wait()?;
        Ok(server)
    }

    pub(super) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres?sslmode=disable", self.port)
    }

    fn wait(&self) -> Result<(), Box<dyn Error>> {
        for _ in 0..ATTEMPTS {
            let mut asking = binaries::command("pg_isready");
            if asking.args(["-q", "-h", "127.0.0.1", "-p", &self.port.to_string()]).status()?.success() {
                return Ok(());
            }
            sleep(PAUSE);
        }
        Err("the server does not get ready".into())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It ends the server.
        drop(self.keeper.take());
        let _ = self.postmaster.wait();
    }
}

/// Nothing is set that makes it faster or less durable than it is as installed.
fn run(directory: &Path, port: u16) -> Result<Child, Box<dyn Error>> {
    let log = File::options().create(true).append(true).open(directory.join("log"))?;
    let mut command = binaries::command("postgres");
    command.arg("-D").arg(directory.join("data")).arg("-k").arg(directory);
    command.args(["-h", "127.0.0.1", "-p", &port.to_string()]);
    Ok(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn()?)
}
