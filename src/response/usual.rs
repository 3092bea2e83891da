use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, Response};

use super::asked::Asked;
use super::kind::Kind;
use super::manner::Manner;
use super::{challenge, problem};
use crate::denial::Denial;

pub(super) const GRPC_STATUS: HeaderName = HeaderName::from_static("grpc-status");

/// The response to a denial, unless the host says it otherwise.
pub(crate) fn usual(denial: &Denial, manner: &Manner, asked: Asked) -> Response<Bytes> {
    let kind = if manner.conceals(denial) { Kind::CONCEALED } else { Kind::of(denial) };
    if asked.grpc {
        return grpc(&kind, &problem::detail(denial, manner));
    }
    let mut body = problem::document(&kind, denial, manner);
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = kind.status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    for challenge in [challenge::bearer(denial, manner), challenge::basic(denial, manner)].into_iter().flatten() {
        headers.append(WWW_AUTHENTICATE, challenge);
    }
    if let Some(seconds) = retry_after(denial) {
        headers.insert(RETRY_AFTER, seconds.into());
    }
    if asked.head {
        headers.insert(CONTENT_LENGTH, body.len().into());
        body.clear();
    }
    *response.body_mut() = body;
    response
}

/// A response that ends with its headers: gRPC over HTTP/2, "Trailers-Only".
fn grpc(kind: &Kind, message: &str) -> Response<Bytes> {
    let message = HeaderValue::from_str(message).expect("what a client is told is printable ASCII");
    let mut response = Response::new(Bytes::new());
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
    headers.insert(GRPC_STATUS, kind.grpc.into());
    headers.insert(HeaderName::from_static("grpc-message"), message);
    response
}

/// After how many seconds a client may ask again (RFC 9110, section 10.2.3).
fn retry_after(denial: &Denial) -> Option<u64> {
    match denial {
        Denial::Unavailable => Some(1),
        // The field knows whole seconds alone, and who asks too early is denied again.
        Denial::TooManyRequests(wait) => Some(wait.as_secs().saturating_add((wait.subsec_nanos() > 0).into())),
        _ => None,
    }
}
