//! Where the tokens are kept: in a SQLite file or a PostgreSQL database.

use std::sync::Arc;

use tower_pat::feed::ChangeFeed;
use tower_pat::store::{PatStore, PostgresStore, SqliteStore, StoreError};

pub(crate) enum Store {
    Sqlite(Arc<SqliteStore>),
    Postgres(Arc<PostgresStore>),
}

impl Store {
    pub(crate) async fn open(url: &str) -> Result<Self, StoreError> {
        if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            return Ok(Self::Postgres(Arc::new(PostgresStore::connect(url).await?)));
        }
        Ok(Self::Sqlite(Arc::new(SqliteStore::open(url).await?)))
    }

    pub(crate) fn shared(&self) -> Arc<dyn PatStore> {
        match self {
            Self::Sqlite(store) => store.clone(),
            Self::Postgres(store) => store.clone(),
        }
    }

    /// What others change.
    pub(crate) fn feed(&self) -> Arc<dyn ChangeFeed> {
        match self {
            Self::Sqlite(store) => store.feed(),
            Self::Postgres(store) => store.feed(),
        }
    }

    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite(store) => store.close().await,
            Self::Postgres(store) => store.close().await,
        }
    }
}
