use std::collections::HashMap;
use std::future::{Ready, ready};
use std::sync::Arc;

use axum::body::Body;
use axum::response::Response;
use http::{Request, StatusCode};
use tower_http::auth::{AsyncAuthorizeRequest, AsyncRequireAuthorizationLayer};
use tower_http::validate_request::ValidateRequestHeaderLayer;

use super::from_fn::{User, bearer, user};
use super::{Case, Tokens, bare_router};

/// The layers of tower-http: one that compares with a single token, and one that asks an authorizer.
#[expect(deprecated, reason = "\"too basic to be useful in real applications\", and so the least there is")]
pub(super) fn cases(tokens: &Tokens) -> [Case; 2] {
    let fixed = ValidateRequestHeaderLayer::bearer(&tokens.hot);
    let users = Arc::new(HashMap::from([(tokens.hot.clone(), user(0))]));
    let asked = AsyncRequireAuthorizationLayer::new(ByMap(users));
    [
        Case::new(
            "static_bearer",
            "tower-http: one static bearer token",
            tokens.hot(),
            bare_router().layer(fixed).with_state(()),
        ),
        Case::new(
            "async_authorizer",
            "tower-http: async authorizer, `HashMap`",
            tokens.hot(),
            bare_router().layer(asked).with_state(()),
        ),
    ]
}

/// Needs to wait for nothing, so its future is ready, which is the cheapest there is.
#[derive(Debug, Clone)]
struct ByMap(Arc<HashMap<String, Arc<User>>>);

impl AsyncAuthorizeRequest<Body> for ByMap {
    type RequestBody = Body;
    type ResponseBody = Body;
    type Future = Ready<Result<Request<Body>, Response>>;

    fn authorize(&mut self, mut request: Request<Body>) -> Self::Future {
        let Some(user) = bearer(request.headers()).and_then(|token| self.0.get(token)).cloned() else {
            let mut denial = Response::new(Body::empty());
            *denial.status_mut() = StatusCode::UNAUTHORIZED;
            return ready(Err(denial));
        };
        request.extensions_mut().insert(user);
        ready(Ok(request))
    }
}
