use std::fs;
use std::path::PathBuf;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, query, query_scalar};
use tempfile::TempDir;
use tower_pat::store::{PatStore, SqliteStore, StoreError, StoreErrorKind};

use super::make::{digest, record};
use crate::support::leak;

/// A directory of its own with room for one file.
pub(crate) struct Place {
    pub(crate) directory: TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        leak::watch();
        let directory = tempfile::tempdir().unwrap();
        Self { directory }
    }

    /// Where a file has been written that is not the store's.
    pub(super) fn holding(content: &[u8]) -> Self {
        let place = Self::new();
        fs::write(place.file(), content).unwrap();
        place
    }

    pub(super) fn file(&self) -> PathBuf {
        self.directory.path().join("pat.db")
    }

    pub(super) fn url(&self) -> String {
        format!("sqlite://{}", self.file().display())
    }

    pub(crate) async fn open(&self) -> SqliteStore {
        SqliteStore::open(&self.url()).await.unwrap()
    }

    pub(super) async fn refusal(&self, parameters: &str) -> StoreError {
        SqliteStore::open(&format!("{}{parameters}", self.url())).await.unwrap_err()
    }

    pub(super) async fn kind(&self, parameters: &str) -> StoreErrorKind {
        self.refusal(parameters).await.kind()
    }

    /// A file with the current schema and one record, and nobody at it.
    pub(super) async fn with_a_record() -> Self {
        let place = Self::new();
        let store = place.open().await;
        store.insert(&record(1), &digest(1)).await.unwrap();
        store.close().await;
        place
    }

    /// A connection of somebody else.
    pub(crate) async fn stranger(&self) -> SqliteConnection {
        let options = SqliteConnectOptions::new().filename(self.file()).create_if_missing(true);
        options.connect().await.unwrap()
    }

    pub(crate) async fn run(&self, sql: &str) {
        let mut stranger = self.stranger().await;
        query(AssertSqlSafe(sql)).execute(&mut stranger).await.unwrap();
        stranger.close().await.unwrap();
    }

    pub(super) async fn marks(&self) -> Vec<Option<u32>> {
        let mut stranger = self.stranger().await;
        let marks = query_scalar("SELECT mark FROM pat_changes ORDER BY seq");
        marks.fetch_all(&mut stranger).await.unwrap()
    }
}

pub(super) fn source(error: &StoreError) -> String {
    std::error::Error::source(error).unwrap().to_string()
}
