use axum::extract::OriginalUri;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use http::HeaderMap;
use http::header::{ETAG, LINK};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::filter::{Filter, Stretch, Whose};
use super::history::{Event, EventPage};
use super::links::to_next;
use super::view::{Token, TokenPage};
use crate::manager::Actor;
use crate::web::asker::{Person, SignedIn};
use crate::web::desk::Desk;
use crate::web::input::{Query, tag};
use crate::web::path::TokenPath;
use crate::web::problem::{Problem, ProblemKind};

/// Your tokens, a page at a time, those that are over too unless the query leaves them out.
#[utoipa::path(
    get,
    path = "/",
    operation_id = "list_tokens",
    tag = "tokens",
    security(("session" = [])),
    params(Filter),
    responses(
        (status = 200, description = "Here they are.", body = TokenPage, headers(("Link" = String, description = "The next page: rel=next"))),
    )
)]
pub(super) async fn list<O>(
    Extension(desk): Extension<Desk>,
    SignedIn(person, ..): SignedIn<O>,
    uri: OriginalUri,
    Query(filter): Query<Filter>,
) -> Result<Response, Problem> {
    let now = desk.manager().now();
    let (whose, query) = filter.read(now)?;
    let (actor, query) = match whose {
        Whose::Own => (person.actor(), query.with_owner(person.owner().clone())),
        Whose::Of(owner) => (allowed(&person, owner == *person.owner())?, query.with_owner(owner)),
        Whose::Everybodys => (allowed(&person, false)?, query),
    };
    let page = desk.manager().list(actor, &query).await?;
    let next = page.next().map(ToString::to_string);
    let items = page.items().iter().map(|stored| Token::of(stored, now)).collect();
    Ok((next_link(&uri, next.as_deref()), Json(TokenPage { items, next })).into_response())
}

/// Who asks, if they may see what is not their own.
pub(super) fn allowed(person: &Person, is_own: bool) -> Result<Actor, Problem> {
    if is_own {
        return Ok(person.actor());
    }
    if !person.is_administrator() {
        return Err(Problem::new(ProblemKind::Forbidden, "you may do this with your own tokens alone"));
    }
    Ok(person.any_actor())
}

fn next_link(uri: &OriginalUri, next: Option<&str>) -> HeaderMap {
    let link = next.and_then(|cursor| to_next(uri, cursor));
    link.map(|link| (LINK, link)).into_iter().collect()
}

/// One token.
#[utoipa::path(
    get,
    path = "/{id}",
    operation_id = "get_token",
    tag = "tokens",
    security(("session" = [])),
    params(TokenPath),
    responses(
        (status = 200, description = "Here it is.", body = Token, headers(("ETag" = String, description = "Its version, for If-Match"))),
    )
)]
pub(super) async fn show<O>(
    Extension(desk): Extension<Desk>,
    SignedIn(person, ..): SignedIn<O>,
    TokenPath { id }: TokenPath,
) -> Result<Response, Problem> {
    let stored = desk.manager().get(person.any_actor(), id).await?;
    Ok(([(ETAG, tag(&stored))], Json(Token::of(&stored, desk.manager().now()))).into_response())
}

/// What was done to a token, the newest first.
#[utoipa::path(
    get,
    path = "/{id}/events",
    operation_id = "list_events",
    tag = "tokens",
    security(("session" = [])),
    params(TokenPath, Stretch),
    responses(
        (status = 200, description = "Here it is.", body = EventPage, headers(("Link" = String, description = "The next page: rel=next"))),
    )
)]
pub(super) async fn events<O>(
    Extension(desk): Extension<Desk>,
    SignedIn(person, ..): SignedIn<O>,
    uri: OriginalUri,
    TokenPath { id }: TokenPath,
    Query(stretch): Query<Stretch>,
) -> Result<Response, Problem> {
    let query = stretch.read()?;
    let stored = desk.manager().get(person.any_actor(), id).await?;
    let actor = person.actor_for(stored.record().owner());
    let page = desk.manager().events(actor, &query.with_token(id)).await?;
    let next = page.next().map(|number| number.to_string());
    let items = page.events().iter().map(Event::from).collect();
    Ok((next_link(&uri, next.as_deref()), Json(EventPage { items, next })).into_response())
}

/// A scope that tokens of this service may have.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ScopeEntry {
    #[schema(example = "invoices:write")]
    scope: String,
    #[schema(example = "See your invoices and write new ones.")]
    description: String,
    /// What it implies, directly or not.
    #[schema(example = json!(["invoices:read"]))]
    implies: Vec<String>,
    /// Whether you may give it to your tokens.
    grantable: bool,
}

/// The scopes that there are.
#[utoipa::path(
    get,
    path = "/scopes",
    operation_id = "list_scopes",
    tag = "choices",
    security(("session" = [])),
    responses(
        (status = 200, description = "Here they are.", body = [ScopeEntry]),
    )
)]
pub(super) async fn scopes<O>(
    Extension(desk): Extension<Desk>,
    SignedIn(person, ..): SignedIn<O>,
) -> Json<Vec<ScopeEntry>> {
    let policy = desk.manager().policy();
    let entries = desk.manager().catalog().iter().map(|entry| ScopeEntry {
        scope: entry.scope().to_string(),
        description: entry.description().to_owned(),
        implies: entry.implies().iter().map(ToString::to_string).collect(),
        grantable: policy.may_grant(person.owner(), entry.scope()),
    });
    Json(entries.collect())
}

/// What to look for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Search {
    /// A text; left out, what comes to mind first.
    #[serde(default)]
    #[param(max_length = 200)]
    search: String,
}

/// What people can pick to limit a token to: what is picked, and what they call it.
#[utoipa::path(
    get,
    path = "/resources",
    operation_id = "search_resources",
    tag = "choices",
    security(("session" = [])),
    params(Search),
    responses(
        (status = 200, description = "Here is what was found, the best first.", body = [Choice]),
    )
)]
pub(super) async fn resources<O>(
    Extension(desk): Extension<Desk>,
    SignedIn(person, ..): SignedIn<O>,
    Query(Search { search }): Query<Search>,
) -> Result<Json<Vec<Choice>>, Problem> {
    let choices = desk.choices(person.owner(), &search).await?;
    let choices = choices
        .iter()
        .map(|choice| Choice { resource: choice.pattern().to_string(), label: choice.label().to_owned() });
    Ok(Json(choices.collect()))
}

/// Something that a token may be limited to.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Choice {
    #[schema(example = "repo:acme/site")]
    resource: String,
    #[schema(example = "The site of Acme")]
    label: String,
}
