use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::response::Response;
use bytes::Bytes;
use http::header::CONTENT_TYPE;

use crate::web::page::failure::failure;
use crate::web::page::visit::Stranger;
use crate::web::problem::{Problem, ProblemKind};

/// The fields of a form or a query, as they came.
#[derive(Debug)]
pub(in crate::web::page) struct Fields(Vec<(String, String)>);

impl Fields {
    pub(in crate::web::page) fn parse(text: &[u8]) -> Self {
        Self(form_urlencoded::parse(text).into_owned().collect())
    }

    /// The first field of a name.
    pub(in crate::web::page) fn one(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// All fields of a name.
    pub(in crate::web::page) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(field, _)| field == name).map(|(_, value)| value.as_str())
    }
}

/// The extractor of a form that was sent.
pub(in crate::web::page) struct Sent(pub(in crate::web::page) Fields);

impl<S: Send + Sync> FromRequest<S> for Sent {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let Ok(Stranger(frame)) = Stranger::from_request_parts(&mut parts, state).await;
        let kind = parts.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if !kind.starts_with("application/x-www-form-urlencoded") {
            return Err(failure(&frame, &Problem::new(ProblemKind::UnsupportedType, "this is not a form")));
        }
        let body = Bytes::from_request(Request::from_parts(parts, body), state).await;
        let refused = |_| failure(&frame, &Problem::new(ProblemKind::TooLarge, "the form is too large"));
        Ok(Self(Fields::parse(&body.map_err(refused)?)))
    }
}
