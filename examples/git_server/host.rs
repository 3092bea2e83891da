//! The git host: git's smart HTTP protocol, answered by `git http-backend`.

use std::path::{Path, PathBuf};
use std::process;
use std::sync::Arc;
use std::{env, fs, io};

use axum::Router;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, Request, State};
use axum::http::{HeaderName, Method, header};
use axum::response::Response;
use axum::routing::{get, post};
use serde::Deserialize;
use tokio::process::Command;
use tokio::sync::Semaphore;
use tower_pat::denial::{Denial, InsufficientScope};
use tower_pat::requirement::Requirement;
use tower_pat::{PatPrincipal, Scope, require_scope};

use super::cgi;
use super::refusal::Refusal;
use super::repository::Repository;

/// The fields of a request that git is told of, under their CGI names. The token is not among them.
const FIELDS: [(HeaderName, &str); 4] = [
    (header::CONTENT_TYPE, "CONTENT_TYPE"),
    (header::CONTENT_LENGTH, "CONTENT_LENGTH"),
    (header::CONTENT_ENCODING, "HTTP_CONTENT_ENCODING"),
    (HeaderName::from_static("git-protocol"), "GIT_PROTOCOL"),
];

const PLACES: usize = 64;

/// Where the repositories are, and the program that serves them.
#[derive(Clone)]
pub(crate) struct GitHost(Arc<Paths>);

struct Paths {
    root: PathBuf,
    backend: PathBuf,
    /// For so many programs at once.
    places: Arc<Semaphore>,
}

impl GitHost {
    /// A host of the repositories under a folder, which is made if need be.
    pub(crate) fn open(root: &Path) -> io::Result<Self> {
        fs::create_dir_all(root)?;
        let output = process::Command::new("git").arg("--exec-path").output()?;
        let exec_path = String::from_utf8(output.stdout).map_err(io::Error::other)?;
        // Run by `git`, it would be a grandchild, and outlive the one that is killed.
        let backend = Path::new(exec_path.trim()).join("git-http-backend");
        let places = Arc::new(Semaphore::new(PLACES));
        Ok(Self(Arc::new(Paths { root: root.canonicalize()?, backend, places })))
    }

    pub(crate) fn root(&self) -> &Path {
        &self.0.root
    }

    pub(crate) fn routes(self) -> Router {
        Router::new()
            .route("/{owner}/{repository}/info/refs", get(discover))
            .route("/{owner}/{repository}/git-upload-pack", post(fetch))
            .route("/{owner}/{repository}/git-receive-pack", post(push))
            .with_state(self)
    }

    async fn serve(&self, repository: &Repository, endpoint: &str, request: Request) -> Result<Response, Refusal> {
        if !repository.exists() {
            return Err(Refusal::NotFound);
        }
        let Ok(place) = Arc::clone(&self.0.places).try_acquire_owned() else {
            return Err(Refusal::Busy);
        };
        let git = self.program(repository, endpoint, &request);
        Ok(cgi::run(git, request.into_body(), place).await?)
    }

    /// `git http-backend`, told what it needs to know, and nothing of the server's own environment but the way to git.
    fn program(&self, repository: &Repository, endpoint: &str, request: &Request) -> Command {
        let (path, query) = endpoint.split_once('?').unwrap_or((endpoint, ""));
        let mut git = Command::new(&self.0.backend);
        git.env_clear().envs(env::var_os("PATH").map(|path| ("PATH", path)));
        git.env("GIT_PROJECT_ROOT", self.root()).env("GIT_HTTP_EXPORT_ALL", "1").env("GIT_CONFIG_NOSYSTEM", "1");
        git.env("PATH_INFO", format!("/{}/{path}", repository.address())).env("QUERY_STRING", query);
        git.env("REQUEST_METHOD", request.method().as_str()).env("REMOTE_USER", repository.owner());
        for (field, variable) in FIELDS {
            let text = request.headers().get(field).and_then(|value| value.to_str().ok());
            // No true one is longer, and what a process is told has a limit.
            let text = text.filter(|text| text.len() <= 256);
            git.envs(text.map(|text| (variable, text)));
        }
        git
    }
}

#[derive(Deserialize)]
struct Discovery {
    service: Service,
}

#[derive(Clone, Copy, PartialEq, Deserialize)]
enum Service {
    #[serde(rename = "git-upload-pack")]
    Fetch,
    #[serde(rename = "git-receive-pack")]
    Push,
}

/// Where a fetch and a push both begin. The query says which it is, so the handler asks for the scope by itself.
async fn discover(
    State(host): State<GitHost>,
    caller: PatPrincipal,
    discovery: Result<Query<Discovery>, QueryRejection>,
    repository: Repository,
    request: Request,
) -> Result<Response, Refusal> {
    let Query(Discovery { service }) = discovery.map_err(|_| Refusal::OtherProtocol)?;
    let (scope, endpoint) = match service {
        Service::Fetch => (Scope::from_static("repo:read"), "info/refs?service=git-upload-pack"),
        Service::Push => (Scope::from_static("repo:write"), "info/refs?service=git-receive-pack"),
    };
    permit(&caller, scope, &repository)?;
    if service == Service::Push && *request.method() == Method::GET {
        repository.create().await?;
    }
    host.serve(&repository, endpoint, request).await
}

#[require_scope("repo:read", among = "repo")]
async fn fetch(
    State(host): State<GitHost>,
    caller: PatPrincipal,
    repository: Repository,
    request: Request,
) -> Result<Response, Refusal> {
    permit(&caller, Scope::from_static("repo:read"), &repository)?;
    host.serve(&repository, "git-upload-pack", request).await
}

#[require_scope("repo:write", among = "repo")]
async fn push(
    State(host): State<GitHost>,
    caller: PatPrincipal,
    repository: Repository,
    request: Request,
) -> Result<Response, Refusal> {
    permit(&caller, Scope::from_static("repo:write"), &repository)?;
    host.serve(&repository, "git-receive-pack", request).await
}

/// On this repository. The path may spell it with `.git` or without, so that no guard can read it from there.
fn permit(caller: &PatPrincipal, scope: Scope, repository: &Repository) -> Result<(), Denial> {
    let required = Requirement::scope(scope);
    if caller.allows(&required, &repository.resource()) {
        return Ok(());
    }
    Err(InsufficientScope::new(required, caller.scopes().clone()).into())
}
