use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use super::context::VerifyContext;
use super::course::Course;
use super::event::Event;
use super::origin::Origin;
use super::pat::Inner;
use crate::clock::Moment;
use crate::flight::{Outage, Pilot};

/// What is asked of a request that begins a load: that the circuit is closed, and that it waits for its turn.
#[derive(Debug, Clone)]
pub(super) struct Departure<'a> {
    inner: &'a Arc<Inner>,
    course: &'a Course,
    client: Option<IpAddr>,
    /// Until when the request waits for its turns, on the monotonic clock.
    until: Duration,
}

impl<'a> Departure<'a> {
    pub(super) fn new(inner: &'a Arc<Inner>, course: &'a Course, context: &VerifyContext, now: Moment) -> Self {
        let until = now.monotonic().saturating_add(inner.limits.patience);
        Self { inner, course, client: context.client_addr(), until }
    }

    /// Starts the load as a task of its own, which has the permit from there on.
    pub(super) async fn depart(self, pilot: Pilot) -> Result<(), Outage> {
        let (inner, course) = (self.inner, self.course);
        if inner.circuit.refuses() {
            course.comes_to(Event::HeldBack);
            return Err(Outage::Failed);
        }
        course.comes_to(Event::Left);
        let patience = self.until.saturating_sub(inner.clock.now().monotonic());
        let Some(permit) = inner.gate.pass(Origin::of(self.client), patience).await else {
            course.comes_to(Event::Crowded);
            inner.outages.crowded(self.client);
            return Err(Outage::Crowded);
        };
        // It may have opened meanwhile.
        let Some(pass) = inner.circuit.admit() else {
            course.comes_to(Event::HeldBack);
            return Err(Outage::Failed);
        };
        course.leads();
        tokio::spawn(Arc::clone(inner).fly(pilot.take_off(), permit, pass));
        Ok(())
    }
}
