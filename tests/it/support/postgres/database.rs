use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection, query_scalar, raw_sql};

use super::server::Server;

/// A database of one test.
pub(crate) struct Database {
    pub(crate) server: Arc<Server>,
    name: String,
}

impl Database {
    pub(super) async fn on(server: Arc<Server>) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("it_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        // Its collation is by no means that of code points: what needs those has to say so.
        let sql = format!(
            "CREATE DATABASE {name} TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US' LOCALE 'C.UTF-8'"
        );
        server.run("postgres", &sql).await;
        Self { server, name }
    }

    /// For a superuser.
    pub(crate) fn url(&self) -> String {
        self.server.url(&self.name)
    }

    /// For somebody else.
    pub(crate) fn url_for(&self, user: &str) -> String {
        self.url().replace("postgres@", &format!("{user}@"))
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) async fn run(&self, sql: &str) {
        self.server.run(&self.name, sql).await;
    }

    /// Statements that must fail, and the message.
    pub(crate) async fn refusal(&self, sql: &str) -> String {
        let mut stranger = self.stranger().await;
        raw_sql(AssertSqlSafe(sql)).execute(&mut stranger).await.unwrap_err().to_string()
    }

    /// Waits until so many statements wait for a lock.
    pub(crate) async fn until_waiting(&self, count: i64) {
        let mut stranger = self.stranger().await;
        let waiting =
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
        for _ in 0..100_000 {
            if query_scalar::<_, i64>(waiting).fetch_one(&mut stranger).await.unwrap() >= count {
                return;
            }
        }
        panic!("{count} statements should wait for a lock");
    }

    /// A connection of somebody else.
    pub(crate) async fn stranger(&self) -> PgConnection {
        PgConnection::connect(&self.url()).await.unwrap()
    }
}
