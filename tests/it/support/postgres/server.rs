use std::fs::{self, File, Permissions};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::thread::sleep;
use std::time::Duration;

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection, raw_sql};

use super::binaries;
use super::database::Database;
use super::keeper::Keeper;
use crate::support::leak;

/// Everybody on this machine is believed, but for those with this role.
const ACCESS: &str = "\
host all with_password 127.0.0.1/32 scram-sha-256
host all all 127.0.0.1/32 trust
local all all trust
";
/// How often it is asked whether it has started, and how long between.
const ATTEMPTS: usize = 3_000;
const PAUSE: Duration = Duration::from_millis(20);

/// A server that nobody else uses; it and its files go when it is dropped.
pub(crate) struct Server {
    directory: PathBuf,
    port: u16,
    settings: Vec<String>,
    postmaster: Mutex<Option<Child>>,
    _keeper: Keeper,
}

impl Server {
    /// The server of all tests that leave it running.
    pub(crate) fn shared() -> Arc<Self> {
        static SHARED: LazyLock<Arc<Server>> = LazyLock::new(|| Arc::new(Server::start()));
        Arc::clone(&SHARED)
    }

    /// A server of one's own.
    pub(crate) fn start() -> Self {
        Self::start_with(&[])
    }

    /// The same, with settings of its own.
    pub(crate) fn start_with(settings: &[&str]) -> Self {
        leak::watch();
        let directory = tempfile::Builder::new().prefix("tower-pat-postgres-").tempdir().unwrap().keep();
        fs::set_permissions(&directory, Permissions::from_mode(0o755)).unwrap();
        let keeper = Keeper::of(&directory);
        binaries::give(&directory);
        make_cluster(&directory.join("data"));
        let settings = settings.iter().map(ToString::to_string).collect();
        let server = Self { directory, port: free_port(), settings, postmaster: Mutex::default(), _keeper: keeper };
        server.run_again();
        server
    }

    /// Starts it on the same data and port, after it was stopped or killed.
    pub(crate) fn run_again(&self) {
        let mut postmaster = self.postmaster.lock().unwrap_or_else(PoisonError::into_inner);
        assert!(postmaster.is_none(), "it runs");
        let mut child = self.command().spawn().unwrap();
        self.wait_for(&mut child);
        *postmaster = Some(child);
    }

    /// Ends it as its operator would, at once but in order.
    pub(crate) fn stop(&self) {
        self.end("INT");
    }

    /// Ends all its processes as a power cut would.
    pub(crate) fn kill(&self) {
        self.freeze();
        let children = self.children();
        self.signal("KILL");
        self.end("KILL");
        // As long as one is there, it cannot be started again.
        while !children.iter().all(|child| has_ended(*child)) {
            sleep(PAUSE);
        }
    }

    /// Halts all its processes: connections stay open, and nobody answers.
    pub(crate) fn freeze(&self) {
        // The first lets no more be born.
        signal("STOP", &[self.pid()]);
        self.signal("STOP");
    }

    /// Lets its processes go on.
    pub(crate) fn thaw(&self) {
        self.signal("CONT");
    }

    /// A new database.
    pub(crate) async fn database(self: &Arc<Self>) -> Database {
        Database::on(Arc::clone(self)).await
    }

    /// The address of a database, for a superuser.
    pub(crate) fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}?sslmode=disable", self.port)
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Where its socket and its log are.
    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }

    /// Gives a file in its directory to the user who runs it.
    pub(crate) fn give(&self, file: &str) {
        binaries::give(&self.directory.join(file));
    }

    /// All that it has logged.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.directory.join("log")).unwrap()
    }

    /// Runs statements as a superuser.
    pub(crate) async fn run(&self, database: &str, sql: &str) {
        let mut stranger = PgConnection::connect(&self.url(database)).await.unwrap();
        raw_sql(AssertSqlSafe(sql)).execute(&mut stranger).await.unwrap();
        stranger.close().await.unwrap();
    }

    fn command(&self) -> Command {
        let log = File::options().create(true).append(true).open(self.directory.join("log")).unwrap();
        let mut command = binaries::command("postgres");
        let place = self.directory.display();
        command.arg("-D").arg(self.directory.join("data")).args(["-k", &place.to_string()]);
        command.args(["-h", "127.0.0.1", "-p", &self.port.to_string()]);
        for setting in ["shared_buffers=16MB", "max_connections=300", "max_wal_size=128MB"] {
            command.args(["-c", setting]);
        }
        for setting in &self.settings {
            command.args(["-c", setting]);
        }
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        command
    }

    fn wait_for(&self, child: &mut Child) {
        let port = self.port.to_string();
        let is_ready = || {
            let mut asking = binaries::command("pg_isready");
            asking.args(["-q", "-h", "127.0.0.1", "-p", &port]).status().unwrap().success()
        };
        for _ in 0..ATTEMPTS {
            if is_ready() {
                return;
            }
            assert!(child.try_wait().unwrap().is_none(), "the server does not start:\n{}", self.log());
            sleep(PAUSE);
        }
        panic!("the server does not get ready:\n{}", self.log());
    }

    fn pid(&self) -> u32 {
        let postmaster = self.postmaster.lock().unwrap_or_else(PoisonError::into_inner);
        postmaster.as_ref().expect("it runs").id()
    }

    fn children(&self) -> Vec<u32> {
        let pid = self.pid();
        let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap();
        children.split_whitespace().map(|child| child.parse().unwrap()).collect()
    }

    fn signal(&self, name: &str) {
        signal(name, &[self.children(), vec![self.pid()]].concat());
    }

    fn end(&self, name: &str) {
        signal(name, &[self.pid()]);
        let mut postmaster = self.postmaster.lock().unwrap_or_else(PoisonError::into_inner);
        postmaster.take().expect("it runs").wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.postmaster.get_mut().unwrap_or_else(PoisonError::into_inner).is_some() {
            signal("QUIT", &[self.pid()]);
            self.thaw();
            self.end("QUIT");
        }
    }
}

fn make_cluster(data: &Path) {
    let mut command = binaries::command("initdb");
    command.args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C.UTF-8", "-D"]).arg(data);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    fs::write(data.join("pg_hba.conf"), ACCESS).unwrap();
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Also one that nobody has asked for its end yet, a zombie, holds nothing any more.
fn has_ended(process: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    stat.rsplit(") ").next().is_none_or(|state| state.is_empty() || state.starts_with(['Z', 'X']))
}

fn signal(name: &str, processes: &[u32]) {
    // One that has just ended by itself is no matter. The shell has this command built in; a small machine has no other.
    let mut shell = Command::new("sh");
    shell.args(["-c", "for pid; do kill -s \"$0\" \"$pid\" 2>/dev/null; done; true", name]);
    assert!(shell.args(processes.iter().map(u32::to_string)).status().unwrap().success());
}
