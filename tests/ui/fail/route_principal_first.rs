//! Who takes the caller has not said that any token will do.

use tower_pat::PatPrincipal;
use tower_pat::routing::{GuardedRouter, get};

async fn me(caller: PatPrincipal) -> String {
    caller.owner().to_string()
}

fn main() {
    let _: GuardedRouter = GuardedRouter::new().route("/me", get(me));
}
