use std::time::Duration;

use axum::extract::OriginalUri;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json as JsonResponse};
use http::HeaderMap;
use http::header::{ETAG, LOCATION};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::builder::{Creations, Maker};
use super::links::to_token;
use super::patch::TokenPatch;
use super::view::{NewlyMade, Token};
use super::wish::NewToken;
use crate::manager::{Actor, CreatedPat, Edit, Rotation};
use crate::record::{Reason, TokenId};
use crate::store::StoredPat;
use crate::token::TokenDigest;
use crate::web::asker::{Person, SignedIn};
use crate::web::desk::Desk;
use crate::web::input::{Condition, Json, Key, MergePatch, Optional, Query, Values, tag};
use crate::web::path::TokenPath;
use crate::web::problem::{Place, Problem, ProblemKind};
use crate::web::status;

/// Makes a token, which is shown this once. A call that is made again with the same key, since its answer was lost, gives the
/// same record with another token, and the first token is worth nothing; a key counts for 24 hours.
#[utoipa::path(
    post,
    path = "/",
    operation_id = "create_token",
    tag = "tokens",
    security(("session" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "By what the call is recognised when it is made again")),
    request_body = NewToken,
    responses(
        (status = 201, description = "It is made.", body = NewlyMade, headers(("Location" = String, description = "Where the record is"), ("ETag" = String, description = "Its version"))),
    )
)]
pub(super) async fn create<O>(
    Extension(desk): Extension<Desk>,
    Extension(creations): Extension<Creations>,
    SignedIn(person, ..): SignedIn<O>,
    head: (OriginalUri, Key),
    Json(wanted): Json<NewToken>,
) -> Result<Response, Problem> {
    let (uri, Key(key)) = head;
    let wanted = wanted.read()?.with_idempotency_key(key);
    creations.admit(&Maker::Owner(person.owner().clone()))?;
    let created = desk.manager().create(person.actor(), wanted).await?;
    let location = to_token(&uri, created.record().id());
    shown_once(&desk, &person.actor(), &created, location).await
}

/// The answer with the token in it. What was made may have been changed, or cannot be looked up any more: the token is
/// shown in any case.
pub(super) async fn shown_once(
    desk: &Desk,
    actor: &Actor,
    created: &CreatedPat,
    location: Option<http::HeaderValue>,
) -> Result<Response, Problem> {
    let stored = match desk.manager().get(actor, created.record().id()).await {
        Ok(stored) => stored,
        Err(_) => StoredPat::new(created.record().clone(), TokenDigest::of(created.token().expose_secret()).mark()),
    };
    let mut headers: HeaderMap = location.map(|location| (LOCATION, location)).into_iter().collect();
    headers.extend(tag(&stored).try_into().ok().map(|tag| (ETAG, tag)));
    let record = Token::of(&stored, desk.manager().now());
    let made = NewlyMade { record, token: created.token().expose_secret() };
    Ok((status::CREATED, headers, JsonResponse(made)).into_response())
}

/// Changes a token. What can give it more, or something else than was seen, needs `If-Match`.
#[utoipa::path(
    patch,
    path = "/{id}",
    operation_id = "edit_token",
    tag = "tokens",
    security(("session" = [])),
    params(TokenPath, ("If-Match" = Option<String>, Header, description = "The ETag of what was seen; needed unless name, description or paused alone are changed")),
    request_body(content = TokenPatch, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, description = "Here is what it is now.", body = Token, headers(("ETag" = String, description = "Its version"))),
    )
)]
pub(super) async fn edit<O>(
    Extension(desk): Extension<Desk>,
    SignedIn(person, ..): SignedIn<O>,
    TokenPath { id }: TokenPath,
    condition: Condition,
    MergePatch(patch): MergePatch<TokenPatch>,
) -> Result<Response, Problem> {
    let before = desk.manager().get(person.any_actor(), id).await?;
    if patch.needs_condition() && condition.is_none() {
        let detail = "look at the token, and say with If-Match which version is changed";
        return Err(Problem::new(ProblemKind::PreconditionRequired, detail));
    }
    let version = condition.hold(&before)?;
    // What is merged is merged with what was looked at, whatever the client has seen.
    let upon = version.or_else(|| patch.needs_condition().then(|| before.version()));
    let edit = patch.read(&before)?;
    let edit = upon.into_iter().fold(edit, Edit::with_version);
    let actor = person.actor_for(before.record().owner());
    let after = desk.manager().edit(actor, id, edit).await.map_err(|error| {
        let problem = Problem::from(error);
        if problem.kind() == ProblemKind::Conflict && version.is_some() { Condition::failed() } else { problem }
    })?;
    Ok(([(ETAG, tag(&after))], JsonResponse(Token::of(&after, desk.manager().now()))).into_response())
}

