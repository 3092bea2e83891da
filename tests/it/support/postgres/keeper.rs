use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// Waits for the end of its input, which comes when the keeper is dropped, and also when the process of the tests ends in
/// whatever way; then ends the server and removes its directory.
const SCRIPT: &str = r#"
trap '' HUP INT TERM
read -r _
file="$1/data/postmaster.pid"
pid=$(head -n 1 "$file" 2>/dev/null)
is_there() { [ -n "$pid" ] && grep -qF "$1" "/proc/$pid/cmdline" 2>/dev/null; }
if is_there "$1"; then
    kill -QUIT "$pid"
    kill -CONT "$pid" $(cat "/proc/$pid/task/$pid/children")
    while is_there "$1"; do sleep 0.02; done
fi
# A server that was killed has left its shared memory.
[ -f "$file" ] && ipcrm -m "$(sed -n 's/^ *[0-9]* *\([0-9]*\)$/\1/;7p' "$file")" 2>/dev/null
rm -rf "$1"
"#;

/// Sees to it that nothing is left of a server.
pub(super) struct Keeper(Child);

impl Keeper {
    pub(super) fn of(directory: &Path) -> Self {
        let mut shell = Command::new("sh");
        shell.args(["-c", SCRIPT, "keeper"]).arg(directory).stdin(Stdio::piped()).process_group(0);
        shell.stdout(Stdio::null()).stderr(Stdio::null());
        Self(shell.spawn().unwrap())
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        self.0.wait().unwrap();
    }
}
