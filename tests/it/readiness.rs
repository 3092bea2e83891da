//! What a service inside reserves when it is polled ready is used by the request that is let pass, or given back.
//!
//! The instances are kept, as pools and clients keep them: who drops them gives everything back anyway.

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::Body;
use futures_util::FutureExt;
use http::{Request, Response, StatusCode};
use tower::buffer::BufferLayer;
use tower::limit::GlobalConcurrencyLimitLayer;
use tower::util::BoxCloneService;
use tower::{BoxError, Layer, Service, ServiceExt, service_fn};
use tower_pat::guard::RequireScopeLayer;
use tower_pat::token::PatToken;
use tower_pat::{PatAuthLayer, PatVerifier, Scope};
use tower_test::mock;

use crate::support::{Ledger, format, record, request, scopes, token, with_token};

type Boxed = BoxCloneService<Request<Body>, Response<Body>, BoxError>;

/// A service behind the layer and a guard.
struct Gate {
    ledger: Arc<Ledger>,
    /// May pass.
    good: PatToken,
    /// Lacks a scope.
    poor: PatToken,
    service: Boxed,
}

impl Gate {
    fn before<S>(inner: S) -> Self
    where
        S: Service<Request<Body>, Response = Response<Body>> + Clone + Send + 'static,
        S::Error: Into<BoxError>,
        S::Future: Send,
    {
        let (ledger, good, poor) = (Ledger::new(), token(), token());
        ledger.write(&good, record(1));
        ledger.write(&poor, record(2).with_scopes(scopes("other")));
        let auth = PatAuthLayer::new(PatVerifier::new(format(), ledger.clone()));
        let guard = RequireScopeLayer::new(Scope::from_static("invoices:read"));
        let service = BoxCloneService::new((auth, guard).layer(inner).map_err(Into::into));
        Self { ledger, good, poor, service }
    }

    /// With one place for all instances.
    fn narrow() -> Self {
        Self::before(GlobalConcurrencyLimitLayer::new(1).layer(service_fn(answer)))
    }

    /// With one place for all instances, in the queue of a buffer.
    fn queueing() -> Self {
        Self::before(BufferLayer::new(1).layer(service_fn(answer)))
    }

    /// An instance that is ready, if there is a place for it.
    fn ready(&self) -> Option<Boxed> {
        let mut service = self.service.clone();
        service.ready().now_or_never()?.unwrap();
        Some(service)
    }

    /// Calls an instance of its own, which is kept.
    async fn call(&self, request: Request<Body>) -> (StatusCode, Boxed) {
        let mut service = self.ready().expect("there is a place");
        let response = service.call(request).await.unwrap();
        (response.status(), service)
    }

    /// A request for each way to be denied, both after a look-up and without.
    fn denied(&self) -> [(StatusCode, Request<Body>); 6] {
        let unknown = token();
        [
            (StatusCode::UNAUTHORIZED, request("/", &[])),
            (StatusCode::UNAUTHORIZED, request("/", &[b"Bearer x"])),
            (StatusCode::BAD_REQUEST, request("/", &[b"Bearer x", b"Bearer x"])),
            (StatusCode::UNAUTHORIZED, with_token("/", &unknown)),
            (StatusCode::UNAUTHORIZED, with_token("/", &unknown)),
            (StatusCode::FORBIDDEN, with_token("/", &self.poor)),
        ]
    }

    async fn pass(&self) {
        assert_eq!(self.call(with_token("/", &self.good)).await.0, StatusCode::OK);
    }

    async fn deny_a_hundred_times_and_pass(&self) {
        let mut kept = Vec::new();
        for round in 0..100 {
            for (number, (expected, request)) in self.denied().into_iter().enumerate() {
                let (status, instance) = self.call(request).await;
                assert_eq!(status, expected, "{number} in round {round}");
                kept.push(instance);
            }
        }
        self.pass().await;
        assert_eq!(kept.len(), 600);
    }
}

async fn answer(_: Request<Body>) -> Result<Response<Body>, Infallible> {
    Ok(Response::new(Body::empty()))
}

#[tokio::test]
async fn place_of_a_denied_request_is_free_for_the_next() {
    Gate::narrow().deny_a_hundred_times_and_pass().await;
}

#[tokio::test]
async fn place_in_a_queue_that_a_denied_request_had_is_free_for_the_next() {
    Gate::queueing().deny_a_hundred_times_and_pass().await;
}

/// Else the test above would prove nothing.
#[tokio::test]
async fn place_is_taken_while_an_instance_is_ready() {
    for gate in [Gate::narrow(), Gate::queueing()] {
        let ready = gate.ready().unwrap();
        assert!(gate.ready().is_none());
        drop(ready);
        gate.pass().await;
    }
}

#[tokio::test]
async fn request_keeps_its_place_while_its_token_is_looked_up() {
    let gate = Gate::narrow();
    gate.ledger.hold();
    let mut instance = gate.ready().unwrap();
    let response = instance.call(with_token("/", &gate.good));
    assert!(gate.ready().is_none());
    gate.ledger.release(1);
    assert_eq!(response.await.unwrap().status(), StatusCode::OK);
    gate.pass().await;
}

#[tokio::test]
async fn place_of_a_request_that_is_dropped_while_it_waits_is_free_for_the_next() {
    for gate in [Gate::narrow(), Gate::queueing()] {
        gate.ledger.hold();
        let mut kept = Vec::new();
        for _ in 0..100 {
            let mut instance = gate.ready().expect("there is a place");
            let mut response = instance.call(with_token("/", &gate.good));
            assert!((&mut response).now_or_never().is_none());
            drop(response);
            kept.push(instance);
        }
        gate.ledger.release(1);
        gate.pass().await;
        assert_eq!((kept.len(), gate.ledger.calls()), (100, 1));
    }
}

/// A mock panics when an instance is called that was not polled ready; a clone never was.
#[tokio::test]
async fn only_instances_that_were_polled_ready_are_called() {
    let (mock, mut handle) = mock::pair();
    let gate = Gate::before(mock);
    let mut service = gate.service.clone();
    for round in 0..3 {
        for (expected, denied) in gate.denied() {
            let response = service.ready().await.unwrap().call(denied).await.unwrap();
            assert_eq!(response.status(), expected);
            let passing = service.ready().await.unwrap().call(with_token("/", &gate.good));
            let called = async { handle.next_request().await.unwrap().1.send_response(Response::new(Body::empty())) };
            let (response, ()) = tokio::join!(passing, called);
            assert_eq!(response.unwrap().status(), StatusCode::OK, "{round}");
        }
    }
    drop((service, gate));
    assert!(handle.next_request().await.is_none(), "no denied request has come through");
}
