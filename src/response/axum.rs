use axum::response::{IntoResponse, Response};

use super::asked::Asked;
use super::pending::deny;
use super::responder::ProblemResponder;
use crate::denial::Denial;

impl IntoResponse for Denial {
    /// A handler may return a denial: the layer around it says it as it says its own.
    fn into_response(self) -> Response {
        deny(self, Asked::default(), &ProblemResponder)
    }
}
