//! Where the layer stands among others, and what that decides.

mod cors;
mod routing;
mod several;
mod stack;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use http::{Request, Response};
use tower_pat::token::PatToken;
use tower_pat::{PatAuthLayer, PatPrincipal, PatVerifier};

use crate::support::{Ledger, format, record, token};

fn layer(ledger: &Arc<Ledger>) -> PatAuthLayer {
    PatAuthLayer::new(PatVerifier::new(format(), ledger.clone()))
}

/// A layer, and a token of alice that it knows.
fn known() -> (PatAuthLayer, PatToken) {
    let (ledger, token) = (Ledger::new(), token());
    ledger.write(&token, record(1));
    (layer(&ledger), token)
}

async fn who(caller: Option<PatPrincipal>) -> String {
    caller.map_or_else(|| "nobody".to_owned(), |caller| caller.owner().to_string())
}

async fn send(app: &Router, request: Request<Body>) -> Response<Body> {
    crate::support::send(app.clone(), request).await
}

async fn body(response: Response<Body>) -> String {
    let body = axum::body::to_bytes(response.into_body(), 1000).await.unwrap();
    String::from_utf8(body.to_vec()).unwrap()
}
