use std::fmt;
use std::time::Duration;

use super::address;
use super::migration::PostgresMigration;
use super::names::Names;
use super::opening::Plan;
use super::store::PostgresStore;
use crate::store::error::StoreError;

/// How a [`PostgresStore`] is opened, beyond its address.
///
/// ```no_run
/// use std::time::Duration;
/// use tower_pat::store::PostgresStore;
///
/// # async fn open() -> Result<(), tower_pat::store::StoreError> {
/// let store = PostgresStore::builder("postgres://pat@db.example/pat?sslmode=verify-full")
///     .with_schema("auth")
///     .with_table_prefix("pat_")
///     .with_max_connections(20)
///     .with_statement_timeout(Duration::from_secs(2))
///     .connect()
///     .await?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
#[must_use = "it is only a plan until it connects"]
pub struct PostgresStoreBuilder {
    url: String,
    schema: String,
    prefix: String,
    max_connections: u32,
    statement_timeout: Duration,
    migrates: bool,
}

impl PostgresStoreBuilder {
    pub(super) fn new(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            schema: "public".to_owned(),
            prefix: "pat_".to_owned(),
            max_connections: 10,
            statement_timeout: Duration::from_secs(5),
            migrates: true,
        }
    }

    /// Sets in which schema the tables are: 1 to 31 of `a-z`, `0-9` and `_`, no digit at the beginning; `public` by default.
    /// It is made if it is not there.
    pub fn with_schema(mut self, name: &str) -> Self {
        name.clone_into(&mut self.schema);
        self
    }

    /// Sets how the names of tables begin: of the same form; `pat_` by default.
    pub fn with_table_prefix(mut self, prefix: &str) -> Self {
        prefix.clone_into(&mut self.prefix);
        self
    }

    /// Sets how many connections there are at most, 10 by default; at least 1. They are made when they are needed, and
    /// closed when nobody has used them for 10 minutes. A [feed](PostgresStore::feed) takes one more.
    pub fn with_max_connections(mut self, connections: u32) -> Self {
        self.max_connections = connections.max(1);
        self
    }

    /// Sets how long the server may work on a statement, locks that it waits for included: 5 seconds by default, at least a
    /// millisecond. A call gives the server up a second later.
    pub fn with_statement_timeout(mut self, time: Duration) -> Self {
        self.statement_timeout = time.max(Duration::from_millis(1));
        self
    }

    /// Sets that the schema is left as it is and the role need not be able to write: for hosts that apply
    /// [`migrations`](Self::migrations) themselves, and for services that only verify.
    ///
    /// A role that only verifies needs this and no more; what would change something fails with
    /// [`ReadOnly`](crate::store::StoreErrorKind::ReadOnly):
    ///
    /// ```sql
    /// GRANT USAGE ON SCHEMA public TO verifier;
    /// GRANT SELECT ON pat_tokens, pat_owners, pat_changes, pat_change_log, pat_migrations TO verifier;
    /// ```
    ///
    /// One that manages tokens, and does not own the tables, needs this too:
    ///
    /// ```sql
    /// GRANT USAGE ON SCHEMA public TO manager;
    /// GRANT SELECT ON pat_change_log, pat_migrations TO manager;
    /// GRANT SELECT, INSERT, UPDATE, DELETE ON pat_tokens, pat_owners TO manager;
    /// GRANT SELECT, INSERT ON pat_changes, pat_events TO manager;
    /// ```
    pub fn without_migrating(mut self) -> Self {
        self.migrates = false;
        self
    }

    /// The steps that make the schema, with these names of tables, for hosts that change it themselves. The schema in which
    /// they are to be must be there.
    ///
    /// # Errors
    ///
    /// [`Address`](crate::store::StoreErrorKind::Address): a name is not of the form it must have.
    ///
    /// ```
    /// use tower_pat::store::PostgresStore;
    ///
    /// let migrations = PostgresStore::builder("").with_schema("auth").migrations()?;
    /// assert!(migrations[0].sql().contains("CREATE TABLE \"auth\".pat_tokens"));
    /// # Ok::<(), tower_pat::store::StoreError>(())
    /// ```
    pub fn migrations(&self) -> Result<Vec<PostgresMigration>, StoreError> {
        Ok(PostgresMigration::all(&Names::parse(&self.schema, &self.prefix)?))
    }

    /// Opens the store. Several may do so at the same moment.
    ///
    /// # Errors
    ///
    /// - [`Address`](crate::store::StoreErrorKind::Address): the address is no URL of this sort or has parameters of another
    ///   name, or the name of the schema or of tables is not of the form it must have;
    /// - [`Unusable`](crate::store::StoreErrorKind::Unusable): there is no such database, the login or the certificate is
    ///   refused, the server is older than PostgreSQL 13, the encoding is not UTF8, or the schema is not there and is not to
    ///   be made;
    /// - [`ReadOnly`](crate::store::StoreErrorKind::ReadOnly): the role may not make the tables, or may not write;
    /// - [`NewerSchema`](crate::store::StoreErrorKind::NewerSchema): a newer version of this crate has changed the schema;
    /// - [`Unavailable`](crate::store::StoreErrorKind::Unavailable): the server does not answer, has no connection left, or is
    ///   a standby.
    ///
    /// No error repeats the address.
    pub async fn connect(self) -> Result<PostgresStore, StoreError> {
        let plan = Plan {
            options: address::parse(&self.url)?,
            names: Names::parse(&self.schema, &self.prefix)?,
            max_connections: self.max_connections,
            statement_timeout: self.statement_timeout,
            migrates: self.migrates,
        };
        PostgresStore::open(plan).await
    }
}

/// The address may hold a password.
impl fmt::Debug for PostgresStoreBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresStoreBuilder")
            .field("schema", &self.schema)
            .field("prefix", &self.prefix)
            .field("max_connections", &self.max_connections)
            .field("statement_timeout", &self.statement_timeout)
            .field("migrates", &self.migrates)
            .finish_non_exhaustive()
    }
}
