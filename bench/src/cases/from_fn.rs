use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use http::header::AUTHORIZATION;
use http::{HeaderMap, StatusCode};
use moka::future::Cache;
use tokio::runtime::Runtime;

use super::{Case, Tokens, bare_router};
use crate::fixture::{Pool, TTL};

/// Whom a token belongs to, as somebody would write it who needs no more.
#[derive(Debug)]
pub(super) struct User {
    #[expect(dead_code, reason = "it is there to be put into extensions")]
    name: String,
}

pub(super) fn user(number: usize) -> Arc<User> {
    Arc::new(User { name: format!("user-{number:08x}") })
}

/// What people write: the token itself is the key, nothing is hashed away, nothing is revoked, no scopes.
pub(super) fn cases(tokens: &Tokens, runtime: &Runtime) -> [Case; 4] {
    let single = Pool::of(tokens.hot.clone());
    [
        Case::new("from_fn_map", "`from_fn`, `HashMap`", tokens.hot(), with_map(&single)),
        Case::new("from_fn_moka", "`from_fn`, moka's async cache", tokens.hot(), with_moka(&single, runtime)),
        Case::new(
            "from_fn_map_uniform",
            "`from_fn`, `HashMap`, uniform over 10,000",
            tokens.uniform(),
            with_map(&tokens.uniform),
        ),
        Case::new(
            "from_fn_moka_uniform",
            "`from_fn`, moka's async cache, uniform over 10,000",
            tokens.uniform(),
            with_moka(&tokens.uniform, runtime),
        ),
    ]
}

fn with_map(pool: &Pool) -> Router {
    let users = pool.tokens().iter().enumerate().map(|(number, token)| (token.clone(), user(number)));
    let users: Arc<HashMap<String, Arc<User>>> = Arc::new(users.collect());
    bare_router().layer(from_fn_with_state(users, by_map)).with_state(())
}

async fn by_map(State(users): State<Arc<HashMap<String, Arc<User>>>>, mut request: Request, next: Next) -> Response {
    let Some(user) = bearer(request.headers()).and_then(|token| users.get(token)).cloned() else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    request.extensions_mut().insert(user);
    next.run(request).await
}

pub(crate) fn with_moka(pool: &Pool, runtime: &Runtime) -> Router {
    let users = Cache::builder().max_capacity(100_000).time_to_live(TTL).build();
    runtime.block_on(async {
        for (number, token) in pool.tokens().iter().enumerate() {
            users.insert(token.clone(), user(number)).await;
        }
        users.run_pending_tasks().await;
    });
    bare_router().layer(from_fn_with_state(users, by_moka)).with_state(())
}

async fn by_moka(State(users): State<Cache<String, Arc<User>>>, mut request: Request, next: Next) -> Response {
    let Some(token) = bearer(request.headers()) else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    // A miss would ask a database here; in these cases there is none.
    let Some(user) = users.get(token).await else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    request.extensions_mut().insert(user);
    next.run(request).await
}

pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}
