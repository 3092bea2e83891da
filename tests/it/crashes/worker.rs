use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tower_pat::PatManager;
use tower_pat::clock::{Clock, SystemClock};
use tower_pat::manager::{Actor, CreatedPat, Edit, ManageError, NewPat, Rotation};
use tower_pat::policy::Policy;
use tower_pat::record::{OwnerId, PatRecord, TokenId, TokenName};
use tower_pat::scope::ScopeCatalog;
use tower_pat::store::{IdempotencyKey, PatStore, Selection, StoreError, Use};
use tower_pat::token::TokenDigest;
use uuid::Uuid;

use super::note::{Deed, Made, Note, What, outage};
use super::random::Random;
use crate::support::{format, leak, owner, scopes};

const HOUR: Duration = Duration::from_hours(1);
/// With fewer tokens it makes some, with more it revokes some.
const FEW: usize = 3;
const MANY: usize = 8;

pub(super) fn manager(store: Arc<dyn PatStore>) -> PatManager {
    let catalog = ScopeCatalog::from(scopes("invoices:read"));
    PatManager::new(format(), store, catalog).with_policy(Policy::default().with_max_grace(HOUR).with_max_tokens(100))
}

/// Makes one call after another for one owner, all sorts in a random order.
pub(super) struct Worker<T> {
    manager: PatManager,
    store: Arc<dyn PatStore>,
    owner: OwnerId,
    random: Random,
    tell: T,
    tokens: Vec<Token>,
    is_disabled: bool,
    calls: u64,
}

/// One that stands.
#[derive(Clone, Copy)]
struct Token {
    id: TokenId,
    is_paused: bool,
    /// One of its family may be in its grace.
    is_graced: bool,
}

/// What went wrong, and whether it was an outage.
struct Failure {
    kind: String,
    said: String,
}

impl From<ManageError> for Failure {
    fn from(error: ManageError) -> Self {
        Self { kind: format!("{:?}", error.kind()), said: format!("{error}: {:?}", error.source()) }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let kind = if error.kind().is_retryable() { outage() } else { format!("{:?}", error.kind()) };
        Self { kind, said: format!("{error}: {:?}", error.source()) }
    }
}

impl<T: Fn(Note)> Worker<T> {
    pub(super) fn new(store: Arc<dyn PatStore>, name: &str, seed: u64, tell: T) -> Self {
        let (manager, owner, random) = (manager(store.clone()), owner(name), Random::new(seed));
        Self { manager, store, owner, random, tell, tokens: Vec::new(), is_disabled: false, calls: 0 }
    }

    /// Goes on until a call fails, or it is over.
    pub(super) async fn work(mut self, over: Arc<AtomicBool>) {
        while !over.load(Ordering::SeqCst) && self.step().await.is_some() {}
    }

    /// One call, or two that belong together; none if it has failed.
    async fn step(&mut self) -> Option<()> {
        self.calls += 1;
        let name = format!("{} {}", self.owner, self.calls);
        if self.tokens.len() < FEW {
            return self.create(name).await;
        }
        if self.tokens.len() > MANY {
            return self.revoke().await;
        }
        match self.random.below(11) {
            0 => self.create(name).await,
            1 => self.import(name).await,
            2 => self.rename(name).await,
            3 => self.pause().await,
            4 | 5 => self.rotate().await,
            6 => self.revoke().await,
            7 => self.disable().await,
            8 => self.prune().await,
            9 => self.revoke_all().await,
            _ => self.record_uses().await,
        }
    }

    /// Tells before and after.
    async fn call<R>(
        &self,
        deed: Deed,
        made: impl Fn(&R) -> Option<Made>,
        call: impl Future<Output = Result<R, impl Into<Failure>>>,
    ) -> Option<R> {
        self.tell(What::Begun(deed));
        match call.await.map_err(Into::into) {
            Ok(returned) => {
                self.tell(What::Done(made(&returned)));
                Some(returned)
            }
            Err(Failure { kind, said }) => {
                self.tell(What::Failed(kind, said));
                None
            }
        }
    }

    fn tell(&self, what: What) {
        (self.tell)(Note { owner: self.owner.to_string(), what });
    }

    /// With a key, and half of the time again, as if the first answer were lost.
    async fn create(&mut self, name: String) -> Option<()> {
        let key = IdempotencyKey::parse(&name).unwrap();
        let wanted = || {
            let new = NewPat::new(TokenName::parse(&name).unwrap()).with_scopes(scopes("invoices:read"));
            self.manager.create(&self.owner, new.with_idempotency_key(key))
        };
        let made = self.call(Deed::Create { name: name.clone() }, made, wanted()).await?;
        let id = made.record().id();
        if self.calls.is_multiple_of(2) {
            self.call(Deed::Recreate { token: uuid(id) }, self::made, wanted()).await?;
        }
        self.tokens.push(Token { id, is_paused: false, is_graced: false });
        Some(())
    }

