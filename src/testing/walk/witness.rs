use std::fmt;

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;

use crate::denial::Denial;
use crate::response::Responder;

/// Says denials in the usual way, and marks them, so that the walk tells them from answers that look alike.
#[derive(Debug)]
pub(super) struct Witness;

/// The mark.
#[derive(Debug, Clone)]
pub(super) struct Witnessed(Denial);

impl Witnessed {
    /// What was denied, if this is a denial.
    pub(super) fn of(response: &Response) -> Option<&Denial> {
        response.extensions().get().map(|Self(denial)| denial)
    }
}

impl Responder<Body> for Witness {
    fn respond(&self, denial: &Denial, usual: http::Response<Bytes>) -> Response {
        let mut response = usual.map(Body::from);
        response.extensions_mut().insert(Witnessed(denial.clone()));
        response
    }
}

/// What a caller got.
pub(super) struct Got<'a>(pub(super) &'a Response);

impl fmt::Display for Got<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let status = self.0.status();
        match Witnessed::of(self.0) {
            Some(denial) => write!(f, "{status}, denied: {denial}"),
            None => write!(f, "{status}, not denied by a guard"),
        }
    }
}
