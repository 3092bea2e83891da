use askama::Template;

use super::frame::Frame;
use super::pat::PatView;
use crate::web::page::form::Fault;

/// The question whether a token is to be revoked.
#[derive(Template)]
#[template(path = "revoke.html")]
pub(in crate::web::page) struct RevokePage<'a> {
    frame: &'a Frame,
    token: PatView,
    reason: String,
    fault: Option<String>,
}

impl<'a> RevokePage<'a> {
    pub(in crate::web::page) fn new(frame: &'a Frame, token: PatView) -> Self {
        Self { frame, token, reason: String::new(), fault: None }
    }

    /// Sets what was given as a reason, and what is wrong with it.
    pub(in crate::web::page) fn with_fault(mut self, reason: &str, fault: Fault) -> Self {
        reason.clone_into(&mut self.reason);
        self.fault = Some(self.frame.t(fault.message()));
        self
    }
}
