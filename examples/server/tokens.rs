//! What people call, signed in: they manage their tokens.

use std::net::IpAddr;
use std::time::Duration;

use axum::extract::rejection::{FormRejection, JsonRejection, PathRejection, QueryRejection};
use axum::extract::{FromRequestParts, Path, Query, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Form, Json};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tower_pat::clock::{Clock, SystemClock};
use tower_pat::guard::Public;
use tower_pat::manager::{ManageErrorKind, NewPat};
use tower_pat::record::{OwnerId, PatRecord, PatStatus, TokenId, TokenName};
use tower_pat::resource::ResourceSet;
use tower_pat::store::{Cursor, PatQuery, StoredPat, Usage};
use tower_pat::token::TokenHint;
use tower_pat::{PatPrincipal, ScopeSet};
use tower_sessions::Session;
use utoipa::{IntoParams, ToSchema};

use super::App;
use super::people::PAGE;
use super::problem::{Problem, ProblemDocument};

pub(crate) const OWNER: &str = "owner";

pub(crate) const NO_STORE: (HeaderName, HeaderValue) = (header::CACHE_CONTROL, HeaderValue::from_static("no-store"));

#[derive(Deserialize, ToSchema)]
pub(crate) struct Login {
    user: String,
    /// Where to go then; left out: nowhere.
    then: Option<String>,
}

/// Signs you in. It believes everybody; a real service asks for a password, or sends people to its identity provider.
#[utoipa::path(
    post,
    path = "/login",
    request_body(content = Login, content_type = "application/x-www-form-urlencoded"),
    responses((status = 204, description = "It is done."), (status = 303, description = "It is done; go on there."), (status = 422, description = "Something in it is wrong.", body = ProblemDocument))
)]
pub(crate) async fn log_in(
    _: Public,
    session: Session,
    form: Result<Form<Login>, FormRejection>,
) -> Result<Response, Problem> {
    let Form(Login { user, then }) = form?;
    let owner = OwnerId::parse(&user)?;
    session.cycle_id().await.map_err(Problem::internal)?;
    session.insert(OWNER, owner.as_str()).await.map_err(Problem::internal)?;
    // To no other site, whatever the form says.
    Ok(match then.as_deref() {
        Some(PAGE) => Redirect::to(PAGE).into_response(),
        _ => StatusCode::NO_CONTENT.into_response(),
    })
}

/// The person who is signed in. A token signs nobody in: it never makes or changes tokens.
///
/// To tokens these routes are public: this says who is let in.
pub(crate) struct SignedIn(OwnerId);

impl<S: Send + Sync> FromRequestParts<S> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let caller =
            Option::<PatPrincipal>::from_request_parts(parts, state).await.map_err(IntoResponse::into_response)?;
        if caller.is_some() {
            let forbidden = "A token does not manage tokens. Sign in, and leave the token out.";
            return Err(Problem::new(StatusCode::FORBIDDEN, forbidden).into_response());
        }
        let session = Session::from_request_parts(parts, state).await.map_err(IntoResponse::into_response)?;
        let owner: Option<String> =
            session.get(OWNER).await.map_err(|error| Problem::internal(error).into_response())?;
        let owner = owner.and_then(|owner| OwnerId::parse(&owner).ok());
        owner.map(Self).ok_or_else(|| Problem::new(StatusCode::UNAUTHORIZED, "Sign in first.").into_response())
    }
}

#[derive(Serialize, ToSchema)]
pub(crate) struct Token {
    #[schema(value_type = String, format = "uuid")]
    id: TokenId,
    #[schema(value_type = Option<String>)]
    name: Option<TokenName>,
    #[schema(value_type = Option<String>)]
    hint: Option<TokenHint>,
    #[schema(value_type = Vec<String>)]
    scopes: ScopeSet,
    /// What the token is limited to; null if to nothing.
    #[schema(value_type = Option<Vec<String>>)]
    resources: Option<ResourceSet>,
    #[schema(value_type = String)]
    status: PatStatus,
    #[schema(value_type = Option<String>, format = DateTime)]
    created_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    revoked_at: Option<Timestamp>,
    /// To the minute.
    #[schema(value_type = Option<String>, format = DateTime)]
    last_used_at: Option<Timestamp>,
    #[schema(value_type = Option<String>)]
    last_used_address: Option<IpAddr>,
}

impl From<&PatRecord> for Token {
    fn from(record: &PatRecord) -> Self {
        Self {
            id: record.id(),
            name: record.name().cloned(),
            hint: record.hint().cloned(),
            scopes: record.scopes().clone(),
            resources: record.resources().cloned(),
            status: record.status_at(SystemClock.now().wall()),
            created_at: record.created_at(),
            expires_at: record.expires_at(),
            revoked_at: record.revoked_at(),
            last_used_at: None,
            last_used_address: None,
        }
    }
}

