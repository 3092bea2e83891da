use axum::response::Response;

use super::visit::{Visit, Visitor};
use crate::manager::Edit;
use crate::web::problem::Problem;

pub(super) async fn pause<O>(Visit(visitor, _): Visit<O>) -> Response {
    visitor.answer(set_paused(&visitor, true).await)
}

pub(super) async fn resume<O>(Visit(visitor, _): Visit<O>) -> Response {
    visitor.answer(set_paused(&visitor, false).await)
}

async fn set_paused(visitor: &Visitor, paused: bool) -> Result<Response, Problem> {
    let stored = visitor.token().await?;
    let (actor, id) = (visitor.actor_for(stored.record().owner()), stored.record().id());
    visitor.manager().edit(actor, id, Edit::default().with_pause(paused)).await?;
    Ok(visitor.done(id))
}
