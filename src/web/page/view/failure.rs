use askama::Template;

use super::frame::Frame;
use crate::web::problem::ProblemKind;

/// What cannot be had, and what to do.
#[derive(Template)]
#[template(path = "failure.html")]
pub(in crate::web::page) struct FailurePage<'a> {
    frame: &'a Frame,
    title: String,
    help: String,
    asks_login: bool,
}

impl<'a> FailurePage<'a> {
    pub(in crate::web::page) fn new(frame: &'a Frame, kind: ProblemKind) -> Self {
        let (slug, words) = (kind.slug(), frame.words());
        let known = words.known(&format!("problem-{slug}")).zip(words.known(&format!("problem-{slug}-help")));
        let (title, help) = known.unwrap_or_else(|| (frame.t("problem-other"), frame.t("problem-other-help")));
        Self { frame, title, help, asks_login: kind == ProblemKind::LoginRequired }
    }
}
