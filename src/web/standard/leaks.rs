use std::time::Duration;

use axum::Extension;
use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use tokio::time::sleep;

use super::endpoint::{EndpointKind, Gate, OpenEndpoint};
use crate::manager::{Actor, PatManager};
use crate::record::Reason;
use crate::web::input::{Json, Values};
use crate::web::problem::{Place, Problem};
use crate::web::status;

/// How many tokens one report may name.
const TOKENS: usize = 100;
/// How long an answer takes at least: longer than the look-ups and changes of a store that is well.
const FLOOR: Duration = Duration::from_millis(100);
const FLOOR_EACH: Duration = Duration::from_millis(10);

/// `POST /leaks`: tokens that were found where they do not belong are revoked, whoever reports them, for to have them is to be
/// able to use them.
///
/// The body is `{"tokens": ["…"], "reason": "…"}`, up to 100 tokens; `reason`, up to 200 characters, may be left out. The
/// answer is 202 whether there are such tokens or not, and takes as long; unless the store is slow, and then longer.
///
/// ```
/// # use tower_pat::PatManager;
/// # fn example(manager: PatManager) -> axum::Router {
/// axum::Router::new().merge(tower_pat::web::leak_report(manager).router())
/// # }
/// ```
pub fn leak_report(manager: PatManager) -> OpenEndpoint {
    OpenEndpoint::new(EndpointKind::Leaks, manager)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Report {
    tokens: Vec<String>,
    reason: Option<String>,
}

pub(super) async fn report(Extension(gate): Extension<Gate>, request: Request) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let address = gate.admit(&parts)?;
    let Json(report) = Json::<Report>::from_request(Request::from_parts(parts, body), &()).await?;
    let mut values = Values::of(Place::Body);
    if report.tokens.len() > TOKENS {
        values.note("tokens", "these are too many at once: a report names 100");
    }
    let reason = report.reason.as_deref().unwrap_or("reported as leaked");
    let reason = values.take("reason", Reason::parse(reason));
    values.finish()?;
    let Some(reason) = reason else {
        return Err(Problem::internal("a reason is neither right nor wrong"));
    };
    let actor = Actor::system().with_address(address);
    let least = FLOOR + FLOOR_EACH * u32::try_from(report.tokens.len()).unwrap_or(u32::MAX);
    let (outcome, ()) = tokio::join!(gate.manager().report_leaked(actor, &report.tokens, reason), sleep(least));
    outcome?;
    Ok(status::ACCEPTED.into_response())
}
