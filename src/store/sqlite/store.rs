use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::sqlite::SqliteConnection;
use sqlx::{Error, query, query_scalar};

use super::pools::{BEGIN, Pools};
use super::{failure, opening, row, shared};
use crate::record::{AudienceSet, NetworkSet, OwnerId, PatRecord, TokenId, TokenName};
use crate::resolver::{Answer, PatResolver, ResolveError};
use crate::resource::ResourceSet;
use crate::revocations::Revocations;
use crate::store::error::{StoreError, StoreErrorKind};
use crate::store::port::{PatStore, StoredPat};
use crate::token::{DigestMark, TokenDigest, TokenHint};

macro_rules! columns {
    () => {
        "id, digest, owner, name, hint, scopes, resources, created_at, not_before, expires_at, paused_at, owner_disabled_at, \
         revoked_at, networks, audiences"
    };
}

macro_rules! select {
    ($which:literal) => {
        concat!("SELECT ", columns!(), " FROM pat_tokens ", $which)
    };
}

/// Keeps records in a SQLite file, which may also hold the tables of the host and be open in several processes on one
/// machine.
///
/// Whoever opens one file several times in a process hears of the same changes: a revocation through one opening counts
/// at once for a verifier over another.
///
/// A change is on the disk when the call returns. A call waits up to 5 seconds for a connection and as long again for a
/// file that another process is writing to; then it fails with [`Unavailable`](crate::store::StoreErrorKind::Unavailable).
///
/// ```
/// use std::sync::Arc;
/// use tower_pat::record::{OwnerId, PatRecord, TokenId};
/// use tower_pat::store::{PatStore, SqliteStore};
/// use tower_pat::token::TokenDigest;
/// use uuid::Uuid;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let directory = tempfile::tempdir()?;
/// # let path = directory.path().display();
/// let store = Arc::new(SqliteStore::open(&format!("sqlite://{path}/tokens.db")).await?);
/// let record = PatRecord::new(TokenId::from_uuid(Uuid::from_u128(7)), OwnerId::parse("alice")?);
///
/// store.insert(&record, &TokenDigest::of("acme_pat_…")).await?;
/// assert_eq!(store.list(record.owner()).await?, [record]);
/// store.close().await;
/// # Ok(())
/// # }
/// ```
pub struct SqliteStore {
    pools: Pools,
    revocations: Arc<Revocations>,
}

impl SqliteStore {
    /// Opens the file at an address, or creates it, and brings its schema up to date.
    ///
    /// The address is `sqlite:` or `sqlite://` and a path, relative or from the root, in which `%` introduces an escape
    /// (`%20`), then perhaps `?` and parameters: `mode=rw` demands that the file is there. The file is switched to
    /// SQLite's write-ahead log, for which it needs a local file system and a directory that can be written to.
    ///
    /// # Errors
    ///
    /// - [`Address`](crate::store::StoreErrorKind::Address): the address is not of this form, or a database in memory;
    /// - [`ReadOnly`](crate::store::StoreErrorKind::ReadOnly): the file only allows reading, or the address has `mode=ro`;
    /// - [`Unusable`](crate::store::StoreErrorKind::Unusable): no file can be opened there, or it is not a SQLite file;
    /// - [`NewerSchema`](crate::store::StoreErrorKind::NewerSchema): a newer version of this crate has changed the file;
    /// - [`Unavailable`](crate::store::StoreErrorKind::Unavailable): others have it locked, or the disk is full.
    ///
    /// In none of these cases is anything that the file held changed.
    ///
    /// ```
    /// use tower_pat::store::{SqliteStore, StoreErrorKind};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let error = SqliteStore::open("sqlite::memory:").await.unwrap_err();
    /// assert_eq!(error.kind(), StoreErrorKind::Address);
    /// # }
    /// ```
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let pools = opening::open(url).await?;
        let revocations = shared::revocations(pools.file().as_ref());
        let revocations = revocations.map_err(|error| StoreError::new(StoreErrorKind::Unavailable, error))?;
        Ok(Self { pools, revocations })
    }

    /// Waits for the calls that are under way, takes the write-ahead log into the file and closes it. Every later call
    /// fails with [`Unavailable`](crate::store::StoreErrorKind::Unavailable).
    ///
    /// A store that is dropped without it loses nothing: the next opening finds the log.
    pub async fn close(&self) {
        self.pools.close().await;
    }

    async fn by_digest(&self, digest: &TokenDigest) -> Result<Option<PatRecord>, StoreError> {
        let row = query(select!("WHERE digest = ?"))
            .bind(digest.as_bytes().as_slice())
            .fetch_optional(&self.pools.readers)
            .await
            .map_err(failure::calling)?;
        row.as_ref().map(row::record).transpose()
    }
}

