use std::sync::Arc;

use axum::routing::get;
use axum::{Extension, Router};
use tower::util::MapRequestLayer;

use super::{Case, Tokens};

/// One route that answers with an empty text.
pub(crate) fn router() -> Router {
    Router::new().route("/", get(|| async { "" }))
}

/// What every layer pays, whatever it does. All routers are finished by `with_state(())`: others put their layers on anew
/// for each request.
pub(super) fn cases(tokens: &Tokens) -> Vec<Case> {
    let no_op = MapRequestLayer::new(|request| request);
    vec![
        Case::new("bare", "bare router", tokens.hot(), router().with_state(())),
        Case::new("bare_spread", "bare router, many tokens", tokens.uniform(), router().with_state(())),
        Case::new("no_op", "a layer that does nothing", tokens.hot(), router().layer(no_op).with_state(())),
        Case::new(
            "extension",
            "a layer that inserts an extension",
            tokens.hot(),
            router().layer(Extension(Arc::new(()))).with_state(()),
        ),
    ]
}
