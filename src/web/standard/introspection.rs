use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, Request};
use axum::middleware::map_response;
use axum::routing::post;
use axum::{Extension, Json, Router};
use serde::Serialize;

use super::basic::client_secret_basic;
use super::clients::{IntrospectionClient, IntrospectionClients};
use super::endpoint::BODY;
use super::fault::OauthFault;
use crate::manager::{Actor, ManageErrorKind, PatManager};
use crate::record::{AudienceSet, NetworkSet, PatRecord, PatStatus};
use crate::resource::ResourceSet;
use crate::web::input::Form;
use crate::web::no_store::no_store;

#[derive(Clone)]
struct Desk {
    manager: PatManager,
    clients: Arc<dyn IntrospectionClients>,
}

/// `POST /introspect` (RFC 7662): what a token is worth, for clients that authenticate by `client_secret_basic`.
///
/// To a client that it is not active to, a token is `{"active":false}` and no more: one that is unknown, over, paused, of an
/// owner who is disabled, meant for other services, or limited in a way that the client is not
/// [known to hold against its requests](IntrospectionClient::with_limits). `scope` has what the token's scopes imply too.
/// An outage is 503, and never `{"active":false}`.
///
/// ```
/// # use tower_pat::PatManager;
/// # use tower_pat::web::IntrospectionClients;
/// # fn example(manager: PatManager, gateways: impl IntrospectionClients) -> axum::Router {
/// axum::Router::new().nest("/oauth", tower_pat::web::introspection(manager, gateways))
/// # }
/// ```
pub fn introspection<S: Clone + Send + Sync + 'static>(
    manager: PatManager,
    clients: impl IntrospectionClients,
) -> Router<S> {
    Router::new()
        .route("/introspect", post(introspect))
        .layer(Extension(Desk { manager, clients: Arc::new(clients) }))
        .layer(DefaultBodyLimit::max(BODY))
        .layer(map_response(no_store))
}

/// RFC 7662, section 2.2; `resources` and `networks` beside it.
#[derive(Debug, Default, Serialize)]
struct Answer {
    active: bool,
    #[serde(flatten)]
    token: Option<Active>,
}

#[derive(Debug, Serialize)]
struct Active {
    scope: String,
    token_type: &'static str,
    sub: String,
    jti: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    iat: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nbf: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exp: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    aud: Option<AudienceSet>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resources: Option<ResourceSet>,
    #[serde(skip_serializing_if = "Option::is_none")]
    networks: Option<NetworkSet>,
}

async fn introspect(Extension(desk): Extension<Desk>, request: Request) -> Result<Json<Answer>, OauthFault> {
    let (id, secret) = client_secret_basic(request.headers()).ok_or(OauthFault::InvalidClient)?;
    let client = desk.clients.authenticate(&id, &secret).await.map_err(|error| OauthFault::unavailable(&*error))?;
    let client = client.ok_or(OauthFault::InvalidClient)?;
    let form = Form::read(request, &()).await?;
    let token = form.value("token").ok_or(OauthFault::InvalidRequest)?;
    let stored = match desk.manager.find_presented(&Actor::system(), token).await {
        Ok(stored) => stored,
        Err(error) if error.kind() == ManageErrorKind::NotFound => return Ok(Json(Answer::default())),
        Err(error) => return Err(error.into()),
    };
    let now = desk.manager.now();
    let record = stored.record();
    if record.status_at(now) != PatStatus::Active || !is_for(record, &client) {
        return Ok(Json(Answer::default()));
    }
    Ok(Json(Answer { active: true, token: Some(active(&desk.manager, record)) }))
}

/// Whether a client may know of a token, and knows what to make of it.
fn is_for(record: &PatRecord, client: &IntrospectionClient) -> bool {
    let is_meant = match (record.audiences(), client.audience()) {
        (None, _) => true,
        (Some(audiences), Some(audience)) => audiences.contains(audience),
        (Some(_), None) => false,
    };
    let is_limited = record.resources().is_some() || record.networks().is_some();
    is_meant && (!is_limited || client.knows_limits())
}

fn active(manager: &PatManager, record: &PatRecord) -> Active {
    Active {
        scope: manager.catalog().close(record.scopes()).to_string(),
        token_type: "Bearer",
        sub: record.owner().to_string(),
        jti: record.id().to_string(),
        iat: record.created_at().map(jiff::Timestamp::as_second),
        nbf: record.not_before().map(jiff::Timestamp::as_second),
        exp: record.ends_at().map(jiff::Timestamp::as_second),
        aud: record.audiences().cloned(),
        resources: record.resources().cloned(),
        networks: record.networks().cloned(),
    }
}