#[async_trait]
impl PatResolver for SqliteStore {
    async fn resolve(&self, digest: &TokenDigest) -> Result<Answer, ResolveError> {
        Ok(self.by_digest(digest).await?.into())
    }

    fn revocations(&self) -> &Arc<Revocations> {
        &self.revocations
    }
}

#[async_trait]
impl PatStore for SqliteStore {
    async fn insert(&self, record: &PatRecord, digest: &TokenDigest) -> Result<(), StoreError> {
        let begun = self.pools.writer.begin_with(BEGIN).await;
        let mut change = begun.map_err(failure::calling)?;
        add(&mut change, record, digest).await.map_err(failure::calling)?;
        log(&mut change, digest.mark()).await.map_err(failure::calling)?;
        change.commit().await.map_err(failure::calling)
    }

    async fn find(&self, id: TokenId) -> Result<Option<StoredPat>, StoreError> {
        let row = query(select!("WHERE id = ?"))
            .bind(bytes(&id))
            .fetch_optional(&self.pools.readers)
            .await
            .map_err(failure::calling)?;
        row.as_ref().map(row::stored).transpose()
    }

    async fn list(&self, owner: &OwnerId) -> Result<Vec<PatRecord>, StoreError> {
        let rows = query(select!("WHERE owner = ? ORDER BY created_at DESC, id DESC"))
            .bind(owner.as_str())
            .fetch_all(&self.pools.readers)
            .await
            .map_err(failure::calling)?;
        rows.iter().map(row::record).collect()
    }

    async fn revoke(&self, id: TokenId, at: Timestamp) -> Result<(), StoreError> {
        let begun = self.pools.writer.begin_with(BEGIN).await;
        let mut change = begun.map_err(failure::calling)?;
        let revoked =
            query("UPDATE pat_tokens SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL RETURNING digest")
                .bind(at.as_microsecond())
                .bind(bytes(&id))
                .fetch_optional(&mut *change)
                .await
                .map_err(failure::calling)?;
        let Some(row) = revoked else {
            return change.rollback().await.map_err(failure::calling);
        };
        log(&mut change, row::mark(&row)?).await.map_err(failure::calling)?;
        change.commit().await.map_err(failure::calling)
    }

    async fn is_empty(&self) -> Result<bool, StoreError> {
        query_scalar("SELECT NOT EXISTS (SELECT 1 FROM pat_tokens)")
            .fetch_one(&self.pools.readers)
            .await
            .map_err(failure::calling)
    }
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStore").finish_non_exhaustive()
    }
}

const ADD: &str =
    concat!("INSERT INTO pat_tokens (", columns!(), ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");

async fn add(change: &mut SqliteConnection, record: &PatRecord, digest: &TokenDigest) -> Result<(), Error> {
    query(ADD)
        .bind(bytes(&record.id()))
        .bind(digest.as_bytes().as_slice())
        .bind(record.owner().as_str())
        .bind(record.name().map(TokenName::as_str))
        .bind(record.hint().map(TokenHint::as_str))
        .bind(record.scopes().to_string())
        .bind(record.resources().map(ResourceSet::to_string))
        .bind(record.created_at().map(Timestamp::as_microsecond))
        .bind(record.not_before().map(Timestamp::as_microsecond))
        .bind(record.expires_at().map(Timestamp::as_microsecond))
        .bind(record.paused_at().map(Timestamp::as_microsecond))
        .bind(record.owner_disabled_at().map(Timestamp::as_microsecond))
        .bind(record.revoked_at().map(Timestamp::as_microsecond))
        .bind(record.networks().map(NetworkSet::to_string))
        .bind(record.audiences().map(AudienceSet::to_string))
        .execute(change)
        .await?;
    Ok(())
}

async fn log(change: &mut SqliteConnection, mark: DigestMark) -> Result<(), Error> {
    query("INSERT INTO pat_changes (mark) VALUES (?)").bind(i64::from(mark.bits())).execute(change).await?;
    Ok(())
}

fn bytes(id: &TokenId) -> &[u8] {
    id.as_uuid().as_bytes()
}
