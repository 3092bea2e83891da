use askama::Template;

use super::frame::Frame;
use super::pat::PatView;
use crate::web::page::form::Fault;

/// The question whether a token is to be replaced, and how.
#[derive(Template)]
#[template(path = "rotate.html")]
pub(in crate::web::page) struct RotatePage<'a> {
    frame: &'a Frame,
    token: PatView,
    key: String,
    /// Hours, what they are called, and whether they are chosen.
    graces: Vec<(u64, String, bool)>,
    asks_login: bool,
    fault: Option<Fault>,
}

impl<'a> RotatePage<'a> {
    pub(in crate::web::page) fn new(frame: &'a Frame, token: PatView, key: &str) -> Self {
        Self { frame, token, key: key.to_owned(), graces: Vec::new(), asks_login: false, fault: None }
    }

    /// Sets for how many hours the old one may be accepted.
    pub(in crate::web::page) fn with_graces(mut self, hours: impl Iterator<Item = u64>, chosen: u64) -> Self {
        let words = self.frame.words();
        let named = |hours: u64| match hours {
            0 => words.text("rotate-grace-none"),
            hours => words.with("rotate-grace-some", &[("span", &words.span(hours * 3_600))]),
        };
        self.graces = hours.map(|hours| (hours, named(hours), hours == chosen)).collect();
        self
    }

    /// Sets whether the person has to sign in again first.
    pub(in crate::web::page) fn with_login(mut self, asks: bool) -> Self {
        self.asks_login = asks;
        self
    }

    pub(in crate::web::page) fn with_fault(mut self, fault: Fault) -> Self {
        self.asks_login = self.asks_login && !fault.is_login();
        self.fault = Some(fault);
        self
    }
}
