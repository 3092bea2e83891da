use askama::Template;

use super::entry::Entry;
use super::frame::Frame;
use super::pat::PatView;
use crate::record::TokenId;

/// A token and its history.
#[derive(Template)]
#[template(path = "show.html")]
pub(in crate::web::page) struct ShowPage<'a> {
    frame: &'a Frame,
    token: PatView,
    entries: Vec<Entry>,
    done: Option<String>,
    is_again: bool,
    may_change: bool,
    successor: Option<String>,
    older: Option<String>,
}

impl<'a> ShowPage<'a> {
    pub(in crate::web::page) fn new(frame: &'a Frame, token: PatView, entries: Vec<Entry>) -> Self {
        let (done, successor, older) = (None, None, None);
        Self { frame, token, entries, done, is_again: false, may_change: false, successor, older }
    }

    /// Sets what was just done.
    pub(in crate::web::page) fn with_done(mut self, done: Option<String>) -> Self {
        self.done = done;
        self
    }

    /// Sets whether a form was sent again whose secret was shown.
    pub(in crate::web::page) fn with_again(mut self, is_again: bool) -> Self {
        self.is_again = is_again;
        self
    }

    /// Sets whether it is the person's own, and what has replaced it.
    pub(in crate::web::page) fn with_rotation(mut self, is_own: bool, successor: Option<TokenId>) -> Self {
        self.may_change = is_own && !self.token.is_over() && self.token.retires.is_none();
        self.successor = successor.map(|id| self.frame.href(&format!("/{id}")));
        self
    }

    /// Sets where the older part of the history begins.
    pub(in crate::web::page) fn with_next(mut self, before: Option<u64>) -> Self {
        self.older = before.map(|before| format!("{}?before={before}", self.token.href));
        self
    }

    /// Whether it can be paused and resumed.
    fn may_pause(&self) -> bool {
        !self.token.is_over() && self.token.retires.is_none()
    }
}
