use axum::response::{IntoResponse, Response};

use super::choices::{groups, picks};
use super::draft::Draft;
use super::expiry::offered;
use super::fault::Fault;
use crate::scope::ScopeSet;
use crate::store::StoredPat;
use crate::web::page::view::{FormPage, html};
use crate::web::page::visit::Visitor;
use crate::web::problem::Problem;
use crate::web::status::of_problem;

/// The form for a new token, or for one that there is, with what is wrong in it.
pub(in crate::web::page) async fn page(
    visitor: &Visitor,
    draft: &Draft,
    mut faults: Vec<Fault>,
    stored: Option<&StoredPat>,
) -> Result<Response, Problem> {
    let (manager, owner) = (visitor.manager(), visitor.person.owner());
    let held = stored.map_or_else(ScopeSet::default, |stored| stored.record().scopes().clone());
    let status = faults.first().map(|fault| of_problem(fault.kind()));
    let found = visitor.desk().choices(owner, draft.search.trim()).await.unwrap_or_else(|_| {
        faults.push(Fault::on("resources", "fault-search"));
        Vec::new()
    });
    let view = FormPage::new(visitor, draft, stored)
        .with_faults(faults)
        .with_scopes(groups((manager.catalog(), manager.policy()), owner, &held, &draft.scopes))
        .with_expiries(offered(manager.policy(), manager.catalog(), visitor.now()))
        .with_picks(picks(&found, &draft.picked));
    let page = html(&view);
    Ok(match status {
        Some(status) => (status, page).into_response(),
        None => page,
    })
}
