use askama::Template;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::frame::Frame;
use crate::store::StoredPat;
use crate::web::page::form::{Draft, ExpiryChoice, Fault, Pick, ScopeGroup};
use crate::web::page::visit::Visitor;

/// The form for a new token, or for one that there is.
#[derive(Template)]
#[template(path = "form.html")]
pub(in crate::web::page) struct FormPage<'a> {
    frame: &'a Frame,
    draft: &'a Draft,
    /// Where a token is that is edited, and what it is called.
    edited: Option<(String, String)>,
    faults: Vec<Fault>,
    groups: Vec<ScopeGroup>,
    expiries: Vec<ExpiryView>,
    picks: Vec<Pick>,
    address: Option<String>,
    tomorrow: String,
    asks_login: bool,
}

/// A lifetime that is offered, in words.
struct ExpiryView {
    value: String,
    label: String,
    note: Option<String>,
    is_chosen: bool,
}

impl<'a> FormPage<'a> {
    pub(in crate::web::page) fn new(visitor: &'a Visitor, draft: &'a Draft, stored: Option<&StoredPat>) -> Self {
        let frame = &visitor.frame;
        let edited = stored.map(|stored| {
            let record = stored.record();
            (frame.href(&format!("/{}", record.id())), record.name().map(ToString::to_string).unwrap_or_default())
        });
        let mut page = Self {
            frame,
            draft,
            edited,
            faults: Vec::new(),
            groups: Vec::new(),
            expiries: Vec::new(),
            picks: Vec::new(),
            address: visitor.address().map(|address| address.to_string()),
            tomorrow: tomorrow(visitor.now()),
            // An edit asks for no login.
            asks_login: stored.is_none() && !visitor.is_recent(),
        };
        page.expiries.extend(stored.map(|stored| page.kept(stored)));
        page
    }

    pub(in crate::web::page) fn with_faults(mut self, faults: Vec<Fault>) -> Self {
        self.asks_login = self.asks_login && !faults.iter().any(|fault| fault.is_login());
        self.faults = faults;
        self
    }

    pub(in crate::web::page) fn with_scopes(mut self, groups: Vec<ScopeGroup>) -> Self {
        self.groups = groups;
        self
    }

    pub(in crate::web::page) fn with_expiries(mut self, choices: Vec<ExpiryChoice>) -> Self {
        let views: Vec<_> = choices.into_iter().map(|choice| self.expiry(choice)).collect();
        self.expiries.extend(views);
        self
    }

    pub(in crate::web::page) fn with_picks(mut self, picks: Vec<Pick>) -> Self {
        self.picks = picks;
        self
    }

    /// That a token expires when it does.
    fn kept(&self, stored: &StoredPat) -> ExpiryView {
        let at = stored.record().expires_at();
        let note = at.map_or_else(|| self.frame.t("expiry-never"), |at| self.frame.words().moment(at));
        let label = self.frame.t("expiry-keep");
        ExpiryView { value: "keep".to_owned(), label, note: Some(note), is_chosen: self.draft.expiry == "keep" }
    }

    fn expiry(&self, choice: ExpiryChoice) -> ExpiryView {
        let words = self.frame.words();
        let label = match choice.days {
            Some(days) => words.span(days * 24 * 3_600),
            None => words.text("expiry-never"),
        };
        let date = choice.at.map(|at| words.date(at));
        let some = choice.only_some.then(|| words.text("expiry-some-scopes"));
        let note: Vec<_> = date.into_iter().chain(some).collect();
        let note = (!note.is_empty()).then(|| note.join(" · "));
        ExpiryView { is_chosen: self.draft.expiry == choice.value, value: choice.value, label, note }
    }

    /// What is wrong with a field.
    fn fault(&self, field: &str) -> Option<String> {
        let fault = self.faults.iter().find(|fault| fault.field() == Some(field))?;
        Some(self.frame.t(fault.message()))
    }

    /// What is wrong: the field, if it is one, and the message.
    fn summary(&self) -> Vec<(Option<&'static str>, String, bool)> {
        let line = |fault: &Fault| (fault.field(), self.frame.t(fault.message()), fault.is_login());
        self.faults.iter().map(line).collect()
    }

    fn scope_count(&self) -> usize {
        self.groups.iter().map(|group| group.scopes.len()).sum()
    }

    /// Whether the host has anything to pick from.
    fn can_pick(&self) -> bool {
        !self.picks.is_empty() || !self.draft.search.is_empty()
    }
}

/// The first date that a token can expire on, as a form has it.
fn tomorrow(now: Timestamp) -> String {
    let today = now.to_zoned(TimeZone::UTC).date();
    today.tomorrow().unwrap_or(today).to_string()
}
