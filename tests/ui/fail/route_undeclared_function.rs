//! A handler that says nothing of its callers.

use tower_pat::routing::{GuardedRouter, get};

async fn list(body: String) -> String {
    body
}

fn main() {
    let _: GuardedRouter = GuardedRouter::new().route("/", get(list));
}
