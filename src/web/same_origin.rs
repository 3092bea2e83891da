use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tower::{Layer, ServiceExt};
use tower_http::csrf::{CsrfLayer, ProtectionError};

use super::problem::Problem;
use crate::principal::PatPrincipal;

/// Refuses what another site has a browser send. Whoever holds a token has sent it on purpose.
pub(super) async fn same_origin(request: Request, next: Next) -> Response {
    if request.extensions().get::<PatPrincipal>().is_some() {
        return next.run(request).await;
    }
    let refuse = |_: ProtectionError| Problem::cross_site().into_response();
    let Ok(response) = CsrfLayer::new().with_rejection_response(refuse).layer(next).oneshot(request).await;
    response
}
