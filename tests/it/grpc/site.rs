use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::StreamExt;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tonic::body::Body;
use tonic::codegen::{Service, http};
use tonic::service::Routes;
use tonic::transport::server::TcpIncoming;
use tonic::transport::{Channel, Endpoint, Server};
use tonic::{Request, Response, Status};
use tonic_health::pb::health_client::HealthClient;
use tonic_health::pb::health_server::HealthServer;
use tonic_health::pb::{HealthCheckRequest, HealthCheckResponse};
use tower::Layer;
use tower_pat::guard::{GrpcRequirements, RequireScopeLayer};
use tower_pat::record::PatRecord;
use tower_pat::response::BodilessResponder;
use tower_pat::testing::ManualClock;
use tower_pat::token::PatToken;
use tower_pat::{PatAuthLayer, PatVerifier, Scope};

use super::desk::Desk;
use crate::support::{Ledger, format, noon, record, scopes, token};

pub(super) const HEALTH: &str = "grpc.health.v1.Health";

/// Who is known to the service, and the clock it goes by.
pub(super) struct Hall {
    pub(super) ledger: Arc<Ledger>,
    pub(super) clock: Arc<ManualClock>,
    pub(super) token: PatToken,
}

impl Hall {
    /// One token is known, which may call both methods.
    pub(super) fn new() -> Self {
        let (ledger, clock, token) = (Ledger::new(), ManualClock::new(noon()), token());
        ledger.write(&token, reader());
        Self { ledger, clock, token }
    }

    pub(super) fn auth(&self) -> PatAuthLayer<BodilessResponder> {
        let verifier = PatVerifier::builder(format(), self.ledger.clone()).with_clock(self.clock.clone()).build();
        PatAuthLayer::new(verifier).with_responder(BodilessResponder)
    }

    /// One more token with a record of its own.
    pub(super) fn holder(&self, record: PatRecord) -> PatToken {
        let token = token();
        self.ledger.write(&token, record);
        token
    }
}

pub(super) fn reader() -> PatRecord {
    record(1).with_scopes(scopes("health:read health:watch"))
}

/// `Watch` asks for a scope of its own, every other method for that of the service.
pub(super) fn guard() -> RequireScopeLayer<BodilessResponder> {
    let requirements = GrpcRequirements::new().with_service(HEALTH, Scope::from_static("health:read")).with_method(
        HEALTH,
        "Watch",
        Scope::from_static("health:watch"),
    );
    guard_of(requirements)
}

pub(super) fn guard_of(requirements: GrpcRequirements) -> RequireScopeLayer<BodilessResponder> {
    RequireScopeLayer::grpc(requirements).with_responder(BodilessResponder)
}

/// A server that runs, and a client of it. Both end with it.
pub(super) struct Site {
    pub(super) addr: SocketAddr,
    pub(super) desk: Desk,
    channel: Channel,
    connections: Arc<AtomicUsize>,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<()>,
}

impl Site {
    /// The usual: the layer, and the guard inside.
    pub(super) async fn of(hall: &Hall) -> Self {
        Self::behind((hall.auth(), guard())).await
    }

    /// `Server::layer`: around all services.
    pub(super) async fn behind<L>(layer: L) -> Self
    where
        L: Layer<Routes> + Clone + Send + 'static,
        L::Service: Service<http::Request<Body>, Response = http::Response<Body>> + Clone + Send + 'static,
        <L::Service as Service<http::Request<Body>>>::Future: Send,
        <L::Service as Service<http::Request<Body>>>::Error: Into<tonic::codegen::StdError> + Send,
    {
        let desk = Desk::new();
        Self::serving(layer, Routes::new(HealthServer::new(desk.clone())), desk).await
    }

    pub(super) async fn serving<L>(layer: L, routes: Routes, desk: Desk) -> Self
    where
        L: Layer<Routes> + Clone + Send + 'static,
        L::Service: Service<http::Request<Body>, Response = http::Response<Body>> + Clone + Send + 'static,
        <L::Service as Service<http::Request<Body>>>::Future: Send,
        <L::Service as Service<http::Request<Body>>>::Error: Into<tonic::codegen::StdError> + Send,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let connections = Arc::new(AtomicUsize::new(0));
        let count = connections.clone();
        let incoming = TcpIncoming::from(listener).inspect(move |_| _ = count.fetch_add(1, Ordering::SeqCst));
        let (stop, stopped) = oneshot::channel::<()>();
        let mut server = Server::builder().layer(layer);
        let run = server.add_routes(routes).serve_with_incoming_shutdown(incoming, async { _ = stopped.await });
        let serving = tokio::spawn(async { run.await.unwrap() });
        let channel = Endpoint::try_from(format!("http://{addr}")).unwrap().connect().await.unwrap();
        Self { addr, desk, channel, connections, stop, serving }
    }

    pub(super) fn channel(&self) -> Channel {
        self.channel.clone()
    }

    pub(super) fn client(&self) -> HealthClient<Channel> {
        HealthClient::new(self.channel())
    }

    pub(super) async fn check(&self, token: &PatToken) -> Result<Response<HealthCheckResponse>, Status> {
        self.client().check(with_token(token)).await
    }

    pub(super) async fn watch(&self, token: &PatToken) -> Result<tonic::Streaming<HealthCheckResponse>, Status> {
        Ok(self.client().watch(with_token(token)).await?.into_inner())
    }

    /// How many connections were made so far.
    pub(super) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// Stops as a service does: it takes no more calls and waits for those under way.
    pub(super) async fn stop(self) {
        drop((self.channel, self.desk));
        self.stop.send(()).unwrap();
        self.serving.await.unwrap();
    }
}

/// A call with these values of `authorization`.
pub(super) fn with_authorization(values: &[&str]) -> Request<HealthCheckRequest> {
    let mut request = Request::new(HealthCheckRequest::default());
    for value in values {
        request.metadata_mut().append("authorization", value.parse().unwrap());
    }
    request
}

pub(super) fn with_token(token: &PatToken) -> Request<HealthCheckRequest> {
    with_authorization(&[&format!("Bearer {}", token.expose_secret())])
}
