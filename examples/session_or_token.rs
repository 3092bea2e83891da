//! Handlers that take either a browser session or a personal access token, through one extractor, [`Caller`].
//!
//! ```text
//! cargo run --all-features --example session_or_token
//! ```
//!
//! It listens at `LISTEN` (`127.0.0.1:3001`), keeps all in memory, and prints a token once. The same handlers answer a
//! script and a person who is signed in:
//!
//! ```text
//! curl -i http://127.0.0.1:3001/invoices                                            # 401: neither
//! curl -i -H "Authorization: Bearer $TOKEN" http://127.0.0.1:3001/invoices          # 200: a token
//! curl -i -H "Authorization: Bearer $TOKEN" -d amount=5 http://127.0.0.1:3001/invoices    # 403: it may only read
//! curl -i -c jar -d user=demo http://127.0.0.1:3001/login                           # 204: signed in
//! curl -i -b jar http://127.0.0.1:3001/invoices                                     # 200: a session
//! curl -i -b jar -d amount=5 http://127.0.0.1:3001/invoices                         # 201: all rights of its user
//! curl -i -b jar -H 'Authorization: Bearer demo_pat_x' http://127.0.0.1:3001/invoices     # 401: a bad token decides
//! curl -i -b jar -H 'Origin: https://evil.example' -d amount=5 http://127.0.0.1:3001/invoices    # 403: another site
//! ```
//!
//! **A token that is there decides, also when it is bad.** That is how `PatAuthLayer::with_anonymous` works: the layer
//! refuses a bad token, and only a request without one gets as far as the session. If a bad token fell back to the
//! session, a script with an expired token in a browser's profile would go on with all rights of its user, and nobody
//! would notice. Credentials of another scheme, such as `Basic`, are no token.
//!
//! **Scopes limit tokens, not sessions.** [`Caller::require`] asks for a scope where the caller is a token; a person
//! who is signed in has their full rights.
//!
//! **Cookies need what tokens do not.** A browser attaches a cookie by itself, also to a form that another site sends,
//! so callers without a token must come from the same origin (`tower_http::csrf`, by `Sec-Fetch-Site` and `Origin`), on
//! `/login` too, and the cookie is `HttpOnly` and `SameSite=Strict`. A real service also makes it `Secure`. A token is
//! attached by nobody but its holder, and is asked for no origin.

#[path = "support/serving.rs"]
mod serving;

use std::error::Error;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use serde::{Deserialize, Serialize};
use tower::{Layer, ServiceExt};
use tower_http::csrf::CsrfLayer;
use tower_pat::denial::{Denial, InsufficientScope};
use tower_pat::manager::NewPat;
use tower_pat::record::{OwnerId, TokenName};
use tower_pat::requirement::Requirement;
use tower_pat::{PatAuthLayer, PatManager, PatPrincipal, PatVerifier, Scope, TokenFormat, store};
use tower_sessions::cookie::SameSite;
use tower_sessions::{MemoryStore, Session, SessionManagerLayer};

use serving::{listen, log_to_stderr, report, serve, stop_signal};

const USER: &str = "user";

#[tokio::main]
async fn main() -> ExitCode {
    report(run().await)
}

async fn run() -> Result<(), Box<dyn Error>> {
    log_to_stderr();
    let store = Arc::new(store::MemoryStore::new());
    let format = TokenFormat::new("demo_pat")?;
    let manager = PatManager::new(format.clone(), store.clone(), "invoices:read invoices:write".parse()?);
    let auth = PatAuthLayer::new(PatVerifier::new(format, store)).with_realm("tower-pat demo")?;

    let listener = listen("127.0.0.1:3001").await?;
    greet(&manager, listener.local_addr()?).await?;
    serve(listener, app(auth), stop_signal()?).await
}

/// Makes a token and shows it this once.
async fn greet(manager: &PatManager, addr: SocketAddr) -> Result<(), Box<dyn Error>> {
    let wanted = NewPat::new(TokenName::parse("demo")?)
        .with_scopes("invoices:read".parse()?)
        .with_lifetime(Duration::from_hours(24));
    let created = manager.create(&OwnerId::parse("demo")?, wanted).await?;
    println!("demo token: {}", created.token().expose_secret());
    println!("listening on http://{addr}");
    Ok(())
}

