//! Repositories: which one a request is for, whether the caller may know of it, and how one comes to be.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

use axum::extract::{FromRef, FromRequestParts, Path as PathParameters};
use axum::http::request::Parts;
use tower_pat::PatPrincipal;
use tower_pat::resource::{Resource, ResourceKind};

use super::host::GitHost;
use super::refusal::Refusal;

/// A repository of the caller, which need not exist yet. Those of others are not found, whether they exist or not.
pub(crate) struct Repository {
    owner: String,
    name: String,
    root: PathBuf,
}

impl<S> FromRequestParts<S> for Repository
where
    GitHost: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let caller = PatPrincipal::from_request_parts(parts, state).await?;
        let parameters = PathParameters::<(String, String)>::from_request_parts(parts, state).await;
        let PathParameters((owner, name)) = parameters.map_err(|_| Refusal::NotFound)?;
        let name = name.strip_suffix(".git").unwrap_or(&name);
        if owner != caller.owner().as_str() || !is_name(&owner) || !is_name(name) {
            return Err(Refusal::NotFound);
        }
        let root = GitHost::from_ref(state).root().to_owned();
        Ok(Self { owner, name: name.to_owned(), root })
    }
}

/// What may stand as one segment of a path, and is neither hidden nor an option.
fn is_name(text: &str) -> bool {
    let characters = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'));
    (1..=100).contains(&text.len()) && characters && !text.starts_with(['.', '-'])
}

impl Repository {
    pub(crate) fn owner(&self) -> &str {
        &self.owner
    }

    /// What a token may be limited to, in one spelling.
    pub(crate) fn resource(&self) -> Resource {
        let name = Resource::new(&ResourceKind::from_static("repo"), [&self.owner, &self.name]);
        name.expect("what may stand in a path is a segment")
    }

    /// Its path under the root, in one spelling.
    pub(crate) fn address(&self) -> String {
        format!("{}/{}.git", self.owner, self.name)
    }

    pub(crate) fn exists(&self) -> bool {
        self.folder().is_dir()
    }

    /// Makes it, unless it is there. It goes on when the caller does not wait for it.
    pub(crate) async fn create(&self) -> io::Result<()> {
        let (root, folder) = (self.root.clone(), self.folder());
        tokio::task::spawn_blocking(move || create(&root, &folder)).await?
    }

    fn folder(&self) -> PathBuf {
        self.root.join(self.address())
    }
}

/// Made aside and moved into its place, it is there wholly or not at all; of several that make it at once, one wins.
fn create(root: &Path, folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let aside = tempfile::Builder::new().prefix(".new-").tempdir_in(root)?;
    let made = aside.path().join("bare");
    let mut git = Command::new("git");
    git.env_clear().envs(env::var_os("PATH").map(|path| ("PATH", path)));
    let status = git.args(["init", "--quiet", "--bare", "--initial-branch=main", "--template="]).arg(&made).status()?;
    if !status.success() {
        return Err(io::Error::other(format!("git init: {status}")));
    }
    fs::create_dir_all(folder.parent().unwrap_or(root))?;
    match fs::rename(&made, folder) {
        Err(_) if folder.is_dir() => Ok(()),
        moved => moved,
    }
}
