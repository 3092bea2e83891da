//! A small service with personal access tokens, kept in a SQLite file or a PostgreSQL database.
//!
//! ```text
//! cargo run --all-features --example server
//! ```
//!
//! `LISTEN` (`127.0.0.1:3000`) says where it listens, `DATABASE_URL` (`sqlite://tower-pat-demo.db`, or
//! `postgres://…`) where it keeps its tokens, `RUST_LOG` (`info`) what it logs.
//!
//! Its users sign in with a form and a session cookie, which is the host application's own business, and manage their
//! tokens on the page at `/settings/tokens`, or at `/api/tokens`. Scripts call `/api/me` and `/api/invoices` with a token. `/openapi.json` describes it all.

#[path = "server/document.rs"]
mod document;
#[path = "server/invoices.rs"]
mod invoices;
#[path = "server/people.rs"]
mod people;
#[path = "server/problem.rs"]
mod problem;
#[path = "server/scopes.rs"]
mod scopes;
#[path = "support/serving.rs"]
mod serving;
#[path = "server/store.rs"]
mod store;
#[path = "server/tokens.rs"]
mod tokens;

use std::env;
use std::error::Error;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use axum::Router;
use tower_pat::client::SocketPeer;
use tower_pat::expiry::ExpiryWatch;
use tower_pat::feed::FeedFollower;
use tower_pat::manager::{CreatedPat, EventStream, NewPat};
use tower_pat::policy::Policy;
use tower_pat::record::{OwnerId, TokenName};
use tower_pat::requirement::Access;
use tower_pat::reuse::ReuseWatch;
use tower_pat::routing::{GuardedRouter, delete, get};
use tower_pat::scope::Scopes;
use tower_pat::usage::UsageRecorder;
use tower_pat::{PatAuthLayer, PatManager, PatVerifier, TokenFormat};
use tower_sessions::{MemoryStore, SessionManagerLayer};

use invoices::{Invoices, create_invoice, list_invoices, me, show_invoice};
use scopes::Api;
use serving::{listen, log_to_stderr, report, serve, stop_signal};
use store::Store;
use tokens::{create_token, days, list_tokens, log_in, revoke_token};

#[tokio::main]
async fn main() -> ExitCode {
    report(run().await)
}

async fn run() -> Result<(), Box<dyn Error>> {
    log_to_stderr();
    let url = env::var("DATABASE_URL").unwrap_or_else(|_| "sqlite://tower-pat-demo.db".to_owned());
    let database = Store::open(&url).await?;
    let store = database.shared();
    let format = TokenFormat::new("demo_pat")?;
    let manager = PatManager::new(format.clone(), store.clone(), Api::catalog())
        .with_policy(Policy::default().with_insecure_endless_lifetime(true));
    // Others may use the same tokens: what they change counts here at once.
    let follower = FeedFollower::builder(database.feed()).start();
    let expiry = ExpiryWatch::start(manager.clone());
    tokio::spawn(log_events(manager.subscribe()));
    let recorder = UsageRecorder::start(store.clone());
    let verifier = PatVerifier::builder(format, store.clone())
        .with_catalog(Api::catalog())
        .with_observer(Arc::new(recorder.clone()))
        .with_observer(Arc::new(ReuseWatch::start(manager.clone())))
        .build();
    let auth = PatAuthLayer::new(verifier).with_realm("tower-pat demo")?.with_client_addr(SocketPeer);

    let listener = listen("127.0.0.1:3000").await?;
    let addr = listener.local_addr()?;
    if store.is_empty().await? {
        greet(&create_demo_token(&manager).await?, addr);
    } else {
        println!("the demo token was shown at the first start; sign in at /login to make another");
    }
    let stopping = stop_signal()?;
    println!("listening on http://{addr}");
    println!("people manage their tokens at http://{addr}{}", people::PAGE);
    let served = serve(listener, app(manager, auth)?, stopping).await;
    recorder.shutdown().await;
    drop((follower, expiry));
    database.close().await;
    served
}

/// What a real service would mail to people.
async fn log_events(mut events: EventStream) {
    while let Some(event) = events.recv().await {
        match event {
            Ok(event) => {
                let token = event.token().map(|token| token.to_string());
                tracing::info!(kind = event.kind().as_str(), token, "a token was changed, or expires soon");
            }
            Err(missed) => tracing::warn!(%missed, "the audit has them"),
        }
    }
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
    invoices: Invoices,
}

/// A route that does not say who may call it does not compile.
fn routes(manager: PatManager) -> Result<GuardedRouter, Box<dyn Error>> {
    let routes = GuardedRouter::new()
        .with_catalog(Api::catalog())
        .route("/public", get(document::anybody))
        .route("/login", get(people::sign_in).post(log_in))
        .route("/api/me", get(me))
        .route("/api/invoices", get(list_invoices).post(create_invoice))
        .route("/api/invoices/{id}", get(show_invoice))
        .route("/api/tokens", get(list_tokens).post(create_token))
        .route("/api/tokens/{id}", delete(revoke_token))
        .nest_service(people::PAGE, Access::Public, people::page(manager.clone()))
        .with_state(App { manager, invoices: Invoices::default() });
    document::describe(routes)
}

