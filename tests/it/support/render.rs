use std::fmt::Write as _;

use axum::body::Body;
use http::Response;
use http_body_util::BodyExt;

use super::leak::looked_at;

/// A whole response as text: status, headers in alphabetical order, body.
pub(crate) async fn render(response: Response<Body>) -> String {
    let (head, body) = looked_at("a rendered response", response).await.into_parts();
    let mut headers: Vec<_> =
        head.headers.iter().map(|(name, value)| format!("{name}: {}", value.to_str().unwrap())).collect();
    headers.sort();
    let mut text = format!("{}\n{}\n\n", head.status, headers.join("\n"));
    let body = body.collect().await.unwrap().to_bytes();
    write!(text, "{}", String::from_utf8(body.to_vec()).unwrap()).unwrap();
    text
}
