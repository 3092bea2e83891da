use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::sqlite::SqliteConnection;
use sqlx::{Connection, Error, SqlStr, query, query_as};

use super::failure;
use super::pools::BEGIN;
use crate::record::folded;
use crate::store::error::StoreError;

const TOKENS: SqlStr = SqlStr::from_static(include_str!("../../../migrations/sqlite/0001_tokens.sql"));
const RESTRICTIONS: SqlStr = SqlStr::from_static(include_str!("../../../migrations/sqlite/0002_restrictions.sql"));
const RESOURCES: SqlStr = SqlStr::from_static(include_str!("../../../migrations/sqlite/0003_resources.sql"));
const LIFECYCLE: SqlStr = SqlStr::from_static(include_str!("../../../migrations/sqlite/0004_lifecycle.sql"));
/// The number of the last migration.
const NEWEST: i64 = 4;

/// Brings the schema up to date, wholly or not at all.
pub(super) async fn migrate(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    let mut change = connection.begin_with(BEGIN).await.map_err(failure::opening)?;
    let migrated = migrator().run_direct(None, &mut *change, false).await;
    migrated.map_err(|error| failure::migrating(error, NEWEST))?;
    fold_names(&mut change).await.map_err(failure::opening)?;
    begin_families(&mut change).await.map_err(failure::opening)?;
    // Deletes nothing, but is refused by a file that only allows reading: SQLite lets such a file be opened, and the
    // first to find out would be somebody who revokes a token.
    let writable = query("DELETE FROM pat_changes WHERE FALSE").execute(&mut *change);
    writable.await.map_err(failure::opening)?;
    change.commit().await.map_err(failure::opening)
}

/// Names that were written before they were kept in this form too.
async fn fold_names(change: &mut SqliteConnection) -> Result<(), Error> {
    const SOME: &str = "SELECT id, CAST(name AS BLOB) AS name FROM pat_tokens WHERE name_folded IS NULL AND name IS NOT NULL LIMIT 1000";
    loop {
        let rows: Vec<(Vec<u8>, Vec<u8>)> = query_as(SOME).fetch_all(&mut *change).await?;
        if rows.is_empty() {
            return Ok(());
        }
        for (id, name) in rows {
            query("UPDATE pat_tokens SET name_folded = ? WHERE id = ?")
                .bind(folded(&String::from_utf8_lossy(&name)))
                .bind(id)
                .execute(&mut *change)
                .await?;
        }
    }
}

/// Tokens that an older version wrote after the migration are the first of their own families.
async fn begin_families(change: &mut SqliteConnection) -> Result<(), Error> {
    query("UPDATE pat_tokens SET family = id WHERE family IS NULL").execute(change).await?;
    Ok(())
}

fn migrator() -> Migrator {
    let mut migrator = Migrator::with_migrations(vec![
        migration(1, "tokens", TOKENS),
        migration(2, "restrictions", RESTRICTIONS),
        migration(3, "resources", RESOURCES),
        migration(4, "lifecycle", LIFECYCLE),
    ]);
    // Not sqlx's own name: the host may run migrations of its own in the same file.
    migrator.dangerous_set_table_name("pat_migrations");
    migrator
}

fn migration(version: i64, description: &'static str, sql: SqlStr) -> Migration {
    Migration::new(version, description.into(), MigrationType::Simple, sql, false)
}

#[cfg(test)]
mod tests {
    use super::{NEWEST, migrator};

    #[test]
    fn newest_is_the_number_of_the_last_migration() {
        assert_eq!(migrator().iter().map(|migration| migration.version).max(), Some(NEWEST));
    }
}
