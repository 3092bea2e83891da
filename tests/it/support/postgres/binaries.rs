use std::fs;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

/// Where `initdb` and `postgres` are.
static DIRECTORY: LazyLock<PathBuf> = LazyLock::new(|| {
    let said = Command::new("pg_config").arg("--bindir").output().ok();
    let said = said.and_then(|output| String::from_utf8(output.stdout).ok());
    let configured = said.map(|path| PathBuf::from(path.trim()));
    let installed = versions().into_iter().rev().map(|version| version.join("bin"));
    let mut places = configured.into_iter().chain(installed);
    // A machine may have the headers of one version and the server of another.
    places.find(|place| place.join("initdb").exists()).expect("PostgreSQL is installed: run scripts/setup")
});

/// As whom a server runs where we are root, which it refuses to be.
static USER: LazyLock<Option<(u32, u32)>> = LazyLock::new(|| {
    let we_are_root = fs::metadata("/proc/self").unwrap().uid() == 0;
    we_are_root.then(|| ids("postgres").or_else(|| ids("nobody")).expect("a user who is not root"))
});

/// One of the server's programs, to be run by a user whom it accepts.
pub(super) fn command(name: &str) -> Command {
    let mut command = Command::new(DIRECTORY.join(name));
    if let Some((user, group)) = *USER {
        command.uid(user).gid(group);
    }
    // Neither what the shell has set for its own databases, nor its signals.
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("PG")) {
        command.env_remove(name);
    }
    command.env("LC_ALL", "C.UTF-8").process_group(0);
    command
}

/// Gives a file to the user who runs the server.
pub(super) fn give(path: &Path) {
    if let Some((user, group)) = *USER {
        chown(path, Some(user), Some(group)).unwrap();
    }
}

fn versions() -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir("/usr/lib/postgresql") else {
        return Vec::new();
    };
    let mut versions: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    versions.sort_by_key(|path| path.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok()));
    versions
}

fn ids(user: &str) -> Option<(u32, u32)> {
    let users = fs::read_to_string("/etc/passwd").unwrap();
    let line = users.lines().find(|line| line.split(':').next() == Some(user))?;
    let mut fields = line.split(':').skip(2).map(|field| field.parse().unwrap());
    Some((fields.next()?, fields.next()?))
}