    async fn import(&mut self, name: String) -> Option<()> {
        let digest = TokenDigest::of(&name);
        let wanted = NewPat::new(TokenName::parse(&name).unwrap()).with_scopes(scopes("invoices:read"));
        let made = |record: &PatRecord| Some(Made { token: uuid(record.id()), mark: digest.mark().bits() });
        let imported = self.call(Deed::Import { name }, made, self.manager.import(&self.owner, wanted, digest)).await?;
        self.tokens.push(Token { id: imported.id(), is_paused: false, is_graced: false });
        Some(())
    }

    async fn rename(&mut self, name: String) -> Option<()> {
        let Token { id, .. } = self.tokens[self.random.below(self.tokens.len())];
        let edit = Edit::default().with_name(TokenName::parse(&name).unwrap());
        self.call(Deed::Rename { token: uuid(id), name }, nothing, self.manager.edit(&self.owner, id, edit)).await?;
        Some(())
    }

    async fn pause(&mut self) -> Option<()> {
        let at = self.random.below(self.tokens.len());
        let (id, paused) = (self.tokens[at].id, !self.tokens[at].is_paused);
        let deed = Deed::Pause { token: uuid(id), paused };
        if paused {
            self.call(deed, nothing, self.manager.pause(&self.owner, id)).await?;
        } else {
            self.call(deed, nothing, self.manager.resume(&self.owner, id)).await?;
        }
        self.tokens[at].is_paused = paused;
        Some(())
    }

    async fn rotate(&mut self) -> Option<()> {
        let at = self.random.below(self.tokens.len());
        let old = self.tokens[at];
        let grace = !old.is_graced && self.random.below(2) == 0;
        let rotation = Rotation::default().with_grace(if grace { HOUR } else { Duration::ZERO });
        let deed = Deed::Rotate { token: uuid(old.id), grace };
        let made = self.call(deed, made, self.manager.rotate(&self.owner, old.id, rotation)).await?;
        self.tokens[at] = Token { id: made.record().id(), is_graced: old.is_graced || grace, ..old };
        Some(())
    }

    async fn revoke(&mut self) -> Option<()> {
        let Token { id, .. } = self.tokens.swap_remove(self.random.below(self.tokens.len()));
        self.call(Deed::Revoke { token: uuid(id) }, nothing, self.manager.revoke(&self.owner, id)).await
    }

    async fn revoke_all(&mut self) -> Option<()> {
        self.tokens.clear();
        self.call(Deed::RevokeAll, nothing, self.manager.revoke_all(&self.owner, Selection::all(), None)).await?;
        Some(())
    }

    async fn disable(&mut self) -> Option<()> {
        let disabled = !self.is_disabled;
        let deed = Deed::Disable { disabled };
        if disabled {
            self.call(deed, nothing, self.manager.disable_owner(Actor::system(), &self.owner)).await?;
        } else {
            self.call(deed, nothing, self.manager.enable_owner(Actor::system(), &self.owner)).await?;
        }
        self.is_disabled = disabled;
        Some(())
    }

    /// Of all owners.
    async fn prune(&mut self) -> Option<()> {
        let now = SystemClock.now().wall();
        let deed = Deed::Prune { before: now.as_microsecond() };
        self.call(deed, nothing, self.manager.prune(Actor::system(), now)).await?;
        Some(())
    }

    /// Of two tokens at a time.
    async fn record_uses(&mut self) -> Option<()> {
        let at = self.random.below(self.tokens.len() - 1);
        let (now, count) = (SystemClock.now().wall(), self.random.next() % 5 + 1);
        let pair = [self.tokens[at].id, self.tokens[at + 1].id];
        let uses = pair.map(|id| Use::new(id, now).with_count(count));
        let deed = Deed::Use { tokens: pair.map(uuid).to_vec(), count };
        self.call(deed, nothing, self.store.record_uses(&uses)).await
    }
}

#[expect(clippy::unnecessary_wraps, reason = "not every call makes a token")]
fn made(created: &CreatedPat) -> Option<Made> {
    leak::keep(created.token());
    Some(Made { token: uuid(created.record().id()), mark: created.token().digest().mark().bits() })
}

fn nothing<R>(_: &R) -> Option<Made> {
    None
}

fn uuid(id: TokenId) -> Uuid {
    *id.as_uuid()
}
