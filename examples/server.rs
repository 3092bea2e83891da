//! A small service with personal access tokens, kept in a SQLite file.
//!
//! ```text
//! cargo run --all-features --example server
//! ```
//!
//! `LISTEN` (`127.0.0.1:3000`) says where it listens, `DATABASE_URL` (`sqlite://tower-pat-demo.db`) where it keeps its
//! tokens, `RUST_LOG` (`info`) what it logs.
//!
//! Its users sign in with a form and a session cookie, which is the host application's own business, and manage their
//! tokens at `/api/tokens`. Scripts call `/api/me` and `/api/invoices` with a token.

#[path = "server/problem.rs"]
mod problem;
#[path = "support/serving.rs"]
mod serving;

use std::env;
use std::error::Error;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::rejection::{FormRejection, JsonRejection, PathRejection};
use axum::extract::{FromRequestParts, Path, State};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use axum::{Form, Json, Router};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tower_pat::clock::{Clock, SystemClock};
use tower_pat::manager::{CreatedPat, ManageErrorKind, NewPat};
use tower_pat::record::{OwnerId, PatRecord, PatStatus, TokenId, TokenName};
use tower_pat::store::{PatStore, SqliteStore};
use tower_pat::token::TokenHint;
use tower_pat::{PatAuthLayer, PatManager, PatPrincipal, PatVerifier, ScopeSet, TokenFormat, require_scope};
use tower_sessions::{MemoryStore, Session, SessionManagerLayer};

use problem::Problem;
use serving::{listen, log_to_stderr, report, serve, stop_signal};

const SCOPES: &str = "invoices:read invoices:write profile:read";
const OWNER: &str = "owner";

#[tokio::main]
async fn main() -> ExitCode {
    report(run().await)
}

async fn run() -> Result<(), Box<dyn Error>> {
    log_to_stderr();
    let url = env::var("DATABASE_URL").unwrap_or_else(|_| "sqlite://tower-pat-demo.db".to_owned());
    let store = Arc::new(SqliteStore::open(&url).await?);
    let format = TokenFormat::new("demo_pat")?;
    let manager = PatManager::new(format.clone(), store.clone(), SCOPES.parse()?);
    let auth = PatAuthLayer::new(PatVerifier::new(format, store.clone())).with_realm("tower-pat demo")?;

    let listener = listen("127.0.0.1:3000").await?;
    let addr = listener.local_addr()?;
    if store.is_empty().await? {
        greet(&create_demo_token(&manager).await?, addr);
    } else {
        println!("the demo token was shown when {url} was made; sign in at /login to make another");
    }
    let stopping = stop_signal()?;
    println!("listening on http://{addr}");
    serve(listener, app(manager, auth), stopping).await?;
    store.close().await;
    Ok(())
}

async fn create_demo_token(manager: &PatManager) -> Result<CreatedPat, Box<dyn Error>> {
    let wanted = NewPat::new(TokenName::parse("demo")?)
        .with_scopes("invoices:read profile:read".parse()?)
        .with_lifetime(days(30).expect("30 days are a duration"));
    Ok(manager.create(&OwnerId::parse("demo")?, wanted).await?)
}

fn greet(created: &CreatedPat, addr: SocketAddr) {
    let token = created.token().expose_secret();
    println!("demo token: {token}");
    println!("try it: curl -i -H 'Authorization: Bearer {token}' http://{addr}/api/me");
}

#[derive(Clone)]
struct App {
    manager: PatManager,
    invoices: Arc<Mutex<Vec<Invoice>>>,
}

fn app(manager: PatManager, auth: PatAuthLayer) -> Router {
    // The host's part: how its users sign in. A real service keeps sessions in a store and its cookies on HTTPS.
    let sessions = SessionManagerLayer::new(MemoryStore::default()).with_secure(false);

    // What scripts call: a token is required.
    let api = Router::new()
        .route("/api/me", get(me))
        .route("/api/invoices", get(list_invoices).post(create_invoice))
        .route_layer(auth.clone());

    // What people call, signed in. Requests without a token pass the layer; one that is there decides.
    let tokens = Router::new()
        .route("/api/tokens", get(list_tokens).post(create_token))
        .route("/api/tokens/{id}", delete(revoke_token))
        .route_layer(auth.with_anonymous());

    Router::new()
        .route("/public", get(|| async { "Anybody may read this.\n" }))
        .route("/login", post(log_in))
        .merge(api)
        .merge(tokens)
        .layer(sessions)
        .with_state(App { manager, invoices: Arc::default() })
}

// What scripts call.

#[derive(Serialize)]
struct Me {
    owner: OwnerId,
    token_id: TokenId,
    name: Option<TokenName>,
    scopes: ScopeSet,
    expires_at: Option<Timestamp>,
}

/// Any valid token will do.
async fn me(caller: PatPrincipal) -> Json<Me> {
    Json(Me {
        owner: caller.owner().clone(),
        token_id: caller.token_id(),
        name: caller.name().cloned(),
        scopes: caller.scopes().clone(),
        expires_at: caller.expires_at(),
    })
}

