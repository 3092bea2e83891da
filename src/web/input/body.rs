use axum::extract::rejection::{BytesRejection, FailedToBufferBody};
use axum::extract::{FromRequest, Request};
use bytes::Bytes;
use http::HeaderMap;
use http::header::CONTENT_TYPE;

use crate::web::problem::{Problem, ProblemKind};

/// A body as it came, no longer than the router allows.
pub(in crate::web) struct Raw(pub(in crate::web) Bytes);

impl<S: Send + Sync> FromRequest<S> for Raw {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        Bytes::from_request(request, state).await.map(Self).map_err(|rejection| match rejection {
            BytesRejection::FailedToBufferBody(FailedToBufferBody::LengthLimitError(_)) => {
                Problem::new(ProblemKind::TooLarge, "the body is too large")
            }
            _ => Problem::new(ProblemKind::Malformed, "the body has not arrived"),
        })
    }
}

/// Whether a body is said to be of one of these types, whatever its parameters.
pub(super) fn is_of_type(headers: &HeaderMap, types: &[&str]) -> bool {
    let mut values = headers.get_all(CONTENT_TYPE).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return false;
    };
    let named = value.to_str().ok().and_then(|value| value.split(';').next());
    named.is_some_and(|named| types.iter().any(|one| named.trim().eq_ignore_ascii_case(one)))
}
