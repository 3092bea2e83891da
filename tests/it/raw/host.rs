use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::routing::any;
use http::header::AUTHORIZATION;
use tokio::net::TcpListener;
use tower_pat::client::SocketPeer;
use tower_pat::credential::{CredentialSource, CredentialSources};
use tower_pat::denial::Denial;
use tower_pat::guard::RequireScopeLayer;
use tower_pat::record::PatRecord;
use tower_pat::requirement::Requirement;
use tower_pat::testing::ManualClock;
use tower_pat::token::PatToken;
use tower_pat::{PatAuthLayer, PatPrincipal, PatVerifier, Scope, require_scope};

use crate::support::{Ledger, Mood, format, noon, record, token};

/// A service behind a socket, with a layer of its own for each first segment of a path.
pub(super) struct Host {
    pub(super) addr: SocketAddr,
    ledger: Arc<Ledger>,
}

impl Host {
    pub(super) async fn new() -> Self {
        let ledger = Ledger::new();
        let app = app(&ledger).into_make_service_with_connect_info::<SocketAddr>();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        drop(tokio::spawn(async move { axum::serve(listener, app).await }));
        Self { addr, ledger }
    }

    /// A token of this record.
    pub(super) fn mint(&self, change: impl FnOnce(PatRecord) -> PatRecord) -> PatToken {
        let token = token();
        self.ledger.write(&token, change(record(1)));
        token
    }

    /// From now on nothing can be looked up.
    pub(super) fn break_down(&self) {
        self.ledger.set_mood(Mood::Fails);
    }
}

fn app(ledger: &Arc<Ledger>) -> Router {
    let verifier = PatVerifier::builder(format(), ledger.clone()).with_clock(ManualClock::new(noon())).build();
    let layer = || PatAuthLayer::new(verifier.clone()).with_client_addr(SocketPeer);
    let header = |name: &'static str| CredentialSource::header(name.parse().unwrap());
    let github = CredentialSources::github();
    Router::new()
        .nest("/bearer", service(layer()))
        .nest("/git", service(layer().with_sources(CredentialSources::git()).with_basic_challenge()))
        .nest("/github", service(layer().with_sources(github)))
        .nest("/gitlab", service(layer().with_sources(CredentialSources::gitlab())))
        .nest("/azure", service(layer().with_sources(CredentialSources::azure_devops())))
        .nest("/password", service(layer().with_sources(CredentialSource::basic_password())))
        .nest("/username", service(layer().with_sources(CredentialSource::basic_username())))
        .nest("/raw", service(layer().with_sources(CredentialSource::raw())))
        .nest("/figma", service(layer().with_sources(header("x-figma-token"))))
        .nest("/query", service(layer().with_insecure_query_parameter("access_token").unwrap()))
        .nest("/anonymous", service(layer().with_anonymous()))
        .nest("/removing", service(layer().with_credential_removal()))
        .nest("/concealed", service(layer().with_concealment()))
        .nest("/discreet", service(layer().with_undisclosed_scopes()))
        .nest("/informing", service(layer().with_informational_headers()))
        .nest("/quoted", service(layer().with_realm(r#"a "b" \c"#).unwrap()))
        .nest("/described", service(layer().with_resource_metadata("https://acme.example/.well-known/x").unwrap()))
        .nest("/unlayered", routes())
}

fn service(layer: PatAuthLayer) -> Router {
    routes().layer(layer)
}

fn routes() -> Router {
    let both = Requirement::all(["invoices:read", "invoices:write"].map(Scope::from_static));
    let either = Requirement::any(["admin", "invoices:write"].map(Scope::from_static));
    Router::new()
        .route("/both", any(me).layer(RequireScopeLayer::new(both)))
        .route("/either", any(me).layer(RequireScopeLayer::new(either)))
        .route("/read", any(me).layer(RequireScopeLayer::new(Scope::from_static("invoices:read"))))
        .route("/limited", any(|| async { Denial::TooManyRequests(Duration::from_millis(1_500)) }))
        .route("/seen", any(seen))
        .route("/own", any(own))
        .route("/me", any(me))
}

async fn me(caller: Option<PatPrincipal>) -> String {
    caller.map_or_else(|| "nobody".to_owned(), |caller| caller.owner().to_string())
}

/// A handler with headers of its own, guarded by the macro.
#[require_scope(any("admin", "invoices:read"))]
async fn own() -> ([(&'static str, &'static str); 2], &'static str) {
    ([("cache-control", "max-age=5"), ("x-oauth-scopes", "mine")], "own")
}

/// What a handler sees of the request.
async fn seen(request: Request) -> String {
    let header = request.headers().contains_key(AUTHORIZATION);
    format!("{} {}", request.uri(), if header { "with header" } else { "without header" })
}
