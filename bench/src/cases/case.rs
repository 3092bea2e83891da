use std::convert::Infallible;
use std::fmt;

use axum::body::Body;
use axum::response::Response;
use http::{Request, StatusCode};
use tower::Service;

use crate::drive::{Drive, Driven};
use crate::traffic::Traffic;

/// How many requests a round of a case has, where a request takes about a microsecond.
const BATCH: usize = 1_000;
/// With many tokens each of 10,000 is to come about once: what caches hold then is what they hold in a service.
const SPREAD: usize = 10_000;

/// One line of the table.
pub(crate) struct Case {
    pub(crate) key: &'static str,
    pub(crate) name: &'static str,
    pub(crate) traffic: Traffic,
    pub(crate) batch: usize,
    pub(crate) service: Box<dyn Drive>,
}

impl Case {
    pub(crate) fn new<S>(key: &'static str, name: &'static str, traffic: Traffic, service: S) -> Self
    where
        S: Service<Request<Body>, Response = Response, Error = Infallible> + 'static,
    {
        Self::answering(StatusCode::OK, (key, name), traffic, service)
    }

    /// A case that answers otherwise than with 200.
    pub(crate) fn answering<S>(
        expected: StatusCode,
        (key, name): (&'static str, &'static str),
        traffic: Traffic,
        service: S,
    ) -> Self
    where
        S: Service<Request<Body>, Response = Response, Error = Infallible> + 'static,
    {
        let batch = if traffic.is_hot() { BATCH } else { SPREAD };
        Self { key, name, traffic, batch, service: Box::new(Driven { service, expected }) }
    }

    /// A slow case, with fewer requests a round.
    pub(crate) fn in_batches_of(mut self, batch: usize) -> Self {
        self.batch = batch;
        self
    }
}

impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Case").field("key", &self.key).finish_non_exhaustive()
    }
}
