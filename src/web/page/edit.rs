use axum::response::Response;

use super::form::{Draft, Fault, Sent, page};
use super::visit::{Visit, Visitor};
use crate::manager::ManageErrorKind;
use crate::store::StoredPat;
use crate::web::problem::Problem;

pub(super) async fn form<O>(Visit(visitor, _): Visit<O>) -> Response {
    let shown = async {
        let stored = visitor.own_token().await?;
        page(&visitor, &Draft::of(&stored), Vec::new(), Some(&stored)).await
    };
    visitor.answer(shown.await)
}

pub(super) async fn edit<O>(Visit(visitor, _): Visit<O>, Sent(fields): Sent) -> Response {
    let done = async {
        let stored = visitor.own_token().await?;
        edited(&visitor, Draft::sent(&fields), &stored).await
    };
    visitor.answer(done.await)
}

async fn edited(visitor: &Visitor, mut draft: Draft, stored: &StoredPat) -> Result<Response, Problem> {
    if draft.is_search() {
        return page(visitor, &draft, Vec::new(), Some(stored)).await;
    }
    let wish = match draft.wish(visitor, Some(stored)) {
        Ok(wish) => wish,
        Err(faults) => return page(visitor, &draft, faults, Some(stored)).await,
    };
    let id = stored.record().id();
    let outcome = visitor.manager().edit(visitor.person.actor(), id, wish.edit(draft.version())).await;
    let Err(error) = outcome else {
        return Ok(visitor.done(id));
    };
    let Some(fault) = Fault::of(error.kind()) else {
        return Err(error.into());
    };
    if error.kind() == ManageErrorKind::Conflict {
        // Who sends the form again has been told, and writes over what there is.
        let newest = visitor.own_token().await?;
        draft.see(&newest);
        return page(visitor, &draft, vec![fault], Some(&newest)).await;
    }
    page(visitor, &draft, vec![fault], Some(stored)).await
}
