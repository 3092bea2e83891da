use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::words::Language;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Units of time, and from how many seconds on each is spoken of.
const UNITS: [(&str, i64, i64); 5] = [
    ("years", 730 * DAY, 365 * DAY),
    ("months", 90 * DAY, 30 * DAY),
    ("days", 2 * DAY, DAY),
    ("hours", 2 * HOUR, HOUR),
    ("minutes", MINUTE, MINUTE),
];

impl Language {
    /// A date, in UTC.
    pub(in crate::web::page) fn date(&self, instant: Timestamp) -> String {
        let date = instant.to_zoned(TimeZone::UTC).date();
        let month = self.text(&format!("month-{}", date.month()));
        self.with("date", &[("day", &date.day().to_string()), ("month", &month), ("year", &date.year().to_string())])
    }

    /// A date and the time of the day, in UTC.
    pub(in crate::web::page) fn moment(&self, instant: Timestamp) -> String {
        let time = instant.to_zoned(TimeZone::UTC).time();
        let clock = format!("{:02}:{:02}", time.hour(), time.minute());
        self.with("moment", &[("date", &self.date(instant)), ("time", &clock)])
    }

    /// How far off an instant is: `in 3 days`, `2 hours ago`.
    pub(in crate::web::page) fn distance(&self, now: Timestamp, instant: Timestamp) -> String {
        let (span, is_past) = (instant.duration_since(now), instant < now);
        let Some((unit, count)) = in_units(span, is_past) else {
            return self.text(if is_past { "unit-just-now" } else { "unit-in-a-moment" });
        };
        self.count(&format!("unit-{unit}-{}", if is_past { "ago" } else { "ahead" }), count)
    }

    /// A length of time: `30 days`, `1 hour`.
    pub(in crate::web::page) fn span(&self, seconds: u64) -> String {
        let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
        match seconds {
            0..HOUR => self.count("unit-minutes", seconds / MINUTE),
            HOUR..DAY => self.count("unit-hours", seconds / HOUR),
            _ => self.count("unit-days", seconds / DAY),
        }
    }
}

/// The unit to speak of, and how many: those that have passed, or the nearest number of those to come.
fn in_units(span: SignedDuration, is_past: bool) -> Option<(&'static str, i64)> {
    let seconds = span.as_secs().abs();
    let (unit, _, size) = UNITS.into_iter().find(|(_, from, _)| seconds >= *from)?;
    Some((unit, if is_past { seconds / size } else { (seconds + size / 2) / size }))
}

#[cfg(test)]
#[cfg(not(model))]
mod tests {
    use jiff::Timestamp;

    use super::super::known::Languages;

    #[test]
    fn instants_are_said_in_words() {
        let now: Timestamp = "2030-01-31T12:00:00Z".parse().unwrap();
        for (instant, english, french) in [
            ("2030-01-31T12:00:30Z", "in a moment", "dans un instant"),
            ("2030-01-31T11:59:30Z", "just now", "à l’instant"),
            ("2030-01-31T11:59:00Z", "1 minute ago", "il y a 1 minute"),
            ("2030-01-31T13:59:00Z", "in 119 minutes", "dans 119 minutes"),
            ("2030-01-31T14:00:00Z", "in 2 hours", "dans 2 heures"),
            ("2030-02-07T11:59:59Z", "in 7 days", "dans 7 jours"),
            ("2030-01-28T12:00:01Z", "2 days ago", "il y a 2 jours"),
            ("2030-01-29T12:00:00Z", "2 days ago", "il y a 2 jours"),
            ("2030-07-31T12:00:00Z", "in 6 months", "dans 6 mois"),
            ("2034-01-31T12:00:00Z", "in 4 years", "dans 4 ans"),
            ("9999-12-30T22:00:00Z", "in 7975 years", "dans 7975 ans"),
        ] {
            let instant = instant.parse().unwrap();
            assert_eq!(Languages::default().choose("en").distance(now, instant), english);
            assert_eq!(Languages::default().choose("fr").distance(now, instant), french);
        }
    }

    #[test]
    fn dates_are_those_of_the_language() {
        let instant = "2030-12-01T08:05:00Z".parse().unwrap();
        assert_eq!(Languages::default().choose("en").moment(instant), "1 Dec 2030, 08:05 UTC");
        assert_eq!(Languages::default().choose("fr").moment(instant), "1 déc. 2030 à 08:05 UTC");
        assert_eq!(Languages::default().choose("fr").span(7 * 24 * 3_600), "7 jours");
    }
}