#[derive(Clone, Serialize)]
struct Invoice {
    id: usize,
    owner: OwnerId,
    amount: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewInvoice {
    amount: u64,
}

#[require_scope("invoices:read")]
async fn list_invoices(State(app): State<App>, caller: PatPrincipal) -> Json<Vec<Invoice>> {
    let invoices = app.invoices.lock().unwrap_or_else(PoisonError::into_inner);
    Json(invoices.iter().filter(|invoice| invoice.owner == *caller.owner()).cloned().collect())
}

#[require_scope("invoices:write")]
async fn create_invoice(
    State(app): State<App>,
    caller: PatPrincipal,
    wanted: Result<Json<NewInvoice>, JsonRejection>,
) -> Result<(StatusCode, Json<Invoice>), Problem> {
    let Json(NewInvoice { amount }) = wanted?;
    let mut invoices = app.invoices.lock().unwrap_or_else(PoisonError::into_inner);
    let invoice = Invoice { id: invoices.len() + 1, owner: caller.owner().clone(), amount };
    invoices.push(invoice.clone());
    Ok((StatusCode::CREATED, Json(invoice)))
}

// What people call.

#[derive(Deserialize)]
struct Login {
    user: String,
}

/// Believes everybody; a real service asks for a password, or sends people to its identity provider.
async fn log_in(session: Session, form: Result<Form<Login>, FormRejection>) -> Result<StatusCode, Problem> {
    let Form(Login { user }) = form?;
    let owner = OwnerId::parse(&user)?;
    session.cycle_id().await.map_err(Problem::internal)?;
    session.insert(OWNER, owner.as_str()).await.map_err(Problem::internal)?;
    Ok(StatusCode::NO_CONTENT)
}

/// The person who is signed in. A token signs nobody in: it never makes or changes tokens.
struct SignedIn(OwnerId);

impl<S: Send + Sync> FromRequestParts<S> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let caller =
            Option::<PatPrincipal>::from_request_parts(parts, state).await.map_err(IntoResponse::into_response)?;
        if caller.is_some() {
            let forbidden = "A token does not manage tokens. Sign in, and leave the token out.";
            return Err(Problem::new(StatusCode::FORBIDDEN, forbidden).into_response());
        }
        let session = Session::from_request_parts(parts, state).await.map_err(IntoResponse::into_response)?;
        let owner: Option<String> =
            session.get(OWNER).await.map_err(|error| Problem::internal(error).into_response())?;
        let owner = owner.and_then(|owner| OwnerId::parse(&owner).ok());
        owner.map(Self).ok_or_else(|| Problem::new(StatusCode::UNAUTHORIZED, "Sign in first.").into_response())
    }
}

#[derive(Serialize)]
struct Token {
    id: TokenId,
    name: Option<TokenName>,
    hint: Option<TokenHint>,
    scopes: ScopeSet,
    status: PatStatus,
    created_at: Option<Timestamp>,
    expires_at: Option<Timestamp>,
    revoked_at: Option<Timestamp>,
}

impl From<&PatRecord> for Token {
    fn from(record: &PatRecord) -> Self {
        Self {
            id: record.id(),
            name: record.name().cloned(),
            hint: record.hint().cloned(),
            scopes: record.scopes().clone(),
            status: record.status_at(SystemClock.now().wall()),
            created_at: record.created_at(),
            expires_at: record.expires_at(),
            revoked_at: record.revoked_at(),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewToken {
    name: String,
    scopes: ScopeSet,
    /// Left out: 90 days; null: never.
    #[serde(default = "ninety_days", deserialize_with = "Option::deserialize")]
    expires_in_days: Option<i64>,
}

#[derive(Serialize)]
struct ShownOnce<'a> {
    #[serde(flatten)]
    record: Token,
    token: &'a str,
}

const NO_STORE: (HeaderName, HeaderValue) = (header::CACHE_CONTROL, HeaderValue::from_static("no-store"));

async fn list_tokens(State(app): State<App>, SignedIn(owner): SignedIn) -> Result<Response, Problem> {
    let records = app.manager.list(&owner).await?;
    let tokens: Vec<_> = records.iter().map(Token::from).collect();
    Ok(([NO_STORE], Json(tokens)).into_response())
}

async fn create_token(
    State(app): State<App>,
    SignedIn(owner): SignedIn,
    wanted: Result<Json<NewToken>, JsonRejection>,
) -> Result<Response, Problem> {
    let Json(wanted) = wanted?;
    let name = TokenName::parse(&wanted.name)?;
    let mut new = NewPat::new(name).with_scopes(wanted.scopes);
    if let Some(number) = wanted.expires_in_days {
        new = new.with_lifetime(days(number).ok_or(ManageErrorKind::Expiry)?);
    }
    let created = app.manager.create(&owner, new).await?;
    let location = (header::LOCATION, format!("/api/tokens/{}", created.record().id()));
    let body = ShownOnce { record: Token::from(created.record()), token: created.token().expose_secret() };
    Ok((StatusCode::CREATED, [NO_STORE], [location], Json(body)).into_response())
}

async fn revoke_token(
    State(app): State<App>,
    SignedIn(owner): SignedIn,
    id: Result<Path<TokenId>, PathRejection>,
) -> Result<StatusCode, Problem> {
    let Path(id) = id.map_err(|_| ManageErrorKind::NotFound)?;
    app.manager.revoke(&owner, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// None for a number of days that is negative or beyond all measure.
fn days(number: i64) -> Option<Duration> {
    let seconds = u64::try_from(number).ok()?.checked_mul(24 * 60 * 60)?;
    Some(Duration::from_secs(seconds))
}

#[expect(clippy::unnecessary_wraps, reason = "it stands in for a field that may be null")]
fn ninety_days() -> Option<i64> {
    Some(90)
}
