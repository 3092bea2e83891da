use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

/// Where the clients are installed; which is done if need be.
pub(crate) fn clients() -> &'static Path {
    static CLIENTS: LazyLock<PathBuf> = LazyLock::new(|| {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/clients");
        let output = Command::new(script).stderr(Stdio::inherit()).output().unwrap();
        assert!(output.status.success(), "the clients cannot be installed");
        String::from_utf8(output.stdout).unwrap().trim().into()
    });
    &CLIENTS
}
