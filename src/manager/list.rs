use super::actor::Actor;
use super::error::{ManageError, ManageErrorKind};
use super::pat::PatManager;
use crate::record::TokenId;
use crate::store::{ActorId, EventPage, EventQuery, PatPage, PatQuery, StoredPat};

impl PatManager {
    /// One token.
    ///
    /// # Errors
    ///
    /// [`NotFound`](ManageErrorKind::NotFound), also for a token of somebody else;
    /// [`Unavailable`](ManageErrorKind::Unavailable).
    pub async fn get(&self, actor: impl Into<Actor>, id: TokenId) -> Result<StoredPat, ManageError> {
        self.seen(&actor.into(), id).await
    }

    /// A page of tokens, expired and revoked ones too unless the query leaves them out. To an owner it is of their own alone,
    /// whatever the query says.
    ///
    /// # Errors
    ///
    /// [`Forbidden`](ManageErrorKind::Forbidden) to a token; [`Unavailable`](ManageErrorKind::Unavailable).
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use tower_pat::record::OwnerId;
    /// # use tower_pat::store::MemoryStore;
    /// # use tower_pat::{PatManager, TokenFormat};
    /// use tower_pat::store::{Order, PatQuery, Sort};
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let catalog = "invoices:read".parse()?;
    /// # let manager = PatManager::new(TokenFormat::new("acme_pat")?, Arc::new(MemoryStore::new()), catalog);
    /// # let alice = OwnerId::parse("alice")?;
    /// let soonest = PatQuery::default().with_order(Order::ascending(Sort::Expiry)).with_size(10);
    /// let page = manager.list(&alice, &soonest).await?;
    /// if let Some(cursor) = page.next() {
    ///     let text_for_a_url = cursor.to_string();
    ///     let next = manager.list(&alice, &soonest.with_cursor(cursor.clone())).await?;
    /// }
    /// # Ok(()) }
    /// ```
    pub async fn list(&self, actor: impl Into<Actor>, query: &PatQuery) -> Result<PatPage, ManageError> {
        let query = match actor.into().id() {
            ActorId::Token(_) => return Err(ManageErrorKind::Forbidden.into()),
            ActorId::Owner(owner) => query.clone().with_owner(owner.clone()),
            ActorId::Administrator(_) | ActorId::System => query.clone(),
        };
        self.store.list(&query).await.map_err(ManageError::unavailable)
    }

    /// A page of what was done to tokens, the newest first. To an owner it is of their own alone, whatever the query says.
    ///
    /// # Errors
    ///
    /// [`Forbidden`](ManageErrorKind::Forbidden) to a token; [`Unavailable`](ManageErrorKind::Unavailable).
    pub async fn events(&self, actor: impl Into<Actor>, query: &EventQuery) -> Result<EventPage, ManageError> {
        let query = match actor.into().id() {
            ActorId::Token(_) => return Err(ManageErrorKind::Forbidden.into()),
            ActorId::Owner(owner) => query.clone().with_owner(owner.clone()),
            ActorId::Administrator(_) | ActorId::System => query.clone(),
        };
        self.store.events(&query).await.map_err(ManageError::unavailable)
    }

    /// The record, if it exists for the actor.
    pub(super) async fn seen(&self, actor: &Actor, id: TokenId) -> Result<StoredPat, ManageError> {
        let stored = self.store.find(id).await.map_err(ManageError::unavailable)?;
        stored.filter(|stored| actor.sees(stored.record())).ok_or_else(|| ManageErrorKind::NotFound.into())
    }
}
