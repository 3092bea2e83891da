use futures_util::stream::{self, BoxStream, StreamExt};
use tokio::sync::broadcast;
use tonic::metadata::AsciiMetadataValue;
use tonic::{Request, Response, Status};
use tonic_health::pb::health_server::Health;
use tonic_health::pb::{HealthCheckRequest, HealthCheckResponse};
use tower_pat::PatPrincipal;

/// A service that says who called, and whose streams repeat what the test says.
#[derive(Clone)]
pub(super) struct Desk(broadcast::Sender<i32>);

impl Desk {
    pub(super) fn new() -> Self {
        Self(broadcast::Sender::new(16))
    }

    /// Says a number to all open streams; gives how many there are.
    pub(super) fn say(&self, number: i32) -> usize {
        self.0.send(number).unwrap_or(0)
    }
}

#[tonic::async_trait]
impl Health for Desk {
    async fn check(&self, request: Request<HealthCheckRequest>) -> Result<Response<HealthCheckResponse>, Status> {
        let mut response = Response::new(answer(1));
        response.metadata_mut().insert("caller", caller(&request)?);
        Ok(response)
    }

    type WatchStream = BoxStream<'static, Result<HealthCheckResponse, Status>>;

    async fn watch(&self, request: Request<HealthCheckRequest>) -> Result<Response<Self::WatchStream>, Status> {
        let said = stream::unfold(self.0.subscribe(), |mut said| async {
            let number = said.recv().await.ok()?;
            Some((Ok(answer(number)), said))
        });
        let mut response = Response::new(said.boxed());
        response.metadata_mut().insert("caller", caller(&request)?);
        Ok(response)
    }
}

fn answer(status: i32) -> HealthCheckResponse {
    HealthCheckResponse { status }
}

fn caller<T>(request: &Request<T>) -> Result<AsciiMetadataValue, Status> {
    let principal = request.extensions().get::<PatPrincipal>().ok_or_else(|| Status::unknown("nobody"))?;
    Ok(principal.owner().as_str().parse().unwrap())
}
