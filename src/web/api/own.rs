use axum::extract::OriginalUri;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use http::header::ETAG;

use super::builder::{Creations, Maker};
use super::view::{NewlyMade, Token};
use super::write::{Grace, Why, shown_once, sibling};
use crate::web::asker::Bearer;
use crate::web::desk::Desk;
use crate::web::input::{Key, Optional, Query, tag};
use crate::web::problem::Problem;
use crate::web::status;

/// The token that asks.
#[utoipa::path(
    get,
    path = "/self",
    operation_id = "get_self",
    tag = "self",
    security(("pat" = [])),
    responses(
        (status = 200, description = "Here it is.", body = Token, headers(("ETag" = String, description = "Its version"))),
    )
)]
pub(super) async fn show(Extension(desk): Extension<Desk>, bearer: Bearer) -> Result<Response, Problem> {
    let stored = desk.manager().get(bearer.actor(), bearer.id()).await?;
    Ok(([(ETAG, tag(&stored))], Json(Token::of(&stored, desk.manager().now()))).into_response())
}

/// Revokes the token that asks, at once and for good.
#[utoipa::path(
    delete,
    path = "/self",
    operation_id = "revoke_self",
    tag = "self",
    security(("pat" = [])),
    params(Why),
    responses(
        (status = 204, description = "It is done."),
    )
)]
pub(super) async fn revoke(
    Extension(desk): Extension<Desk>,
    bearer: Bearer,
    Query(why): Query<Why>,
) -> Result<Response, Problem> {
    match why.read()? {
        Some(reason) => desk.manager().revoke_for(bearer.actor(), bearer.id(), reason).await?,
        None => desk.manager().revoke(bearer.actor(), bearer.id()).await?,
    }
    Ok(status::DONE.into_response())
}

/// Replaces the token that asks by a new one, which is shown this once. It has no grace, and lives no longer than the old one
/// would have.
#[utoipa::path(
    post,
    path = "/self/rotate",
    operation_id = "rotate_self",
    tag = "self",
    security(("pat" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "By what the call is recognised; of use only where the old token is still accepted")),
    request_body(content = Option<Grace>, description = "It may be left out."),
    responses(
        (status = 201, description = "Here is the new one.", body = NewlyMade, headers(("Location" = String, description = "Where its record is"), ("ETag" = String, description = "Its version"))),
    )
)]
pub(super) async fn rotate(
    Extension(desk): Extension<Desk>,
    Extension(creations): Extension<Creations>,
    bearer: Bearer,
    head: (OriginalUri, Key),
    Optional(grace): Optional<Grace>,
) -> Result<Response, Problem> {
    let (uri, Key(key)) = head;
    creations.admit(&Maker::Family(bearer.principal().record().family()))?;
    let rotation = grace.unwrap_or_default().rotation().with_idempotency_key(key);
    let created = desk.manager().rotate(bearer.actor(), bearer.id(), rotation).await?;
    let location = sibling(&uri, created.record().id());
    let successor = bearer.actor_as(created.record().id());
    shown_once(&desk, &successor, &created, location).await
}