/// For how long the token that is replaced is still accepted.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Grace {
    /// In seconds; not at all unless it is said.
    #[schema(minimum = 0, example = 0)]
    grace_seconds: Option<u32>,
}

impl Grace {
    pub(super) fn rotation(self) -> Rotation {
        Rotation::default().with_grace(Duration::from_secs(self.grace_seconds.unwrap_or_default().into()))
    }
}

/// Replaces a token of your own by a new one, which is shown this once. An administrator gets no secret of others. A call
/// that is made again with the same key gives another token in place of the new one.
#[utoipa::path(
    post,
    path = "/{id}/rotate",
    operation_id = "rotate_token",
    tag = "tokens",
    security(("session" = [])),
    params(
        TokenPath,
        ("Idempotency-Key" = Option<String>, Header, description = "By what the call is recognised when it is made again"),
        ("If-Match" = Option<String>, Header, description = "The ETag of what was seen"),
    ),
    request_body(content = Option<Grace>, description = "It may be left out."),
    responses(
        (status = 201, description = "Here is the new one.", body = NewlyMade, headers(("Location" = String, description = "Where its record is"), ("ETag" = String, description = "Its version"))),
    )
)]
pub(super) async fn rotate<O>(
    Extension(desk): Extension<Desk>,
    Extension(creations): Extension<Creations>,
    SignedIn(person, ..): SignedIn<O>,
    head: (TokenPath, OriginalUri, Key, Condition),
    Optional(grace): Optional<Grace>,
) -> Result<Response, Problem> {
    let (TokenPath { id }, uri, Key(key), condition) = head;
    let before = desk.manager().get(person.any_actor(), id).await?;
    condition.hold(&before)?;
    if before.record().owner() != person.owner() {
        return Err(Problem::new(ProblemKind::Forbidden, "nobody but its owner gets a new token in its place"));
    }
    creations.admit(&Maker::Owner(person.owner().clone()))?;
    let rotation = grace.unwrap_or_default().rotation().with_idempotency_key(key);
    let created = desk.manager().rotate(person.actor(), id, rotation).await?;
    let location = sibling(&uri, created.record().id());
    shown_once(&desk, &person.actor(), &created, location).await
}

/// The way to a token from `{id}/rotate`, or `self/rotate`.
pub(super) fn sibling(OriginalUri(uri): &OriginalUri, id: TokenId) -> Option<http::HeaderValue> {
    let list = uri.path().rsplitn(3, '/').nth(2)?;
    format!("{list}/{id}").try_into().ok()
}

/// Why a token is revoked.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Why {
    /// It is noted, and shown to the owner.
    #[param(min_length = 1, max_length = 200)]
    reason: Option<String>,
}

impl Why {
    pub(super) fn read(self) -> Result<Option<Reason>, Problem> {
        let mut values = Values::of(Place::Elsewhere);
        let reason = values.maybe("reason", self.reason, |text| Reason::parse(&text));
        values.finish().map(|()| reason)
    }
}

/// Revokes a token, at once and for good. Revoking it again changes nothing.
#[utoipa::path(
    delete,
    path = "/{id}",
    operation_id = "revoke_token",
    tag = "tokens",
    security(("session" = [])),
    params(TokenPath, Why, ("If-Match" = Option<String>, Header, description = "The ETag of what was seen")),
    responses(
        (status = 204, description = "It is done."),
    )
)]
pub(super) async fn revoke<O>(
    Extension(desk): Extension<Desk>,
    SignedIn(person, ..): SignedIn<O>,
    TokenPath { id }: TokenPath,
    condition: Condition,
    Query(why): Query<Why>,
) -> Result<Response, Problem> {
    let reason = why.read()?;
    let actor = revoker(&desk, &person, id, &condition).await?;
    match reason {
        Some(reason) => desk.manager().revoke_for(actor, id, reason).await?,
        None => desk.manager().revoke(actor, id).await?,
    }
    Ok(status::DONE.into_response())
}

/// As whom a person revokes a token. One that cannot be read can be revoked all the same, if no version of it is asked for.
async fn revoker(desk: &Desk, person: &Person, id: TokenId, condition: &Condition) -> Result<Actor, Problem> {
    if condition.is_none() && !person.is_administrator() {
        return Ok(person.actor());
    }
    match desk.manager().get(person.any_actor(), id).await {
        Ok(stored) => {
            condition.hold(&stored)?;
            Ok(person.actor_for(stored.record().owner()))
        }
        Err(_) if condition.is_none() => Ok(person.any_actor()),
        Err(error) => Err(error.into()),
    }
}
