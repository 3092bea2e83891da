use std::path::Path;

use sqlx::Error;
use sqlx::error::DatabaseError;
use sqlx::migrate::MigrateError;

use crate::store::error::{StoreError, StoreErrorKind};

/// Primary result codes, <https://www.sqlite.org/rescode.html>.
mod code {
    pub(super) const ERROR: i32 = 1;
    pub(super) const BUSY: i32 = 5;
    pub(super) const LOCKED: i32 = 6;
    pub(super) const NOMEM: i32 = 7;
    pub(super) const READONLY: i32 = 8;
    pub(super) const IOERR: i32 = 10;
    pub(super) const CORRUPT: i32 = 11;
    pub(super) const FULL: i32 = 13;
    pub(super) const NOTADB: i32 = 26;
}

/// What hindered a call on an open store.
pub(super) fn calling(error: Error) -> StoreError {
    let kind = match &error {
        Error::Database(said) if said.is_unique_violation() => StoreErrorKind::Duplicate,
        Error::Database(said) => match primary_code(&**said) {
            code::READONLY => StoreErrorKind::ReadOnly,
            // A table or column that is not there, a file that was overwritten: it stays so.
            code::ERROR | code::CORRUPT | code::NOTADB => StoreErrorKind::Unusable,
            _ => StoreErrorKind::Unavailable,
        },
        Error::ColumnDecode { .. } | Error::Decode(_) => StoreErrorKind::Corrupt,
        _ => StoreErrorKind::Unavailable,
    };
    StoreError::new(kind, error)
}

/// What hindered the opening of a store.
pub(super) fn opening(error: Error) -> StoreError {
    StoreError::new(opening_kind(&error), error)
}

/// What hindered the opening of the file. SQLite gives the same code for all that keeps it from the file.
pub(super) fn connecting(error: Error, path: &Path) -> StoreError {
    let missing_directory = path.parent().is_some_and(|directory| !directory.is_dir());
    match opening_kind(&error) {
        StoreErrorKind::Unusable if path.is_dir() => unusable("the path is a directory"),
        StoreErrorKind::Unusable if missing_directory => unusable("the directory of the file does not exist"),
        kind => StoreError::new(kind, error),
    }
}

/// What hindered the schema.
pub(super) fn migrating(error: MigrateError, newest: i64) -> StoreError {
    let kind = match &error {
        MigrateError::VersionMissing(version) if *version > newest => StoreErrorKind::NewerSchema,
        MigrateError::Execute(cause) | MigrateError::ExecuteMigration(cause, _) => opening_kind(cause),
        _ => StoreErrorKind::Unusable,
    };
    StoreError::new(kind, error)
}

pub(super) fn unusable(why: &'static str) -> StoreError {
    StoreError::new(StoreErrorKind::Unusable, why)
}

/// Whether another connection has the lock that was asked for.
pub(super) fn is_busy(error: &Error) -> bool {
    let code = error.as_database_error().map(primary_code);
    matches!(code, Some(code::BUSY | code::LOCKED))
}

fn opening_kind(error: &Error) -> StoreErrorKind {
    let Error::Database(said) = error else {
        return StoreErrorKind::Unavailable;
    };
    match primary_code(&**said) {
        code::READONLY => StoreErrorKind::ReadOnly,
        code::BUSY | code::LOCKED | code::NOMEM | code::IOERR | code::FULL => StoreErrorKind::Unavailable,
        _ => StoreErrorKind::Unusable,
    }
}

fn primary_code(said: &dyn DatabaseError) -> i32 {
    let extended = said.code().and_then(|code| code.parse::<i32>().ok());
    // The upper bits only refine it.
    extended.unwrap_or_default() & 0xff
}
