//! A gRPC service that asks for tokens: tonic's server, with a scope for each method.
//!
//! ```text
//! cargo run --all-features --example grpc
//! ```
//!
//! It listens at `LISTEN` (`127.0.0.1:50051`), keeps all in memory, and prints a token once. The service is gRPC's
//! standard one of health. The same program is a client too, which reads `TOKEN`:
//!
//! ```text
//! cargo run --all-features --example grpc -- check               # 16, Unauthenticated: no token
//! TOKEN=… cargo run --all-features --example grpc -- check       # SERVING, and whom the server took it for
//! TOKEN=… cargo run --all-features --example grpc -- watch       # 7, PermissionDenied: a scope is missing
//! ```
//!
//! So is any other client that sends the metadata `authorization: Bearer …`:
//!
//! ```text
//! grpcurl -plaintext -H "authorization: Bearer $TOKEN" -proto health.proto 127.0.0.1:50051 grpc.health.v1.Health/Check
//! ```
//!
//! **Two layers.** `PatAuthLayer` looks at the token, and the guard inside compares the called method with what is said of
//! it. Of a method that is added later nothing is said, so it is closed. tonic's bodies can only be made empty, hence
//! `BodilessResponder`; gRPC says a denial in headers alone.
//!
//! **A token is looked at when a call begins.** A stream that was accepted goes on when the token is revoked or expires; the
//! next call is refused. A service that must end streams then sets them an end of its own.

use std::env;
use std::error::Error;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{self, BoxStream, StreamExt};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tonic::metadata::AsciiMetadataValue;
use tonic::transport::server::TcpIncoming;
use tonic::transport::{Channel, Endpoint, Server};
use tonic::{Request, Response, Status};
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use tonic_health::pb::health_server::{Health, HealthServer};
use tonic_health::pb::{HealthCheckRequest, HealthCheckResponse};
use tower_pat::guard::{GrpcRequirements, RequireScopeLayer};
use tower_pat::manager::NewPat;
use tower_pat::record::{OwnerId, TokenName};
use tower_pat::response::BodilessResponder;
use tower_pat::store::MemoryStore;
use tower_pat::{PatAuthLayer, PatManager, PatPrincipal, PatVerifier, TokenFormat};

const HEALTH: &str = "grpc.health.v1.Health";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let listen = env::var("LISTEN").unwrap_or_else(|_| "127.0.0.1:50051".to_owned());
    match env::args().nth(1).as_deref() {
        None => serve(&listen).await,
        Some("check") => check(&listen).await,
        Some("watch") => watch(&listen).await,
        Some(_) => Err("the client's calls are: check, watch".into()),
    }
}

// The server.

async fn serve(listen: &str) -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    let store = Arc::new(MemoryStore::new());
    let format = TokenFormat::new("demo_pat")?;
    let manager = PatManager::new(format.clone(), store.clone(), "health:read health:watch".parse()?);
    let auth = PatAuthLayer::new(PatVerifier::new(format, store)).with_responder(BodilessResponder);
    let requirements = GrpcRequirements::new().with_method(HEALTH, "Check", "health:read").with_method(
        HEALTH,
        "Watch",
        "health:watch",
    );
    let guard = RequireScopeLayer::grpc(requirements).with_responder(BodilessResponder);

    let listener = TcpListener::bind(listen).await;
    let listener = listener.map_err(|error| format!("cannot listen on {listen:?} (set LISTEN=host:port): {error}"))?;
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    greet(&manager, listener.local_addr()?).await?;

    let (status, watched) = watch::channel(ServingStatus::Serving);
    let stopped = async move {
        tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
        // Streams end with what they watch; the server waits for them.
        drop(status);
    };
    let server = Server::builder().layer(auth).layer(guard).add_service(HealthServer::new(Desk(watched)));
    Ok(server.serve_with_incoming_shutdown(TcpIncoming::from(listener), stopped).await?)
}

/// Makes a token and shows it this once.
async fn greet(manager: &PatManager, addr: SocketAddr) -> Result<(), Box<dyn Error>> {
    let wanted = NewPat::new(TokenName::parse("demo")?)
        .with_scopes("health:read".parse()?)
        .with_lifetime(Duration::from_hours(24));
    let created = manager.create(&OwnerId::parse("demo")?, wanted).await?;
    println!("demo token: {}", created.token().expose_secret());
    println!("listening on http://{addr}");
    Ok(())
}

struct Desk(watch::Receiver<ServingStatus>);

#[tonic::async_trait]
impl Health for Desk {
    async fn check(&self, request: Request<HealthCheckRequest>) -> Result<Response<HealthCheckResponse>, Status> {
        let caller = caller(&request)?;
        let mut response = Response::new(say(*self.0.borrow()));
        response.metadata_mut().insert("caller", caller);
        Ok(response)
    }

    type WatchStream = BoxStream<'static, Result<HealthCheckResponse, Status>>;

    async fn watch(&self, _: Request<HealthCheckRequest>) -> Result<Response<Self::WatchStream>, Status> {
        let now = stream::iter([Ok(say(*self.0.borrow()))]);
        let changes = stream::unfold(self.0.clone(), |mut status| async {
            status.changed().await.ok()?;
            let said = say(*status.borrow_and_update());
            Some((Ok(said), status))
        });
        Ok(Response::new(now.chain(changes).boxed()))
    }
}

fn say(status: ServingStatus) -> HealthCheckResponse {
    HealthCheckResponse { status: status.into() }
}

/// The layer has left the principal in the request.
fn caller<T>(request: &Request<T>) -> Result<AsciiMetadataValue, Status> {
    let principal = request.extensions().get::<PatPrincipal>();
    let principal = principal.ok_or_else(|| Status::internal("the service stands outside of the layer"))?;
    let owner = principal.owner().as_str().parse();
    owner.map_err(|_| Status::internal("the owner has a name that metadata cannot carry"))
}

// The client.

async fn connect(addr: &str) -> Result<HealthClient<Channel>, Box<dyn Error>> {
    Ok(HealthClient::new(Endpoint::try_from(format!("http://{addr}"))?.connect().await?))
}

async fn check(addr: &str) -> Result<(), Box<dyn Error>> {
    let mut client = connect(addr).await?;
    let answer = client.check(authorized()?).await.map_err(denied)?;
    println!("caller: {:?}", answer.metadata().get("caller"));
    println!("status: {}", answer.get_ref().status().as_str_name());
    Ok(())
}

async fn watch(addr: &str) -> Result<(), Box<dyn Error>> {
    let mut client = connect(addr).await?;
    let mut answers = client.watch(authorized()?).await.map_err(denied)?.into_inner();
    while let Some(answer) = answers.message().await? {
        println!("status: {}", answer.status().as_str_name());
    }
    Ok(())
}

/// A call with the token of the environment, if there is one: an argument would be seen by who lists processes.
fn authorized() -> Result<Request<HealthCheckRequest>, Box<dyn Error>> {
    let mut request = Request::new(HealthCheckRequest::default());
    if let Ok(token) = env::var("TOKEN") {
        let mut bearer: AsciiMetadataValue = format!("Bearer {token}").parse()?;
        bearer.set_sensitive(true);
        request.metadata_mut().insert("authorization", bearer);
    }
    Ok(request)
}

#[expect(clippy::needless_pass_by_value, reason = "it is given to map_err")]
fn denied(status: Status) -> String {
    format!("{}, {:?}: {}", i32::from(status.code()), status.code(), status.message())
}
