use crate::routing::RouteEntry;

/// Where a walk without surprises has been.
#[derive(Debug, Clone)]
pub struct WalkReport {
    routes: usize,
    requests: usize,
    unreached: Vec<RouteEntry>,
}

impl WalkReport {
    pub(super) fn new(routes: usize, requests: usize, unreached: Vec<RouteEntry>) -> Self {
        Self { routes, requests, unreached }
    }

    /// How many routes the table has.
    #[must_use]
    pub fn routes(&self) -> usize {
        self.routes
    }

    /// How many requests were sent.
    #[must_use]
    pub fn requests(&self) -> usize {
        self.requests
    }

    /// The fallbacks and nested services that no request can get to, as far as the walk knows: other routes answer
    /// everything.
    #[must_use]
    pub fn unreached(&self) -> &[RouteEntry] {
        &self.unreached
    }
}
