use std::sync::Arc;

use http::{Request, Response};

use super::rule::Rule;
use crate::denial::Denial;
use crate::response::{Asked, ProblemResponder, Responder, deny};

/// What a layer and its services share, in one allocation: a router clones its services for each request.
pub(super) struct Terms<R> {
    rule: Arc<Rule>,
    responder: R,
}

impl Terms<ProblemResponder> {
    pub(super) fn new(rule: Rule) -> Self {
        Self { rule: Arc::new(rule), responder: ProblemResponder }
    }
}

impl<R> Terms<R> {
    pub(super) fn with_responder<T>(&self, responder: T) -> Terms<T> {
        Terms { rule: Arc::clone(&self.rule), responder }
    }

    pub(super) fn rule(&self) -> &Rule {
        &self.rule
    }

    pub(super) fn check<B>(&self, request: &mut Request<B>) -> Result<(), Denial> {
        self.rule.check(request)
    }

    #[cold]
    pub(super) fn deny<B, T>(&self, denial: Denial, request: &Request<B>) -> Response<T>
    where
        R: Responder<T>,
    {
        deny(denial, Asked::by(request), &self.responder)
    }
}
