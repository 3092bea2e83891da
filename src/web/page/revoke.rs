use axum::response::{IntoResponse, Response};

use super::form::{Fault, Fields, Sent};
use super::view::{PatView, RevokePage, html};
use super::visit::{Visit, Visitor};
use crate::record::Reason;
use crate::store::StoredPat;
use crate::web::problem::{Problem, ProblemKind};
use crate::web::status::of_problem;

pub(super) async fn form<O>(Visit(visitor, _): Visit<O>) -> Response {
    let asked = async { Ok(html(&asked(&visitor, &visitor.token().await?))) };
    visitor.answer(asked.await)
}

pub(super) async fn revoke<O>(Visit(visitor, _): Visit<O>, Sent(fields): Sent) -> Response {
    let done = async {
        let stored = visitor.token().await?;
        revoked(&visitor, &stored, &fields).await
    };
    visitor.answer(done.await)
}

fn asked<'a>(visitor: &'a Visitor, stored: &StoredPat) -> RevokePage<'a> {
    RevokePage::new(&visitor.frame, PatView::new(&visitor.frame, stored, visitor.now()))
}

async fn revoked(visitor: &Visitor, stored: &StoredPat, fields: &Fields) -> Result<Response, Problem> {
    let (actor, id) = (visitor.actor_for(stored.record().owner()), stored.record().id());
    let reason = fields.one("reason").unwrap_or_default();
    match (reason.trim().is_empty(), Reason::parse(reason)) {
        (true, _) => visitor.manager().revoke(actor, id).await?,
        (false, Ok(reason)) => visitor.manager().revoke_for(actor, id, reason).await?,
        (false, Err(_)) => {
            let view = asked(visitor, stored).with_fault(reason, Fault::on("reason", "fault-reason"));
            return Ok((of_problem(ProblemKind::Invalid), html(&view)).into_response());
        }
    }
    Ok(visitor.done(id))
}
