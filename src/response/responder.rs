use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, Response};

use super::usual::GRPC_STATUS;
use crate::denial::Denial;

/// Says a denial to a client.
///
/// It is given the denial and the usual response, complete with status, challenges and body, in gRPC's form where the
/// request is one of gRPC, and returns what is sent. To a `HEAD` request the usual response has no body, and the
/// `Content-Length` that it would have for `GET`; who gives another body to `GET` takes that header away.
///
/// A closure is one:
///
/// ```
/// use axum::body::Body;
/// use bytes::Bytes;
/// use http::Response;
/// use tower_pat::denial::Denial;
/// use tower_pat::response::Responder;
///
/// let counted = |denial: &Denial, usual: Response<Bytes>| {
///     // metrics::counter!("denials", …)
///     usual.map(Body::from)
/// };
/// let usual = Response::new(Bytes::from("denied"));
/// let response: Response<Body> = counted.respond(&Denial::MissingCredential, usual);
/// ```
pub trait Responder<B> {
    /// The response to a denial.
    fn respond(&self, denial: &Denial, usual: Response<Bytes>) -> Response<B>;
}

impl<F, B> Responder<B> for F
where
    F: Fn(&Denial, Response<Bytes>) -> Response<B>,
{
    fn respond(&self, denial: &Denial, usual: Response<Bytes>) -> Response<B> {
        self(denial, usual)
    }
}

/// The responder by default: the usual response, for bodies that can be made from [`Bytes`].
///
/// ```
/// use bytes::Bytes;
/// use http::Response;
/// use http_body_util::Full;
/// use tower_pat::denial::Denial;
/// use tower_pat::response::{ProblemResponder, Responder};
///
/// let usual = Response::new(Bytes::from("denied"));
/// let response: Response<Full<Bytes>> = ProblemResponder.respond(&Denial::MissingCredential, usual);
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct ProblemResponder;

impl<B: From<Bytes>> Responder<B> for ProblemResponder {
    fn respond(&self, _denial: &Denial, usual: Response<Bytes>) -> Response<B> {
        usual.map(B::from)
    }
}

/// The usual response without its body, for services whose bodies can only be made empty, such as tonic's. gRPC's form
/// needs none.
///
/// ```
/// use bytes::Bytes;
/// use http::Response;
/// use http_body_util::Empty;
/// use tower_pat::denial::Denial;
/// use tower_pat::response::{BodilessResponder, Responder};
///
/// let usual = Response::new(Bytes::from("denied"));
/// let response: Response<Empty<Bytes>> = BodilessResponder.respond(&Denial::MissingCredential, usual);
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct BodilessResponder;

impl<B: Default> Responder<B> for BodilessResponder {
    fn respond(&self, _denial: &Denial, usual: Response<Bytes>) -> Response<B> {
        let mut response = usual.map(|_| B::default());
        describe_nothing(response.headers_mut());
        response
    }
}

/// What is not there has no type and no length; gRPC's form says so by its type.
fn describe_nothing(headers: &mut HeaderMap) {
    headers.remove(CONTENT_LENGTH);
    if !headers.contains_key(GRPC_STATUS) {
        headers.remove(CONTENT_TYPE);
    }
}