impl From<&StoredPat> for Token {
    fn from(stored: &StoredPat) -> Self {
        let usage = stored.usage();
        Self {
            last_used_at: usage.map(Usage::last_used_at),
            last_used_address: usage.and_then(Usage::address),
            ..Self::from(stored.record())
        }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewToken {
    name: String,
    #[schema(value_type = Vec<String>)]
    scopes: ScopeSet,
    /// What the token is limited to, such as `invoice:7`; left out or null: to nothing.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>)]
    resources: Option<ResourceSet>,
    /// Left out: 90 days; null: never.
    #[serde(default = "ninety_days", deserialize_with = "Option::deserialize")]
    expires_in_days: Option<i64>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct ShownOnce<'a> {
    #[serde(flatten)]
    record: Token,
    token: &'a str,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Place {
    /// Where the page begins, from the link of the one before.
    cursor: Option<String>,
}

/// Your tokens, the newest first, 50 a page. Of each page but the last, the header `Link` leads to the next.
#[utoipa::path(
    get,
    path = "/api/tokens",
    security(("session" = [])),
    params(Place),
    responses(
        (status = 200, description = "Here it is.", body = [Token], headers(("Link" = Option<String>))),
        (status = 400, description = "The query cannot be read.", body = ProblemDocument),
        (status = 401, description = "Nobody is signed in.", body = ProblemDocument),
        (status = 422, description = "Something in it is wrong.", body = ProblemDocument)
    )
)]
pub(crate) async fn list_tokens(
    _: Public,
    State(app): State<App>,
    SignedIn(owner): SignedIn,
    place: Result<Query<Place>, QueryRejection>,
) -> Result<Response, Problem> {
    let Query(Place { cursor }) = place?;
    let cursor = cursor.map(|cursor| cursor.parse::<Cursor>()).transpose()?;
    let page = app.manager.list(&owner, &PatQuery::default().with_cursor(cursor)).await?;
    let tokens: Vec<_> = page.items().iter().map(Token::from).collect();
    let mut headers = HeaderMap::from_iter([NO_STORE]);
    if let Some(cursor) = page.next() {
        let link = format!("</api/tokens?cursor={cursor}>; rel=\"next\"");
        headers.insert(header::LINK, link.parse().expect("a cursor fits into a header"));
    }
    Ok((headers, Json(tokens)).into_response())
}

/// Makes a token, which is shown this once.
#[utoipa::path(
    post,
    path = "/api/tokens",
    security(("session" = [])),
    request_body = NewToken,
    responses(
        (status = 201, description = "It is made.", body = ShownOnce),
        (status = 401, description = "Nobody is signed in.", body = ProblemDocument),
        (status = 422, description = "Something in it is wrong.", body = ProblemDocument)
    )
)]
pub(crate) async fn create_token(
    _: Public,
    State(app): State<App>,
    SignedIn(owner): SignedIn,
    wanted: Result<Json<NewToken>, JsonRejection>,
) -> Result<Response, Problem> {
    let Json(wanted) = wanted?;
    let name = TokenName::parse(&wanted.name)?;
    let new = NewPat::new(name).with_scopes(wanted.scopes).with_resources(wanted.resources);
    let new = match wanted.expires_in_days {
        Some(number) => new.with_lifetime(days(number).ok_or(ManageErrorKind::Expiry)?),
        None => new.without_expiry(),
    };
    let created = app.manager.create(&owner, new).await?;
    let location = (header::LOCATION, format!("/api/tokens/{}", created.record().id()));
    let body = ShownOnce { record: Token::from(created.record()), token: created.token().expose_secret() };
    Ok((StatusCode::CREATED, [NO_STORE], [location], Json(body)).into_response())
}

/// Revokes a token, at once.
#[utoipa::path(
    delete,
    path = "/api/tokens/{id}",
    security(("session" = [])),
    params(("id" = String, Path)),
    responses((status = 204, description = "It is done."), (status = 401, description = "Nobody is signed in.", body = ProblemDocument), (status = 404, description = "There is no such thing.", body = ProblemDocument))
)]
pub(crate) async fn revoke_token(
    _: Public,
    State(app): State<App>,
    SignedIn(owner): SignedIn,
    id: Result<Path<TokenId>, PathRejection>,
) -> Result<StatusCode, Problem> {
    let Path(id) = id.map_err(|_| ManageErrorKind::NotFound)?;
    app.manager.revoke(&owner, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// None for a number of days that is negative or beyond all measure.
pub(crate) fn days(number: i64) -> Option<Duration> {
    let seconds = u64::try_from(number).ok()?.checked_mul(24 * 60 * 60)?;
    Some(Duration::from_secs(seconds))
}

#[expect(clippy::unnecessary_wraps, reason = "it stands in for a field that may be null")]
fn ninety_days() -> Option<i64> {
    Some(90)
}
