use jiff::Timestamp;

use crate::web::page::language::Language;

/// An instant, for people and for programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::web::page) struct When {
    /// How far off it is.
    pub(in crate::web::page) words: String,
    pub(in crate::web::page) date: String,
    /// With the time of the day.
    pub(in crate::web::page) moment: String,
    pub(in crate::web::page) iso: String,
}

impl When {
    pub(super) fn new(language: &Language, now: Timestamp, instant: Timestamp) -> Self {
        let (words, date) = (language.distance(now, instant), language.date(instant));
        Self { words, date, moment: language.moment(instant), iso: instant.to_string() }
    }
}
