use std::ops::Deref;

use sqlx::query_scalar;
use tower_pat::store::{PostgresStore, PostgresStoreBuilder, StoreError};

use crate::support::postgres::{Database, Server};

/// A store without records and its database.
pub(crate) struct Place {
    store: PostgresStore,
    pub(super) database: Database,
}

impl Place {
    pub(crate) async fn new() -> Self {
        Self::on(Server::shared().database().await).await
    }

    pub(super) async fn on(database: Database) -> Self {
        let store = PostgresStore::connect(&database.url()).await.unwrap();
        Self { store, database }
    }

    pub(crate) fn into_store(self) -> PostgresStore {
        self.store
    }

    pub(crate) async fn open_again(&self) -> PostgresStore {
        PostgresStore::connect(&self.database.url()).await.unwrap()
    }

    pub(super) fn builder(&self) -> PostgresStoreBuilder {
        PostgresStore::builder(&self.database.url())
    }

    /// What the change log says, in the order in which it was written.
    pub(super) async fn marks(&self) -> Vec<Option<i64>> {
        let mut stranger = self.database.stranger().await;
        query_scalar("SELECT mark FROM pat_changes ORDER BY seq").fetch_all(&mut stranger).await.unwrap()
    }
}

impl Deref for Place {
    type Target = PostgresStore;

    fn deref(&self) -> &PostgresStore {
        &self.store
    }
}

pub(super) fn source(error: &StoreError) -> String {
    std::error::Error::source(error).unwrap().to_string()
}
