use axum::response::{IntoResponse, Response};
use axum::{Extension, Json as JsonResponse};
use http::header::ETAG;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::read::allowed;
use super::view::Token;
use crate::record::{OwnerId, Reason};
use crate::store::Selection;
use crate::web::asker::SignedIn;
use crate::web::desk::Desk;
use crate::web::input::{Json, Values, tag};
use crate::web::problem::{Place, Problem};

/// A token that somebody has found.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Found {
    #[schema(max_length = 512, example = "acme_pat_…")]
    token: String,
}

/// Whose token is this? The token goes into the body, so that it is in no log. People find their own tokens alone,
/// administrators those of all.
#[utoipa::path(
    post,
    path = "/find",
    operation_id = "find_token",
    tag = "tokens",
    security(("session" = [])),
    request_body = Found,
    responses(
        (status = 200, description = "Here is its record.", body = Token, headers(("ETag" = String, description = "Its version"))),
    )
)]
pub(super) async fn find<O>(
    Extension(desk): Extension<Desk>,
    SignedIn(person, ..): SignedIn<O>,
    Json(Found { token }): Json<Found>,
) -> Result<Response, Problem> {
    let stored = desk.manager().find_presented(person.any_actor(), &token).await?;
    Ok(([(ETAG, tag(&stored))], JsonResponse(Token::of(&stored, desk.manager().now()))).into_response())
}

/// Whose tokens are revoked, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Whole {
    /// For administrators alone, if it is not yourself.
    #[schema(min_length = 1, max_length = 255, example = "alice")]
    owner: String,
    #[schema(min_length = 1, max_length = 200, example = "laptop was stolen")]
    reason: Option<String>,
}

/// How many tokens were revoked: those that were revoked before are not counted.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Revoked {
    #[schema(example = 3)]
    revoked: u64,
}

/// Revokes all tokens of an owner, at once and for good.
#[utoipa::path(
    post,
    path = "/revoke-all",
    operation_id = "revoke_all_tokens",
    tag = "tokens",
    security(("session" = [])),
    request_body = Whole,
    responses(
        (status = 200, description = "It is done.", body = Revoked),
    )
)]
pub(super) async fn revoke_all<O>(
    Extension(desk): Extension<Desk>,
    SignedIn(person, ..): SignedIn<O>,
    Json(Whole { owner, reason }): Json<Whole>,
) -> Result<JsonResponse<Revoked>, Problem> {
    let mut values = Values::of(Place::Body);
    let owner = values.take("owner", OwnerId::parse(&owner));
    let reason = values.maybe("reason", reason, |text| Reason::parse(&text));
    values.finish()?;
    // Nothing was wrong, so there is an owner.
    let owner = owner.ok_or_else(|| Problem::internal("an owner is neither right nor wrong"))?;
    let actor = allowed(&person, owner == *person.owner())?;
    let revoked = desk.manager().revoke_all(actor, Selection::all().with_owner(owner), reason).await?;
    Ok(JsonResponse(Revoked { revoked }))
}
