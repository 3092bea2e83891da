use std::path::absolute;

use sqlx::sqlite::SqliteConnectOptions;

use crate::store::error::{StoreError, StoreErrorKind};

/// Reads an address. The file is created if need be, unless the address sets a mode.
pub(super) fn parse(url: &str) -> Result<SqliteConnectOptions, StoreError> {
    let Some(location) = url.strip_prefix("sqlite:") else {
        return Err(refused("it does not begin with sqlite:"));
    };
    // What sqlx says here may repeat the address.
    let Ok(options) = url.parse::<SqliteConnectOptions>() else {
        return Err(refused("its parameters may be mode (ro, rw or rwc), cache, immutable and vfs"));
    };
    let (file, parameters) = location.split_once('?').unwrap_or((location, ""));
    match (file.trim_start_matches('/'), mode(parameters)) {
        ("", _) => Err(refused("it names no file")),
        (_, Some("memory")) => Err(in_memory()),
        (name, _) if name.starts_with(":memory:") => Err(in_memory()),
        (_, Some("ro")) => Err(read_only()),
        (_, mode) => to_file(options.create_if_missing(mode != Some("rw"))),
    }
}

pub(super) fn in_memory() -> StoreError {
    refused("a database in memory is lost with its connection: use MemoryStore")
}

/// A path from the root stays the same when the process changes its directory, and none of the names that SQLite gives
/// a meaning of its own (`:memory:`, `file:…`) begins with a slash.
fn to_file(options: SqliteConnectOptions) -> Result<SqliteConnectOptions, StoreError> {
    let path = absolute(options.get_filename()).map_err(|error| StoreError::new(StoreErrorKind::Address, error))?;
    Ok(options.filename(path))
}

fn mode(parameters: &str) -> Option<&str> {
    parameters.rsplit('&').find_map(|pair| pair.strip_prefix("mode="))
}

fn read_only() -> StoreError {
    StoreError::new(StoreErrorKind::ReadOnly, "its address has mode=ro, but revoking a token writes")
}

fn refused(why: &'static str) -> StoreError {
    StoreError::new(StoreErrorKind::Address, why)
}

#[cfg(test)]
mod tests {
    use super::{StoreErrorKind, parse};

    fn refusal(url: &str) -> StoreErrorKind {
        parse(url).expect_err(url).kind()
    }

    #[test]
    fn every_way_to_write_a_path_is_read() {
        for url in ["sqlite:/srv/pat.db", "sqlite:///srv/pat.db", "sqlite:/srv/pat%2edb?mode=rw", "sqlite:/srv/pat.db?"]
        {
            assert_eq!(parse(url).unwrap().get_filename().to_str(), Some("/srv/pat.db"), "{url}");
        }
    }

    #[test]
    fn relative_path_is_made_absolute() {
        let here = std::env::current_dir().unwrap();
        for url in ["sqlite:pat.db", "sqlite://pat.db"] {
            assert_eq!(parse(url).unwrap().get_filename(), here.join("pat.db"), "{url}");
        }
    }

    #[test]
    fn name_that_sqlite_would_take_for_memory_is_a_file_like_any_other() {
        for url in ["sqlite:file:x%3fmode=memory", "sqlite:%3amemory%3a"] {
            assert!(parse(url).unwrap().get_filename().is_absolute(), "{url}");
        }
    }

    #[test]
    fn address_without_a_file_is_refused() {
        for url in
            ["", "pat.db", "postgres://host/db", "sqlite", "sqlite:", "sqlite://", "sqlite://?mode=rwc", "sqlite:/"]
        {
            assert_eq!(refusal(url), StoreErrorKind::Address, "{url}");
        }
    }

    #[test]
    fn database_in_memory_is_refused() {
        for url in [
            "sqlite::memory:",
            "sqlite::memory:x",
            "sqlite://:memory:",
            "sqlite:x?mode=memory",
            "sqlite:x?mode=rwc&mode=memory",
        ] {
            assert_eq!(refusal(url), StoreErrorKind::Address, "{url}");
        }
    }

    #[test]
    fn unknown_parameter_is_refused_without_an_echo() {
        for url in ["sqlite:x?mode=hunter2", "sqlite:x?hunter2=1", "hunter2"] {
            assert!(!format!("{:?}", parse(url).unwrap_err()).contains("hunter2"), "{url}");
        }
    }
}
