use std::sync::Arc;

use super::context::VerifyContext;
use super::judge::Refusal;
use crate::clock::Moment;
use crate::observer::{Accepted, Circumstances, Denied, PatObserver};
use crate::principal::{Forgotten, PatPrincipal, Uses};

/// Tells an observer what becomes of known tokens. Who calls itself what is read only if there is something to tell.
#[derive(Debug)]
pub(super) struct Watch {
    observer: Arc<dyn PatObserver>,
    forgotten: Arc<Forgotten>,
}

impl Watch {
    pub(super) fn new(observer: Arc<dyn PatObserver>) -> Self {
        Self { observer, forgotten: Arc::default() }
    }

    /// For a principal that was just loaded.
    pub(super) fn uses(&self) -> Uses {
        Uses::watched(&self.forgotten)
    }

    /// How many uses the observer was never told of.
    pub(super) fn forgotten(&self) -> u64 {
        self.forgotten.so_far()
    }

    #[inline]
    pub(super) fn accepted(
        &self,
        principal: &PatPrincipal,
        now: Moment,
        context: &VerifyContext,
        agent: impl FnOnce() -> Option<Box<str>>,
    ) {
        if principal.uses().add(now) {
            self.tell(principal, now, context, agent);
        }
    }

    #[cold]
    fn tell(
        &self,
        principal: &PatPrincipal,
        now: Moment,
        context: &VerifyContext,
        agent: impl FnOnce() -> Option<Box<str>>,
    ) {
        if let Some(count) = principal.uses().claim(now) {
            let agent = agent();
            self.observer.accepted(&Accepted::new(principal, count, circumstances(now, context, agent.as_deref())));
        }
    }

    #[cold]
    pub(super) fn denied(
        &self,
        refusal: &Refusal,
        now: Moment,
        context: &VerifyContext,
        agent: impl FnOnce() -> Option<Box<str>>,
    ) {
        if let Some(principal) = &refusal.principal {
            let agent = agent();
            let circumstances = circumstances(now, context, agent.as_deref());
            self.observer.denied(&Denied::new(principal.record(), &refusal.denial, circumstances));
        }
    }
}

fn circumstances<'a>(at: Moment, context: &VerifyContext, user_agent: Option<&'a str>) -> Circumstances<'a> {
    Circumstances { at, client_addr: context.client_addr(), user_agent }
}
