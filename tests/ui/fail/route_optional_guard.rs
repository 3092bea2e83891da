//! A guard that lets everybody pass is none.

use tower_pat::guard::{AnyToken, Public};
use tower_pat::routing::{GuardedRouter, get};

async fn list(_: Result<AnyToken, tower_pat::denial::Denial>) {}

async fn show(_: (Public, String)) {}

fn main() {
    let _: GuardedRouter = GuardedRouter::new().route("/", get(list));
    let _: GuardedRouter = GuardedRouter::new().route("/{id}", get(show));
}
