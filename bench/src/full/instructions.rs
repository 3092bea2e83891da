use std::env;
use std::error::Error;
use std::process::{Command, Stdio};

use crate::number::float;
use crate::report::Note;

const SECTION: &str = "Instructions of a cached verification (callgrind)";
const FEW: u32 = 10_000;
const MANY: u32 = 30_000;

/// Has valgrind count the instructions of few and of many verifications: the difference is that of the verifications
/// alone. Done twice, for two runs must agree.
pub(super) fn measure() -> Result<Vec<Note>, Box<dyn Error>> {
    if Command::new("valgrind").arg("--version").stdout(Stdio::null()).status().is_err() {
        eprintln!("Instructions are not counted: valgrind is not installed.\n");
        return Ok(Vec::new());
    }
    let mut notes = Vec::new();
    for (key, name) in [("instructions", "first run"), ("instructions_again", "second run")] {
        let value = float(count(MANY)? - count(FEW)?) / f64::from(MANY - FEW);
        notes.push(Note::new(SECTION, (key, name), value, ""));
    }
    Ok(notes)
}

fn count(hits: u32) -> Result<u64, Box<dyn Error>> {
    let counted = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(env::current_exe()?)
        .args(["--hit-path", &hits.to_string()])
        .output()?;
    let said = String::from_utf8_lossy(&counted.stderr);
    let number = said.lines().find_map(|line| line.split_once("Collected : ")).ok_or("callgrind counted nothing")?;
    Ok(number.1.trim().parse()?)
}
