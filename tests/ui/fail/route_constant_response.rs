//! A fixed response has no arguments.

use tower_pat::routing::{GuardedRouter, get};

fn main() {
    let _: GuardedRouter = GuardedRouter::new().route("/", get("open?"));
}
