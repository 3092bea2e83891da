//! A git host over smart HTTP, with personal access tokens in place of passwords.
//!
//! ```text
//! cargo run --all-features --example git_server
//! cargo run --all-features --example git_server -- mint bob "repo:read"
//! cargo run --all-features --example git_server -- mint bob "repo:read repo:write" repo:bob/site
//! ```
//!
//! `LISTEN` (`127.0.0.1:8090`) says where it listens, `GIT_ROOT` (`tower-pat-git`) where it keeps its repositories,
//! `DATABASE_URL` (`sqlite://tower-pat-git.db`) where its tokens, `RUST_LOG` (`info`) what it logs. It needs `git`.
//!
//! A start with no token in the database makes one for `alice` and prints it. With `repo:write` she makes a repository by pushing to it;
//! `repo:read` is for cloning and fetching. Others cannot tell whether it exists. A token that is made with resources, written
//! without `.git`, is for these repositories alone.
//!
//! ```text
//! git push http://x:TOKEN@127.0.0.1:8090/alice/site.git HEAD
//! git clone http://x:TOKEN@127.0.0.1:8090/alice/site.git
//! ```
//!
//! A token in a URL ends up in `.git/config` and in the shell's history. Better keep it out of both: git asks a
//! credential helper, or the program in `GIT_ASKPASS`, when the server challenges it, or sends a header from its
//! environment.
//!
//! ```text
//! git config --global credential.helper 'cache --timeout=3600'
//! git clone http://127.0.0.1:8090/alice/site.git    # any user name; the token is the password
//!
//! GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=http.extraHeader GIT_CONFIG_VALUE_0="Authorization: Bearer $TOKEN" \
//!     git clone http://127.0.0.1:8090/alice/site.git
//! ```
//!
//! It runs at most 64 programs at once, and whoever comes first takes them: limit clients in front of it.
//!
//! Over anything but loopback it belongs behind HTTPS, for a token is worth as much as a password.

#[path = "git_server/cgi.rs"]
mod cgi;
#[path = "git_server/host.rs"]
mod host;
#[path = "git_server/refusal.rs"]
mod refusal;
#[path = "git_server/repository.rs"]
mod repository;
#[path = "git_server/sdk.rs"]
mod sdk;
#[path = "support/serving.rs"]
mod serving;

use std::env;
use std::error::Error;
use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tower_pat::credential::CredentialSources;
use tower_pat::manager::{CreatedPat, NewPat};
use tower_pat::record::{OwnerId, TokenName};
use tower_pat::resource::{ResourcePattern, ResourceSet};
use tower_pat::store::{PatStore, SqliteStore};
use tower_pat::{PatAuthLayer, PatManager, PatVerifier, TokenFormat};

use host::GitHost;
use serving::{listen, log_to_stderr, report, serve, stop_signal};

const SCOPES: &str = "repo:read repo:write";
const LIFETIME: Duration = Duration::from_hours(24 * 90);

#[tokio::main]
async fn main() -> ExitCode {
    report(run().await)
}

async fn run() -> Result<(), Box<dyn Error>> {
    log_to_stderr();
    let url = env::var("DATABASE_URL").unwrap_or_else(|_| "sqlite://tower-pat-git.db".to_owned());
    let store = Arc::new(SqliteStore::open(&url).await?);
    let format = TokenFormat::new("git_pat")?;
    let manager = PatManager::new(format.clone(), store.clone(), SCOPES.parse()?);

    let arguments: Vec<_> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => host(&store, &manager, PatVerifier::new(format, store.clone())).await?,
        ["mint", owner, scopes, ref limits @ ..] => {
            println!("{}", mint(&manager, owner, scopes, limits).await?.token().expose_secret());
        }
        _ => return Err("usage: git_server [mint OWNER SCOPES [RESOURCE…]]".into()),
    }
    store.close().await;
    Ok(())
}

/// A token that is for everything its owner has, unless it is limited.
async fn mint(manager: &PatManager, owner: &str, scopes: &str, limits: &[&str]) -> Result<CreatedPat, Box<dyn Error>> {
    let limits: ResourceSet = limits.iter().map(|limit| ResourcePattern::parse(limit)).collect::<Result<_, _>>()?;
    let wanted = NewPat::new(TokenName::parse("minted")?)
        .with_scopes(scopes.parse()?)
        .with_resources(Some(limits).filter(|limits| !limits.is_empty()))
        .with_lifetime(LIFETIME);
    Ok(manager.create(&OwnerId::parse(owner)?, wanted).await?)
}

async fn host(store: &SqliteStore, manager: &PatManager, verifier: PatVerifier) -> Result<(), Box<dyn Error>> {
    let root = env::var("GIT_ROOT").unwrap_or_else(|_| "tower-pat-git".to_owned());
    let git = GitHost::open(Path::new(&root));
    let git =
        git.map_err(|error| format!("cannot run git, or keep repositories in {root:?} (set GIT_ROOT): {error}"))?;
    let listener = listen("127.0.0.1:8090").await?;
    let addr = listener.local_addr()?;
    if store.is_empty().await? {
        greet(&mint(manager, "alice", SCOPES, &[]).await?, addr);
    }
    let stopping = stop_signal()?;
    println!("listening on http://{addr}");
    serve(listener, app(git, &verifier)?, stopping).await
}

fn greet(created: &CreatedPat, addr: SocketAddr) {
    let token = created.token().expose_secret();
    println!("demo token: {token}");
    println!("make a repository: git push http://x:{token}@{addr}/alice/site.git HEAD");
    println!("clone it: git clone http://x:{token}@{addr}/alice/site.git");
}

/// Each kind of client puts its token elsewhere, so each part has a layer of its own, over one verifier.
fn app(git: GitHost, verifier: &PatVerifier) -> Result<Router, Box<dyn Error>> {
    let auth = PatAuthLayer::new(verifier.clone()).with_realm("tower-pat git")?;
    // Git looks for a token only when it is challenged with Basic. What runs below it is not to see the token.
    // What it shows to people is plain text alone.
    let git_auth = auth.clone().with_sources(CredentialSources::git()).with_basic_challenge().with_credential_removal();
    let git_auth = git_auth.with_responder(refusal::in_plain_words);
    let github_auth = auth.clone().with_sources(CredentialSources::github());
    let gitlab_auth = auth.with_sources(CredentialSources::gitlab());
    Ok(git
        .routes()
        .route_layer(git_auth)
        .merge(sdk::github_routes().route_layer(github_auth))
        .merge(sdk::gitlab_routes().route_layer(gitlab_auth)))
}
