use axum::response::Response;
use http::HeaderValue;
use http::header::CACHE_CONTROL;

/// Nothing that the wing answers is to be stored, whoever made the answer.
pub(super) async fn no_store(mut response: Response) -> Response {
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
