//! A host that serves the page, on its own and on a socket.

use std::error::Error;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use axum::extract::{FromRequestParts, Query};
use axum::http::HeaderMap;
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use jiff::Timestamp;
use serde::Deserialize;
use tempfile::TempDir;
use tower_pat::client::SocketPeer;
use tower_pat::clock::{Clock, SystemClock};
use tower_pat::guard::AnyToken;
use tower_pat::policy::Policy;
use tower_pat::record::OwnerId;
use tower_pat::resource::ResourcePattern;
use tower_pat::scope::Scopes;
use tower_pat::store::SqliteStore;
use tower_pat::web::{PageBuilder, ResourceChoice, ResourceChoices, TokenOwner, page};
use tower_pat::{PatAuthLayer, PatManager, PatVerifier};

use crate::support::format;

/// What tokens of the host may do.
#[derive(Clone, Copy, Scopes)]
pub(super) enum Api {
    /// See who you are.
    #[scope("profile:read")]
    ReadProfile,
    /// See your invoices.
    #[scope("invoices:read")]
    ReadInvoices,
    /// Write new invoices, and change drafts.
    #[scope("invoices:write", implies = ReadInvoices)]
    WriteInvoices,
    /// Send invoices to customers, and cancel them.
    #[scope("invoices:send", implies = WriteInvoices)]
    SendInvoices,
    /// See repositories.
    #[scope("repo:read")]
    ReadRepos,
    /// Push to repositories.
    #[scope("repo:write", implies = ReadRepos)]
    WriteRepos,
    /// Use the console.
    #[scope("console")]
    Console,
}

/// Who is signed in, by a cookie that nobody has signed: this is a test.
pub(super) struct User(OwnerId, Timestamp);

impl<S: Sync> FromRequestParts<S> for User {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        let cookie = parts.headers.get(COOKIE).and_then(|cookie| cookie.to_str().ok()).unwrap_or_default();
        let session = cookie.split("; ").find_map(|cookie| cookie.strip_prefix("session="));
        let session = session.and_then(|session| session.split_once('@'));
        let user = session.and_then(|(user, at)| Some(Self(OwnerId::parse(user).ok()?, at.parse().ok()?)));
        user.ok_or_else(|| Redirect::to("/login").into_response())
    }
}

impl TokenOwner for User {
    fn owner(&self) -> OwnerId {
        self.0.clone()
    }

    fn is_administrator(&self) -> bool {
        self.0.as_str() == "admin"
    }

    fn last_login(&self) -> Option<Timestamp> {
        Some(self.1)
    }
}

/// Repositories that people can pick.
#[derive(Debug)]
pub(super) struct Repositories;

#[async_trait]
impl ResourceChoices for Repositories {
    async fn search(&self, owner: &OwnerId, text: &str) -> Result<Vec<ResourceChoice>, Box<dyn Error + Send + Sync>> {
        if owner.as_str() == "eve" {
            return Err("the repositories are gone".into());
        }
        let all =
            [("repo:acme/site", "Site of Acme"), ("repo:acme/shop", "Shop of Acme"), ("repo:other/*", "All of Other")];
        let found = all.into_iter().filter(|(_, label)| label.to_lowercase().contains(&text.to_lowercase()));
        found.map(|(pattern, label)| Ok(ResourceChoice::new(ResourcePattern::parse(pattern)?, label))).collect()
    }
}

/// What a host is made of.
pub(super) struct Host {
    pub(super) manager: PatManager,
    pub(super) store: Arc<SqliteStore>,
    verifier: PatVerifier,
    _folder: TempDir,
}

impl Host {
    pub(super) async fn new(policy: Policy, clock: Arc<dyn Clock>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("tokens.db").display());
        let store = Arc::new(SqliteStore::open(&url).await.unwrap());
        let manager =
            PatManager::new(format(), store.clone(), Api::catalog()).with_policy(policy).with_clock(clock.clone());
        let verifier =
            PatVerifier::builder(format(), store.clone()).with_catalog(Api::catalog()).with_clock(clock).build();
        Self { manager, store, verifier, _folder: folder }
    }

    /// A host with a policy that allows what can be allowed, at the time that it is.
    pub(super) async fn generous() -> Self {
        let policy = Policy::default()
            .with_insecure_endless_lifetime(true)
            .with_max_grace(Duration::from_hours(24))
            .with_unique_names(true);
        Self::new(policy, Arc::new(SystemClock)).await
    }

    pub(super) fn page(&self) -> PageBuilder<User> {
        page::<User>(self.manager.clone()).with_client_addr(SocketPeer)
    }

    /// The page under `/settings/tokens`, and where people sign in.
    pub(super) fn app(&self, page: PageBuilder<User>) -> Router {
        Router::new()
            .nest("/settings/tokens", page.router())
            .route("/login", get(log_in))
            .route("/me", get(|AnyToken(caller): AnyToken| async move { caller.owner().to_string() }))
            .layer(PatAuthLayer::new(self.verifier.clone()).with_client_addr(SocketPeer).with_anonymous())
    }
}

#[derive(Deserialize)]
struct Login {
    user: Option<String>,
    at: Option<Timestamp>,
    then: Option<String>,
}

/// Signs in whoever says who they are.
async fn log_in(Query(login): Query<Login>) -> Response {
    let Some(user) = login.user else {
        return "sign in".into_response();
    };
    let at = login.at.unwrap_or_else(|| SystemClock.now().wall());
    let then = login.then.unwrap_or_else(|| "/settings/tokens".to_owned());
    let mut headers = HeaderMap::new();
    headers.insert(SET_COOKIE, format!("session={user}@{at}; Path=/; HttpOnly; SameSite=Lax").parse().unwrap());
    (headers, Redirect::to(&then)).into_response()
}

/// Serves until the runtime ends.
pub(super) async fn serve(app: Router) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    let app = app.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    addr
}
