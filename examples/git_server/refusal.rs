//! What a request for a repository gets when it gets nothing else.

use std::io;

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use tower_pat::denial::Denial;

/// A denial as git shows it to its user: `remote: The access token lacks a scope that is required here.`
pub(crate) fn in_plain_words(denial: &Denial, usual: Response<Bytes>) -> Response {
    let (mut head, _) = usual.into_parts();
    head.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    head.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(head, Body::from(format!("{denial}\n")))
}

pub(crate) enum Refusal {
    /// The token does not do; the layer words it.
    Denied(Denial),
    /// There is no such repository, as far as the caller may know.
    NotFound,
    /// The client speaks another protocol than git's smart one.
    OtherProtocol,
    /// As many are served as can be.
    Busy,
    /// Git could not do its part. Why is for the log.
    Failed(io::Error),
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Self::Denied(denial) => denial.into_response(),
            Self::NotFound => (StatusCode::NOT_FOUND, "There is no such repository.\n").into_response(),
            Self::OtherProtocol => (StatusCode::FORBIDDEN, "Use a git that speaks smart HTTP.\n").into_response(),
            Self::Busy => {
                let later = [(header::RETRY_AFTER, "5")];
                (StatusCode::SERVICE_UNAVAILABLE, later, "The server is busy.\n").into_response()
            }
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
