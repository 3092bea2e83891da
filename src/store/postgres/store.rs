use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;

use super::builder::PostgresStoreBuilder;
use super::connections::Connections;
use super::feed::PostgresFeed;
use super::line::Line;
use super::migration::PostgresMigration;
use super::opening::{self, Plan};
use super::schema::Identity;
use super::{apply, bulk, events, find, list, notices, owners, uses};
use crate::record::{OwnerId, Reason, TokenId};
use crate::resolver::{Answer, PatResolver, ResolveError};
use crate::revocations::Revocations;
use crate::store::audit::{EventPage, EventQuery, Stamp};
use crate::store::change::Change;
use crate::store::done::Done;
use crate::store::error::StoreError;
use crate::store::key::IdempotencyKey;
use crate::store::port::PatStore;
use crate::store::query::{PatPage, PatQuery, Selection};
use crate::store::sql::Tables;
use crate::store::stored::StoredPat;
use crate::store::usage::Use;
use crate::token::TokenDigest;

static TABLES: Tables<Identity> = Tables::new();

/// Keeps records in a PostgreSQL database, which may also hold the tables of the host, and which instances of the service
/// on several machines share.
///
/// Whoever opens one database several times in a process hears of the same changes: a revocation through one opening counts
/// at once for a verifier over another.
///
/// A change is on the disk when the call returns, and with the standbys that the server waits for. A call waits up to 5
/// seconds for a connection, and for an answer a second longer than the server may work on a statement
/// ([`with_statement_timeout`](PostgresStoreBuilder::with_statement_timeout)); then it fails with
/// [`Unavailable`](crate::store::StoreErrorKind::Unavailable). When the server is there again, so is the store.
///
/// Instants before the year 4713 before Christ cannot be kept
/// ([`OutOfRange`](crate::store::StoreErrorKind::OutOfRange)).
///
/// # Poolers
///
/// Statements are prepared, and connections are set to what is relied on. Behind a pooler that gives a server's connection
/// to one client for as long as it is connected (`pool_mode = session` of PgBouncer) all works. One that does so for each
/// transaction or statement is not supported, whatever it does about prepared statements: time limits would be lost.
///
/// ```no_run
/// use std::sync::Arc;
/// use tower_pat::store::PostgresStore;
/// use tower_pat::{PatVerifier, TokenFormat};
///
/// # async fn open() -> Result<(), Box<dyn std::error::Error>> {
/// let store = Arc::new(PostgresStore::connect("postgres://pat@db.example/pat?sslmode=verify-full").await?);
/// let verifier = PatVerifier::builder(TokenFormat::new("acme_pat")?, store.clone()).build();
/// # store.close().await;
/// # Ok(()) }
/// ```
pub struct PostgresStore {
    connections: Connections,
    line: Arc<Line>,
    revocations: Arc<Revocations>,
}

impl PostgresStore {
    /// Opens the database at an address, and brings the schema of its tables up to date.
    ///
    /// The address is `postgres://user:password@host:port/database`, then perhaps `?` and parameters of libpq: `sslmode`
    /// (`disable`, `allow`, `prefer`, `require`, `verify-ca`, `verify-full`; `prefer` by default, which protects from
    /// nobody), `sslrootcert` (a file; what the machine trusts by default), `sslcert`, `sslkey`, `host` (also the directory
    /// of a socket), `hostaddr`, `port`, `user`, `password`, `dbname`, `application_name`, `options`, and
    /// `statement-cache-capacity`. What it does not say is taken from the environment (`PGPASSWORD` …) and from `.pgpass`.
    /// It must lead to the server that is written to: a standby is refused, since it may lag behind.
    ///
    /// # Errors
    ///
    /// As [`PostgresStoreBuilder::connect`].
    ///
    /// ```
    /// use tower_pat::store::{PostgresStore, StoreErrorKind};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let error = PostgresStore::connect("postgres://db.example/pat?sslmod=require").await.unwrap_err();
    /// assert_eq!(error.kind(), StoreErrorKind::Address);
    /// # }
    /// ```
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        Self::builder(url).connect().await
    }

    /// What else may be said of how a database is opened.
    pub fn builder(url: &str) -> PostgresStoreBuilder {
        PostgresStoreBuilder::new(url)
    }

    /// The steps that make the schema, with the usual names, for hosts that change it themselves.
    ///
    /// # Panics
    ///
    /// Never: the usual names are good ones.
    #[must_use]
    pub fn migrations() -> Vec<PostgresMigration> {
        Self::builder("").migrations().expect("the usual names are good ones")
    }

    pub(super) async fn open(plan: Plan) -> Result<Self, StoreError> {
        let (connections, identity) = opening::open(plan).await?;
        let line = Arc::new(Line::new(&connections));
        Ok(Self { connections, line, revocations: TABLES.of(identity) })
    }

    /// The changes that are made to the database, also by other instances: for a
    /// [`FeedFollower`](crate::feed::FeedFollower). All feeds of a store have one connection in common, beside those of
    /// [`with_max_connections`](PostgresStoreBuilder::with_max_connections), from the first reading on.
    ///
    /// ```no_run
    /// use tower_pat::feed::FeedFollower;
    /// use tower_pat::store::PostgresStore;
    ///
    /// # async fn open() -> Result<(), tower_pat::store::StoreError> {
    /// let store = PostgresStore::connect("postgres://pat@db.example/pat?sslmode=verify-full").await?;
    /// let follower = FeedFollower::builder(store.feed()).start();
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn feed(&self) -> Arc<PostgresFeed> {
        Arc::new(PostgresFeed::new(Arc::clone(&self.line), Arc::clone(&self.revocations)))
    }

    /// Waits for the calls that are under way and closes the connections. Every later call fails with
    /// [`Unavailable`](crate::store::StoreErrorKind::Unavailable).
    ///
    /// A store that is dropped without it loses nothing.
    pub async fn close(&self) {
        self.line.close();
        self.connections.close().await;
    }
}

