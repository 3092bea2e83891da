use axum::response::Response;

use super::view::{Entry, PatView, ShowPage, html};
use super::visit::{Visit, Visitor};
use crate::store::{EventQuery, StoredPat};
use crate::web::problem::Problem;

/// How much of a history is on one page.
const SIZE: usize = 20;

pub(super) async fn show<O>(Visit(visitor, _): Visit<O>) -> Response {
    let shown = async { shown(&visitor, &visitor.token().await?).await };
    visitor.answer(shown.await)
}

async fn shown(visitor: &Visitor, stored: &StoredPat) -> Result<Response, Problem> {
    let (record, now) = (stored.record(), visitor.now());
    let before = visitor.query.one("before").and_then(|number| number.parse().ok());
    let query = EventQuery::default().with_token(record.id()).with_before(before).with_size(SIZE);
    let page = visitor.manager().events(visitor.actor_for(record.owner()), &query).await?;
    let entry = |event| Entry::new(&visitor.frame, event, now);
    let entries: Vec<_> = page.events().iter().map(|event| entry(event.event())).collect();
    // Word of what was done is taken from what was done, for anybody can write an address.
    let done = visitor.query.one("done").filter(|_| before.is_none()).and_then(|_| {
        let last = page.events().first()?.event();
        let is_fresh = now.duration_since(last.stamp().at()).as_secs() < FRESH;
        is_fresh.then(|| entry(last).done().map(str::to_owned)).flatten()
    });
    let view = ShowPage::new(&visitor.frame, PatView::new(&visitor.frame, stored, now), entries)
        .with_done(done)
        .with_again(visitor.query.one("again").is_some())
        .with_rotation(visitor.owns(stored), stored.details().successor())
        .with_next(page.next());
    Ok(html(&view))
}

/// For how many seconds something was just done.
const FRESH: i64 = 60;
