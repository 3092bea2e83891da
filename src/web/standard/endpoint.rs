use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use axum::middleware::map_response;
use axum::routing::post;
use axum::{Extension, Router};
use http::request::Parts;

use super::{leaks, revocation};
use crate::client::ClientAddrSource;
use crate::manager::PatManager;
use crate::web::desk::Desk;
use crate::web::limit::{Household, Limiter, Rate};
use crate::web::no_store::no_store;
use crate::web::problem::Problem;

/// How many bytes a body may have: a hundred tokens need 10,000.
pub(super) const BODY: usize = 64 * 1024;

/// Builds the router of an endpoint that anybody may call who has a token: [`revocation`](super::revocation()) or
/// [`leak_report`](super::leak_report()).
///
/// ```
/// # use tower_pat::PatManager;
/// use tower_pat::client::SocketPeer;
/// use tower_pat::web;
///
/// # fn example(manager: PatManager) -> axum::Router {
/// axum::Router::new()
///     .merge(web::revocation(manager.clone()).with_client_addr(SocketPeer).router())
///     .merge(web::leak_report(manager).with_client_addr(SocketPeer).router())
/// # }
/// ```
#[must_use = "it is no router yet"]
pub struct OpenEndpoint {
    kind: EndpointKind,
    desk: Desk,
    rate: Rate,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum EndpointKind {
    Revocation,
    Leaks,
}

impl OpenEndpoint {
    pub(super) fn new(kind: EndpointKind, manager: PatManager) -> Self {
        Self { kind, desk: Desk::new(manager), rate: Rate::BY_PROGRAM }
    }

    /// Sets how it is known from which address a request comes, for the rate and the audit. Without it all callers share one
    /// rate.
    pub fn with_client_addr(mut self, source: impl ClientAddrSource) -> Self {
        self.desk = self.desk.with_client_addr(source);
        self
    }

    /// Sets how often one address may call, or one IPv6 network of 64 bits: 60 times at once, and 60 a minute, without it.
    /// Each process counts for itself.
    pub fn with_rate(mut self, rate: Rate) -> Self {
        self.rate = rate;
        self
    }

    /// The router.
    pub fn router<S: Clone + Send + Sync + 'static>(self) -> Router<S> {
        let limiter = Arc::new(Limiter::new(self.rate, self.desk.manager().clock()));
        let routes = match self.kind {
            EndpointKind::Revocation => Router::new().route("/revoke", post(revocation::revoke)),
            EndpointKind::Leaks => Router::new().route("/leaks", post(leaks::report)),
        };
        routes
            .layer(Extension(Gate { desk: self.desk, limiter }))
            .layer(DefaultBodyLimit::max(BODY))
            .layer(map_response(no_store))
    }
}

impl fmt::Debug for OpenEndpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenEndpoint").field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// What counts the calls.
#[derive(Clone)]
pub(super) struct Gate {
    desk: Desk,
    limiter: Arc<Limiter<Household>>,
}

impl Gate {
    /// From where a request comes, if it is not one too many.
    pub(super) fn admit(&self, parts: &Parts) -> Result<Option<IpAddr>, Problem> {
        let address = self.desk.client(parts);
        self.limiter.admit(&address.into())?;
        Ok(address)
    }

    pub(super) fn manager(&self) -> &PatManager {
        self.desk.manager()
    }
}
