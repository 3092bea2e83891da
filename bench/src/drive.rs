use std::convert::Infallible;
use std::future::poll_fn;

use axum::body::Body;
use axum::response::Response;
use http::header::AUTHORIZATION;
use http::{HeaderValue, Request, StatusCode};
use tokio::runtime::Runtime;
use tower::Service;

use crate::clock::Stopwatch;

/// A service that requests are sent to; the loop over them is compiled for the very service.
pub(crate) trait Drive {
    /// Sends these requests one after the other, and says how many nanoseconds all of them took.
    fn all(&mut self, runtime: &Runtime, headers: &[HeaderValue]) -> u64;

    /// The same, each measured by itself.
    fn each(&mut self, runtime: &Runtime, headers: &[HeaderValue]) -> Vec<u64>;
}

/// The service, and what it is to answer.
#[derive(Debug)]
pub(crate) struct Driven<S> {
    pub(crate) service: S,
    pub(crate) expected: StatusCode,
}

impl<S> Drive for Driven<S>
where
    S: Service<Request<Body>, Response = Response, Error = Infallible>,
{
    fn all(&mut self, runtime: &Runtime, headers: &[HeaderValue]) -> u64 {
        runtime.block_on(async {
            let started = Stopwatch::start();
            for header in headers {
                call(&mut self.service, header, self.expected).await;
            }
            started.nanos()
        })
    }

    fn each(&mut self, runtime: &Runtime, headers: &[HeaderValue]) -> Vec<u64> {
        let mut nanos = Vec::with_capacity(headers.len());
        runtime.block_on(async {
            for header in headers {
                let started = Stopwatch::start();
                call(&mut self.service, header, self.expected).await;
                nanos.push(started.nanos());
            }
        });
        nanos
    }
}

/// Sends one request: made, answered and thrown away.
pub(crate) async fn call<S>(service: &mut S, header: &HeaderValue, expected: StatusCode)
where
    S: Service<Request<Body>, Response = Response, Error = Infallible>,
{
    let mut request = Request::new(Body::empty());
    request.headers_mut().insert(AUTHORIZATION, header.clone());
    poll_fn(|cx| service.poll_ready(cx)).await.unwrap_or_else(|never| match never {});
    let response = service.call(request).await.unwrap_or_else(|never| match never {});
    assert_eq!(response.status(), expected, "a case answers as it is meant to");
}
