use axum::extract::FromRequestParts;
use http::request::Parts;

use crate::caller::caller;
use crate::denial::Denial;
use crate::principal::PatPrincipal;

/// Says of an axum handler that any token will do, and gives the caller.
///
/// It denies as the extractor [`PatPrincipal`] does. As the first argument it is what a
/// [`GuardedRouter`](crate::routing::GuardedRouter) asks a handler to state.
///
/// ```
/// use tower_pat::guard::AnyToken;
///
/// async fn who(AnyToken(caller): AnyToken) -> String {
///     caller.owner().to_string()
/// }
/// # let _: axum::Router = axum::Router::new().route("/me", axum::routing::get(who));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnyToken(pub PatPrincipal);

impl<S: Send + Sync> FromRequestParts<S> for AnyToken {
    type Rejection = Denial;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        caller(&parts.extensions).cloned().map(Self)
    }
}
