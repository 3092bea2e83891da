use std::fmt;
use std::future::ready;

use axum::BoxError;
use axum::body::{Body, HttpBody};
use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use http_body_util::{BodyExt, Full};
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

/// The same response, once its status, headers, body and trailers have been looked at.
pub(crate) async fn looked_at(place: &str, response: Response<Body>) -> Response<Body> {
    let (head, body) = response.into_parts();
    look("a status line", place, head.status.to_string());
    look_at("a response header", place, &head.headers);
    let body = body.collect().await.unwrap();
    let (trailers, body) = (body.trailers().cloned(), body.to_bytes());
    look("a response body", place, &body);
    let Some(trailers) = trailers else {
        return Response::from_parts(head, Body::from(body));
    };
    look_at("a response trailer", place, &trailers);
    let body = Full::new(body).with_trailers(ready(Some(Ok(trailers))));
    Response::from_parts(head, Body::new(body))
}

fn look_at(channel: &str, place: &str, fields: &HeaderMap) {
    for (name, value) in fields {
        let field = [name.as_str().as_bytes(), b": ", value.as_bytes()].concat();
        look(channel, &format!("{place}: {name}"), field);
    }
}
