//! Side-by-side measurements of `tower-pat`: what the layer adds to a request of a bare axum router, and what others add.
//!
//! ```text
//! cargo run --release -p tower-pat-bench -- [--full | --stores] [--rounds N] [--json FILE] [--svg FILE]
//! ```
//!
//! All cases run in one process, in turns, and the medians of many rounds are compared, so that a machine whose speed
//! drifts misleads as little as it can. `docs/performance.md` says what the figures mean.

mod args;
mod cases;
mod clock;
mod drive;
mod fixture;
mod full;
mod lookups;
mod machine;
mod measure;
mod number;
mod random;
mod report;
mod traffic;
mod zipf;

use std::error::Error;
use std::{fs, thread};

use tokio::runtime::{Builder, Runtime};

use args::Args;
use cases::Tokens;
use report::{Note, Results};

fn main() -> Result<(), Box<dyn Error>> {
    let args = Args::read()?;
    let runtime = Builder::new_current_thread().enable_all().build()?;
    if let Some(hits) = args.hit_path {
        full::hit_path(hits, &runtime);
        return Ok(());
    }
    if let Some(section) = &args.section {
        println!("{}", serde_json::to_string(&full::section(section, &runtime)?)?);
        return Ok(());
    }
    if args.stores {
        return stores(&runtime);
    }
    let notes = if args.full { full::run()? } else { Vec::new() };
    let results = run(&args, &runtime, notes)?;
    println!("{}", report::markdown(&results)?);
    println!("Figures to reach, ratios within this run:\n");
    for goal in report::goals(&results) {
        println!("- {goal}");
    }
    if let Some(path) = &args.json {
        fs::write(path, serde_json::to_string_pretty(&report::json(&results))?)?;
    }
    if let Some(path) = &args.svg {
        fs::write(path, report::svg(&results)?)?;
    }
    Ok(())
}

/// The section that takes minutes by itself.
fn stores(runtime: &Runtime) -> Result<(), Box<dyn Error>> {
    let notes = full::section("stores", runtime)?;
    println!("{}", report::sections(&notes)?);
    println!("Figures to reach, ratios within this run:\n");
    for goal in report::long_goals(&notes) {
        println!("- {goal}");
    }
    Ok(())
}

fn run(args: &Args, runtime: &Runtime, notes: Vec<Note>) -> Result<Results, Box<dyn Error>> {
    let tokens = Tokens::new();
    let cases = measure::measure(&mut cases::all(&tokens, runtime)?, runtime, args.rounds);
    let lookups = lookups::measure(&tokens, runtime, args.rounds);
    let threads = thread::available_parallelism().map_or(0, usize::from);
    let machine = format!("{}, {threads} threads", machine::processor());
    Ok(Results { rounds: args.rounds, machine, clock: clock::own_cost(), cases, lookups, notes })
}
