use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::request::Parts;

/// Says of an axum handler that everybody may call it, also without a token.
///
/// It denies nobody and looks at nothing. As the first argument it is what a
/// [`GuardedRouter`](crate::routing::GuardedRouter) asks a handler to state.
///
/// ```
/// use tower_pat::guard::Public;
///
/// async fn health(_: Public) -> &'static str {
///     "fine"
/// }
/// # let _: axum::Router = axum::Router::new().route("/health", axum::routing::get(health));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Public;

impl<S: Send + Sync> FromRequestParts<S> for Public {
    type Rejection = Infallible;

    async fn from_request_parts(_parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        Ok(Self)
    }
}