fn app(manager: PatManager, auth: PatAuthLayer) -> Result<Router, Box<dyn Error>> {
    // The host's part: how its users sign in. A real service keeps sessions in a store and its cookies on HTTPS.
    let sessions = SessionManagerLayer::new(MemoryStore::default()).with_secure(false);
    Ok(routes(manager)?.finish(auth)?.layer(sessions))
}

#[cfg(all(test, feature = "testing"))]
mod tests {
    use std::sync::Arc;

    use axum::body::{Body, to_bytes};
    use axum::http::Request;
    use serde_json::{Value, json};
    use tower::Service;
    use tower_pat::requirement::Access;
    use tower_pat::resolver::{Answer, ResolveError, resolver_fn};
    use tower_pat::scope::Scopes;
    use tower_pat::store::MemoryStore;
    use tower_pat::testing::walk::Walk;
    use tower_pat::token::TokenDigest;
    use tower_pat::{PatAuthLayer, PatManager, PatVerifier, TokenFormat};
    use tower_sessions::{MemoryStore as Sessions, SessionManagerLayer};

    use super::scopes::Api;
    use super::{app, routes};

    fn manager() -> PatManager {
        let format = TokenFormat::new("demo_pat").expect("a prefix");
        PatManager::new(format, Arc::new(MemoryStore::new()), Api::catalog())
    }

    /// Who may call what, for a review: a change of it is to be seen.
    #[test]
    fn routes_are_open_to_these() {
        let routes = routes(manager()).expect("routes");
        let review = "\
METHOD  PATH                  ACCESS
GET     /api/invoices         invoices:read among invoice
POST    /api/invoices         invoices:write
GET     /api/invoices/{id}    invoices:read on invoice:{id} (concealed)
GET     /api/me               any token
GET     /api/tokens           public
POST    /api/tokens           public
DELETE  /api/tokens/{id}      public
GET     /login                public
POST    /login                public
GET     /openapi.json         public
GET     /public               public
any     /settings/tokens/{*}  public                                     (service)
";
        assert_eq!(routes.table().to_string(), review);
    }

    /// What is served says of each route what the table says of it.
    #[tokio::test]
    async fn description_asks_for_what_the_routes_ask_for() {
        let table = routes(manager()).expect("routes").table().clone();
        let resolver = resolver_fn(|_: TokenDigest| async { Ok::<_, ResolveError>(Answer::Unknown) });
        let format = TokenFormat::new("demo_pat").expect("a prefix");
        let verifier = PatVerifier::builder(format, resolver).with_catalog(Api::catalog()).build();
        let mut app = app(manager(), PatAuthLayer::new(verifier)).expect("a service");
        let request = Request::get("/openapi.json").body(Body::empty()).expect("a request");
        let response = app.call(request).await.expect("an answer");
        let body = to_bytes(response.into_body(), usize::MAX).await.expect("a body");
        let document: Value = serde_json::from_slice(&body).expect("JSON");
        let mut operations = 0;
        // What people see is no operation.
        for entry in table.iter().filter(|entry| entry.method().is_some()) {
            let method = entry.method().expect("each route is for one method").as_str().to_lowercase();
            let operation = &document["paths"][entry.path()][method];
            assert_eq!(operation["x-access"], entry.access().to_string(), "{entry}");
            let security = match entry.access() {
                Access::Public if entry.path().starts_with("/api/tokens") => json!([{ "session": [] }]),
                Access::Public => json!([]),
                Access::AnyToken => json!([{ "pat": [] }]),
                Access::Requires(requirement) => json!([{ "pat": requirement.named_scopes() }]),
            };
            assert_eq!(operation["security"], security, "{entry}");
            operations += 1;
        }
        let paths = document["paths"].as_object().expect("paths");
        let documented: usize = paths.values().map(|path| path.as_object().expect("operations").len()).sum();
        assert_eq!((operations, documented), (11, 11));
        let scheme = &document["components"]["securitySchemes"]["pat"];
        assert_eq!((&scheme["type"], &scheme["scheme"]), (&json!("http"), &json!("bearer")));
        let description = scheme["description"].as_str().expect("a description");
        assert!(description.contains("`invoices:write`: See your invoices and write new ones."), "{description}");
    }

    #[tokio::test]
    async fn routes_let_in_whom_they_say_and_nobody_else() {
        let sessions = SessionManagerLayer::new(Sessions::default());
        let routes = routes(manager()).expect("routes").layer(sessions);
        let report = Walk::new(routes).run().await.unwrap_or_else(|holes| panic!("{holes}"));
        assert_eq!((report.routes(), report.unreached().len()), (12, 0));
    }
}
