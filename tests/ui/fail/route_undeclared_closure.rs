//! A closure without arguments, and one that is added as a further method.

use tower_pat::guard::Public;
use tower_pat::routing::{GuardedRouter, get};

fn main() {
    let _: GuardedRouter = GuardedRouter::new().route("/", get(|| async { "open?" }));
    let _: GuardedRouter = GuardedRouter::new().route("/", get(|_: Public| async {}).post(|| async {}));
}
