use std::fmt;
use std::io::ErrorKind;

use sqlx::Error;
use sqlx::error::DatabaseError;

use crate::store::error::{StoreError, StoreErrorKind};

/// What hindered a call that only reads.
pub(super) fn reading(error: Error) -> StoreError {
    let kind = match kind(&error) {
        // It may not even read.
        StoreErrorKind::ReadOnly => StoreErrorKind::Unusable,
        kind => kind,
    };
    of(kind, error)
}

/// What hindered a call that writes.
pub(super) fn writing(error: Error) -> StoreError {
    of(kind(&error), error)
}

/// What hindered a commit: whether it was made is not known, whatever the server says.
pub(super) fn committing(error: Error) -> StoreError {
    of(StoreErrorKind::Unavailable, error)
}

/// What kept a call from getting a connection, or a store from being opened.
pub(super) fn connecting(error: Error) -> StoreError {
    let kind = match &error {
        Error::Configuration(_) | Error::Tls(_) | Error::Protocol(_) => StoreErrorKind::Unusable,
        // A certificate that is refused, or a file of one that cannot be read.
        Error::Io(cause) if is_lasting(cause.kind()) => StoreErrorKind::Unusable,
        Error::Database(said) if code(&**said) == "42501" => StoreErrorKind::Unusable,
        error => kind(error),
    };
    of(kind, error)
}

fn is_lasting(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::InvalidData | ErrorKind::InvalidInput | ErrorKind::PermissionDenied)
}

/// What kept the schema from being brought up to date.
pub(super) fn migrating(error: Error) -> StoreError {
    let kind = match kind(&error) {
        // Something of the same name is there that is none of ours.
        StoreErrorKind::Duplicate | StoreErrorKind::OutOfRange => StoreErrorKind::Unusable,
        kind => kind,
    };
    of(kind, error)
}

pub(super) fn unusable(why: &'static str) -> StoreError {
    StoreError::new(StoreErrorKind::Unusable, why)
}

/// That a call took longer than any may.
pub(super) fn late() -> StoreError {
    StoreError::new(StoreErrorKind::Unavailable, "the server did not answer in time")
}

/// That no more connections are made while those before have not ended.
pub(super) fn unended() -> StoreError {
    StoreError::new(StoreErrorKind::Unavailable, "connections that were given up have not ended")
}

/// That the connection on which was asked has ended meanwhile.
pub(super) fn lost() -> StoreError {
    StoreError::new(StoreErrorKind::Unavailable, "the connection has ended")
}

/// Whether the server does not tell what was asked for, and never will: the role may not ask, or it knows no such thing.
pub(super) fn is_untold(error: &Error) -> bool {
    let is_lasting = |code: &str| matches!(code, "42501" | "42883" | "0A000");
    error.as_database_error().is_some_and(|said| is_lasting(&code(said)))
}

/// <https://www.postgresql.org/docs/current/errcodes-appendix.html>
fn kind(error: &Error) -> StoreErrorKind {
    match error {
        Error::Database(said) => kind_of_code(&code(&**said)),
        Error::ColumnDecode { .. } | Error::Decode(_) => StoreErrorKind::Corrupt,
        _ => StoreErrorKind::Unavailable,
    }
}

fn kind_of_code(code: &str) -> StoreErrorKind {
    match code {
        "23505" => StoreErrorKind::Duplicate,
        // insufficient_privilege, read_only_sql_transaction
        "42501" | "25006" => StoreErrorKind::ReadOnly,
        // data_corrupted, index_corrupted
        "XX001" | "XX002" => StoreErrorKind::Unusable,
        _ => match code.get(..2) {
            // A value that the server cannot hold, such as a text with a NUL.
            Some("22") => StoreErrorKind::OutOfRange,
            // A constraint, a login, a database or a schema, a table or column: it stays so.
            Some("23" | "28" | "3D" | "3F" | "42") => StoreErrorKind::Unusable,
            _ => StoreErrorKind::Unavailable,
        },
    }
}

fn of(kind: StoreErrorKind, error: Error) -> StoreError {
    match error {
        Error::Database(said) => StoreError::new(kind, Refusal::of(&*said)),
        error => StoreError::new(kind, error),
    }
}

fn code(said: &dyn DatabaseError) -> String {
    said.code().unwrap_or_default().into_owned()
}

/// What the server said, without the details, in which it repeats the row.
#[derive(Debug)]
struct Refusal {
    code: String,
    message: String,
}

impl Refusal {
    fn of(said: &dyn DatabaseError) -> Self {
        Self { code: code(said), message: said.message().to_owned() }
    }
}

impl std::error::Error for Refusal {}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (SQLSTATE {})", self.message, self.code)
    }
}

#[cfg(test)]
mod tests {
    use super::{StoreErrorKind, kind_of_code};

    #[test]
    fn what_may_pass_is_told_from_what_stays() {
        // A shutdown, a cancelled statement, a full disk, too many connections, a deadlock, a lock that was waited for.
        for code in
            ["57P01", "57014", "53100", "53300", "40P01", "40001", "55P03", "25P03", "08006", "58030", "XX000", ""]
        {
            assert!(kind_of_code(code).is_retryable(), "{code}");
        }
        for (code, kind) in [
            ("23505", StoreErrorKind::Duplicate),
            ("42501", StoreErrorKind::ReadOnly),
            ("25006", StoreErrorKind::ReadOnly),
            ("42P01", StoreErrorKind::Unusable),
            ("23514", StoreErrorKind::Unusable),
            ("28P01", StoreErrorKind::Unusable),
            ("3D000", StoreErrorKind::Unusable),
            ("XX001", StoreErrorKind::Unusable),
            ("22008", StoreErrorKind::OutOfRange),
            ("22P05", StoreErrorKind::OutOfRange),
        ] {
            assert_eq!(kind_of_code(code), kind, "{code}");
        }
    }
}
