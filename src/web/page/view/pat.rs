use jiff::Timestamp;

use super::frame::Frame;
use super::when::When;
use crate::record::{PatRecord, PatStatus};
use crate::store::StoredPat;

/// From how many days before its expiry on a token stands out.
pub(in crate::web::page) const SOON: i64 = 7;

/// A token, as people are shown it.
pub(in crate::web::page) struct PatView {
    pub(super) href: String,
    /// Whose it is, if it is another's.
    pub(super) other: Option<String>,
    pub(super) name: Option<String>,
    pub(super) hint: Option<String>,
    pub(super) description: Option<String>,
    /// The state in one word, for its look, and in those of the language.
    pub(super) state: &'static str,
    pub(super) state_text: String,
    pub(super) scopes: Vec<String>,
    pub(super) resources: Option<Vec<String>>,
    pub(super) networks: Option<Vec<String>>,
    pub(super) audiences: Option<Vec<String>>,
    pub(super) created: Option<When>,
    pub(super) starts: Option<When>,
    /// When it expires, or when its grace is over if that is sooner.
    pub(super) ends: Option<When>,
    pub(super) retires: Option<When>,
    pub(super) revoked: Option<(When, Option<String>)>,
    pub(super) used: Option<(When, Option<String>, Option<String>)>,
    /// Whether it will be over soon.
    pub(super) is_soon: bool,
    pub(super) is_expired: bool,
    pub(super) is_paused: bool,
}

impl PatView {
    pub(in crate::web::page) fn new(frame: &Frame, stored: &StoredPat, now: Timestamp) -> Self {
        let (record, details) = (stored.record(), stored.details());
        let when = |instant: Option<Timestamp>| instant.map(|instant| frame.when(now, instant));
        let state = state(record, now);
        let is_expired = record.expires_at().is_some_and(|expiry| now >= expiry);
        let used = stored.usage().map(|usage| {
            let (address, agent) = (usage.address().map(|address| address.to_string()), usage.user_agent());
            (frame.when(now, usage.last_used_at()), address, agent.map(str::to_owned))
        });
        Self {
            href: frame.href(&format!("/{}", record.id())),
            other: (!frame.is_self(record.owner().as_str())).then(|| record.owner().to_string()),
            name: record.name().map(ToString::to_string),
            hint: record.hint().map(ToString::to_string),
            description: details.description().map(ToString::to_string),
            state,
            state_text: frame.words().known(&format!("state-{state}")).unwrap_or_else(|| state.to_owned()),
            scopes: texts(record.scopes()),
            resources: record.resources().map(texts),
            networks: record.networks().map(texts),
            audiences: record.audiences().map(texts),
            created: when(record.created_at()),
            starts: when(record.not_before().filter(|start| now < *start)),
            ends: when(record.ends_at()),
            retires: when(record.retires_at().filter(|_| record.revoked_at().is_none())),
            revoked: when(record.revoked_at()).map(|at| (at, details.revocation().map(ToString::to_string))),
            used,
            is_soon: !is_over(state) && is_soon(record, now),
            is_expired,
            is_paused: record.paused_at().is_some(),
        }
    }

    pub(super) fn is_over(&self) -> bool {
        is_over(self.state)
    }
}

/// The state in one word.
fn state(record: &PatRecord, now: Timestamp) -> &'static str {
    let status = record.status_at(now);
    let is_replaced = status == PatStatus::Active && record.retires_at().is_some();
    if is_replaced { "retiring" } else { status.as_str() }
}

fn is_over(state: &str) -> bool {
    let over = [PatStatus::Revoked, PatStatus::Rotated, PatStatus::Expired];
    over.into_iter().any(|status| status.as_str() == state)
}

fn is_soon(record: &PatRecord, now: Timestamp) -> bool {
    let days = |end: Timestamp| end.duration_since(now).as_secs() / (24 * 3_600);
    record.ends_at().is_some_and(|end| days(end) < SOON)
}

fn texts<T: ToString>(set: impl IntoIterator<Item = T>) -> Vec<String> {
    set.into_iter().map(|one| one.to_string()).collect()
}
