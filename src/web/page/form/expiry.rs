use std::time::Duration;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::policy::{Lifetime, Policy};
use crate::scope::{ScopeCatalog, ScopeSet};

/// For how many days tokens are offered.
const PRESETS: [u64; 5] = [7, 30, 60, 90, 365];

/// A lifetime that is offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::web::page) struct ExpiryChoice {
    /// The value of the field.
    pub(in crate::web::page) value: String,
    /// For how many days; none if for ever.
    pub(in crate::web::page) days: Option<u64>,
    /// When that would be; none if never.
    pub(in crate::web::page) at: Option<Timestamp>,
    /// Whether it is for some scopes alone.
    pub(in crate::web::page) only_some: bool,
}

/// What a policy allows, for some scopes of the catalogue or for all.
pub(in crate::web::page) fn offered(policy: &Policy, catalog: &ScopeCatalog, now: Timestamp) -> Vec<ExpiryChoice> {
    let (none, all) = (ScopeSet::default(), catalog.scopes());
    let choice = |value: String, days, lifetime| {
        let (for_none, for_all) = (policy.expiry(lifetime, &none, now), policy.expiry(lifetime, &all, now));
        let at = for_all.or(for_none).ok()?;
        Some(ExpiryChoice { value, days, at, only_some: for_all.is_err() || for_none.is_err() })
    };
    let presets = PRESETS.into_iter().map(|days| choice(days.to_string(), Some(days), Lifetime::For(of_days(days))));
    presets.chain([choice("never".to_owned(), None, Lifetime::Endless)]).flatten().collect()
}

/// What is chosen for whoever does not choose: the lifetime that the policy has for them, or the longest below it.
pub(in crate::web::page) fn usual(policy: &Policy, choices: &[ExpiryChoice], now: Timestamp) -> String {
    let usual = policy.expiry(Lifetime::Usual, &ScopeSet::default(), now).ok().flatten();
    let is_within = |choice: &&ExpiryChoice| choice.at.zip(usual).is_some_and(|(at, usual)| at <= usual);
    choices.iter().rfind(is_within).map_or_else(|| "date".to_owned(), |choice| choice.value.clone())
}

/// The lifetime that a field asks for; none if it is not one that can be offered.
pub(super) fn wanted(
    value: &str,
    date: &str,
    (policy, scopes, now): (&Policy, &ScopeSet, Timestamp),
) -> Option<Lifetime> {
    match value {
        "never" => Some(Lifetime::Endless),
        "date" => Some(until(date.trim().parse().ok()?, (policy, scopes, now))),
        days => {
            let days = days.parse().ok().filter(|days| PRESETS.contains(days))?;
            Some(Lifetime::For(of_days(days)))
        }
    }
}

/// Until the end of a date in UTC; on the last date that there may be, until as late as may be.
fn until(date: Date, (policy, scopes, now): (&Policy, &ScopeSet, Timestamp)) -> Lifetime {
    let start = date.to_zoned(TimeZone::UTC).map_or(Timestamp::MIN, |start| start.timestamp());
    let end = start.checked_add(SignedDuration::from_hours(24)).unwrap_or(Timestamp::MAX);
    let is_allowed = |instant: &Timestamp| policy.expiry(Lifetime::Until(*instant), scopes, now).is_ok();
    let earlier = (1..=24).filter_map(|hours| end.checked_sub(SignedDuration::from_hours(hours)).ok());
    let latest = std::iter::once(end).chain(earlier).find(is_allowed);
    Lifetime::Until(latest.unwrap_or(end))
}

fn of_days(days: u64) -> Duration {
    Duration::from_hours(24 * days)
}

#[cfg(test)]
#[cfg(not(model))]
mod tests {
    use std::time::Duration;

    use jiff::Timestamp;

    use super::{Policy, ScopeCatalog, ScopeSet, offered, usual, wanted};
    use crate::policy::Lifetime;

    const DAY: Duration = Duration::from_hours(24);

    fn now() -> Timestamp {
        "2030-01-01T12:30:00Z".parse().unwrap()
    }

    fn values(policy: &Policy) -> Vec<String> {
        let catalog: ScopeCatalog = "a:read a:write".parse().unwrap();
        let mark = |some: bool| if some { "*" } else { "" };
        offered(policy, &catalog, now())
            .iter()
            .map(|choice| format!("{}{}", choice.value, mark(choice.only_some)))
            .collect()
    }

    #[test]
    fn what_the_policy_forbids_is_not_offered() {
        assert_eq!(values(&Policy::default()), ["7", "30", "60", "90", "365"]);
        assert_eq!(values(&Policy::default().with_insecure_endless_lifetime(true)).last().unwrap(), "never");
        assert_eq!(values(&Policy::default().with_max_lifetime(60 * DAY)), ["7", "30", "60"]);
        assert!(values(&Policy::default().with_max_lifetime(DAY)).is_empty());
        let reading = Policy::default().with_max_lifetime(30 * DAY).with_read_only("a:read".parse().unwrap(), 90 * DAY);
        assert_eq!(values(&reading), ["7", "30", "60*", "90*"]);
    }

    #[test]
    fn the_usual_lifetime_is_chosen_or_the_next_below_it() {
        let catalog = ScopeCatalog::default();
        let chosen = |policy: Policy| usual(&policy, &offered(&policy, &catalog, now()), now());
        assert_eq!(chosen(Policy::default()), "90");
        assert_eq!(chosen(Policy::default().with_default_lifetime(45 * DAY)), "30");
        assert_eq!(chosen(Policy::default().with_default_lifetime(DAY)), "date");
    }

    #[test]
    fn date_lasts_to_its_end_or_as_long_as_may_be() {
        let (policy, none) = (Policy::default().with_max_lifetime(2 * DAY), ScopeSet::default());
        let until = |date: &str| wanted("date", date, (&policy, &none, now()));
        let instant = |text: &str| Some(Lifetime::Until(text.parse().unwrap()));
        assert_eq!(until("2030-01-02"), instant("2030-01-03T00:00:00Z"));
        // The policy ends at half past twelve of this date.
        assert_eq!(until("2030-01-03"), instant("2030-01-03T12:00:00Z"));
        assert_eq!(until("2030-01-04"), instant("2030-01-05T00:00:00Z"));
        for text in ["", "soon", "2030-13-01", "2030-01-02T00:00:00Z\u{0}"] {
            assert_eq!(until(text), None, "{text}");
        }
        assert_eq!(wanted("8", "", (&policy, &none, now())), None);
        assert!(wanted("date", "9999-12-31", (&policy, &none, now())).is_some());
    }
}