fn app(auth: PatAuthLayer) -> Router {
    // A real service keeps sessions in a store, and its cookies on HTTPS.
    let sessions = SessionManagerLayer::new(MemoryStore::default()).with_same_site(SameSite::Strict).with_secure(false);
    Router::new()
        .route("/login", post(log_in))
        .route("/logout", post(log_out))
        .route("/me", get(me))
        .route("/invoices", get(list_invoices).post(add_invoice))
        // The last layer is the outermost: first the token is looked at, then the origin, then the session.
        .layer(sessions)
        .layer(from_fn(same_origin_without_token))
        .layer(auth.with_anonymous())
        .with_state(Invoices::default())
}

/// Who calls.
enum Caller {
    /// A person who is signed in.
    Session(OwnerId),
    /// A token, on behalf of its owner.
    Token(PatPrincipal),
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let token = Option::<PatPrincipal>::from_request_parts(parts, state).await;
        if let Some(principal) = token.map_err(IntoResponse::into_response)? {
            return Ok(Self::Token(principal));
        }
        let session = Session::from_request_parts(parts, state).await.map_err(IntoResponse::into_response)?;
        let user: Option<String> = session.get(USER).await.map_err(internal)?;
        let user = user.and_then(|user| OwnerId::parse(&user).ok());
        user.map(Self::Session).ok_or_else(|| Denial::MissingCredential.into_response())
    }
}

impl Caller {
    fn user(&self) -> &OwnerId {
        match self {
            Self::Session(user) => user,
            Self::Token(principal) => principal.owner(),
        }
    }

    /// Asks for a scope where the caller is a token.
    fn require(&self, scope: &'static str) -> Result<(), Denial> {
        let required = Requirement::scope(Scope::from_static(scope));
        match self {
            Self::Token(principal) if !principal.allows(&required, None) => {
                Err(InsufficientScope::new(required, principal.scopes().clone()).into())
            }
            _ => Ok(()),
        }
    }
}

/// Refuses requests that another site has a browser send; who holds a token has sent it on purpose.
async fn same_origin_without_token(token: Option<PatPrincipal>, request: Request, next: Next) -> Response {
    if token.is_some() {
        return next.run(request).await;
    }
    let Ok(response) = CsrfLayer::new().layer(next).oneshot(request).await;
    response
}

#[derive(Deserialize)]
struct Login {
    user: String,
}

/// Believes everybody; a real service asks for a password, or sends people to its identity provider.
async fn log_in(session: Session, Form(Login { user }): Form<Login>) -> Result<StatusCode, Response> {
    let user =
        OwnerId::parse(&user).map_err(|error| (StatusCode::UNPROCESSABLE_ENTITY, error.to_string()).into_response())?;
    // A session that somebody else may know the name of must not become that of the user.
    session.cycle_id().await.map_err(internal)?;
    session.insert(USER, user.as_str()).await.map_err(internal)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn log_out(session: Session) -> Result<StatusCode, Response> {
    session.flush().await.map_err(internal)?;
    Ok(StatusCode::NO_CONTENT)
}

fn internal(error: impl Error) -> Response {
    tracing::error!(%error, "a session failed");
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}

/// Any caller will do.
async fn me(caller: Caller) -> String {
    match caller {
        Caller::Session(user) => format!("{user}, signed in\n"),
        Caller::Token(principal) => format!("{}, by a token for {}\n", principal.owner(), principal.scopes()),
    }
}

#[derive(Clone, Default)]
struct Invoices(Arc<Mutex<Vec<Invoice>>>);

#[derive(Clone, Serialize)]
struct Invoice {
    user: OwnerId,
    amount: u64,
}

async fn list_invoices(caller: Caller, State(invoices): State<Invoices>) -> Result<Json<Vec<Invoice>>, Denial> {
    caller.require("invoices:read")?;
    let invoices = invoices.0.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(Json(invoices.iter().filter(|invoice| invoice.user == *caller.user()).cloned().collect()))
}

#[derive(Deserialize)]
struct NewInvoice {
    amount: u64,
}

async fn add_invoice(
    caller: Caller,
    State(invoices): State<Invoices>,
    Form(NewInvoice { amount }): Form<NewInvoice>,
) -> Result<(StatusCode, Json<Invoice>), Denial> {
    caller.require("invoices:write")?;
    let invoice = Invoice { user: caller.user().clone(), amount };
    invoices.0.lock().unwrap_or_else(PoisonError::into_inner).push(invoice.clone());
    Ok((StatusCode::CREATED, Json(invoice)))
}
