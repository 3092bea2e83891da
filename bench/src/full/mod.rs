//! The long sections.

mod flood;
mod hit_path;
mod instructions;
mod loopback;
mod memory;
mod stores;
mod storm;
mod threads;

use std::env;
use std::error::Error;
use std::process::{Command, Stdio};

use tokio::runtime::Runtime;

pub(crate) use hit_path::hit_path;

use crate::report::Note;

/// Runs all of them, each in a process of its own: memory that one has freed would be at hand for the next, and hide what
/// it grows by.
pub(crate) fn run() -> Result<Vec<Note>, Box<dyn Error>> {
    let mut notes = Vec::new();
    for name in ["memory", "storm", "flood", "threads", "loopback", "instructions"] {
        let found = Command::new(env::current_exe()?).args(["--section", name]).stderr(Stdio::inherit()).output()?;
        if !found.status.success() {
            return Err(format!("the section {name} failed").into());
        }
        let found: Vec<Note> = serde_json::from_slice(&found.stdout)?;
        notes.extend(found);
    }
    Ok(notes)
}

/// Runs one.
pub(crate) fn section(name: &str, runtime: &Runtime) -> Result<Vec<Note>, Box<dyn Error>> {
    match name {
        "memory" => Ok(memory::measure(runtime)),
        "storm" => storm::measure(),
        "stores" => stores::in_full(runtime),
        "flood" => flood::measure(),
        "threads" => threads::measure(runtime),
        "loopback" => loopback::measure(runtime),
        "instructions" => instructions::measure(),
        _ => Err("there is no such section".into()),
    }
}
