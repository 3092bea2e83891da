//! As much of the APIs of GitHub and GitLab as their SDKs need to ask who a token belongs to.

use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};
use tower_pat::PatPrincipal;

/// `GET /user`, as in GitHub's API.
pub(crate) fn github_routes() -> Router {
    Router::new().route("/user", get(github_user))
}

/// `GET /api/v4/user`, as in GitLab's API.
pub(crate) fn gitlab_routes() -> Router {
    Router::new().route("/api/v4/user", get(gitlab_user))
}

async fn github_user(caller: PatPrincipal) -> Json<Value> {
    Json(json!({ "login": caller.owner(), "type": "User" }))
}

async fn gitlab_user(caller: PatPrincipal) -> Json<Value> {
    Json(json!({ "username": caller.owner(), "state": "active" }))
}
