use super::actor::Actor;
use super::error::ManageError;
use super::pat::PatManager;
use crate::clock::Moment;
use crate::record::{PatRecord, PatStatus, Reason};
use crate::store::{ActorId, AuditEvent, AuditKind, Change, FieldChange, Selection, Stamp, Use};

impl PatManager {
    /// Notes that somebody has presented a token after another had taken its place, and after its grace: by an event
    /// [`Reused`](AuditKind::Reused) with the address of the client and what it calls itself (`user_agent`). If the
    /// [policy](crate::policy::Policy::with_revocation_on_reuse) says so, the system then revokes the whole family, the token
    /// in use included. Gives false, and does nothing, if that was no reuse as the store has it: the token was not replaced,
    /// its grace was not over, or it was revoked or removed since.
    ///
    /// `reuse::ReuseWatch` reports what a verifier hears.
    ///
    /// # Errors
    ///
    /// [`Unavailable`](super::ManageErrorKind::Unavailable), after which it may be noted, and the family revoked or not: report
    /// the next reuse.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use tower_pat::manager::{NewPat, Rotation};
    /// # use tower_pat::record::{OwnerId, TokenName};
    /// # use tower_pat::store::MemoryStore;
    /// # use tower_pat::{PatManager, TokenFormat};
    /// use tower_pat::store::Use;
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let catalog = "invoices:read".parse()?;
    /// # let manager = PatManager::new(TokenFormat::new("acme_pat")?, Arc::new(MemoryStore::new()), catalog);
    /// # let alice = OwnerId::parse("alice")?;
    /// # let old = manager.create(&alice, NewPat::new(TokenName::parse("n")?)).await?.record().id();
    /// manager.rotate(&alice, old, Rotation::default()).await?;
    /// assert!(manager.report_reuse(Use::new(old, jiff::Timestamp::now())).await?);
    /// # Ok(()) }
    /// ```
    pub async fn report_reuse(&self, used: Use) -> Result<bool, ManageError> {
        let manager = self.clone();
        // One task, so that a caller who goes away does not keep the family from being revoked.
        let report = tokio::spawn(async move { manager.note_reuse(&used).await });
        report.await.map_err(ManageError::unavailable)?
    }

    async fn note_reuse(&self, used: &Use) -> Result<bool, ManageError> {
        let (now, usage) = (self.now(), used.usage());
        let found = self.store.find(used.id()).await.map_err(ManageError::unavailable)?;
        let presented_at = usage.last_used_at().min(now);
        let is_reuse = |record: &PatRecord| record.status_at(presented_at) == PatStatus::Rotated;
        let Some(found) = found.filter(|found| is_reuse(found.record())) else {
            return Ok(false);
        };
        let record = found.record();
        let stamp = Stamp::new(now, ActorId::Token(record.id())).with_address(usage.address());
        let agent = usage.user_agent().map(|agent| FieldChange::new("user_agent", None, agent.to_owned()));
        let event = AuditEvent::new(stamp, AuditKind::Reused, record.owner().clone())
            .with_token(record.id())
            .with_changes(agent.into_iter().collect());
        self.apply(Change::default().with_event(event)).await?;
        if self.policy.revokes_on_reuse() {
            let family = Selection::all().with_family(record.family());
            let reason = Reason::parse("a token that was replaced was used again").expect("a short text");
            self.revoke_all(Actor::system(), family, reason).await?;
        }
        Ok(true)
    }

    /// What both clocks show.
    pub(crate) fn moment(&self) -> Moment {
        self.clock.now()
    }
}
