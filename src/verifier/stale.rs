use super::check::Loading;
use super::context::VerifyContext;
use super::event::Event;
use super::lifetimes::is_active;
use super::pat::PatVerifier;
use crate::denial::Denial;
use crate::flight::{Outage, Stale};
use crate::principal::PatPrincipal;

/// What is left when a token cannot be checked.
impl PatVerifier {
    /// What was remembered of it decides, if it may: a verdict of the epoch that is current after the outage. Not when too
    /// many waited: that is no outage, and who wants a token to outlive its time could bring it about.
    pub(super) fn make_do(
        &self,
        loading: &Loading,
        outage: Outage,
        context: &VerifyContext,
    ) -> Result<PatPrincipal, Denial> {
        match outage {
            Outage::Failed => self.stale(loading, context).unwrap_or(Err(Denial::Unavailable)),
            Outage::Crowded => Err(Denial::Unavailable),
        }
    }

    /// What a resolver that is left alone leaves to be said at once, so that nobody waits for it, or for its probe.
    pub(super) fn make_do_at_once(
        &self,
        loading: &Loading,
        context: &VerifyContext,
    ) -> Option<Result<PatPrincipal, Denial>> {
        let is_left_alone = !self.0.lifetimes.stale.is_zero() && self.0.circuit.refuses();
        if is_left_alone { self.stale(loading, context) } else { None }
    }

    /// The verdict was accepted once. If it is not now, that is for its time, which may have been changed since: nothing is
    /// known then. From where and to whom it is presented has nothing to do with the outage, and is judged as ever.
    fn stale(&self, loading: &Loading, context: &VerifyContext) -> Option<Result<PatPrincipal, Denial>> {
        let now = self.0.clock.now();
        let decision = self.0.recall.look_up_stale(&loading.digest, now, |verdict| {
            let in_time = verdict.principal().is_some_and(|principal| is_active(principal, now));
            in_time.then(|| self.judge(verdict, now, context))
        });
        let Stale { decision, is_fresh } = decision?;
        let decision = self.told(decision?, now, context, || loading.agent.clone());
        // Others may have brought a fresh one meanwhile.
        if is_fresh {
            return Some(decision);
        }
        self.0.counts.add(Event::Stale);
        if decision.is_ok() {
            self.0.outages.made_do(now);
        }
        Some(decision)
    }
}
