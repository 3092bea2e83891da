use std::sync::OnceLock;

use tokio::sync::broadcast::error::RecvError;
use tokio::sync::broadcast::{Receiver, Sender};

use super::pat::PatManager;
use crate::store::AuditEvent;

/// How many events a stream holds for who does not come for them.
const CAPACITY: usize = 1_024;

/// What a manager and its clones have done, as it is done: the events that also stand in the audit. Begun by
/// [`PatManager::subscribe`].
///
/// An event is told once the change is committed and announced: whoever hears of a revocation can rely on it. What failed is
/// not told, and neither is a change of which it is not known whether it was made. Events come in the order in which they
/// are told, which for changes at one time need not be that of their numbers.
///
/// Nobody waits for a stream. It holds 1,024 events; who falls further behind is told how many were missed, and goes on with
/// those that are left. What must not be lost is read from the audit ([`PatManager::events`]), which also has what other
/// instances have done.
///
/// ```
/// # use std::sync::Arc;
/// # use tower_pat::manager::NewPat;
/// # use tower_pat::record::{OwnerId, TokenName};
/// # use tower_pat::store::MemoryStore;
/// # use tower_pat::{PatManager, TokenFormat};
/// use futures_util::stream::{self, StreamExt};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let catalog = "invoices:read".parse()?;
/// # let manager = PatManager::new(TokenFormat::new("acme_pat")?, Arc::new(MemoryStore::new()), catalog);
/// // As a `Stream`, for who wants one.
/// let events = stream::unfold(manager.subscribe(), |mut events| async { Some((events.recv().await?, events)) });
/// # manager.create(&OwnerId::parse("alice")?, NewPat::new(TokenName::parse("nightly build")?)).await?;
/// # drop(manager);
/// let kinds: Vec<_> = events.map(|event| event.map(|event| event.kind().as_str())).collect().await;
/// assert_eq!(kinds, [Ok("created")]);
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct EventStream(Receiver<AuditEvent>);

impl EventStream {
    /// The next event, when there is one; none when the manager and all its clones are gone.
    ///
    /// # Errors
    ///
    /// [`EventsMissed`] when this was not called for so long that events had to give way to newer ones. The next call gives the
    /// oldest that is left.
    ///
    /// # Cancel safety
    ///
    /// No event is lost when the future is dropped.
    pub async fn recv(&mut self) -> Option<Result<AuditEvent, EventsMissed>> {
        match self.0.recv().await {
            Ok(event) => Some(Ok(event)),
            Err(RecvError::Lagged(count)) => Some(Err(EventsMissed { count })),
            Err(RecvError::Closed) => None,
        }
    }
}

/// Whoever reads a stream was too slow.
///
/// ```
/// use tower_pat::manager::EventsMissed;
///
/// fn line(missed: &EventsMissed) -> String {
///     format!("{} events are in the audit alone", missed.count())
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{count} events were missed")]
pub struct EventsMissed {
    count: u64,
}

impl EventsMissed {
    /// How many events are not told any more.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }
}

/// What the clones of a manager share, to tell those who have subscribed.
#[derive(Debug, Default)]
pub(super) struct Subscribers(OnceLock<Sender<AuditEvent>>);

impl Subscribers {
    pub(super) fn tell(&self, events: &[AuditEvent]) {
        let Some(sender) = self.0.get().filter(|sender| sender.receiver_count() > 0) else {
            return;
        };
        for event in events {
            // If the last one has just left, nobody wants to hear.
            let _ = sender.send(event.clone());
        }
    }
}

impl PatManager {
    /// What this manager and its clones do from here on.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use tower_pat::manager::NewPat;
    /// # use tower_pat::record::{OwnerId, TokenName};
    /// # use tower_pat::store::MemoryStore;
    /// # use tower_pat::{PatManager, TokenFormat};
    /// use tower_pat::store::AuditKind;
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let catalog = "invoices:read".parse()?;
    /// # let manager = PatManager::new(TokenFormat::new("acme_pat")?, Arc::new(MemoryStore::new()), catalog);
    /// let mut events = manager.subscribe();
    /// let created = manager.create(&OwnerId::parse("alice")?, NewPat::new(TokenName::parse("nightly build")?)).await?;
    /// let event = events.recv().await.ok_or("the manager is there")??;
    /// assert_eq!((event.kind(), event.token()), (AuditKind::Created, Some(created.record().id())));
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn subscribe(&self) -> EventStream {
        EventStream(self.subscribers.0.get_or_init(|| Sender::new(CAPACITY)).subscribe())
    }
}
