//! A fallback answers everything that nobody thought of.

use tower_pat::routing::{GuardedRouter, get};
use tower_pat::guard::Public;

fn main() {
    let _: GuardedRouter = GuardedRouter::new().fallback(|| async { "open?" });
    let _: GuardedRouter = GuardedRouter::new().route("/", get(|_: Public| async {}).fallback(|| async { "open?" }));
}
