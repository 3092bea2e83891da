//! The trait is not for others to implement.

use tower_pat::guard::AnyToken;
use tower_pat::requirement::Access;
use tower_pat::routing::Declares;

struct Mine;

impl Declares<Mine> for ((), AnyToken) {
    fn access() -> Access {
        Access::Public
    }
}

fn main() {}
