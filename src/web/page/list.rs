use axum::response::{IntoResponse, Redirect, Response};
use jiff::{SignedDuration, Timestamp};

use super::form::{Fields, Filter};
use super::view::{ListPage, PatView, SOON, html};
use super::visit::{Visit, Visitor};
use crate::record::{OwnerId, PatStatus};
use crate::store::{Order, PatQuery, Sort, Span};
use crate::web::problem::Problem;

/// How many tokens are on one page.
const SIZE: usize = 20;

pub(super) async fn list<O>(Visit(visitor, _): Visit<O>) -> Response {
    visitor.answer(listed(&visitor).await)
}

async fn listed(visitor: &Visitor) -> Result<Response, Problem> {
    let (now, query) = (visitor.now(), &visitor.query);
    let Some(owner) = owner(visitor) else {
        // Whoever may not look at the tokens of others, looks at their own.
        return Ok(Redirect::to(&visitor.frame.href("")).into_response());
    };
    let filter = Filter::parse(query.one("show").unwrap_or_default());
    let name = query.one("name").unwrap_or_default().trim();
    let wanted = wanted(filter, now, query).with_owner(owner.clone()).with_name_part(name);
    let page = visitor.manager().list(visitor.actor_for(&owner), &wanted).await?;
    let items: Vec<_> = page.items().iter().map(|stored| PatView::new(&visitor.frame, stored, now)).collect();
    let others = (owner != *visitor.person.owner()).then(|| owner.to_string());
    let view = ListPage::new(&visitor.frame, items)
        .with_filter(filter, name)
        .with_owner(others)
        .with_next(page.next().map(ToString::to_string))
        .with_first(query.one("after").is_none());
    Ok(html(&view))
}

/// Whose tokens are looked at; none if they may not.
fn owner(visitor: &Visitor) -> Option<OwnerId> {
    let own = visitor.person.owner();
    let Some(text) = visitor.query.one("owner").filter(|text| !text.trim().is_empty()) else {
        return Some(own.clone());
    };
    let wanted = OwnerId::parse(text.trim()).ok()?;
    (visitor.person.is_administrator() || wanted == *own).then_some(wanted)
}

fn wanted(filter: Filter, now: Timestamp, query: &Fields) -> PatQuery {
    let standing = [PatStatus::Active, PatStatus::NotYetValid, PatStatus::Paused, PatStatus::OwnerDisabled];
    let over = [PatStatus::Expired, PatStatus::Rotated, PatStatus::Revoked];
    // A cursor that cannot be read is as good as none: the list begins at its beginning.
    let after = query.one("after").and_then(|after| after.parse().ok());
    let page = PatQuery::default().with_size(SIZE).with_cursor(after);
    match filter {
        Filter::Current => page.with_states(standing, now),
        Filter::Soon => {
            let end = now.checked_add(SignedDuration::from_hours(24 * SOON)).unwrap_or(Timestamp::MAX);
            let soonest = page.with_order(Order::ascending(Sort::Expiry));
            soonest.with_states(standing, now).with_expiring(Span::default().with_end(end))
        }
        Filter::Paused => page.with_states([PatStatus::Paused], now),
        Filter::Over => page.with_states(over, now),
        Filter::All => page,
    }
}
