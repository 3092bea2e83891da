use jiff::Timestamp;

use crate::record::{PatRecord, TokenName};
use crate::store::query::PatQuery;
use crate::store::stored::StoredPat;
use crate::store::usage::Usage;

/// Whether a record is asked for, its place in the list aside.
pub(super) fn is_wanted(query: &PatQuery, stored: &StoredPat) -> bool {
    let record = stored.record();
    let last_used_at = stored.usage().map(Usage::last_used_at);
    let is_worth_it = query.states().is_none_or(|(states, at)| states.contains(&record.status_at(at)));
    let has_part = |part: &str| record.name().map(TokenName::folded).is_some_and(|name| name.contains(part));
    is_worth_it
        && query.owner().is_none_or(|owner| record.owner() == owner)
        && query.name_part().is_none_or(has_part)
        && query.scope().is_none_or(|scope| record.scopes().contains(scope))
        && query.family().is_none_or(|family| record.family() == family)
        && query.created().holds(record.created_at())
        && query.expiring().holds(record.expires_at())
        && query.last_used().holds(last_used_at)
        && !(query.is_unused() && last_used_at.is_some())
}

/// Whether a record was over before an instant.
pub(super) fn was_over(record: &PatRecord, before: Timestamp) -> bool {
    let retired_at = record.retires_at().or(record.replaced_at());
    [record.revoked_at(), retired_at, record.expires_at()].into_iter().flatten().any(|end| end < before)
}