#[async_trait]
impl PatResolver for PostgresStore {
    async fn resolve(&self, digest: &TokenDigest) -> Result<Answer, ResolveError> {
        let found = self.connections.in_time(find::resolved(&self.connections, digest)).await?;
        Ok(found.into())
    }

    fn revocations(&self) -> &Arc<Revocations> {
        &self.revocations
    }
}

#[async_trait]
impl PatStore for PostgresStore {
    async fn find(&self, id: TokenId) -> Result<Option<StoredPat>, StoreError> {
        self.connections.in_time(find::by_id(&self.connections, id)).await
    }

    async fn find_by_digest(&self, digest: &TokenDigest) -> Result<Option<StoredPat>, StoreError> {
        self.connections.in_time(find::by_digest(&self.connections, digest)).await
    }

    async fn find_by_key(&self, owner: &OwnerId, key: &IdempotencyKey) -> Result<Option<StoredPat>, StoreError> {
        self.connections.in_time(find::by_key(&self.connections, owner, key)).await
    }

    async fn list(&self, query: &PatQuery) -> Result<PatPage, StoreError> {
        self.connections.in_time(list::page(&self.connections, query)).await
    }

    async fn apply(&self, change: &Change) -> Result<(), StoreError> {
        self.connections.in_time(apply::apply(&self.connections, change)).await
    }

    async fn revoke_some(
        &self,
        selection: &Selection,
        reason: Option<&Reason>,
        stamp: &Stamp,
    ) -> Result<Done, StoreError> {
        self.connections.in_time(bulk::revoke(&self.connections, selection, reason, stamp)).await
    }

    async fn set_owner_disabled(&self, owner: &OwnerId, disabled: bool, stamp: &Stamp) -> Result<Done, StoreError> {
        self.connections.in_time(owners::set_disabled(&self.connections, owner, disabled, stamp)).await
    }

    async fn owner_disabled_at(&self, owner: &OwnerId) -> Result<Option<Timestamp>, StoreError> {
        self.connections.in_time(owners::disabled_at(&self.connections, owner)).await
    }

    async fn events(&self, query: &EventQuery) -> Result<EventPage, StoreError> {
        self.connections.in_time(events::page(&self.connections, query)).await
    }

    async fn record_uses(&self, uses: &[Use]) -> Result<(), StoreError> {
        self.connections.in_time(uses::add(&self.connections, uses)).await
    }

    async fn prune(&self, over_before: Timestamp, at_most: u32, stamp: &Stamp) -> Result<Done, StoreError> {
        self.connections.in_time(bulk::prune(&self.connections, over_before, at_most, stamp)).await
    }

    async fn claim_expiring(&self, at_most: u32, stamp: &Stamp) -> Result<Done, StoreError> {
        self.connections.in_time(notices::claim(&self.connections, at_most, stamp)).await
    }

    async fn is_empty(&self) -> Result<bool, StoreError> {
        self.connections.in_time(find::is_none(&self.connections)).await
    }
}

impl fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresStore").finish_non_exhaustive()
    }
}
