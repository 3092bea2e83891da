use std::time::Duration;

use axum::response::{IntoResponse, Response};

use super::form::{Fault, Fields, Sent, new_key};
use super::secret::{Occasion, admit, already, shown};
use super::view::{PatView, RotatePage, html};
use super::visit::{Visit, Visitor};
use crate::manager::Rotation;
use crate::store::{IdempotencyKey, StoredPat};
use crate::web::problem::Problem;
use crate::web::status::of_problem;

/// For how many hours an old token may still be accepted, as far as the policy allows.
const GRACES: [u64; 5] = [0, 1, 24, 24 * 3, 24 * 7];

pub(super) async fn form<O>(Visit(visitor, _): Visit<O>) -> Response {
    let asked = async { Ok(html(&asked(&visitor, &visitor.own_token().await?, &new_key(), 0))) };
    visitor.answer(asked.await)
}

pub(super) async fn rotate<O>(Visit(visitor, _): Visit<O>, Sent(fields): Sent) -> Response {
    let done = async {
        let stored = visitor.own_token().await?;
        rotated(&visitor, &stored, &fields).await
    };
    visitor.answer(done.await)
}

fn asked<'a>(visitor: &'a Visitor, stored: &StoredPat, key: &str, chosen: u64) -> RotatePage<'a> {
    let longest = visitor.manager().policy().max_grace();
    let offered = GRACES.into_iter().filter(|hours| Duration::from_hours(*hours) <= longest);
    let view = PatView::new(&visitor.frame, stored, visitor.now());
    RotatePage::new(&visitor.frame, view, key).with_graces(offered, chosen).with_login(!visitor.is_recent())
}

async fn rotated(visitor: &Visitor, stored: &StoredPat, fields: &Fields) -> Result<Response, Problem> {
    let text = fields.one("key").unwrap_or_default();
    let hours = fields.one("grace").and_then(|hours| hours.parse().ok()).unwrap_or_default();
    let again = |fault: Fault| {
        let kind = fault.kind();
        let view = asked(visitor, stored, text, hours).with_fault(fault);
        Ok((of_problem(kind), html(&view)).into_response())
    };
    let Some(key) = IdempotencyKey::parse(text).ok().filter(|_| GRACES.contains(&hours)) else {
        return again(Fault::general("fault-form"));
    };
    if let Some(before) = already(visitor, &key).await? {
        return Ok(before);
    }
    admit(visitor)?;
    let rotation = Rotation::default().with_grace(Duration::from_hours(hours)).with_idempotency_key(key);
    match visitor.manager().rotate(visitor.person.actor(), stored.record().id(), rotation).await {
        Ok(created) => Ok(shown(visitor, &created, Occasion::Rotated)),
        Err(error) => match Fault::of(error.kind()) {
            Some(fault) => again(fault),
            None => Err(error.into()),
        },
    }
}
