use axum::Extension;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};

use super::endpoint::{EndpointKind, Gate, OpenEndpoint};
use super::fault::OauthFault;
use crate::manager::{Actor, ManageErrorKind, PatManager};
use crate::web::input::Form;
use crate::web::status;

/// `POST /revoke` (RFC 7009): whoever has a token may revoke it.
///
/// Clients are not authenticated: to have a token is to be able to use it, and to revoke it is the least that can be done with
/// it. What a client sends of itself is ignored, and so is `token_type_hint`. The answer is 200 for a token that is unknown
/// or over, too.
///
/// ```
/// # use tower_pat::PatManager;
/// # fn example(manager: PatManager) -> axum::Router {
/// axum::Router::new().nest("/oauth", tower_pat::web::revocation(manager).router())
/// # }
/// ```
pub fn revocation(manager: PatManager) -> OpenEndpoint {
    OpenEndpoint::new(EndpointKind::Revocation, manager)
}

pub(super) async fn revoke(Extension(gate): Extension<Gate>, request: Request) -> Result<Response, OauthFault> {
    let (parts, body) = request.into_parts();
    let address = gate.admit(&parts).map_err(|_| OauthFault::TooOften)?;
    let form = Form::read(Request::from_parts(parts, body), &()).await?;
    let token = form.value("token").ok_or(OauthFault::InvalidRequest)?;
    let manager = gate.manager();
    let stored = match manager.find_presented(&Actor::system(), token).await {
        Ok(stored) => stored,
        Err(error) if error.kind() == ManageErrorKind::NotFound => return Ok(status::FINE.into_response()),
        Err(error) => return Err(error.into()),
    };
    let id = stored.record().id();
    manager.revoke(Actor::token(id).with_address(address), id).await?;
    Ok(status::FINE.into_response())
}
