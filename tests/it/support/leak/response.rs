use std::fmt;

use axum::BoxError;
use axum::body::{Body, HttpBody};
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::BodyExt;
use tower::{Service, ServiceExt};

use super::look::look;

/// Sends a request to a service and looks at all that comes back.
pub(crate) async fn send<S, A, B>(service: S, request: Request<A>) -> Response<Body>
where
    S: Service<Request<A>, Response = Response<B>, Error: fmt::Debug>,
    B: HttpBody<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    let place = format!("{} {}", request.method(), request.uri().path());
    let response = service.oneshot(request).await.unwrap();
    looked_at(&place, response.map(Body::new)).await
}

/// The same response, once its status, headers and body have been looked at.
pub(crate) async fn looked_at(place: &str, response: Response<Body>) -> Response<Body> {
    let (head, body) = response.into_parts();
    look("a status line", place, head.status.to_string());
    for (name, value) in &head.headers {
        let header = [name.as_str().as_bytes(), b": ", value.as_bytes()].concat();
        look("a response header", &format!("{place}: {name}"), header);
    }
    let body = body.collect().await.unwrap().to_bytes();
    look("a response body", place, &body);
    Response::from_parts(head, Body::from(body))
}
