use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderName, HeaderValue};
use tower::{Layer, ServiceExt};
use tower_http::csrf::{CsrfLayer, ProtectionError};

use super::failure::failure;
use super::visit::Stranger;
use crate::web::problem::Problem;

/// Nothing comes from elsewhere, nothing goes elsewhere, nothing is written into the page that would run or style it, and
/// nobody shows it in a frame.
const CONTENT_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; \
                              frame-ancestors 'none'; base-uri 'none'";

/// With `no-referrer` a browser would send `Origin: null` with the page's own forms, and where it sends no `Sec-Fetch-Site`
/// (without HTTPS) they would be refused as another site's.
const REFERRER: &str = "same-origin";

const HEADERS: [(HeaderName, &str); 3] =
    [(CONTENT_SECURITY_POLICY, CONTENT_POLICY), (REFERRER_POLICY, REFERRER), (X_CONTENT_TYPE_OPTIONS, "nosniff")];

/// What every answer says. None is to be stored, but for what says otherwise.
pub(super) async fn guarded(mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Refuses what another site has a browser send.
pub(super) async fn same_origin(Stranger(frame): Stranger, request: Request, next: Next) -> Response {
    let refuse = move |_: ProtectionError| failure(&frame, &Problem::cross_site());
    let Ok(response) = CsrfLayer::new().with_rejection_response(refuse).layer(next).oneshot(request).await;
    response
}
