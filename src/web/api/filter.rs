use jiff::Timestamp;
use serde::Deserialize;
use utoipa::IntoParams;

use super::wish::instant;
use crate::record::{OwnerId, PatStatus};
use crate::scope::Scope;
use crate::store::{Cursor, EventQuery, Order, PatQuery, Sort, Span};
use crate::web::input::Values;
use crate::web::problem::{Place, Problem};

/// Which tokens are wanted: all, unless something is said. What is said must hold together.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Filter {
    /// Whose tokens; for administrators alone, if not one's own. An asterisk means everybody's.
    #[serde(default)]
    #[param(required = false)]
    owner: Option<String>,
    /// What they are worth now: one of the words of `status`, or several with commas between them.
    #[param(example = "active,paused")]
    status: Option<String>,
    /// What is in their name, without regard to upper and lower case.
    #[param(max_length = 100)]
    name: Option<String>,
    /// Which scope they have.
    scope: Option<String>,
    /// They expire before this.
    #[param(format = DateTime)]
    expires_before: Option<String>,
    /// They were last used before this.
    #[param(format = DateTime)]
    last_used_before: Option<String>,
    /// `true`: no use of them is known.
    #[param(value_type = Option<bool>)]
    unused: Option<String>,
    /// `created`, `expires`, `last_used` or `name`, with a minus before it for the other direction: `-created` is the usual.
    #[param(example = "-created")]
    sort: Option<String>,
    /// How many to a page: 1 to 100, 50 unless it is said.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Option<String>,
    /// The page that follows another, in the order of that one.
    cursor: Option<String>,
}

/// Whose tokens are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Whose {
    Own,
    Of(OwnerId),
    Everybodys,
}

impl Filter {
    pub(super) fn read(self, now: Timestamp) -> Result<(Whose, PatQuery), Problem> {
        let mut values = Values::of(Place::Elsewhere);
        let whose = match self.owner.as_deref() {
            None => Some(Whose::Own),
            Some("*") => Some(Whose::Everybodys),
            Some(owner) => values.take("owner", OwnerId::parse(owner)).map(Whose::Of),
        };
        let mut query = PatQuery::default();
        if let Some(states) = values.maybe("status", self.status, |words| states(&words)) {
            query = query.with_states(states, now);
        }
        if let Some(part) = values.maybe("name", self.name, name_part) {
            query = query.with_name_part(&part);
        }
        query = query.with_scope(values.maybe("scope", self.scope, |scope| Scope::parse(&scope)));
        if let Some(end) = values.maybe("expires_before", self.expires_before, |text| instant(&text)) {
            query = query.with_expiring(Span::default().with_end(end));
        }
        if let Some(end) = values.maybe("last_used_before", self.last_used_before, |text| instant(&text)) {
            query = query.with_last_used(Span::default().with_end(end));
        }
        if let Some(unused) = values.maybe("unused", self.unused, |text| text.parse().map_err(|_| "true or false")) {
            query = query.with_unused(unused);
        }
        if let Some(order) = values.maybe("sort", self.sort, |word| order(&word)) {
            query = query.with_order(order);
        }
        if let Some(size) = size(&mut values, self.limit) {
            query = query.with_size(size);
        }
        query = query.with_cursor(values.maybe("cursor", self.cursor, |text| text.parse::<Cursor>()));
        values.finish()?;
        Ok((whose.unwrap_or(Whose::Own), query))
    }
}

/// Which page of events is wanted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Stretch {
    /// How many to a page: 1 to 100, 50 unless it is said.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Option<String>,
    /// The page that follows another.
    cursor: Option<String>,
}

impl Stretch {
    pub(super) fn read(self) -> Result<EventQuery, Problem> {
        let mut values = Values::of(Place::Elsewhere);
        let mut query = EventQuery::default();
        if let Some(size) = size(&mut values, self.limit) {
            query = query.with_size(size);
        }
        let before = values.maybe("cursor", self.cursor, |text| number(&text));
        values.finish()?;
        Ok(query.with_before(before))
    }
}

fn size(values: &mut Values, limit: Option<String>) -> Option<usize> {
    values.maybe("limit", limit, |text| {
        let size = text.parse::<usize>().ok().filter(|size| (1..=100).contains(size));
        size.ok_or("a page has 1 to 100")
    })
}

/// No store counts further than an `i64`.
fn number(text: &str) -> Result<u64, &'static str> {
    let number = text.parse::<i64>().ok().and_then(|number| u64::try_from(number).ok());
    number.ok_or("a cursor is what the page before has given")
}

fn name_part(text: String) -> Result<String, &'static str> {
    if text.chars().count() > 100 || text.chars().any(char::is_control) {
        return Err("a part of a name is at most 100 characters without control characters");
    }
    Ok(text)
}

fn states(words: &str) -> Result<Vec<PatStatus>, &'static str> {
    words.split(',').map(|word| STATES.into_iter().find(|state| state.as_str() == word).ok_or(NO_STATE)).collect()
}

const NO_STATE: &str =
    "a status is active, not_yet_valid, expired, paused, owner_disabled, rotated or revoked, or several with commas";

const STATES: [PatStatus; 7] = [
    PatStatus::Active,
    PatStatus::NotYetValid,
    PatStatus::Expired,
    PatStatus::Paused,
    PatStatus::OwnerDisabled,
    PatStatus::Rotated,
    PatStatus::Revoked,
];

fn order(word: &str) -> Result<Order, &'static str> {
    let (word, is_descending) = word.strip_prefix('-').map_or((word, false), |word| (word, true));
    let sort = match word {
        "created" => Sort::Creation,
        "expires" => Sort::Expiry,
        "last_used" => Sort::LastUse,
        "name" => Sort::Name,
        _ => return Err("an order is created, expires, last_used or name, perhaps with a minus before it"),
    };
    Ok(if is_descending { Order::descending(sort) } else { Order::ascending(sort) })
}
