//! What stands before the guard would be run before it.

use axum::extract::Path;
use tower_pat::guard::demand::{Text, word};
use tower_pat::guard::Require;
use tower_pat::routing::{GuardedRouter, get};

async fn show(_: Path<u64>, _: Require<Text<4, { word("read", 0) }>>) {}

fn main() {
    let _: GuardedRouter = GuardedRouter::new().route("/{id}", get(show));
}
