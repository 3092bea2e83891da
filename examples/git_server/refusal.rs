//! What a request for a repository gets when it gets nothing else.

use std::io;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use tower_pat::denial::Denial;

pub(crate) enum Refusal {
    /// The token does not do; the layer words it.
    Denied(Denial),
    /// There is no such repository, as far as the caller may know.
    NotFound,
    /// The client speaks another protocol than git's smart one.
    OtherProtocol,
    /// Git could not do its part. Why is for the log.
    Failed(io::Error),
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Self::Denied(denial) => denial.into_response(),
            Self::NotFound => (StatusCode::NOT_FOUND, "There is no such repository.\n").into_response(),
            Self::OtherProtocol => (StatusCode::FORBIDDEN, "Use a git that speaks smart HTTP.\n").into_response(),
            Self::Failed(error) => {
                tracing::error!(%error, "git failed");
                (StatusCode::BAD_GATEWAY, "The repository cannot be served.\n").into_response()
            }
        }
    }
}

impl From<Denial> for Refusal {
    fn from(denial: Denial) -> Self {
        Self::Denied(denial)
    }
}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Self {
        Self::Failed(error)
    }
}
