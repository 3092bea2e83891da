use std::io;
use std::path::Path;
use std::sync::Arc;

use crate::revocations::Revocations;
use crate::store::sql::Tables;

static TABLES: Tables<Identity> = Tables::new();

/// The table of a file that is open: the same for all who have it open in this process.
pub(super) fn revocations(file: &Path) -> io::Result<Arc<Revocations>> {
    Ok(TABLES.of(identity(file)?))
}

/// Device and inode: a file keeps them when it or a directory above it is renamed.
#[cfg(unix)]
type Identity = (u64, u64);

#[cfg(unix)]
fn identity(file: &Path) -> io::Result<Identity> {
    use std::os::unix::fs::MetadataExt;

    let metadata = std::fs::metadata(file)?;
    Ok((metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
type Identity = std::path::PathBuf;

#[cfg(not(unix))]
fn identity(file: &Path) -> io::Result<Identity> {
    std::fs::canonicalize(file)
}

#[cfg(test)]
#[cfg(not(model))]
mod tests {
    use std::sync::Arc;

    use super::revocations;

    #[test]
    fn one_file_has_one_table_under_any_name_and_another_file_another() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        std::fs::write(path("a.db"), "").unwrap();
        std::fs::write(path("b.db"), "").unwrap();
        let table = revocations(&path("a.db")).unwrap();
        assert!(Arc::ptr_eq(&table, &revocations(&path("./a.db")).unwrap()));
        #[cfg(unix)]
        {
            std::fs::rename(path("a.db"), path("c.db")).unwrap();
            assert!(Arc::ptr_eq(&table, &revocations(&path("c.db")).unwrap()));
        }
        assert!(!Arc::ptr_eq(&table, &revocations(&path("b.db")).unwrap()));
        assert!(revocations(&path("none.db")).is_err());
    }
}
