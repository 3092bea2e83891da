use axum::Router;
use axum::body::Body;
use axum::response::Response;
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Uri};
use tower::Service;

use super::error::{Surprise, WalkError};
use super::ledger::Ledger;
use super::path::Params;
use super::plan::{Plan, Visit};
use super::report::WalkReport;
use super::universe::Universe;
use super::witness::Got;
use crate::routing::GuardedRouter;

/// A walk through the routes of a guarded router: see [the module](super).
///
/// If the router has a [catalogue](GuardedRouter::with_catalog), what its scopes imply counts.
#[derive(Debug)]
#[must_use = "a walk is made by `run`"]
pub struct Walk {
    router: GuardedRouter,
    params: Params,
    headers: HeaderMap,
}

impl Walk {
    /// A walk through the routes of this router, which has all its states.
    pub fn new(router: GuardedRouter) -> Self {
        Self { router, params: Params::default(), headers: HeaderMap::new() }
    }

    /// Sets what is filled into a parameter of paths, `{id}` or `{*id}`; `1` by default. It is percent-encoded.
    ///
    /// ```
    /// # use tower_pat::routing::GuardedRouter;
    /// use tower_pat::testing::walk::Walk;
    ///
    /// let walk = Walk::new(GuardedRouter::new()).with_param("id", "7").with_param("owner", "acme");
    /// ```
    pub fn with_param(mut self, name: &str, value: &str) -> Self {
        self.params.set(name, value);
        self
    }

    /// Adds a header to every request, such as `Host`. `Authorization` is the walk's own.
    ///
    /// ```
    /// use http::HeaderValue;
    /// use http::header::HOST;
    /// # use tower_pat::routing::GuardedRouter;
    /// use tower_pat::testing::walk::Walk;
    ///
    /// let walk = Walk::new(GuardedRouter::new()).with_header(HOST, HeaderValue::from_static("api.acme.example"));
    /// ```
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.append(name, value);
        self
    }

    /// Walks, in a runtime of tokio.
    ///
    /// # Errors
    ///
    /// If the router cannot be [finished](GuardedRouter::finish), and if somebody got what they should not.
    ///
    /// # Panics
    ///
    /// If a handler panics, and if the random generator of the operating system cannot answer.
    pub async fn run(self) -> Result<WalkReport, WalkError> {
        let (table, catalog) = (self.router.table().clone(), self.router.catalog().cloned());
        let universe = Universe::new(&table, catalog.clone());
        let ledger = Ledger::new();
        let mut app = self.router.finish(ledger.layer(catalog)).map_err(WalkError::invalid)?;
        let Plan { visits, unreached, mut surprises } = Plan::new(&table, &universe, &self.params);
        for visit in &visits {
            surprises.extend(made(visit, &ledger, &self.headers, &mut app).await);
        }
        let unreached = unreached.into_iter().cloned().collect();
        WalkError::check(surprises, visits.len())?;
        Ok(WalkReport::new(table.len(), visits.len(), unreached))
    }
}

/// Makes a visit; gives the surprise, if it is one.
async fn made(visit: &Visit<'_>, ledger: &Ledger, headers: &HeaderMap, app: &mut Router) -> Option<Surprise> {
    let Visit { entry, method, path, caller } = visit;
    let Ok(uri) = path.parse::<Uri>() else {
        return Some(Surprise::unsendable(entry, path));
    };
    let mut request = Request::new(Body::empty());
    (*request.method_mut(), *request.uri_mut()) = (method.clone(), uri);
    request.headers_mut().clone_from(headers);
    request.headers_mut().remove(AUTHORIZATION);
    if let Some(holds) = &caller.holds {
        let token = format!("Bearer {}", ledger.token(holds).expose_secret());
        let token = HeaderValue::try_from(token).expect("a token is letters");
        request.headers_mut().insert(AUTHORIZATION, token);
    }
    let response: Response = app.call(request).await.unwrap_or_else(|never| match never {});
    let surprised = !caller.expected.is_met_by(&response);
    surprised.then(|| Surprise::new(entry, (method, path, caller), &Got(&response)))
}
