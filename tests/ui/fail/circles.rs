use tower_pat::scope::Scopes;

#[derive(Scopes)]
enum Alone {
    #[scope("a", implies = "a")]
    A,
}

#[derive(Scopes)]
enum Pair {
    #[scope("a", implies = B)]
    A,
    #[scope("b", implies = "a")]
    B,
}

#[derive(Scopes)]
enum Three {
    #[scope("outside", implies = "repo:read")]
    Outside,
    #[scope("repo:read", implies = ["free", Self::Admin])]
    Read,
    #[scope("repo:write", implies = "repo:read")]
    Write,
    #[scope("repo:admin", implies = Three::Write)]
    Admin,
    #[scope("free")]
    Free,
}

fn main() {
    let _ = (Alone::catalog(), Pair::catalog(), Three::catalog());
}
