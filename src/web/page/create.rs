use axum::response::Response;

use super::form::{Draft, Fault, Sent, page};
use super::secret::{Occasion, admit, already, shown};
use super::visit::{Visit, Visitor};
use crate::manager::{CreatedPat, ManageError, ManageErrorKind, NewPat};
use crate::store::IdempotencyKey;
use crate::web::problem::Problem;

pub(super) async fn form<O>(Visit(visitor, _): Visit<O>) -> Response {
    let draft = Draft::prefilled(&visitor.query, &visitor);
    visitor.answer(page(&visitor, &draft, Vec::new(), None).await)
}

pub(super) async fn create<O>(Visit(visitor, _): Visit<O>, Sent(fields): Sent) -> Response {
    let draft = Draft::sent(&fields);
    visitor.answer(created(&visitor, &draft).await)
}

async fn created(visitor: &Visitor, draft: &Draft) -> Result<Response, Problem> {
    if draft.is_search() {
        return page(visitor, draft, Vec::new(), None).await;
    }
    let wish = match draft.wish(visitor, None) {
        Ok(wish) => wish,
        Err(faults) => return page(visitor, draft, faults, None).await,
    };
    let Ok(key) = IdempotencyKey::parse(draft.key()) else {
        return page(visitor, draft, vec![Fault::general("fault-form")], None).await;
    };
    // The answer to a form that was sent before is not given again.
    if let Some(before) = already(visitor, &key).await? {
        return Ok(before);
    }
    admit(visitor)?;
    match make(visitor, wish.new_pat().with_idempotency_key(key)).await {
        Ok(created) => Ok(shown(visitor, &created, Occasion::Created)),
        Err(error) => match Fault::of(error.kind()) {
            Some(fault) => page(visitor, draft, vec![fault], None).await,
            None => Err(error.into()),
        },
    }
}

/// The same form may be under way twice, and the other have been answered: then this is the answer that people see.
async fn make(visitor: &Visitor, wanted: NewPat) -> Result<CreatedPat, ManageError> {
    for _ in 1..ATTEMPTS {
        match visitor.manager().create(visitor.person.actor(), wanted.clone()).await {
            Err(error) if error.kind() == ManageErrorKind::Conflict => {}
            outcome => return outcome,
        }
    }
    visitor.manager().create(visitor.person.actor(), wanted).await
}

const ATTEMPTS: usize = 5;
