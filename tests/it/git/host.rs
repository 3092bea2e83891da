use std::env;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::Arc;

use tempfile::TempDir;
use tower_pat::record::{OwnerId, PatRecord, TokenId, TokenName};
use tower_pat::store::{PatStore, SqliteStore};
use tower_pat::token::TokenDigest;
use tower_pat::{PatManager, TokenFormat};
use uuid::Uuid;

use super::client::Client;
use crate::example::{Example, url};
use crate::support::{leak, listed};

/// The git host on a folder of its own, with clients beside it.
pub(super) struct Host {
    folder: TempDir,
    pub(super) example: Example,
    /// Alice's token, which reads and writes.
    pub(super) alice: String,
}

impl Host {
    pub(super) fn start() -> Self {
        Self::run(tempfile::tempdir().unwrap(), &env::var("PATH").unwrap())
    }

    /// A host that finds a shell script in the place of `git http-backend`.
    pub(super) fn start_with_backend(script: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let bin = folder.path().join("bin");
        fs::create_dir(&bin).unwrap();
        let git = "[ \"$1\" = --exec-path ] && exec dirname \"$0\"; PATH=${PATH#*:} exec git \"$@\"";
        for (name, script) in [("git", git), ("git-http-backend", script)] {
            fs::write(bin.join(name), format!("#!/bin/sh\n{script}\n")).unwrap();
            fs::set_permissions(bin.join(name), Permissions::from_mode(0o700)).unwrap();
        }
        Self::run(folder, &format!("{}:{}", bin.display(), env::var("PATH").unwrap()))
    }

    fn run(folder: TempDir, path: &str) -> Self {
        let mut command = Example::command("git_server");
        command
            .env("DATABASE_URL", url(&folder.path().join("tokens.db")))
            .env("GIT_ROOT", folder.path().join("root"))
            .env("PATH", path);
        let example = Example::start(&mut command);
        let alice = example.demo_token.clone().unwrap();
        Self { folder, example, alice }
    }

    /// Where the repositories are.
    pub(super) fn root(&self) -> PathBuf {
        self.folder.path().join("root")
    }

    /// The script that stands in for `git http-backend`.
    pub(super) fn backend(&self) -> PathBuf {
        self.folder.path().join("bin/git-http-backend")
    }

    /// A client with a home of its own.
    pub(super) fn client(&self, name: &str) -> Client {
        Client::new(self.folder.path().join(name))
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("http://{}/{path}", self.example.addr)
    }

    /// A URL with a user name and a password, or a user name alone.
    pub(super) fn url_as(&self, credentials: &str, path: &str) -> String {
        format!("http://{credentials}@{}/{path}", self.example.addr)
    }

    /// Has the example make a token.
    pub(super) fn mint(&self, owner: &str, scopes: &str) -> String {
        self.mint_limited(owner, scopes, &[])
    }

    /// Has the example make a token for these resources.
    pub(super) fn mint_limited(&self, owner: &str, scopes: &str, limits: &[&str]) -> String {
        let mut command = Example::command("git_server");
        command.env("DATABASE_URL", self.database()).args(["mint", owner, scopes]).args(limits);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{output:?}");
        let token = String::from_utf8(output.stdout).unwrap().trim().to_owned();
        leak::keep_text(&token);
        token
    }

    /// A token of alice that has expired.
    pub(super) async fn expired(&self) -> String {
        let token = leak::token_of(&TokenFormat::new("git_pat").unwrap());
        let record = PatRecord::new(TokenId::from_uuid(Uuid::from_u128(7)), OwnerId::parse("alice").unwrap())
            .with_name(TokenName::parse("old").unwrap())
            .with_scopes("repo:read repo:write".parse().unwrap())
            .with_expiry("2020-01-01T00:00:00Z".parse::<jiff::Timestamp>().unwrap());
        let store = SqliteStore::open(&self.database()).await.unwrap();
        store.insert(&record, &TokenDigest::of(token.expose_secret())).await.unwrap();
        store.close().await;
        token.expose_secret().to_owned()
    }

    /// Revokes all tokens that alice has.
    pub(super) async fn revoke_all(&self) {
        let store = Arc::new(SqliteStore::open(&self.database()).await.unwrap());
        let format = TokenFormat::new("git_pat").unwrap();
        let manager = PatManager::new(format, store.clone(), "repo:read".parse().unwrap());
        let owner = OwnerId::parse("alice").unwrap();
        for record in listed(&manager, &owner).await {
            manager.revoke(&owner, record.id()).await.unwrap();
        }
        store.close().await;
    }

    /// The repositories and whatever else there is in the root, as `owner/name`.
    pub(super) fn repositories(&self) -> Vec<String> {
        let list = |folder: PathBuf| fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let mut found: Vec<_> = list(self.root()).flat_map(list).collect();
        found.sort();
        found.iter().map(|path| path.strip_prefix(self.root()).unwrap().display().to_string()).collect()
    }

    /// All that the host has logged.
    pub(super) fn stop(self) -> String {
        let (status, log) = self.example.stop("TERM");
        assert!(status.success());
        log
    }

    fn database(&self) -> String {
        url(&self.folder.path().join("tokens.db"))
    }
}
